#!/usr/bin/env python3
"""Polls, waiting, exceptions, backtraces, nesting and threads: runs engine.c on a module made for it."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "wasm"))

from tap import build  # noqa: E402
from wasmfile import EXNREF, FUNCREF, I32, I64, Module, i32, leb, sleb  # noqa: E402

VOID, LOOP, BLOCK, IF, ELSE, END = b"\x40", b"\x03", b"\x02", b"\x04", b"\x05", b"\x0b"
BR, BR_IF, BR_TABLE, DROP, EQZ = b"\x0c", b"\x0d", b"\x0e", b"\x1a", b"\x45"
ADD, SUB, AND = b"\x6a", b"\x6b", b"\x71"
# Every function has two locals after its parameter: 1 is an i32, 2 an exnref.
TYPE_I_I, TYPE_I, TYPE_NONE, TYPE_I_EXN, TYPE_EXN = range(5)
TAG_I, TAG_EXN = 0, 1


def get(n: int) -> bytes:
    return b"\x20" + leb(n)


def put(n: int) -> bytes:
    return b"\x21" + leb(n)


def tee(n: int) -> bytes:
    return b"\x22" + leb(n)


def loop(body: bytes) -> bytes:
    return LOOP + VOID + body + END


def forever(body: bytes) -> bytes:
    return loop(body + BR + b"\0")


def counted(body: bytes) -> bytes:
    """As often as the parameter says."""
    return loop(body + get(0) + i32(1) + SUB + tee(0) + BR_IF + b"\0")


def throw(tag: int) -> bytes:
    return b"\x08" + leb(tag)


def catching(body: bytes, kind: int, tag: int, result: bytes) -> bytes:
    """A block of that type around a try_table with one clause; the body does not end."""
    clause = leb(1) + bytes([kind]) + (leb(tag) if kind < 2 else b"") + leb(0)
    return BLOCK + result + b"\x1f" + VOID + clause + body + b"\0" + END + b"\0" + END


FUNCTIONS: dict[str, tuple[int, bytes]] = {
    # Function 1, which the race starts with, calls some others.
    "first": (TYPE_I, b"".join(i32(n) + b"\x10" + name.encode() + b"!\x1a" for n, name in ((5, "add_one"), (7, "twice"), (9, "sum")))),
    "add_one": (TYPE_I_I, get(0) + i32(1) + ADD),
    "twice": (TYPE_I_I, get(0) + b"\x10add_one!" + get(0) + b"\x10add_one!" + ADD),
    "sum": (TYPE_I_I, counted(get(1) + get(0) + ADD + put(1)) + get(1)),
    "br": (TYPE_I, forever(b"")),
    "br_if": (TYPE_I, loop(get(0) + BR_IF + b"\0")),
    "br_if_eqz": (TYPE_I, loop(get(1) + EQZ + BR_IF + b"\0")),
    "br_if_compare": (TYPE_I, loop(get(1) + get(0) + b"\x48" + BR_IF + b"\0")),
    "br_if_constant": (TYPE_I, loop(get(0) + i32(100000) + b"\x47" + BR_IF + b"\0")),
    "tee": (TYPE_I, loop(get(1) + i32(2) + ADD + tee(1) + i32(1) + b"\x47" + BR_IF + b"\0")),
    "increment": (TYPE_I, forever(get(1) + i32(2) + ADD + put(1))),
    "copy": (TYPE_I, forever(get(0) + put(1))),
    "br_table": (TYPE_I, loop(get(0) + BR_TABLE + b"\1\0\0")),
    "load": (TYPE_I, loop(get(1) + b"\x28\2\x40" + EQZ + BR_IF + b"\0")),
    "mask": (TYPE_I, loop(get(0) + i32(1) + AND + BR_IF + b"\0")),
    "tail": (TYPE_I, get(0) + b"\x12tail!"),
    "tail_indirect": (TYPE_I, get(0) + i32(0) + b"\x13" + leb(TYPE_I) + b"\0"),
    # Twice each: the depth is bounded, the time is not.
    "recursion": (TYPE_I, BLOCK + VOID + get(1) + get(0) + i32(60) + b"\x4a" + BR_IF + b"\0" + DROP
                  + 2 * (get(0) + i32(1) + ADD + b"\x10recursion!") + END),
    "catch": (TYPE_I, LOOP + VOID + b"\x1f" + VOID + b"\1\2\0" + i32(1) + throw(TAG_I) + END + END),
    "wait": (TYPE_I_I, i32(16) + i32(0) + get(0) + i32(-1) + b"\x46" + IF + bytes([I64]) + b"\x42\x7f" + ELSE
             + get(0) + b"\xad" + END + b"\xfe\1\2\0"),
    # Word 32 says whose turn it is.
    "ping": (TYPE_I, i32(20000) + put(1) + loop(
        BLOCK + VOID + loop(i32(32) + b"\xfe\x10\2\0" + get(0) + b"\x46" + BR_IF + b"\1"
                            + i32(32) + i32(1) + get(0) + SUB + b"\x42\x7f\xfe\1\2\0" + DROP + BR + b"\0") + END
        + i32(32) + i32(1) + get(0) + SUB + b"\xfe\x17\2\0" + i32(32) + i32(1) + b"\xfe\0\2\0" + DROP
        + get(1) + i32(1) + SUB + tee(1) + BR_IF + b"\0")),
    "throw_many": (TYPE_I_I, counted(get(1) + catching(i32(1) + throw(TAG_I), 0, TAG_I, bytes([I32])) + ADD + put(1))
                   + get(1)),
    "keep_one": (TYPE_I_I, catching(i32(4711) + throw(TAG_I), 3, 0, bytes([EXNREF])) + put(2)
                 + counted(catching(i32(1) + throw(TAG_I), 0, TAG_I, bytes([I32])) + DROP)
                 + catching(get(2) + b"\x0a", 0, TAG_I, bytes([I32]))),
    # Wraps the exception in another, again and again, then counts them.
    "chain": (TYPE_I_I, catching(i32(1) + throw(TAG_I), 3, 0, bytes([EXNREF])) + put(2)
              + counted(catching(get(2) + throw(TAG_EXN), 3, 0, bytes([EXNREF])) + put(2))
              + BLOCK + bytes([I32]) + loop(
                  BLOCK + bytes([EXNREF]) + b"\x1f" + VOID + b"\2\0" + leb(TAG_EXN) + leb(0) + b"\0" + leb(TAG_I) + leb(2)
                  + get(2) + b"\x0a" + END + b"\0" + END + put(2) + get(1) + i32(1) + ADD + put(1) + BR + b"\0")
              + b"\0" + END + DROP + get(1)),
    "catch_host": (TYPE_I_I, BLOCK + bytes([I32]) + b"\x1f" + VOID + b"\1\0\0\0" + get(0) + b"\x10host!" + END + i32(0) + END),
    "uncaught": (TYPE_I_I, get(0) + b"\x10host!" + i32(0)),
    "nested": (TYPE_I, get(0) + b"\x10host!"),
    "outer": (TYPE_I, get(0) + b"\x10nested!"),
    "deep": (TYPE_I_I, get(0) + b"\x10deep!" + i32(1) + ADD),
}


def link(body: bytes, base: int) -> tuple[bytes, list[int]]:
    """Replaces NAME! by function indices; also says where in the body the calls are."""
    calls, out, names = [], b"", ["host", *FUNCTIONS]
    while found := re.search(rb"([\x10\x12])([a-z_]+)!", body):
        out += body[:found.start()]
        calls.append(base + len(out))
        out += found[1] + leb(names.index(found[2].decode()))
        body = body[found.end():]
    return out + body, calls


def main() -> int:
    program = build("interp", "interp-engine")[0]
    m = Module(types=[([I32], [I32]), ([I32], []), ([], []), ([I32], [EXNREF]), ([EXNREF], [])],
               imports=[("host", "f", b"\0" + leb(TYPE_I))], memories=[b"\3\1\1"], tags=[TYPE_I, TYPE_EXN],
               tables=[bytes([FUNCREF]) + b"\0\1"], locals=b"\2\1" + bytes([I32]) + b"\1" + bytes([EXNREF]))
    for name, (type_, body) in FUNCTIONS.items():
        m.exports.append((name, 0, 1 + len(m.functions)))
        linked, _ = link(body, 0)
        m.functions.append((type_, linked, name))
    m.elements = [b"\0" + i32(0) + END + b"\1" + leb(1 + list(FUNCTIONS).index("tail_indirect"))]
    code = m.bytes()
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "engine.wasm"
        path.write_bytes(code)
        done = subprocess.run([program, str(path)], capture_output=True, text=True, timeout=300)
    sys.stdout.write(done.stdout.replace("1..", "# 1.."))
    sys.stdout.write("".join(f"# {line}\n" for line in done.stderr.splitlines()))
    count = len(re.findall(r"(?m)^(?:not )?ok ", done.stdout))
    # The innermost frames called the host function; so did the one that led there.
    expected = []
    for name in ("nested", "outer", "nested", "outer"):
        _, linked = FUNCTIONS[name], link(FUNCTIONS[name][1], 0)
        at = code.index(leb(len(m.locals + linked[0]) + 1) + m.locals + linked[0])
        expected.append((1 + list(FUNCTIONS).index(name), at + 1 + len(m.locals) + linked[1][0]))
    found = [tuple(map(int, pair)) for pair in re.findall(r"# backtrace (\d+) (\d+)", done.stdout)]
    good = found == expected
    print(f"{'ok' if good else 'not ok'} {count + 1} - the backtrace names the call instructions")
    if not good:
        print(f"# {found} is not {expected}")
    crashed = done.returncode not in (0, 1)
    print(f"{'not ok' if crashed else 'ok'} {count + 2} - and it came to an end\n1..{count + 2}")
    return crashed or not good or done.returncode


if __name__ == "__main__":
    sys.exit(main())
