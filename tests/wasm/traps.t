#!/usr/bin/env python3
"""A trap says which it is and in which function, and the status is that of the matching signal."""

from __future__ import annotations

import re
import signal
import struct
import sys
import tempfile
from pathlib import Path

from tap import RUN, Tap, run, shell_status, skip_all
from wasmfile import EXNREF, I32, Module, call, i32, program

ILL, SEGV, BUS = signal.SIGILL, signal.SIGSEGV, signal.SIGBUS
FPE, ABRT = signal.SIGFPE, signal.SIGABRT
DROP = b"\x1a"
MIN = b"\x41\x80\x80\x80\x80\x78"  # i32.const -2^31


def f64(x: float) -> bytes:
    return b"\x44" + struct.pack("<d", x)


def indirect(index: int, table: list[bytes], type_: int = 0) -> Module:
    """call_indirect of an element; function 2 takes an i32."""
    return program(i32(index) + b"\x11" + bytes([type_, 0]), types=[([], []), ([I32], [])],
                   functions=[(0, i32(index) + b"\x11" + bytes([type_, 0]), "culprit"), (0, call(0), "_start"),
                              (1, b"", "takes_i32")],
                   tables=[b"\x70\0\2"], elements=table)


def throwing(body: bytes) -> Module:
    return program(body, tags=[0])


FIRST_IS_TAKES_I32 = [b"\0" + i32(0) + b"\x0b\1\2"]
CASES: list[tuple[str, str, Module, int]] = [
    ("unreachable", "unreachable", program(b"\0"), ILL),
    ("load past the end", "out of bounds memory access", program(i32(65536) + b"\x28\2\0" + DROP), SEGV),
    ("load across the end", "out of bounds memory access", program(i32(65534) + b"\x28\2\0" + DROP), SEGV),
    ("load at 4 GiB and more", "out of bounds memory access",
     program(i32(-1) + b"\x29\3\xff\xff\xff\xff\x0f" + DROP), SEGV),
    ("store past the end", "out of bounds memory access", program(i32(65536) + i32(0) + b"\x36\2\0"), SEGV),
    ("memory.fill past the end", "out of bounds memory access",
     program(i32(65000) + i32(0) + i32(1000) + b"\xfc\x0b\0"), SEGV),
    ("memory.copy past the end", "out of bounds memory access",
     program(i32(0) + i32(65000) + i32(1000) + b"\xfc\x0a\0\0"), SEGV),
    ("division by zero", "integer divide by zero", program(i32(1) + i32(0) + b"\x6d" + DROP), FPE),
    ("remainder by zero", "integer divide by zero", program(b"\x42\1\x42\0\x82" + DROP), FPE),
    ("division overflow", "integer overflow", program(MIN + i32(-1) + b"\x6d" + DROP), FPE),
    ("conversion of NaN", "invalid conversion to integer", program(f64(float("nan")) + b"\xaa" + DROP), FPE),
    ("conversion of 1e10", "integer overflow", program(f64(1e10) + b"\xaa" + DROP), FPE),
    ("endless recursion", "call stack exhausted", program(call(0)), SEGV),
    ("call of an element of another type", "indirect call type mismatch", indirect(0, FIRST_IS_TAKES_I32), ABRT),
    ("call of an element that is not there", "undefined element", indirect(7, FIRST_IS_TAKES_I32), ABRT),
    ("call of a null element", "uninitialized element", indirect(1, FIRST_IS_TAKES_I32), ABRT),
    ("uncaught exception", "uncaught exception", throwing(b"\x08\0"), ABRT),
    ("throw of a null reference", "null exception reference", throwing(b"\xd0" + bytes([EXNREF]) + b"\x0a"), ABRT),
]


def main() -> int:
    if not Path(RUN[0]).exists():
        return skip_all(f"{RUN[0]} is not built")
    tap = Tap()
    with tempfile.TemporaryDirectory() as d:
        path = Path(d) / "module.wasm"
        for what, message, module, sig in CASES:
            path.write_bytes(module.bytes())
            r = run(path)
            lines = r.stderr.splitlines()
            said = bool(lines) and message in lines[0] and "culprit" in r.stderr
            tap.check(shell_status(r.returncode) == 128 + sig and said, what,
                      f"status {shell_status(r.returncode)}, should be {128 + sig}", f"stderr {r.stderr!r}")
        path.write_bytes(indirect(0, FIRST_IS_TAKES_I32).bytes())
        r = run(path)
        tap.check(bool(re.search(r"\[i32\] -> \[\]", r.stderr) and re.search(r"\[\] -> \[\]", r.stderr)),
                  "a type mismatch names both types", r.stderr)
        path.write_bytes(program(b"\0", inner="nasty\x1b[31m\nname").bytes())
        r = run(path)
        tap.check("\x1b" not in r.stderr and "nasty" in r.stderr, "names from the module cannot command the terminal",
                  repr(r.stderr))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
