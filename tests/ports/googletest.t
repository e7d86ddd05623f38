#!/bin/sh
# GoogleTest's and GoogleMock's own tests: programs by ctest, and Python scripts that start other programs and look at what
# they print. WALI_PORTS=all compiles all of them too, which takes ten seconds of a core for each.
# shellcheck disable=SC1091,SC2016,SC2034,SC2154 # ctest.sh defines and uses them
port=googletest
. "$(dirname -- "$0")/ctest.sh"
prepare
# Neither the scripts nor CMakeLists.txt here go by CMake's emulator: programs have to be ones that the system can start.
rm "$tmp/tree"
cp -Rs "$root/.tests" "$tmp/tree"
for program in "$tmp"/tree/google*/*_ "$tmp"/tree/google*/*test; do
	[ -f "$program" ] || continue
	mv "$program" "$program.wasm"
	printf '#!/bin/sh\nexec "%s" --argv0 "$0" "$0.wasm" "$@"\n' "$tmp/run" >"$program"
	chmod +x "$program"
done
suite interpreter -j2
case ${WALI_PORTS-} in
all) suite aot ;;
*) suite aot -R '^gmock_ex_test$' ;;
esac
finish
