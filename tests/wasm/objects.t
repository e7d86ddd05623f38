#!/bin/sh
# Builds and runs objects.c against runtime-lite/wasm, with the sanitizers: it is about threads and bounds.
cd "$(dirname "$0")/../../runtime-lite" || exit
# Not the directory of spec.t: both may run at once.
build=${WALI_BUILD:-build}/tests/wasm/objects
case $build in /*) ;; *) build=../$build ;; esac
make -s BUILD="$build" SANITIZE=1 "$build/sanitize/objects" >&2 || exit
exec "$build/sanitize/objects"
