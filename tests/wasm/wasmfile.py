"""Makes small modules byte by byte, for tests that want exact control over what is in them."""

from __future__ import annotations

from dataclasses import dataclass, field

I32, I64, F32, F64, FUNCREF, EXNREF = 0x7F, 0x7E, 0x7D, 0x7C, 0x70, 0x69
EMPTY = b"\0asm\1\0\0\0"


def leb(n: int) -> bytes:
    out = bytearray()
    while True:
        byte, n = n & 0x7F, n >> 7
        if not n:
            return bytes(out + bytes([byte]))
        out.append(byte | 0x80)


def sleb(n: int) -> bytes:
    out = bytearray()
    while True:
        byte, n = n & 0x7F, n >> 7
        if (n == 0 and not byte & 0x40) or (n == -1 and byte & 0x40):
            return bytes(out + bytes([byte]))
        out.append(byte | 0x80)


def name(s: str) -> bytes:
    b = s.encode()
    return leb(len(b)) + b


def vector(items: list[bytes]) -> bytes:
    return leb(len(items)) + b"".join(items)


def section(number: int, content: bytes) -> bytes:
    return bytes([number]) + leb(len(content)) + content


def i32(n: int) -> bytes:
    """i32.const n"""
    return b"\x41" + sleb(n)


def call(n: int) -> bytes:
    return b"\x10" + leb(n)


@dataclass
class Module:
    """What is in the sections; bytes() puts them together. Bodies come without their final end."""

    types: list[tuple[list[int], list[int]]] = field(default_factory=lambda: [([], [])])
    imports: list[tuple[str, str, bytes]] = field(default_factory=list)  # module, name, kind and type
    functions: list[tuple[int, bytes, str]] = field(default_factory=list)  # type, body, name
    tables: list[bytes] = field(default_factory=list)
    memories: list[bytes] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)  # types
    exports: list[tuple[str, int, int]] = field(default_factory=list)  # name, kind, index
    elements: list[bytes] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)
    locals: bytes = b"\0"  # of every function: vec(count, type)

    def bytes(self) -> bytes:
        imported = sum(1 for i in self.imports if i[2][0] == 0)
        out = EMPTY
        out += section(1, vector([b"\x60" + vector([bytes([p]) for p in ps]) + vector([bytes([r]) for r in rs])
                                  for ps, rs in self.types]))
        if self.imports:
            out += section(2, vector([name(m) + name(n) + what for m, n, what in self.imports]))
        out += section(3, vector([leb(t) for t, _, _ in self.functions]))
        for number, items in ((4, self.tables), (5, self.memories)):
            if items:
                out += section(number, vector(items))
        if self.tags:
            out += section(13, vector([b"\0" + leb(t) for t in self.tags]))
        out += section(7, vector([name(n) + bytes([k]) + leb(i) for n, k, i in self.exports]))
        if self.elements:
            out += section(9, vector(self.elements))
        bodies = [self.locals + body + b"\x0b" for _, body, _ in self.functions]
        out += section(10, vector([leb(len(b)) + b for b in bodies]))
        if self.data:
            out += section(11, vector(self.data))
        names = vector([leb(imported + i) + name(n) for i, (_, _, n) in enumerate(self.functions)])
        return out + section(0, name("name") + section(1, names))


def program(body: bytes, inner: str = "culprit", **extra: object) -> Module:
    """_start calls a function called `inner` that has the given body; function 0 is the inner one."""
    m = Module(functions=[(0, body, inner), (0, call(0), "_start")], memories=[b"\0\1"],
               exports=[("_start", 0, 1), ("memory", 2, 0)])
    for key, value in extra.items():
        setattr(m, key, value)
    return m
