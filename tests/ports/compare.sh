# shellcheck shell=sh disable=SC2034,SC2154
# Ports against native builds of the same sources; read with `.`, with $port set. Builds the port both ways and runs the same
# commands with the native and the WebAssembly programs in two empty directories.

# shellcheck source=tests/ports/common.sh
. "$(dirname -- "$0")/common.sh"
build_port --both
native=$build/ports/$port/native/bin
wasm=$build/ports/$port/root/bin

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
: >"$tmp/stdin"
