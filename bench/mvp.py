#!/usr/bin/env python3
"""Makes a module that knows neither threads nor exceptions of one that has them: mvp.py MODULE OUT.

For compilers without these features, to have as much to do as others: atomic accesses become plain ones, try blocks plain
blocks, and what throws traps. The result is valid, but is no longer of use as a program. Vectors are not understood.
"""

from __future__ import annotations

import sys
from pathlib import Path

EXNREF, EXTERNREF = 0x69, 0x6F
MEMORY_SECTION, EXPORT_SECTION, CODE_SECTION, TYPE_SECTION, TAG_SECTION = 5, 7, 10, 1, 13
UNREACHABLE, NOP, BLOCK, DROP = b"\x00", b"\x01", 0x02, b"\x1a"
# Of the opcodes whose immediates are as many LEB128 numbers; all others have none.
NUMBERS = {0x0C: 1, 0x0D: 1, 0x10: 1, 0x11: 2, 0x12: 1, 0x13: 2, 0x25: 1, 0x26: 1, 0x3F: 1, 0x40: 1, 0xD0: 1, 0xD2: 1,
           0x41: 1, 0x42: 1, **dict.fromkeys(range(0x20, 0x25), 1), **dict.fromkeys(range(0x28, 0x3F), 2)}
BULK = {8: 2, 9: 1, 10: 2, 11: 1, 12: 2, 13: 1, 14: 2, 15: 1, 16: 1, 17: 1}
# Plain loads, in the order of the seven widths that atomic instructions have: i32, i64, i32 8 and 16, i64 8, 16 and 32.
LOADS = [0x28, 0x29, 0x2D, 0x2F, 0x31, 0x33, 0x35]
STORES = [0x36, 0x37, 0x3A, 0x3B, 0x3C, 0x3D, 0x3E]


def leb(n: int) -> bytes:
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


class Reader:
    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at

    def skip(self) -> None:
        """A LEB128 number of either kind."""
        while self.data[self.at] & 128:
            self.at += 1
        self.at += 1

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value


def atomic(code: int, memarg: bytes) -> bytes:
    """In place of an instruction of the threads proposal; what it leaves on the stack has the same types."""
    if code == 3:
        return NOP
    if code < 3:  # notify, wait32, wait64
        return DROP * (1 if code == 0 else 2) + bytes([0x28]) + memarg
    operation, width = divmod(code - 0x10, 7)
    if operation == 0:
        return bytes([LOADS[width]]) + memarg
    if operation == 1:
        return bytes([STORES[width]]) + memarg
    return DROP * (2 if operation == 8 else 1) + bytes([LOADS[width]]) + memarg


def expression(r: Reader, end: int) -> bytes:
    out, data = bytearray(), r.data
    while r.at < end:
        start, op = r.at, data[r.at]
        r.at += 1
        if op in NUMBERS:
            for _ in range(NUMBERS[op]):
                r.skip()
        elif op in (0x02, 0x03, 0x04, 0x1F):
            kind = r.at
            r.skip()
            block_type = bytes([EXTERNREF]) if data[kind] == EXNREF else data[kind:r.at]
            if op == 0x1F:
                for _ in range(r.number()):
                    r.at += 1
                    for _ in range(2 if data[r.at - 1] < 2 else 1):
                        r.skip()
            out += bytes([BLOCK if op == 0x1F else op]) + block_type
            continue
        elif op in (0x08, 0x0A):
            if op == 0x08:
                r.skip()
            out += UNREACHABLE
            continue
        elif op == 0x0E:
            for _ in range(r.number() + 1):
                r.skip()
        elif op == 0x1C:
            count = r.number()
            r.at += count
        elif op == 0x43:
            r.at += 4
        elif op == 0x44:
            r.at += 8
        elif op == 0xFC:
            for _ in range(BULK.get(r.number(), 0)):
                r.skip()
        elif op == 0xFE:
            code, memarg = r.number(), r.at
            for _ in range(1 if code == 3 else 2):
                r.skip()
            out += atomic(code, data[memarg:r.at])
            continue
        elif op in (0x06, 0x07, 0x09, 0x18, 0x19, 0xFD):
            sys.exit(f"mvp.py: offset {start:#x}: opcode {op:#x} is not understood")
        out += data[start:r.at]
    return bytes(out)


def function(body: bytes) -> bytes:
    r, out = Reader(body), bytearray()
    groups = r.number()
    out += leb(groups)
    for _ in range(groups):
        start = r.at
        r.skip()
        kind = body[r.at]
        out += body[start:r.at] + bytes([EXTERNREF if kind == EXNREF else kind])
        r.at += 1
    return bytes(out) + expression(r, len(body))


def code_section(data: bytes) -> bytes:
    r = Reader(data)
    count = r.number()
    out = bytearray(leb(count))
    for _ in range(count):
        size = r.number()
        body = function(data[r.at:r.at + size])
        r.at += size
        out += leb(len(body)) + body
    return bytes(out)


def export_section(data: bytes) -> bytes:
    r, kept = Reader(data), []
    for _ in range(r.number()):
        start = r.at
        length = r.number()
        r.at += length
        kind = data[r.at]
        r.at += 1
        r.skip()
        if kind != 4:  # a tag
            kept.append(data[start:r.at])
    return leb(len(kept)) + b"".join(kept)


def type_section(data: bytes) -> bytes:
    r = Reader(data)
    count = r.number()
    out = bytearray(leb(count))
    for _ in range(count):
        out += data[r.at:r.at + 1]
        r.at += 1
        for _ in range(2):
            size = r.number()
            out += leb(size) + data[r.at:r.at + size].replace(bytes([EXNREF]), bytes([EXTERNREF]))
            r.at += size
    return bytes(out)


def memory_section(data: bytes) -> bytes:
    """Shared memories, flag 2, have a maximum, flag 1."""
    return data[:1] + bytes([data[1] & ~2]) + data[2:]


def module(data: bytes) -> bytes:
    changes = {TYPE_SECTION: type_section, MEMORY_SECTION: memory_section, EXPORT_SECTION: export_section,
               CODE_SECTION: code_section}
    r, out = Reader(data, 8), bytearray(data[:8])
    while r.at < len(data):
        kind = data[r.at]
        r.at += 1
        size = r.number()
        content = data[r.at:r.at + size]
        r.at += size
        if kind in (0, TAG_SECTION):
            continue
        content = changes[kind](content) if kind in changes else content
        out += bytes([kind]) + leb(len(content)) + content
    return bytes(out)


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit("usage: mvp.py MODULE OUT")
    Path(sys.argv[2]).write_bytes(module(Path(sys.argv[1]).read_bytes()))


if __name__ == "__main__":
    main()
