# shellcheck shell=sh disable=SC2034,SC2154
# What the ports' tests share; read with `.`, with $port set to the port's name. Builds the port both ways (from the
# cache, as a rule) and runs the same commands with the native and the WebAssembly programs in two empty directories.

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
top=$(CDPATH='' cd -- "$here/../.." && pwd)
build=$(CDPATH='' cd -- "${WALI_BUILD:-$top/build}" && pwd)
sdk=$(CDPATH='' cd -- "${WALI_SDK:-$build/sdk}" && pwd)
count=0 failed=0

bail() {
	echo "Bail out! $1"
	exit 1
}
"$top/ports/wali-port" build --both "$port" >&2 || bail "$port does not build"
native=$build/ports/$port/native/bin
wasm=$build/ports/$port/root/bin
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
# WALI_RUN may carry options, so that $run is split where it is used; the SDK's own path may have spaces.
ln -s "$sdk" "$tmp/sdk"
run=${WALI_RUN:-$tmp/sdk/bin/wali-run}
case $run in
/*) ;;
*) run=$PWD/$run ;;
esac

result() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		failed=$((failed + 1))
		echo "not ok $count - $2"
	fi
}

# same WHAT FUNCTION ARGUMENT...: FUNCTION runs twice, with PROGRAM (see there) and in a directory of its own; its
# output, complaints and status are to be equal. Standard input is $tmp/stdin.
same() {
	what=$1
	shift
	for side in native wasm; do
		mkdir -p "$tmp/$side"
		(
			cd "$tmp/$side" || exit 125
			status=0
			"$@" <"$tmp/stdin" >"../$side.out" 2>"../$side.err" || status=$?
			echo "status $status" >>"../$side.out"
		)
	done
	{ diff "$tmp/native.out" "$tmp/wasm.out" && diff "$tmp/native.err" "$tmp/wasm.err"; } >"$tmp/diff"
	result $? "$what"
	[ -s "$tmp/diff" ] && head -20 "$tmp/diff" | sed 's/^/# /'
	return 0
}

# program NAME ARGUMENT...: the port's program of that name, for the side that is running. Both see ./NAME as argv[0].
program() {
	name=$1
	shift
	case $side in
	native)
		[ -e "$name" ] || ln -s "$native/$name" "$name"
		timeout 900 "./$name" "$@"
		;;
	wasm)
		[ -e "$name" ] || ln -s "$wasm/$name" "$name"
		if [ "${WALI_RUN-}" ]; then
			# shellcheck disable=SC2086 # it may carry options
			timeout 900 $run "./$name" "$@"
		else
			timeout 900 "$run" "./$name" "$@"
		fi
		;;
	esac
}

finish() {
	echo "1..$count"
	[ "$failed" -eq 0 ]
	exit
}
: >"$tmp/stdin"
