#!/usr/bin/env python3
"""Build the programs of subjects natively and with wali-clang, run both, the latter interpreted and compiled, and
compare; print TAP. With --isa, interpreted and compiled for that ISA, under qemu-user.

A program is one C file, tests/libc/SUBJECT/NAME.c. Lines of the form ` * key: value` in its first
comment say how it is run; README.md lists the keys. Everything made lands in build/tests/libc.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
BUILD = Path(os.environ.get("WALI_BUILD", TOP / "build")).resolve()
WORK = BUILD / "tests" / "libc"
SDK = Path(os.environ.get("WALI_SDK", BUILD / "sdk")).resolve()
DIRECTIVE = re.compile(r"^ \* (oracle|args|stdin|env|link|timeout|repeat|stderr|isa): (.*)$")
ISAS = ("aarch64", "riscv64")
CFLAGS = ["-std=gnu17", "-O2", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-pthread", f"-I{HERE}"]


def runtime_command() -> list[str]:
    """WALI_RUN may carry options; the program itself must not depend on the directory."""
    words = shlex.split(os.environ.get("WALI_RUN", "")) or [str(SDK / "bin" / "wali-run")]
    found = shutil.which(words[0])
    return [str(Path(found).resolve()) if found else words[0], *words[1:]]


COMPILERS: dict[str, list[str]] = {
    "musl": ["musl-gcc", "-static"],
    "glibc": ["gcc"],
    "aarch64": ["aarch64-linux-gnu-gcc", "-static"],
    "wali": [str(SDK / "bin" / "wali-clang")],
}
AOTC = Path(os.environ.get("WALI_AOTC", SDK / "bin" / "wali-aotc")).absolute()
LAUNCHERS: dict[str, list[str]] = {
    "aarch64": ["qemu-aarch64-static"],
    "wali": runtime_command(),
    "aot": runtime_command(),
}
for _isa in ISAS:
    LAUNCHERS[f"wali-{_isa}"] = LAUNCHERS[f"aot-{_isa}"] = [
        f"qemu-{_isa}-static", str(SDK / "libexec" / "wali" / _isa / "wali-run")]


@dataclass
class Program:
    """A test program and what its first comment says about running it."""

    source: Path
    oracles: list[str] = field(default_factory=lambda: ["musl", "glibc"])
    args: list[str] = field(default_factory=list)
    stdin: str = ""
    env: dict[str, str] = field(default_factory=dict)
    link: list[str] = field(default_factory=list)
    timeout: float = 150  # seconds; sanitizers on a busy machine take that long
    repeat: int = 1
    stderr: bool = True
    isa: str = ""  # why the result may differ under qemu-user

    @property
    def name(self) -> str:
        return self.source.stem

    @property
    def subject(self) -> str:
        return self.source.parent.name


@dataclass
class Outcome:
    """What one run did; equal outcomes mean that the test passes."""

    status: int
    stdout: bytes
    stderr: bytes


class BuildError(Exception):
    """A compiler is missing or failed; the text is its output."""


def read_program(source: Path) -> Program:
    program = Program(source)
    for line in source.read_text().splitlines():
        if line == " */":
            break
        match = DIRECTIVE.match(line)
        if not match:
            continue
        key, value = match.groups()
        if key == "oracle":
            program.oracles = value.split()
        elif key == "args":
            program.args = shlex.split(value)
        elif key == "stdin":
            program.stdin = value
        elif key == "env":
            program.env.update(entry.split("=", 1) for entry in shlex.split(value))
        elif key == "link":
            program.link = value.split()
        elif key == "timeout":
            program.timeout = float(value)
        elif key == "repeat":
            program.repeat = int(value)
        elif key == "stderr":
            program.stderr = value != "ignore"
        elif key == "isa":
            program.isa = value
    return program


def have(side: str) -> bool:
    tools = [COMPILERS[side][0]] + LAUNCHERS.get(side, [])[:1]
    return all(shutil.which(tool) for tool in tools)


def toolchain_identity(side: str) -> str:
    """What, besides the source, the result of a build depends on."""
    if side != "wali":
        return ""
    parts = []
    for path in ("bin/wali-clang", "sysroot/lib/libc.a", "sysroot/lib/crt1.o"):
        file = SDK / path
        if file.exists():
            stat = file.stat()
            parts.append(f"{path}:{stat.st_size}:{stat.st_mtime_ns}")
    return " ".join(parts)


def build(program: Program, side: str) -> Path:
    """Return the program compiled for a side, building it unless that was done already."""
    binary = WORK / side / program.subject / program.name
    stamp = binary.with_suffix(".stamp")
    command = COMPILERS[side] + CFLAGS + [str(program.source), "-o"]
    digest = hashlib.sha256()
    for text in (shlex.join(command + program.link), toolchain_identity(side)):
        digest.update(text.encode())
    for file in (program.source, *sorted(HERE.glob("*.h"))):
        digest.update(file.read_bytes())
    if binary.exists() and stamp.exists() and stamp.read_text() == digest.hexdigest():
        return binary
    binary.parent.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    made = binary.with_suffix(f".{os.getpid()}")  # another run may build it at the same time
    try:
        done = subprocess.run(command + [str(made)] + program.link, capture_output=True,
                              text=True, timeout=120, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(str(error)) from error
    if done.returncode:
        raise BuildError(done.stdout + done.stderr)
    made.replace(binary)
    stamp.write_text(digest.hexdigest())
    return binary


def build_image(program: Program, wasm: Path, isa: str, optimise: str = "-O1") -> Path:
    """The same for compiled code, for this machine or an ISA, which is run as a program like any other."""
    image = WORK / (f"aot-{isa}" if isa else "aot") / program.subject / wasm.name
    stamp = image.with_suffix(".stamp")
    options = [optimise, "-j1", *([f"--target={isa}"] if isa else [])]
    digest = hashlib.sha256(wasm.read_bytes() + AOTC.read_bytes() + shlex.join(options).encode()).hexdigest()
    if image.exists() and stamp.exists() and stamp.read_text() == digest:
        return image
    image.parent.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    try:
        done = subprocess.run([str(AOTC), *options, "-o", str(image), str(wasm)], capture_output=True,
                              text=True, timeout=240, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(str(error)) from error
    if done.returncode or done.stderr:
        raise BuildError(done.stdout + done.stderr)
    stamp.write_text(digest)
    return image


def settle() -> None:
    """No core file, and no signals ignored, as a shell has it for what runs in the background."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


