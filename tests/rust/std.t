#!/usr/bin/env python3
"""Programs in Rust behave as they do natively: in the interpreter, compiled, and compiled for other ISAs under qemu-user; with
panic=unwind, one with panic=abort. WALI_RUST_ALL=1 optimises (8 s of processor time each) and takes all programs for all."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SDK = Path(os.environ.get("WALI_SDK", "build/sdk")).resolve()
RUN = os.environ["WALI_RUN"].split() if os.environ.get("WALI_RUN") else [str(SDK / "bin/wali-run")]
RUSTC = SDK / "libexec/wali/rustc"
TARGET = ["--target", "wasm32-wali-linux-musl"]
PROGRAMS = ("threads", "process", "net", "fs", "panics", "misc")
ALL = bool(os.environ.get("WALI_RUST_ALL"))
FOREIGN = PROGRAMS if ALL else ("threads", "panics")

if not RUSTC.exists():
    print("1..0 # SKIP no Rust on this machine")
    sys.exit(0)
native = re.search(r"WALI_RUSTC:-([^}]*)", RUSTC.read_text()).group(1)  # type: ignore[union-attr]
number = 0


def ok(good: bool, what: str, *notes: str) -> None:
    global number
    number += 1
    print(f"{'ok' if good else 'not ok'} {number} - {what}")
    if not good:
        for note in notes:
            print("\n".join("# " + line for line in note.splitlines()[:60]))


def run(command: list[str], **options: object) -> tuple[int, str, str]:
    """Status, output, and messages without what differs from run to run: numbers of threads."""
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=300, check=False,
                          **options)  # type: ignore[call-overload]
    return done.returncode, done.stdout, re.sub(r"(thread '[^']*') \(\d+\)", r"\1", done.stderr)


def compiled(isa: str, module: str) -> list[str] | None:
    """The command that runs the module as code for an ISA, "" for this machine's; None without qemu."""
    command = RUN
    if isa:
        qemu = shutil.which(f"qemu-{isa}-static")
        if not qemu:
            return None
        command = [qemu, str(SDK / "libexec/wali" / isa / "wali-run")]
    image = f"{module}.{isa or 'aot'}"
    said = run([str(SDK / "bin/wali-aotc"), *([] if ALL else ["-O0"]), *([f"--target={isa}"] if isa else []), "-o", image, module])
    ok(said[0] == 0, f"wali-aotc {isa} {Path(module).name}", said[2])
    return [*command, image]


def behaviour(command: list[str], directory: str) -> tuple[int, str, str]:
    environment = dict(os.environ, WALI_RUST_TEST="ü = \n1", TMPDIR=directory, RUST_BACKTRACE="0")
    environment.pop("WALI_AOT", None)
    return run(command + ["one", "zwei ü", ""] if "/misc" in command[-1] else command,
               input="first line\nsecond", env=environment, cwd=directory)


with tempfile.TemporaryDirectory() as work:
    for name in PROGRAMS:
        source = str(HERE / "programs" / f"{name}.rs")
        options = ["--edition", "2024", source, "-o"]
        subprocess.run([native, *options, f"{work}/{name}"], check=True)
        said = run([str(RUSTC), *TARGET, "-O", *options, f"{work}/{name}.wasm"])
        if said[0]:
            ok(False, f"{name} compiles", said[2])
            continue
        ok("warning" not in said[2], f"{name} compiles and links without warnings", said[2])
        expected = behaviour([f"{work}/{name}"], work)
        module = f"{work}/{name}.wasm"
        commands: dict[str, list[str] | None] = {"interpreter": [*RUN, "--aot=never", module]}
        # It starts itself, so that its own file has to be the module.
        if name == "process":
            if ALL:
                commands["compiled"] = [*RUN, "--aot=always", module]
        else:
            commands["compiled"] = compiled("", module)
        if name in FOREIGN and name != "process":
            commands.update({isa: compiled(isa, module) for isa in ("aarch64", "riscv64")})
        for engine, command in commands.items():
            if not command:
                number += 1
                print(f"ok {number} - {name}, {engine} # SKIP no qemu-{engine}-static")
                continue
            result = behaviour(command, work)
            ok(result == expected, f"{name}, {engine}", f"status {result[0]}, natively {expected[0]}",
               *(f"{ours!r}\n{theirs!r}" for ours, theirs in zip(result[1].splitlines() + result[2].splitlines(),
                                                            expected[1].splitlines() + expected[2].splitlines())
                 if ours != theirs), result[2])
    program = Path(work, "abort.rs")
    program.write_text('struct D; impl Drop for D { fn drop(&mut self) { println!("unwound"); } }\n'
                       'fn main() { let _d = D; println!("before"); std::thread::spawn(|| panic!("p")).join().ok(); }\n')
    run([native, "-Cpanic=abort", str(program), "-o", f"{work}/abort"])
    said = run([str(RUSTC), *TARGET, "-Cpanic=abort", str(program), "-o", f"{work}/abort.wasm"])
    expected = behaviour([f"{work}/abort"], work)
    result = behaviour([*RUN, f"{work}/abort.wasm"], work)
    ok(result == expected, "panic=abort ends the process by SIGABRT", said[2], repr(result), repr(expected))
    lto = run([str(RUSTC), *TARGET, "-O", "-Clto=fat", "-Ccodegen-units=1", str(HERE / "programs/panics.rs"), "-o",
               f"{work}/lto.wasm", "--edition", "2024"])
    result = behaviour([*RUN, f"{work}/lto.wasm"], work)
    ok(lto[0] == 0 and result == behaviour([f"{work}/panics"], work), "panics, with link-time optimisation", lto[2], repr(result))
print(f"1..{number}")
