# shellcheck shell=sh disable=SC2034
# What the tests here have in common; read with `.`. Each runs in a directory of its own, $tmp, which goes
# away afterwards. WALI_SDK names the SDK.

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
sdk=$(CDPATH='' cd -- "${WALI_SDK:-$root/build/sdk}" 2>/dev/null && pwd) || {
	echo "1..0 # SKIP no SDK in ${WALI_SDK:-build/sdk}"
	exit 0
}
triple=wasm32-wali-linux-musl
tests=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
tmp=$(mktemp -d)
trap 'cd / && rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
cd "$tmp" || exit 1
# Wherever the SDK is, its path here has no spaces: configure takes neither a CC nor a CONFIG_SITE that has.
case $sdk in
*[[:space:]]*) ln -s "$sdk" "$tmp/.sdk" && sdk=$tmp/.sdk ;;
esac
count=0 failed=0

# ok DESCRIPTION COMMAND...: passes if the command does; its output is shown if it does not
ok() {
	_what=$1
	shift
	if "$@" >"$tmp/.out" 2>&1; then _result "$_what"; else _result "$_what" "$@"; fi
}

# not_ok DESCRIPTION COMMAND...: passes if the command fails
not_ok() {
	_what=$1
	shift
	if "$@" >"$tmp/.out" 2>&1; then _result "$_what" "$@"; else _result "$_what"; fi
}

# is DESCRIPTION GOT WANTED
is() {
	printf 'got    %s\nwanted %s\n' "$2" "$3" >"$tmp/.out"
	if [ "$2" = "$3" ]; then _result "$1"; else _result "$1" compare; fi
}

# matches DESCRIPTION TEXT ERE / lacks
matches() {
	printf '%s\n' "$2" >"$tmp/.out"
	if printf '%s\n' "$2" | grep -qE -- "$3"; then _result "$1"; else _result "$1" "no match for $3 in"; fi
}
lacks() {
	printf '%s\n' "$2" >"$tmp/.out"
	if printf '%s\n' "$2" | grep -qE -- "$3"; then _result "$1" "$3 is in"; else _result "$1"; fi
}

_result() {
	count=$((count + 1))
	if [ $# -eq 1 ]; then
		echo "ok $count - $1"
	else
		failed=$((failed + 1))
		echo "not ok $count - $1"
		shift
		echo "# $*"
		sed 's/^/# /' "$tmp/.out" | tail -40
	fi
}

# skip DESCRIPTION REASON
skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# Ends the test.
done_testing() {
	echo "1..$count"
	[ "$failed" -eq 0 ]
	exit
}

# Skips the whole test file.
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

have_libc() {
	[ -f "$sdk/sysroot/lib/libc.a" ] && [ -f "$sdk/sysroot/lib/crt1.o" ] &&
		[ -f "$sdk/lib/clang/22/lib/wasm32-unknown-linux-muslwali/libclang_rt.builtins.a" ]
}

have_run() {
	[ -x "$sdk/bin/wali-run" ]
}
