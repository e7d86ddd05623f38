#!/bin/sh
# Ninja's own tests, and ninja as its users have it: CMake writes a project's files, ninja builds it with the machine's
# compiler and with the SDK's, which it starts like any other program.
# shellcheck disable=SC1091,SC2016,SC2034,SC2154 # ctest.sh defines and uses them; ninja's variables
port=ninja
. "$(dirname -- "$0")/ctest.sh"
prepare
suite interpreter
suite aot

ninja() {
	timeout 900 "$tmp/run" "$root/bin/ninja" "$@"
}
mkdir "$tmp/project"
cd "$tmp/project" || exit 1
cat >part.c <<'C'
#include "part.h"
int part(void) { return PART; }
C
echo '#define PART 41
int part(void);' >part.h
cat >main.c <<'C'
#include <stdio.h>
#include "part.h"
int main(void)
{
	printf("%d\n", part() + 1);
	return 0;
}
C
cat >CMakeLists.txt <<'C'
cmake_minimum_required(VERSION 3.16)
project(sample C)
add_library(part STATIC part.c)
add_executable(sample main.c)
target_link_libraries(sample part)
C
# CMake asks the program that it is told for its version, so this has to be one that the system can start.
printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$tmp/run" "$root/bin/ninja" >"$tmp/ninja"
chmod +x "$tmp/ninja"

check() { # NAME RUN CMAKE-ARGUMENT...
	name=$1 how=$2
	shift 2
	cmake -G Ninja -DCMAKE_MAKE_PROGRAM="$tmp/ninja" -S . -B "$name" "$@" >"$tmp/log" 2>&1
	result $? "$name: cmake configures with it"
	ninja -C "$name" >"$tmp/log" 2>&1 || sed 's/^/# /' "$tmp/log"
	[ "$($how "$name/sample")" = 42 ]
	result $? "$name: builds a program"
	ninja -C "$name" | grep -q 'no work to do'
	result $? "$name: no work to do"
	# The dependencies that the compiler wrote are in its log.
	ninja -C "$name" -t deps | grep -q 'part\.h'
	result $? "$name: knows the headers"
}
check native env -DCMAKE_C_COMPILER=clang-22
check wasm "$tmp/run" -DCMAKE_TOOLCHAIN_FILE="$tmp/sdk/share/wali/wali.cmake"

sleep 1
sed -i 's/41/42/' part.h
ninja -C native >"$tmp/log"
[ "$(./native/sample)" = 43 ]
result $? 'a changed header is built with again'
printf 'rule run\n command = $what\n pool = console\nbuild one: run\n what = echo one && touch one\nbuild two: run one\n what = exit 3\n' >build.ninja
status=0
ninja >"$tmp/log" 2>&1 || status=$?
[ "$status" -eq 1 ] && grep -q '^FAILED: two' "$tmp/log"
result $? 'a command that fails'
printf 'rule sleep\n command = sleep 30\nbuild x: sleep\n' >build.ninja
"$tmp/run" "$root/bin/ninja" >"$tmp/log" 2>&1 &
pid=$!
sleep 2
kill -INT "$pid"
! wait "$pid" && grep -q 'interrupted by user' "$tmp/log"
result $? 'interrupted'
finish
