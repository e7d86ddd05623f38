#!/usr/bin/env python3
"""Build the C++ programs of one subject natively and with wali-clang++, run them, compare, print TAP.

usage: compare.py [--aot | --isa ISA] [--optimise -ON] SUBJECT[/NAME]...

What wali-clang++ makes runs in the interpreter, with --aot or WALI_SUITE=all as compiled code too; with --isa, only as code
for that ISA, under qemu-user.
A program is tests/cxx/SUBJECT/NAME.cpp, and NAME.c beside it if it is partly C. Lines of the form ` * key: value` in
its first comment say how it is built and run; README.md lists the keys.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent / "libc"))
import runner  # noqa: E402
from runner import BuildError, Tap, difference  # noqa: E402

runner.WORK = WORK = runner.BUILD / "tests" / "cxx"
DIRECTIVE = re.compile(r"^ \* (oracle|flags|link|run|levels|timeout|repeat): (.*)$")
FLAGS = ["-std=c++23", "-Wall", "-Wextra", "-pthread"]
SDK_FILES = ("bin/wali-clang", "sysroot/lib/libc.a", "sysroot/lib/libc++.a", "sysroot/lib/libc++experimental.a",
             "sysroot/include/c++/v1/__config_site")
# What compiles C and C++ for each side.
COMPILERS: dict[str, tuple[list[str], list[str]]] = {
    "libc++": (["clang-22", "-fexceptions"], ["clang++-22", "-stdlib=libc++", "-nostdlib++"]),
    "libstdc++": (["gcc", "-fexceptions"], ["g++"]),
    "wali": ([str(runner.SDK / "bin" / "wali-clang"), "-fexceptions"], [str(runner.SDK / "bin" / "wali-clang++")]),
}
# Statically: Debian may pair the headers with a shared libc++ of another version.
NATIVE_LIBCXX = ["-Wl,-Bstatic", "-lc++experimental", "-lc++", "-lc++abi", "-Wl,-Bdynamic"]


@dataclass
class Program:
    """A test program and what its first comment says about building and running it."""

    source: Path
    oracle: str = "libc++"
    flags: list[str] = field(default_factory=list)
    link: list[str] = field(default_factory=list)
    levels: list[str] = field(default_factory=lambda: ["-O2"])  # of optimisation, for wali-clang++
    runs: list[list[str]] = field(default_factory=list)  # arguments of each
    timeout: float = 60
    repeat: int = 1
    # What runner.run() reads besides:
    args: list[str] = field(default_factory=list)
    stdin: str = ""
    env: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.source.stem

    @property
    def subject(self) -> str:
        return self.source.parent.name


def read_program(source: Path) -> Program:
    program = Program(source)
    for line in source.read_text().splitlines():
        if line == " */":
            break
        match = DIRECTIVE.match(line)
        if not match:
            continue
        key, value = match.groups()
        if key == "run":
            program.runs.append(shlex.split(value))
        elif key == "levels":
            program.levels = [level.strip() for level in value.split(",")]
        elif key in ("flags", "link"):
            setattr(program, key, shlex.split(value))
        elif key == "oracle":
            program.oracle = value
        else:
            setattr(program, key, type(getattr(program, key))(value))
    return program


def compile_one(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(str(error)) from error
    if done.returncode:
        raise BuildError("\n".join((done.stdout + done.stderr).splitlines()[:12]))


def build(program: Program, side: str, level: str) -> Path:
    """Return the program compiled for a side, building it unless that was done already."""
    c, cxx = COMPILERS[side]
    binary = WORK / side / program.subject / (program.name + level.replace(" ", ""))
    sources = [file for file in (program.source, program.source.with_suffix(".c")) if file.exists()]
    cxx = [*cxx, *FLAGS, *program.flags, *level.split()]
    digest = hashlib.sha256(shlex.join(cxx + program.link + NATIVE_LIBCXX).encode())
    for file in sources:
        digest.update(file.read_bytes())
    if side == "wali":
        for name in SDK_FILES:
            digest.update((runner.SDK / name).read_bytes())
    stamp = binary.with_suffix(".stamp")
    if binary.exists() and stamp.exists() and stamp.read_text() == digest.hexdigest():
        return binary
    binary.parent.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    made = f"{binary}.{os.getpid()}"  # another run may build it at the same time
    objects = []
    for file in sources[1:]:
        objects.append(f"{made}.o")
        compile_one([*c, *level.split(), "-c", str(file), "-o", objects[-1]])
    compile_one([*cxx, str(program.source), *objects, "-o", made, *program.link,
                 *(NATIVE_LIBCXX if side == "libc++" else [])])
    for file in objects:
        os.unlink(file)
    os.replace(made, binary)
    stamp.write_text(digest.hexdigest())
    return binary


def check(program: Program, tap: Tap, aot: bool, isa: str, optimise: str) -> None:
    """Print a line for each way of building and running it."""
    try:
        native = build(program, program.oracle, "-O2")
    except BuildError as error:
        tap.line(f"{program.subject}/{program.name}: builds natively", str(error).splitlines())
        return
    wanted = []
    for args in program.runs or [[]]:
        program.args = args
        wanted.append((args, runner.run(program, program.oracle, native)))
    # One level is enough for the other compiler.
    usual = "-O2" if "-O2" in program.levels else program.levels[-1]
    for level in [usual] if isa else program.levels:
        title = f"{program.subject}/{program.name} {level}"
        try:
            sides = {"wali": build(program, "wali", level)}
            if aot and level == usual:
                sides[f"aot{'-' * bool(isa)}{isa}"] = runner.build_image(program, sides["wali"], isa, optimise)
        except BuildError as error:
            tap.line(f"{title}: builds", str(error).splitlines())
            continue
        if isa:
            del sides["wali"]
        for side, binary in sides.items():
            for program.args, want in wanted:
                problems = []
                for _ in range(program.repeat):
                    problems = problems or difference(want, runner.run(program, side, binary), True)
                tap.line(f"{title}, {side}: {' '.join(program.args) or 'runs'} as with {program.oracle}", problems)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--aot", action="store_true", default=os.environ.get("WALI_SUITE") == "all")
    parser.add_argument("--isa", default="")
    parser.add_argument("--optimise", default="-O1", help="of wali-aotc (%(default)s)")
    parser.add_argument("programs", nargs="+", metavar="SUBJECT[/NAME]")
    options = parser.parse_args()
    sources = []
    for what in options.programs:
        subject, _, only = what.partition("/")
        found = sorted((HERE / subject).glob(f"{only or '*'}.cpp"))
        if not found:
            sys.exit(f"compare.py: no program {what} in {HERE}")
        sources += found
    if not (runner.SDK / "sysroot/lib/libc++.a").exists():
        print("1..0 # SKIP the SDK has no libc++")
        return 0
    if options.isa and not shutil.which(f"qemu-{options.isa}-static"):
        print(f"1..0 # SKIP no qemu-{options.isa}-static")
        return 0
    os.environ["WALI_AOT"] = "never"  # a .wasm file is interpreted
    tap = Tap()
    for source in sources:
        check(read_program(source), tap, options.aot or bool(options.isa), options.isa, options.optimise)
    print(f"1..{tap.count}")
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
