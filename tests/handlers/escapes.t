#!/bin/sh
# Guests with several threads that race the runtime for what none of them may get.
# shellcheck disable=SC1091,SC2154,SC2086 # tap.sh defines them; WALI_RUN may carry options
. "$(dirname -- "$0")/../wrappers/tap.sh"
{ have_libc && have_run; } || skip_all 'needs libc and wali-run'
run=${WALI_RUN:-$sdk/bin/wali-run}

# race PROGRAM
race() {
	ok "$1.c builds" "$sdk/bin/wali-clang" -O1 -pthread "$root/tests/handlers/$1.c" -o "$1.wasm"
	ok "$1" timeout 50 $run "$1.wasm"
}

race holes
race opens
ok 'opens, without capabilities' timeout 50 $run opens.wasm nobody
race waiters
done_testing
