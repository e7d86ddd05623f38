#!/bin/sh
# RE2's own tests. The exhaustive ones take minutes in the interpreter, and compiling each program takes ten seconds of a core:
# WALI_PORTS=all runs all on both engines.
# shellcheck disable=SC1091,SC2034 # ctest.sh uses it
port=re2
. "$(dirname -- "$0")/ctest.sh"
prepare
case ${WALI_PORTS-} in
all)
	suite interpreter
	suite aot
	;;
*)
	suite interpreter -E '^(exhaustive|random|dfa)'
	suite aot -R '^re2_test'
	;;
esac
finish
