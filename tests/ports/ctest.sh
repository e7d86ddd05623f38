# shellcheck shell=sh disable=SC2034,SC2154
# A port's own tests by ctest; read with `.`, with $port set. wali-port keeps what the recipe's `tests` names, with the
# paths in ctest's files open; here they become a directory of this run and a program that is the engine.

# shellcheck source=tests/ports/common.sh
. "$(dirname -- "$0")/common.sh"
# What they show of the SDK, tests/cxx shows sooner.
skip_unless_asked_for
command -v ctest >/dev/null || skip 'no ctest'
build_port
root=$build/ports/$port/root
# ctest wants a path, without spaces.
printf '#!/bin/sh\nexec %s "$@"\n' "$run" >"$tmp/run"
chmod +x "$tmp/run"

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
