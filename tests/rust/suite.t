#!/bin/sh
# The tests within std's own sources, natively and as compiled code: half a minute of a core for each.
# WALI_SUITE=all runs the other suites of tests/rust/std-suite too, half an hour; none runs nothing.
here=$(dirname -- "$0")
[ -f "${WALI_SDK:-build/sdk}/libexec/wali/rustc" ] || {
	echo '1..0 # SKIP no Rust on this machine'
	exit 0
}
case ${WALI_SUITE-} in
none)
	echo '1..0 # SKIP WALI_SUITE=none'
	exit 0
	;;
all) set -- ;;
*) set -- std ;;
esac
exec "$here/std-suite" --tap --engine aot "$@"
