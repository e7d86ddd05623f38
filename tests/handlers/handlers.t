#!/bin/sh
# System call handlers without an engine, natively and for the other ISAs by qemu-user: flags, structures and
# calls that differ there. Each program is compiled with the handlers it calls and prints TAP itself.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
handlers='clock dirs epoll fcntl identity ioctl ipc keys layout limits open opener path poll prctl refuse sockets
	sockopt stat vector window xattr'
count=0

# run NAME ISA LABEL COMMAND...: one test of ours for all of the program's
run() {
	count=$((count + 1))
	what="$1 on $2"
	shift 2
	timeout 120 "$@" >"$tmp/out" 2>&1
	status=$?
	lines=$(grep -c '^ok' "$tmp/out")
	if [ $status = 0 ] && grep -q '^1\.\.' "$tmp/out"; then
		echo "ok $count - $what ($lines checks)"
	else
		echo "not ok $count - $what (status $status)"
		grep -A1 -v '^ok' "$tmp/out" | sed 's/^/# /'
	fi
}

# build TEST VARIANT ISA: compiles what has not been, and links
build() {
	objects=
	for source in $sources "tests/handlers/guest.c" "tests/handlers/$1.c"; do
		object=$tmp/$2-$(basename "$source").o
		# shellcheck disable=SC2086 # several words
		[ -f "$object" ] || clang-22 --target="$3-linux-gnu" $flags -std=gnu17 -Wall -Wextra -O1 -g \
			-D_GNU_SOURCE -I runtime-lite -I spec -c -o "$object" "$source" || return
		objects="$objects $object"
	done
	# shellcheck disable=SC2086 # several words
	clang-22 --target="$3-linux-gnu" --ld-path="$(command -v ld.lld-22)" $flags -pthread -o "$tmp/$2-$1" $objects
}

cd "$root" || exit
sources=
for handler in $handlers; do
	sources="$sources runtime-lite/linux/$handler.c"
done
export ASAN_OPTIONS=detect_leaks=0
for variant in sanitized x86_64 aarch64 riscv64; do
	emulator=
	missing=
	isa=$variant
	flags=-static
	case $variant in
	sanitized)
		isa=$(uname -m)
		flags='-fsanitize=address,undefined -fno-sanitize-recover=undefined' ;;
	"$(uname -m)") ;;
	*)
		emulator=$(command -v "qemu-$isa-static" || command -v "qemu-$isa")
		flags="-static -isystem /usr/$isa-linux-gnu/include -Wno-unused-command-line-argument"
		[ -n "$emulator" ] && command -v "$isa-linux-gnu-gcc" >/dev/null || missing=1 ;;
	esac
	# qemu-user itself does not survive the hostile ones.
	for test in files requests ${emulator:-hostile}; do
		[ "$test" = "$emulator" ] && continue
		if [ "$missing" ]; then
			count=$((count + 1))
			echo "ok $count - $test on $isa # SKIP no cross compiler or emulator"
		elif build "$test" "$variant" "$isa"; then
			# shellcheck disable=SC2086 # may be empty
			run "$test" "$variant" $emulator "$tmp/$variant-$test"
		else
			count=$((count + 1))
			echo "not ok $count - $test on $variant: does not compile"
		fi
	done
done
echo "1..$count"
