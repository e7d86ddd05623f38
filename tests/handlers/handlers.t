#!/bin/sh
# System call handlers without an engine, natively and for the other ISAs by qemu-user: flags, structures and
# calls that differ there. Each program is compiled with the handlers it calls and prints TAP itself.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
handlers='clock dirs epoll fcntl identity ioctl ipc keys layout limits open pass path poll prctl refuse sockets sockopt
	stat vector window xattr'
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

# build TEST ISA: compiles what has not been, and links
build() {
	objects=
	for source in $sources "tests/handlers/guest.c" "tests/handlers/$1.c"; do
		object=$tmp/$2-$(basename "$source").o
		# shellcheck disable=SC2086 # several words
		[ -f "$object" ] || clang-22 --target="$2-linux-gnu" $include -std=gnu17 -Wall -Wextra -O1 -g \
			-D_GNU_SOURCE -I runtime-lite -I spec -c -o "$object" "$source" || return
		objects="$objects $object"
	done
	# shellcheck disable=SC2086 # several words
	clang-22 --target="$2-linux-gnu" --ld-path="$(command -v ld.lld-22)" -static -pthread -o "$tmp/$2-$1" $objects
}

cd "$root" || exit
sources=
for handler in $handlers; do
	sources="$sources runtime-lite/linux/$handler.c"
done
for isa in x86_64 aarch64 riscv64; do
	emulator=
	include=
	missing=
	if [ "$isa" != "$(uname -m)" ]; then
		emulator=$(command -v "qemu-$isa-static" || command -v "qemu-$isa")
		include="-isystem /usr/$isa-linux-gnu/include"
		[ -n "$emulator" ] && command -v "$isa-linux-gnu-gcc" >/dev/null || missing=1
	fi
	for test in files requests; do
		if [ "$missing" ]; then
			count=$((count + 1))
			echo "ok $count - $test on $isa # SKIP no cross compiler or emulator"
		elif build "$test" "$isa"; then
			# shellcheck disable=SC2086 # may be empty
			run "$test" "$isa" $emulator "$tmp/$isa-$test"
		else
			count=$((count + 1))
			echo "not ok $count - $test for $isa compiles"
		fi
	done
done
echo "1..$count"
