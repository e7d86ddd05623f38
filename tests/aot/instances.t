#!/usr/bin/env python3
"""Calls from one instance into another, and what comes back: each finds its own memory and table again. On both engines, which
have to agree with what the modules were made to compute."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "wasm"))

from tap import SDK, Tap, build  # noqa: E402
from wasmfile import I32, Module, call, i32, leb, name  # noqa: E402

AOTC = os.environ.get("WALI_AOTC", shlex.quote(str(SDK / "bin/wali-aotc")))
TYPES = [([], [I32]), ([I32], []), ([], [])]
NUMBER, TAKES, PLAIN = range(3)
LOAD = i32(0) + b"\x2d\0\0"  # i32.load8_u
INDIRECT = i32(0) + b"\x11" + leb(NUMBER) + b"\0"
ADD = b"\x6a"
OWN = LOAD + INDIRECT + ADD  # what an instance says of itself
tap = Tap()


def attempt(body: bytes) -> bytes:
    """try (result i32) body; the exception's value if there is one."""
    return b"\x06" + bytes([I32]) + body + b"\x07\0" + b"\x0b"


def instance(mark: int, imports: list[tuple[str, str]], functions: list[tuple[int, bytes, str]]) -> bytes:
    """Its memory begins with `mark`, and its table has a function that returns 100 times that."""
    kinds = {"tag": b"\4\0" + leb(TAKES), "trap": b"\0" + leb(PLAIN)}
    tagged = any(i == "tag" for _, i in imports)
    first = len(imports) - tagged
    functions = [*functions, (NUMBER, i32(100 * mark), "own")]
    return Module(
        types=TYPES, imports=[(module, i, kinds.get(i, b"\0" + leb(NUMBER))) for module, i in imports],
        functions=functions, tables=[b"\x70\0\1"], memories=[b"\0\1"], tags=[] if tagged else [TAKES],
        exports=[*((f, 0, first + i) for i, (_, _, f) in enumerate(functions)), ("tag", 4, 0)],
        elements=[b"\0" + i32(0) + b"\x0b" + leb(1) + leb(first + len(functions) - 1)],
        data=[b"\0" + i32(0) + b"\x0b" + leb(1) + bytes([mark])]).bytes()


INNER = instance(1, [], [
    (NUMBER, OWN + b"\x08\0" + i32(0), "throw"),  # its own number
    (NUMBER, OWN, "number"),
    (PLAIN, b"\0", "trap"),
])
# Calls inner's through two instances.
MIDDLE = instance(2, [("inner", "throw"), ("inner", "number"), ("inner", "tag")], [
    (NUMBER, call(0) + OWN + ADD, "through"),
    (NUMBER, call(1) + OWN + ADD, "both"),
    (NUMBER, b"\x06" + bytes([I32]) + call(0) + b"\x07\0" + OWN + ADD + b"\x08\0" + i32(0) + b"\x0b", "again"),
])
OUTER = instance(3, [("inner", "throw"), ("inner", "number"), ("inner", "trap"), ("inner", "tag")], [
    (NUMBER, attempt(call(0)) + OWN + ADD, "catch"),
    (NUMBER, call(1) + OWN + ADD, "call"),
    (NUMBER, call(2) + OWN, "trap"),
])


FAR, TWICE = (instance(3, [("middle", function), ("inner", "tag")], [
    (NUMBER, attempt(call(0)) + OWN + ADD, "catch"),
]) for function in ("through", "again"))
MODULES = {"inner": INNER, "middle": MIDDLE, "outer": OUTER, "far": FAR, "twice": TWICE}


def commands(directory: Path) -> list[str]:
    lines = []
    for n, (module, content) in enumerate(MODULES.items()):
        path = directory / f"{module}.wasm"
        path.write_bytes(content)
        lines += [f"{n} module {path} {module.encode().hex()}", f"{n} register {module.encode().hex()} {module.encode().hex()}"]

    def returns(module: str, function: str, value: int) -> str:
        return f"99 return {module.encode().hex()} invoke {function.encode().hex()} - i32:{value}"

    one, two, three = 101, 202, 303
    return [*lines,
            returns("outer", "call", one + three),
            returns("outer", "catch", one + three),
            returns("middle", "both", one + two),
            returns("far", "catch", one + three),
            returns("twice", "catch", one + two + three),
            f"99 trap {b'outer'.hex()} invoke {b'trap'.hex()} - {b'unreachable'.hex()}",
            returns("outer", "call", one + three),
            returns("far", "catch", one + three)]


def main() -> int:
    runner = build("aot", "spec-runner")[0]
    with tempfile.TemporaryDirectory() as d:
        lines = commands(Path(d))
        checked = sum(" register " not in line for line in lines)
        for engine, aotc in (("interpreter", None), ("compiled, -O0", "-O0"), ("compiled, -O2", "-O2")):
            environment = {k: v for k, v in os.environ.items() if k != "SPEC_AOTC"}
            if aotc:
                environment["SPEC_AOTC"] = f"{AOTC} -j1 --verify {aotc}"
            done = subprocess.run([runner], input="\n".join(lines) + "\n", capture_output=True, text=True, env=environment,
                                  timeout=100)
            tap.check(done.stdout.splitlines()[-1:] == [f"done {checked} 0 0"] and done.returncode == 0, engine,
                      *done.stdout.splitlines(), *done.stderr.splitlines())
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
