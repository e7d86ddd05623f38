#!/bin/sh
# Fuzzing, shortly: regressions and random modules on all engines, then libFuzzer on what reads bytes from elsewhere.
#
#	FUZZ_MODULES	random modules (400)
#	FUZZ_FIRST	seed of the first (0)
#	FUZZ_SECONDS	of libFuzzer, for all its targets together (9)
#
# The modules of the official suite (WASM_SPEC_TESTS) and the regressions are where libFuzzer begins.

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd) && cd "$top" || exit
build=${WALI_BUILD:-build}/tests/fuzz
suite=${WASM_SPEC_TESTS:-../shared/wasm-spec-tests.tar.xz}
modules=${FUZZ_MODULES:-400}
targets='decode lines image'
seconds=$((${FUZZ_SECONDS:-9} / 3))
seeds=$build/seeds
log=$build/log
export MAKEFLAGS=-j2

echo 1..6
mkdir -p "$seeds" || exit
number=0
status=0
# result STATUS WHAT: a line of TAP, with the log's end if it is none of success.
result() {
	number=$((number + 1))
	[ "$1" -eq 0 ] && echo "ok $number - $2" && return
	status=1
	echo "not ok $number - $2"
	tail -n 40 "$log" | cut -c 1-300 | sed 's/^/# /'
}
node=$(command -v node || echo "not compared with node, which is not installed")
case $node in /*) node= ;; *) node=" ($node)" ;; esac

tests/fuzz/differ tests/fuzz/regressions/*.wasm >"$log" 2>&1
result $? "what once differed$node"
tests/fuzz/differ "${FUZZ_FIRST:-0}" "$modules" >"$log" 2>&1
result $? "$modules random modules have the same results on every engine$node"
tests/fuzz/differ --wild "${FUZZ_FIRST:-0}" $((modules / 4)) >"$log" 2>&1
result $? "$((modules / 4)) with loads from anywhere as well$node"

if [ -d "$suite" ]; then
	seeds=$suite/core
elif [ -f "$suite" ]; then
	tar -xf "$suite" -C "$seeds" --wildcards './core/*.wasm' && seeds=$seeds/core
fi
# Relative to where make runs: paths may have spaces, which make cannot take.
case $build in /*) ;; *) build=../$build ;; esac
case $seeds in /*) ;; *) seeds=../$seeds ;; esac
for target in $targets; do
	make -s -C runtime-lite "fuzz-$target" BUILD="$build" SEEDS="'$seeds' ../tests/fuzz/regressions" \
		FUZZ="-max_total_time=$seconds -verbosity=0" >"$log" 2>&1
	result $? "libFuzzer on $target for $seconds seconds"
done
exit $status