def run(program: Program, side: str, binary: Path) -> Outcome:
    """Run in a fresh directory of its own, as ./NAME, with a small known environment."""
    runs = WORK / "run" / side / program.subject
    runs.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(dir=runs, prefix=f"{program.name}."))
    shutil.copy2(binary, place / program.name)
    env = {name: value for name, value in os.environ.items() if name.startswith("WALI_")}
    env.update({"PATH": "/usr/bin:/bin", "HOME": "/nowhere", "LC_ALL": "C", "WALI_AOT": "never", **program.env})
    command = LAUNCHERS.get(side, []) + ["./" + program.name] + program.args
    feeder = None
    stdin: int = subprocess.DEVNULL
    if program.stdin:
        feeder = subprocess.Popen(["sh", "-c", program.stdin], stdout=subprocess.PIPE, cwd=HERE)
        assert feeder.stdout is not None
        stdin = feeder.stdout.fileno()
    with open(place / ".stdout", "w+b") as out, open(place / ".stderr", "w+b") as err:
        child = subprocess.Popen(command, stdin=stdin, stdout=out, stderr=err, cwd=place, env=env,
                                 start_new_session=True, preexec_fn=settle)
        if feeder and feeder.stdout:
            feeder.stdout.close()
        late = b""
        try:
            status = child.wait(timeout=program.timeout)
        except subprocess.TimeoutExpired:
            status, late = 124, f"[no end within {program.timeout:g} s]\n".encode()
        # What the program left behind, if anything, is in its session.
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        child.wait()
        if feeder:
            feeder.wait()
        out.seek(0)
        err.seek(0)
        result = Outcome(128 - status if status < 0 else status, out.read(), err.read() + late)
    if command[0].startswith("qemu-"):
        # It has a word to say when a program dies of a signal.
        result.stderr = re.sub(rb"qemu: uncaught target signal .*\n", b"", result.stderr)
    shutil.rmtree(place, ignore_errors=True)
    return result


