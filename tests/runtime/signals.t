#!/bin/sh
# What a comparison with native programs cannot show: races between signals and blocking calls.
# shellcheck disable=SC1091,SC2154,SC2086 # tap.sh defines them; WALI_RUN may carry options
. "$(dirname -- "$0")/../wrappers/tap.sh"
{ have_libc && have_run; } || skip_all 'needs libc and wali-run'
run=${WALI_RUN:-$sdk/bin/wali-run}
ok 'wakeups.c builds' "$sdk/bin/wali-clang" -O1 -pthread "$root/tests/runtime/wakeups.c" -o wakeups.wasm
ok 'no wake-up is lost' $run wakeups.wasm
done_testing
