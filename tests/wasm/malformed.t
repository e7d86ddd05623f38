#!/usr/bin/env python3
"""What is no valid module gives one line on stderr that names the file, nothing on stdout, and status 126 (127: not found)."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tap import RUN, SDK, Tap, run, shell_status, skip_all
from wasmfile import EMPTY, I32, I64, Module, call, i32, leb, name, program, section, vector

HELLO = """
#include <unistd.h>
int main(void) { return write(1, "hello\\n", 6) != 6; }
"""


def problem(path: Path | str, status: int = 126) -> str | None:
    """What is wrong with how wali-run refuses a file, or None."""
    r = run(path)
    if shell_status(r.returncode) != status:
        return f"status {shell_status(r.returncode)}, not {status}: {r.stderr!r}"
    if r.stdout:
        return f"stdout: {r.stdout!r}"
    if r.stderr.count("\n") != 1 or not r.stderr.endswith("\n") or Path(path).name not in r.stderr:
        return f"stderr is not one line with the file's name: {r.stderr!r}"
    return None


def boundaries(module: bytes) -> set[int]:
    """Offsets at which a section ends: cut there, what is left may be a valid module."""
    found, at = {8}, 8
    while at < len(module):
        size, shift, at = 0, 0, at + 1
        while True:
            byte = module[at]
            size |= (byte & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if byte < 0x80:
                break
        at += size
        found.add(at)
    return found


def truncated(scratch: Path, what: str, module: bytes, tap: Tap) -> None:
    """Every proper prefix is refused; only one that ends with a section may be a program."""
    whole = boundaries(module)

    def try_one(n: int) -> str | None:
        path = scratch / f"truncated-{n}.wasm"
        path.write_bytes(module[:n])
        wrong = problem(path)
        if wrong and n in whole and run(path).returncode == 0:
            wrong = None
        path.unlink()
        return wrong and f"{n} bytes: {wrong}"

    # With the sanitizers a start takes 30 times as long; the fuzzer sees every byte with them.
    step = 11 if os.environ.get("SANITIZE") and len(module) > 1000 else 1
    with ThreadPoolExecutor(2) as pool:
        wrong = [w for w in pool.map(try_one, range(0, len(module), step)) if w]
    every = "every byte" if step == 1 else f"every {step}th byte"
    tap.check(not wrong, f"{what}, {len(module)} bytes, truncated at {every}", *wrong[:10])


def flipped(scratch: Path, what: str, module: bytes, tap: Tap) -> None:
    """With one bit changed a module may still be a program, which may do anything but take wali-run down."""

    def try_one(n: int) -> str | None:
        path = scratch / f"flipped-{n}.wasm"
        b = bytearray(module)
        b[n // 8] ^= 1 << n % 8
        path.write_bytes(b)
        r = run(path, timeout=5)
        path.unlink()
        status = shell_status(r.returncode)
        if "Sanitizer" in r.stderr or (status >= 128 and not r.stderr.startswith("wali-run: ")):
            return f"bit {n}: status {status}: {r.stderr[:300]!r}"
        if status == 126 and r.stderr.count("\n") != 1:
            return f"bit {n}: not one line: {r.stderr!r}"
        return None

    with ThreadPoolExecutor(2) as pool:
        wrong = [w for w in pool.map(try_one, range(len(module) * 8)) if w]
    tap.check(not wrong, f"{what}, {len(module)} bytes, with every bit flipped", *wrong[:10])


def compile_hello(scratch: Path) -> bytes | None:
    cc = SDK / "bin/wali-clang"
    source, out = scratch / "hello.c", scratch / "hello.wasm"
    source.write_text(HELLO)
    if not cc.exists() or subprocess.run([cc, "-O2", "-s", source, "-o", out], capture_output=True).returncode:
        return None
    return out.read_bytes()


def sleeper() -> bytes:
    """Sleeps for half a second, then calls a function for the first time."""
    call_sleep = i32(16) + i32(0) + call(0) + b"\x1a"
    return program(b"", types=[([], []), ([I32, I32], [I64])], imports=[("wali", "SYS_nanosleep", b"\0\1")],
                   functions=[(0, b"", "late"), (0, call_sleep + call(1), "_start")],
                   exports=[("_start", 0, 2), ("memory", 2, 0)],
                   data=[b"\0" + i32(16) + b"\x0b" + leb(16) + struct.pack("<qq", 0, 500_000_000)]).bytes()


def changed_while_running(path: Path, change: Callable[[Path], object]) -> str | None:
    """What was validated is what runs, whatever becomes of the file."""
    path.write_bytes(sleeper())
    with subprocess.Popen([*RUN, path], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        time.sleep(0.25)
        change(path)
        _, stderr = process.communicate(timeout=30)
    return None if process.returncode == 0 and not stderr else f"status {process.returncode}: {stderr!r}"


def body(*instructions: bytes) -> bytes:
    return program(b"".join(instructions)).bytes()


def main() -> int:
    if not Path(RUN[0]).exists():
        return skip_all(f"{RUN[0]} is not built")
    tap = Tap()
    good = program(i32(1) + b"\x1a").bytes()
    files = {
        "empty file": b"",
        "text": b"hello, world\n",
        "half of the magic": b"\0a",
        "wrong magic": b"\0ASM\1\0\0\0",
        "magic alone": b"\0asm",
        "wrong version": b"\0asm\2\0\0\0",
        "component": b"\0asm\x0d\0\1\0",
        "ELF file": Path(sys.executable).read_bytes()[:4096],
        "no _start": EMPTY,
        "_start is no function": Module(memories=[b"\0\1"], exports=[("_start", 2, 0)]).bytes(),
        "_start with a parameter": Module(types=[([I32], [])], functions=[(0, b"", "_start")],
                                          exports=[("_start", 0, 0)]).bytes(),
        "section longer than the file": EMPTY + b"\1\xff\xff\xff\xff\x0f",
        "unknown section": EMPTY + section(14, b""),
        "section out of order": EMPTY + section(3, vector([])) + section(1, vector([])),
        "more types than bytes": EMPTY + section(1, leb(0xFFFFFFFF)),
        "more locals than there may be": EMPTY + section(1, vector([b"\x60\0\0"])) + section(3, vector([b"\0"])) +
        section(10, vector([b"\x0a\x01\xff\xff\xff\xff\x0f\x7f\x0b\0"])),
        "number too long": EMPTY + section(1, b"\x80\x80\x80\x80\x80\0"),
        "name that is no UTF-8": EMPTY + section(0, b"\1\xff"),
        "illegal opcode": body(b"\xff"),
        "operand missing": body(b"\x6a"),
        "operand of another type": body(i32(0), b"\x42\0\x6a\x1a"),
        "unknown function": body(call(99)),
        "unknown label": body(b"\x0c\x09"),
        "garbage collection": EMPTY + section(1, vector([b"\x5f\0"])),
        "64-bit memory": EMPTY + section(5, vector([b"\4\1"])),
        "unknown import": program(b"", imports=[("env", "nothing", b"\0\0")],
                                  functions=[(0, b"", "_start")], exports=[("_start", 0, 1)]).bytes(),
        "import of another type": program(b"", imports=[("wali", "SYS_getpid", b"\0\0")],
                                          functions=[(0, b"", "_start")], exports=[("_start", 0, 1)]).bytes(),
        "data outside of memory": program(b"", data=[b"\0" + i32(65535) + b"\x0b" + name("xy")]).bytes(),
        "elements outside of the table": program(b"", tables=[b"\x70\0\1"],
                                                 elements=[b"\0" + i32(1) + b"\x0b\1\0"]).bytes(),
        "table that is too large": program(b"", tables=[b"\x70\0" + leb(0xFFFFFFFF)]).bytes(),
    }
    with tempfile.TemporaryDirectory() as d:
        scratch = Path(d)
        path = scratch / "module.wasm"
        for what, content in files.items():
            path.write_bytes(content)
            wrong = problem(path)
            tap.check(wrong is None, what, wrong)
        tap.check(problem(scratch / "missing.wasm", 127) is None, "missing file", problem(scratch / "missing.wasm", 127))
        tap.check(problem(scratch / "module.wasm/under") is None or
                  problem(scratch / "module.wasm/under", 127) is None, "file below a file")
        for what, special in (("directory", scratch), ("device", "/dev/null")):
            tap.check(problem(special) is None, what, problem(special))
        os.mkfifo(scratch / "fifo")
        tap.check(problem(scratch / "fifo") is None, "FIFO that nobody writes to")
        path.write_bytes(good)
        if os.geteuid():
            path.chmod(0)
            tap.check(problem(path) is None, "unreadable file", problem(path))
            path.chmod(0o644)
        r = run(path)
        tap.check(r.returncode == 0 and not r.stderr, "a good module runs", r)
        wrong = changed_while_running(path, lambda p: os.truncate(p, 0))
        tap.check(wrong is None, "a program whose file is cut off while it runs", wrong)
        wrong = changed_while_running(path, lambda p: p.write_bytes(b"\xff" * len(sleeper())))
        tap.check(wrong is None, "a program whose file is overwritten while it runs", wrong)
        truncated(scratch, "small module", good, tap)
        flipped(scratch, "small module", good, tap)
        hello = compile_hello(scratch)
        if hello:
            truncated(scratch, "hello", hello, tap)
        else:
            tap.check(True, "hello, truncated # SKIP no wali-clang that can link")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