def difference(want: Outcome, got: Outcome, stderr: bool) -> list[str]:
    """Lines that say how two outcomes differ; none if they do not."""
    lines = []
    if want.status != got.status:
        lines.append(f"exit status {got.status}, expected {want.status}")
    streams = [("stdout", want.stdout, got.stdout)]
    if stderr:
        streams.append(("stderr", want.stderr, got.stderr))
    for stream, expected, found in streams:
        if expected == found:
            continue
        left = expected.decode(errors="backslashreplace").splitlines()
        right = found.decode(errors="backslashreplace").splitlines()
        at = next((i for i, (a, b) in enumerate(zip(left, right)) if a != b),
                  min(len(left), len(right)))
        lines.append(f"{stream} differs from line {at + 1} on:")
        lines += [f"  expected: {text[:300]}" for text in left[at:at + 3] or ["(end)"]]
        lines += [f"  found:    {text[:300]}" for text in right[at:at + 3] or ["(end)"]]
    if lines and not stderr or got.status == 124 and want.status != 124:
        lines += ["  " + line for line in got.stderr.decode(errors="replace").splitlines()[-5:]]
    return lines


class Tap:
    """The test lines of one subject."""

    def __init__(self) -> None:
        self.count = 0
        self.failed = 0

    def line(self, title: str, problems: list[str], skip: str = "", todo: str = "") -> None:
        """todo: why there may be problems."""
        self.count += 1
        self.failed += bool(problems) and not todo
        verdict = "not ok" if problems else "ok"
        print(f"{verdict} {self.count} - {title}" + (f" # SKIP {skip}" if skip else f" # TODO {todo}" if todo else ""))
        for problem in problems:
            print(f"# {problem}")
        sys.stdout.flush()


def check(program: Program, tap: Tap, native: bool, isa: str) -> None:
    """Print a line for each way in which the program is compared."""
    title = f"{program.subject}/{program.name}"
    outcomes: dict[str, Outcome] = {}
    for side in program.oracles:
        if not have(side):
            tap.line(f"{title}: {side}", [], skip=f"no {COMPILERS[side][0]} here")
            continue
        try:
            outcomes[side] = run(program, side, build(program, side))
        except BuildError as error:
            tap.line(f"{title}: builds for {side}", str(error).splitlines())
    oracles = [side for side in program.oracles if side in outcomes]
    if not oracles:
        return
    want = outcomes[oracles[0]]
    if want.status == 99:  # must.h's status of a failed expectation
        tap.line(f"{title}: {oracles[0]} itself", want.stderr.decode().splitlines() or ["99"])
    for other in oracles[1:]:
        tap.line(f"{title}: {other} like {oracles[0]}",
                 difference(want, outcomes[other], program.stderr))
    if native:
        return
    for side in (f"wali-{isa}", f"aot-{isa}") if isa else ("wali", "aot"):
        label = f"{title}: {side} like {oracles[0]}"
        problems: list[str] = []
        why = ""
        try:
            binary = build(program, "wali")
            if side.startswith("aot"):
                binary = build_image(program, binary, isa)
            for turn in range(program.repeat):
                got = run(program, side, binary)
                problems = difference(want, got, program.stderr)
                if problems:
                    problems.insert(0, f"in run {turn + 1} of {program.repeat}")
                    # Another result is one thing, a program that dies another.
                    why = program.isa if isa and got.status == want.status else ""
                    break
        except BuildError as error:
            problems = str(error).splitlines()
        except OSError as error:
            problems = [str(error)]
        tap.line(label + (f", {program.repeat} times" if program.repeat > 1 else ""), problems, todo=why)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--native", action="store_true", help="compare only the oracles")
    parser.add_argument("--isa", choices=ISAS, default="", help="under qemu-user, with ten times the time")
    parser.add_argument("--repeat", type=int, default=0, metavar="N", help="runs of each program on each engine")
    parser.add_argument("subjects", nargs="+", metavar="subject", help="a directory of tests/libc, or SUBJECT/NAME")
    options = parser.parse_args()
    sources = []
    for what in options.subjects:
        subject, _, only = what.partition("/")
        found = sorted((HERE / subject).glob(f"{only or '*'}.c"))
        if not found:
            print(f"runner.py: no program {what} in {HERE}", file=sys.stderr)
            return 1
        sources += found
    if options.isa and not shutil.which(f"qemu-{options.isa}-static"):
        print(f"1..0 # SKIP no qemu-{options.isa}-static")
        return 0
    tap = Tap()
    for source in sources:
        program = read_program(source)
        program.repeat = options.repeat or program.repeat
        program.timeout *= 10 if options.isa else 1
        check(program, tap, options.native, options.isa)
    print(f"1..{tap.count}")
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
