#!/bin/sh
# The official suite on compiled code. Other optimisation levels and ISAs: tests/wasm/spec.t --help.
exec "$(dirname "$0")/../wasm/spec.t" --aot --options='-O2 --verify'
