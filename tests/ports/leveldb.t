#!/bin/sh
# LevelDB's own tests: real files, threads, mmap, locks. WALI_PORTS=all runs all on both engines.
# shellcheck disable=SC1091,SC2034,SC2154 # ctest.sh defines and uses them
port=leveldb
. "$(dirname -- "$0")/ctest.sh"
prepare
case ${WALI_PORTS-} in
all)
	suite interpreter
	suite aot
	;;
*)
	suite interpreter -E '^(db|autocompact|skiplist|issue178|issue320|fault_injection|corruption|table)_test'
	suite aot -R '^c_test'
	;;
esac
finish
