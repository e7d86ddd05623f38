#!/bin/sh
# Guest memory under random operations: the list of ranges by itself, and mmap and its relatives for real.
# shellcheck disable=SC1091,SC2154,SC2086 # tap.sh defines them; WALI_RUN may carry options
. "$(dirname -- "$0")/../wrappers/tap.sh"
here=$root/tests/runtime
linux=$root/runtime-lite/linux
ok 'address_space.c builds' clang-22 -std=gnu17 -O1 -g -fsanitize=address,undefined -D_GNU_SOURCE \
	"-I$root/runtime-lite" "$here/address_space.c" "$linux/address_space.c" -o address_space
ok 'list of ranges' ./address_space
if have_libc && have_run; then
	run=${WALI_RUN:-$sdk/bin/wali-run}
	ok 'mappings.c builds' "$sdk/bin/wali-clang" -O1 "$here/mappings.c" -o mappings.wasm
	ok 'mappings' $run mappings.wasm
else
	skip 'mappings' 'needs libc and wali-run'
fi
done_testing
