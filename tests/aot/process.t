#!/usr/bin/env python3
"""The Linux layer under compiled code without the compiler: runs process.c, whose guest is guest.c."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "wasm"))

from tap import build  # noqa: E402
from wasmfile import FUNCREF, I32, I64, Module, i32, leb  # noqa: E402

# As process.h has them.
IMPORTS = {"SYS_rt_sigaction": 4, "SYS_rt_sigprocmask": 4, "SYS_wait4": 4, "SYS_setitimer": 3, "SYS_mprotect": 3,
           "SYS_tgkill": 3, "SYS_kill": 2, "SYS_getppid": 0, "SYS_getpid": 0, "SYS_gettid": 0, "SYS_fork": 0,
           "SYS_exit": 1, "SYS_exit_group": 1, "SYS_set_tid_address": 1, "SYS_futex": 6, "__wasm_thread_spawn": 2}
FUNCTIONS = {"waits": 0, "throws": 0, "load": 0, "recurses": 0, "catches": 0, "scenario": 0, "handler": 1, "thread": 2}


def module() -> bytes:
    m = Module(types=[([I32], [I32]), ([I32], []), ([I32, I32], [])], memories=[b"\3\2\x80\x80\4"], tags=[1],
               tables=[bytes([FUNCREF]) + b"\0\4"])
    for name, n in IMPORTS.items():
        m.types.append(([I32] * n, [I64 if name.startswith("SYS_") else I32]))
        m.imports.append(("wali", name, b"\0" + leb(len(m.types) - 1)))
    bodies = (b"\x41\0", b"", b"")
    m.functions = [(t, bodies[t], name) for name, t in FUNCTIONS.items()]
    last = len(IMPORTS) + len(FUNCTIONS) - 1
    m.elements = [b"\0" + i32(2) + b"\x0b\2" + leb(last - 1) + leb(last)]
    return m.bytes()


def main() -> int:
    program = build("aot-process", "aot-process")[0]
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "process.wasm"
        path.write_bytes(module())
        return subprocess.run([program, str(path)], timeout=120).returncode


if __name__ == "__main__":
    sys.exit(main())
