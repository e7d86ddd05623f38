#!/usr/bin/env python3
"""Prints what a module declares, one fact a line: memories, tables, globals, exports, custom sections.

    memory 0 shared min=129 max=65536 export=memory
    table 0 min=2 max=2 export=__indirect_function_table
    global __stack_pointer mutable 8388608        (exported globals only)
    export _start                                 (functions)
    custom wali
"""

import sys


class Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def leb(self, signed: bool = False) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        return value - (1 << shift) if signed and byte & 0x40 else value

    def take(self, n: int) -> bytes:
        self.at += n
        return self.data[self.at - n : self.at]

    def name(self) -> str:
        return self.take(self.leb()).decode()

    def limits(self) -> str:
        flags = self.byte()
        text = f"min={self.leb()}"
        if flags & 1:
            text += f" max={self.leb()}"
        return ("shared " if flags & 2 else "") + text


def facts(data: bytes) -> list[str]:
    module = Reader(data)
    assert module.take(8) == b"\0asm\1\0\0\0", "not a module"
    memories: list[str] = []
    tables: list[str] = []
    globals_: list[str] = []
    names: dict[tuple[int, int], str] = {}
    out: list[str] = []
    while module.at < len(data):
        kind = module.byte()
        section = Reader(module.take(module.leb()))
        if kind == 0:
            out.append(f"custom {section.name()}")
        elif kind == 4:
            for _ in range(section.leb()):
                section.byte()
                tables.append(section.limits())
        elif kind == 5:
            memories = [section.limits() for _ in range(section.leb())]
        elif kind == 6:
            for _ in range(section.leb()):
                section.byte()
                mutable = "mutable" if section.byte() else "constant"
                assert section.byte() in (0x41, 0x42), "a global that is no integer constant"
                globals_.append(f"{mutable} {section.leb(signed=True)}")
                assert section.byte() == 0x0B
        elif kind == 7:
            for _ in range(section.leb()):
                name = section.name()
                names[section.byte(), section.leb()] = name

    def export(kind: int, i: int) -> str:
        return f" export={names[kind, i]}" if (kind, i) in names else ""

    out += [f"table {i} {text}{export(1, i)}" for i, text in enumerate(tables)]
    out += [f"memory {i} {text}{export(2, i)}" for i, text in enumerate(memories)]
    out += [f"global {names[3, i]} {text}" for i, text in enumerate(globals_) if (3, i) in names]
    out += [f"export {name}" for (kind, _), name in sorted(names.items()) if kind == 0]
    return out


with open(sys.argv[1], "rb") as file:
    print("\n".join(facts(file.read())))
