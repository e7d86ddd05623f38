"""TAP for tests in Python, and how wali-run is started."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("WALI_BUILD", TOP / "build")).absolute()
SDK = Path(os.environ.get("WALI_SDK", BUILD / "sdk")).absolute()
RUN = shlex.split(os.environ.get("WALI_RUN", shlex.quote(str(SDK / "bin/wali-run"))))
if "/" in RUN[0]:
    RUN[0] = str(Path(RUN[0]).absolute())


class Tap:
    def __init__(self) -> None:
        self.count = self.failures = 0

    def check(self, ok: bool, what: str, *why: object) -> bool:
        self.count += 1
        self.failures += not ok
        print(f"{'ok' if ok else 'not ok'} {self.count} - {what}", flush=True)
        if not ok:
            for line in why:
                print(f"#   {line}")
        return ok

    def done(self) -> int:
        print(f"1..{self.count}")
        return self.failures != 0


def skip_all(why: str) -> int:
    print(f"1..0 # SKIP {why}")
    return 0


def build(directory: str, *programs: str) -> list[str]:
    """Builds programs of runtime-lite's Makefile below build/tests/wasm/`directory`. Ends the test if it cannot.

    Tests have directories of their own, since several may be building at once."""
    # Relative to where make runs: the checkout's path may have spaces, which make cannot take.
    out = os.path.relpath(BUILD / "tests/wasm" / directory, TOP / "runtime-lite")
    inner = f"{out}/sanitize" if os.environ.get("SANITIZE") else out
    made = [f"{inner}/{program}" for program in programs]
    if subprocess.run(["make", "-s", "-C", "runtime-lite", f"BUILD={out}", *made], cwd=TOP, stdout=sys.stderr).returncode:
        print(f"1..1\nnot ok 1 - building {' and '.join(programs)}")
        sys.exit(1)
    return [str(TOP / "runtime-lite" / program) for program in made]


def cross_build(directory: str, isa: str, program: str) -> str:
    """The same for another machine."""
    out = os.path.relpath(BUILD / "tests/wasm" / directory / isa, TOP / "runtime-lite")
    command = ["make", "-s", "-C", "runtime-lite", f"BUILD={out}", f"CC=clang-22 --target={isa}-linux-gnu", "SANITIZE=",
               f"{out}/{program}"]
    if subprocess.run(command, cwd=TOP, stdout=sys.stderr).returncode:
        print(f"1..1\nnot ok 1 - building {program} for {isa}")
        sys.exit(1)
    return str(TOP / "runtime-lite" / out / program)


def run(*args: str | Path, timeout: float = 30) -> subprocess.CompletedProcess[str]:
    """wali-run with these arguments. A timeout gives status 124, as timeout(1) has it."""
    try:
        return subprocess.run([*RUN, *map(str, args)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="backslashreplace", timeout=timeout)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(RUN, 124, "", "")


def shell_status(returncode: int) -> int:
    """What a shell would have in $?."""
    return 128 - returncode if returncode < 0 else returncode
