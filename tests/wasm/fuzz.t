#!/bin/sh
# A short run of the decoder's fuzzer, from the official suite's modules if they are there. `make -C runtime-lite fuzz`
# runs it for longer; what it finds is named in its output.

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd) && cd "$top/runtime-lite" || exit
build=${WALI_BUILD:-build}/tests/wasm/fuzz
suite=${WASM_SPEC_TESTS:-../shared/wasm-spec-tests.tar.xz}
seconds=${FUZZ_SECONDS:-20}
# Both are relative to the top directory, if they are.
case $build in /*) ;; *) build=../$build ;; esac
case $suite in /*) ;; *) suite=../$suite ;; esac

echo 1..1
seeds=$build/seeds
mkdir -p "$seeds" || exit
if [ -d "$suite" ]; then
	seeds=$suite/core
elif [ -f "$suite" ]; then
	tar -xf "$suite" -C "$seeds" --wildcards './core/*.wasm' && seeds=$seeds/core
fi
if make -s fuzz BUILD="$build" SEEDS="'$seeds'" FUZZ="-max_total_time=$seconds -verbosity=0" >"$build/log" 2>&1; then
	echo "ok 1 - $seconds seconds of fuzzing without a finding"
else
	echo 'not ok 1 - fuzzing'
	tail -n 40 "$build/log" | sed 's/^/# /'
	exit 1
fi
