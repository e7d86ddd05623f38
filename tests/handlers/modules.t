#!/usr/bin/env python3
"""What no compiler emits: modules made by hand to confuse the Linux layer. The runtime may refuse or kill them; it must
not be wrong about what is where itself, which it would report as an internal error."""

from __future__ import annotations

import signal
import struct
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "wasm"))
# pylint: disable=wrong-import-position
from tap import Tap, run, shell_status  # noqa: E402
from wasmfile import EXNREF, FUNCREF, I32, I64, Module, call, i32, leb  # noqa: E402

DROP, WRAP = b"\x1a", b"\xa7"
TYPES: list[tuple[list[int], list[int]]] = [([], []), ([], [I64]), ([I32] * 2, [I64]), ([I32] * 4, [I64]),
                                            ([I64], []), ([I32] * 2, [I32])]
CALLS = {"SYS_getpid": 1, "SYS_kill": 2, "SYS_rt_sigaction": 3, "__wasm_thread_spawn": 5}
NUMBER = {name: index for index, name in enumerate(CALLS)}
# A block that leaves a reference to an exception with a value of the module's choice.
EXCEPTION = b"\x02" + bytes([EXNREF]) + b"\x1f\x40\1\3\0" + b"\x42\x80\x80\xc0\0" + b"\x08\0" + b"\x0b\0\x0b"
ACTION = 1024


def invoke(name: str, *arguments: bytes) -> bytes:
    return b"".join(arguments) + call(NUMBER[name])


def handle_usr1() -> bytes:
    """Makes element 2 the handler, which is called at once."""
    return (invoke("SYS_rt_sigaction", i32(signal.SIGUSR1), i32(ACTION), i32(0), i32(8)) + DROP +
            invoke("SYS_kill", invoke("SYS_getpid") + WRAP, i32(signal.SIGUSR1)) + DROP)


def module(body: bytes, table: bytes, elements: list[bytes] | None = None) -> Module:
    action = struct.pack("<IQIQ", 2, 0, 0, 0)
    return Module(types=TYPES, imports=[("wali", name, b"\0" + leb(type_)) for name, type_ in CALLS.items()],
                  functions=[(0, body, "_start"), (4, b"", "takes_i64")], tables=[table], memories=[b"\0\1"],
                  tags=[4], exports=[("_start", 0, len(CALLS)), ("memory", 2, 0)], elements=elements or [],
                  data=[b"\0" + i32(ACTION) + b"\x0b" + leb(len(action)) + action])


SET_EXCEPTION = (i32(2) + EXCEPTION + b"\x26\0") * 2  # the second's list entry leads to the first
EXCEPTIONS, FUNCTIONS = bytes([EXNREF, 0, 3]), bytes([FUNCREF, 0, 3])
TAKES_I64 = [b"\0" + i32(2) + b"\x0b\1" + leb(len(CALLS) + 1)]
SPAWN = invoke("__wasm_thread_spawn", i32(2), i32(0)) + i32(-22) + b"\x47\x04\x40\0\x0b"  # must be -EINVAL
CASES: list[tuple[str, Module, int, str]] = [
    ("a handler out of a table of exceptions", module(SET_EXCEPTION + handle_usr1(), EXCEPTIONS), signal.SIGSEGV,
     "no function"),
    ("a handler of another type", module(handle_usr1(), FUNCTIONS, TAKES_I64), signal.SIGSEGV, "no function"),
    ("a null handler", module(handle_usr1(), FUNCTIONS), signal.SIGSEGV, "no function"),
    ("a thread out of a table of exceptions", module(SET_EXCEPTION + SPAWN, EXCEPTIONS), 0, ""),
    ("a thread of another type", module(SPAWN, FUNCTIONS, TAKES_I64), 0, ""),
    ("a null thread", module(SPAWN, FUNCTIONS), 0, ""),
]


def main() -> int:
    tap = Tap()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "module.wasm"
        for what, made, death, words in CASES:
            path.write_bytes(made.bytes())
            result = run(path)
            expected = 128 + death if death else 0
            tap.check(shell_status(result.returncode) == expected and words in result.stderr and
                      "internal error" not in result.stderr, what, result.stderr, shell_status(result.returncode))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
