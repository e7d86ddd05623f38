#!/usr/bin/env python3
"""After a fault in guest memory an instruction can be executed again, whatever form the translator gave it."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "wasm"))

from tap import Tap, build, cross_build  # noqa: E402
from wasmfile import F32, F64, I32, I64, Module, i32, leb, sleb  # noqa: E402

# Opcode, type, log2 of the alignment that is not needed anyway.
LOADS = {0x28: I32, 0x29: I64, 0x2A: F32, 0x2B: F64, 0x2C: I32, 0x2D: I32, 0x2E: I32, 0x2F: I32, 0x30: I64, 0x31: I64,
         0x32: I64, 0x33: I64, 0x34: I64, 0x35: I64}
STORES = {0x36: I32, 0x37: I64, 0x38: F32, 0x39: F64, 0x3A: I32, 0x3B: I32, 0x3C: I64, 0x3D: I64, 0x3E: I64}
NAMES = {I32: "i32", I64: "i64", F32: "f32", F64: "f64"}
ADD = {I32: b"\x6a", I64: b"\x7c", F32: b"\x92", F64: b"\xa0"}
SUB = {I32: b"\x6b", I64: b"\x7d", F32: b"\x93", F64: b"\xa1"}
LOCAL = {I32: 3, I64: 4, F32: 5, F64: 6}  # locals of each type, set by the prologue
PLAIN_LOAD = {I32: b"\x28", I64: b"\x29", F32: b"\x2a", F64: b"\x2b"}
PLAIN_STORE = {I32: b"\x36", I64: b"\x37", F32: b"\x38", F64: b"\x39"}
TO_I64 = {I32: b"\xad", I64: b"", F32: b"\xbc\xad", F64: b"\xbd"}
FIRST, SECOND = 65536 + 512, 2 * 65536 + 256


# Locals that are not parameters begin at 3 + this.
skipped = 0


def local(n: int) -> bytes:
    return leb(n if n < 3 else n + skipped)


def get(n: int) -> bytes:
    return b"\x20" + local(n)


def put(n: int) -> bytes:
    return b"\x21" + local(n)


def const(type_: int, n: int) -> bytes:
    if type_ == F32:
        return b"\x43" + struct.pack("<f", n)
    if type_ == F64:
        return b"\x44" + struct.pack("<d", n)
    return (b"\x41" if type_ == I32 else b"\x42") + sleb(n)


def memarg(offset: int) -> bytes:
    return b"\0" + leb(offset)


def addresses() -> dict[str, bytes]:
    or_one = get(1) + i32(1) + b"\x72"  # 7
    return {
        "slot": get(0),
        "constant": i32(FIRST),
        "accumulator": get(0) + i32(16) + b"\x72",
        "slot+constant": get(0) + i32(8) + b"\x6a",
        "slot+slot": get(0) + get(1) + b"\x6a",
        "accumulator+constant": get(0) + i32(4) + b"\x71" + i32(FIRST) + b"\x6a",
        "accumulator+slot": or_one + get(0) + b"\x6a",
        "product": get(1) + i32(4) + b"\x6c" + get(0) + b"\x6a",
        "indexed slot": get(1) + i32(2) + b"\x74" + get(0) + b"\x6a",
        "indexed accumulator": or_one + i32(3) + b"\x74" + get(0) + b"\x6a",
        "pointer": get(2) + b"\x28" + memarg(4),
        "pointer at accumulator": get(2) + i32(16) + b"\x72" + b"\x28" + memarg(0),
        "pointer at constant": i32(SECOND) + b"\x28" + memarg(8),
        "tee": get(0) + i32(12) + b"\x6a\x22" + local(7),
    }


def after_load(type_: int) -> dict[str, bytes]:
    """What is done with a loaded value; leaves an i64."""
    extend = TO_I64[type_]
    shapes = {
        "returned": extend,
        "added": get(LOCAL[type_]) + ADD[type_] + extend,
        "subtracted": put(LOCAL[type_] + 5) + get(LOCAL[type_]) + get(LOCAL[type_] + 5) + SUB[type_] + extend,
        "in a local": put(LOCAL[type_] + 5) + get(LOCAL[type_] + 5) + extend + get(LOCAL[type_] + 5) + extend + b"\x7c",
    }
    if type_ in (I32, I64):
        compare = b"\x49" if type_ == I32 else b"\x54"
        shapes["branched on"] = get(LOCAL[type_]) + compare + b"\x04\x7e" + const(I64, 5) + b"\x05" + const(I64, 6) + b"\x0b"
        shapes["masked"] = const(type_, 255) + (b"\x71" if type_ == I32 else b"\x83") + extend
    return shapes


def values(type_: int) -> dict[str, bytes]:
    return {
        "constant": const(type_, 77),
        "local": get(LOCAL[type_]),
        "sum": get(LOCAL[type_]) + get(LOCAL[type_]) + ADD[type_],
        "loaded": get(2) + PLAIN_LOAD[type_] + memarg(12),
    }


# Locals after the three parameters: one of each type with something in it, an address, one of each type.
LOCALS = [I32, I64, F32, F64, I32, I32, I64, F32, F64]


def prologue() -> bytes:
    return b"".join(const(t, 1000 + t) + put(3 + i) for i, t in enumerate((I32, I64, F32, F64)))


def epilogue(type_: int) -> bytes:
    """Mixes in what registers and locals hold afterwards."""
    return get(7) + TO_I64[I32] + b"\x7c" + get(LOCAL[type_]) + TO_I64[type_] + b"\x7c"


def functions() -> dict[str, bytes]:
    out = {}
    for where, address in addresses().items():
        for opcode, type_ in LOADS.items():
            access = address + bytes([opcode]) + memarg(3)
            for how, rest in after_load(type_).items():
                out[f"load {opcode:02x} {where}, {how}"] = prologue() + access + rest + epilogue(type_)
            stored = get(0) + access + PLAIN_STORE[type_] + memarg(40)
            out[f"load {opcode:02x} {where}, stored"] = prologue() + stored + const(I64, 1) + epilogue(type_)
        for opcode, type_ in STORES.items():
            for what, value in values(type_).items():
                store = address + value + bytes([opcode]) + memarg(3)
                out[f"store {opcode:02x} {where}, {what}"] = prologue() + store + const(I64, 2) + epilogue(type_)
    for type_, load in PLAIN_LOAD.items():
        extra, add, sub = LOCAL[type_] + 5, ADD[type_], SUB[type_]
        for what, change in {
            "added to": get(LOCAL[type_]) + add,
            "added to a constant": const(type_, 3) + add,
            "subtracted from": get(LOCAL[type_]) + sub,
        }.items():
            tail = PLAIN_STORE[type_] + memarg(8) + const(I64, 1) + epilogue(type_)
            out[f"{NAMES[type_]} {what}"] = prologue() + get(0) + get(0) + load + memarg(3) + change + tail
            kept = get(0) + i32(12) + b"\x6a\x22" + local(7) + get(7) + load + memarg(3) + change
            out[f"{NAMES[type_]} {what}, address kept"] = prologue() + kept + tail
        both = get(0) + load + memarg(3) + put(extra) + get(2) + load + memarg(8) + put(LOCAL[type_])
        out[f"{NAMES[type_]} two locals"] = prologue() + both + get(extra) + TO_I64[type_] + epilogue(type_)
        for op, name in ((add, "sum"), (sub, "difference")):
            two = get(0) + load + memarg(3) + get(2) + load + memarg(8) + op
            out[f"{NAMES[type_]} {name} of two"] = prologue() + two + TO_I64[type_] + epilogue(type_)
    scaled = get(0) + b"\x2d" + memarg(3) + i32(2) + b"\x74" + get(2) + b"\x6a"
    for opcode, type_ in LOADS.items():
        out[f"load {opcode:02x} scaled"] = prologue() + scaled + bytes([opcode]) + memarg(5) + TO_I64[type_] + epilogue(type_)
    table = b"\x02\x40\x02\x40" + get(0) + b"\x2d" + memarg(3) + b"\x0e\1\0\1\x0b" + i32(4) + put(7) + b"\x0b"
    out["br_table of a byte"] = prologue() + table + const(I64, 3) + epilogue(I32)
    out["call with a pointer"] = prologue() + get(0) + get(2) + get(0) + b"\x28" + memarg(4) + b"\x10\0" + epilogue(I32)
    for what, code in {"copy down": get(0) + get(0) + i32(3) + b"\x6a", "copy up": get(0) + i32(3) + b"\x6a" + get(0)}.items():
        out[f"memory.{what}"] = prologue() + code + i32(9000) + b"\xfc\x0a\0\0" + const(I64, 3) + epilogue(I32)
    out["memory.fill"] = prologue() + get(0) + i32(1) + i32(9000) + b"\xfc\x0b\0" + const(I64, 4) + epilogue(I32)
    return out


def atomics() -> dict[str, bytes]:
    out = {}
    for number in range(0x10, 0x4F):
        # Types by what the encoding says: seven widths of each, i32 first.
        group = number - 0x10 if number < 0x17 else (number - 0x17) % 7
        type_ = I32 if group in (0, 2, 3) else I64
        operands = b"" if number < 0x17 else const(type_, 5) + (const(type_, 9) if number >= 0x48 else b"")
        width = [4, 8, 1, 2, 1, 2, 4][group]
        align = leb(width.bit_length() - 1)
        result = TO_I64[type_] if not 0x17 <= number < 0x1E else const(I64, 1)
        code = get(0) + operands + b"\xfe" + bytes([number]) + align + leb(8)
        out[f"atomic {number:02x}"] = prologue() + code + result + epilogue(type_)
    return out


def module(bodies: dict[str, bytes]) -> bytes:
    m = Module(types=[([I32, I32, I32], [I64])], memories=[b"\0\4"],
               locals=leb(len(LOCALS) + 1) + leb(skipped) + b"\x7b" + b"".join(b"\1" + bytes([t]) for t in LOCALS))
    # Function 0: a mixture of its parameters.
    m.functions.append((0, get(0) + get(1) + i32(3) + b"\x6c\x6a" + get(2) + i32(5) + b"\x6c\x6a\xad", "mixture"))
    for name, body in bodies.items():
        m.exports.append((name, 0, len(m.functions)))
        m.functions.append((0, body, name))
    return m.bytes()


def check(tap: Tap, program: list[str], suffix: str = "") -> None:
    global skipped
    results: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        # With that many locals in front, slots have numbers of more than 16 bits.
        for skipped in (0, 40000):
            for what, bodies in (("loads, stores and copies", functions()), ("atomic accesses", atomics())):
                path = Path(scratch) / "faults.wasm"
                path.write_bytes(module(bodies))
                done = subprocess.run([*program, str(path)], capture_output=True, text=True, timeout=300)
                lines = done.stdout.splitlines()
                title = f"{len(bodies)} {what}" + (" with large slot numbers" if skipped else "") + suffix
                tap.check(done.returncode == 0 and lines[-1:] == [f"done {len(bodies)} 0"], title,
                          *lines[-20:], *done.stderr.splitlines()[-20:])
                tap.check(results.setdefault(what, lines) == lines, f"the same results: {what}{suffix}")


def main() -> int:
    tap = Tap()
    check(tap, build("interp", "interp-faults"))
    # Which registers and functions an instruction uses differs from machine to machine.
    for isa in ("aarch64", "riscv64"):
        qemu = shutil.which(f"qemu-{isa}-static")
        if qemu and not os.environ.get("SANITIZE"):
            check(tap, [qemu, cross_build("interp", isa, "interp-faults")], f", {isa}")
        else:
            tap.check(True, f"{isa} # SKIP no qemu-{isa}-static, or sanitized")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
