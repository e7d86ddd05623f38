#!/usr/bin/env python3
"""The engine for compiled code without the compiler: runs engine.c on functions written by hand (engine.ll)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "wasm"))

from tap import build  # noqa: E402
from wasmfile import I32, Module  # noqa: E402

FUNCTIONS = ("load", "throws", "spins", "recurses", "divides", "hosts", "fills", "catches")


def main() -> int:
    program = build("aot", "aot-engine")[0]
    m = Module(types=[([I32], [I32]), ([I32], [])], imports=[("host", "f", b"\0\0")], memories=[b"\1\1\2"], tags=[1],
               functions=[(0, b"\0", name) for name in FUNCTIONS])
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "engine.wasm"
        path.write_bytes(m.bytes())
        return subprocess.run([program, str(path)], timeout=120).returncode


if __name__ == "__main__":
    sys.exit(main())
