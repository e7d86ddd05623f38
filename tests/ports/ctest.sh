# shellcheck shell=sh disable=SC2034,SC2154
# A port's own tests by ctest; read with `.`, with $port set. wali-port keeps what the recipe's `tests` names, with the
# paths in ctest's files open; here they become a directory of this run and a program that is the engine.

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
top=$(CDPATH='' cd -- "$here/../.." && pwd)
build=$(CDPATH='' cd -- "${WALI_BUILD:-$top/build}" && pwd)
sdk=$(CDPATH='' cd -- "${WALI_SDK:-$build/sdk}" && pwd)
count=0 failed=0

# Their builds are long; what they show of the SDK, tests/cxx shows sooner.
[ -n "${WALI_PORTS-}" ] || {
	echo '1..0 # SKIP builds for minutes: WALI_PORTS=some, or WALI_PORTS=all for all of its tests'
	exit 0
}
command -v ctest >/dev/null || {
	echo '1..0 # SKIP no ctest'
	exit 0
}
"$top/ports/wali-port" build "$port" >&2 || {
	echo "Bail out! $port does not build"
	exit 1
}
root=$build/ports/$port/root
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
# WALI_RUN may carry options; ctest wants a path, without spaces.
ln -s "$sdk" "$tmp/sdk"
run=${WALI_RUN:-$tmp/sdk/bin/wali-run}
case $run in
/*) ;;
*) run=$PWD/$run ;;
esac
printf '#!/bin/sh\nexec %s "$@"\n' "$run" >"$tmp/run"
chmod +x "$tmp/run"

result() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		failed=$((failed + 1))
		echo "not ok $count - $2"
	fi
}

# prepare: $tmp/ctest is what ctest reads. The programs stay where they are, so that their images are found again.
prepare() {
	ln -s "$root/.tests" "$tmp/tree"
	mkdir "$tmp/ctest"
	(cd "$root/.tests" && find . -name CTestTestfile.cmake -exec cp --parents {} "$tmp/ctest" \;)
	find "$tmp/ctest" -type f -exec sed -i "s,@TREE@,$tmp/tree,g; s,@RUN@,$tmp/run,g" {} +
}

# suite ENGINE ARGUMENT...: ctest with the engine interpreter or aot; each of its tests is one here.
suite() {
	engine=$1
	shift
	case $engine in
	aot) mode=always ;;
	*) mode=never ;;
	esac
	WALI_AOT=$mode ctest --test-dir "$tmp/ctest" --timeout 600 --output-on-failure "$@" >"$tmp/log" 2>&1
	sed -n 's/^ *[0-9]*\/[0-9]* Test *#[0-9]*: \([^ ]*\) [. ]*\(\**[A-Z][A-Za-z ]*\).*/\1 \2/p' "$tmp/log" >"$tmp/results"
	[ -s "$tmp/results" ] || echo 'ctest fails' >"$tmp/results"
	while read -r name state; do
		case $state in
		Passed*) result 0 "$engine: $name" ;;
		*) result 1 "$engine: $name: $state" ;;
		esac
	done <"$tmp/results"
	if grep -qv ' Passed *$' "$tmp/results"; then
		tail -60 "$tmp/log" | sed 's/^/# /'
	fi
}

finish() {
	echo "1..$count"
	[ "$failed" -eq 0 ]
	exit
}
