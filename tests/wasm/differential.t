#!/usr/bin/env python3
"""Random valid modules give the same results here and in node's engine.

    differential.t [--simd] [FIRST [COUNT]]    seeds FIRST to FIRST + COUNT - 1 (0 to 999)

Modules that differ are kept in build/tests/wasm/differential.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tap import BUILD, TOP, Tap, skip_all

BATCH = 500
HERE = Path(__file__).resolve().parent
KEPT = BUILD / "tests/wasm/differential"


def programs() -> tuple[str, str]:
    """Generator and runner; a directory of their own, since other tests may be building theirs."""
    out = BUILD / "tests/wasm/differential-obj"
    # Relative to where make runs: the checkout's path may have spaces, which make cannot take.
    directory = os.path.relpath(out, TOP / "runtime-lite")
    inner = f"{directory}/sanitize" if os.environ.get("SANITIZE") else directory
    names = ["generate", "run-modules"]
    subprocess.run(["make", "-s", "-C", "runtime-lite", f"BUILD={directory}", *(f"{inner}/{n}" for n in names)],
                   cwd=TOP, check=True, stdout=sys.stderr)
    generate, run = (str(TOP / "runtime-lite" / inner / n) for n in names)
    return generate, run


def lines(command: list[str], directory: Path, modules: list[str]) -> dict[str, str]:
    """What a runner says of each module."""
    done = subprocess.run([*command, *modules], cwd=directory, capture_output=True, text=True, timeout=600)
    found = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    for module in modules:
        found.setdefault(module, f"status {done.returncode}: {done.stderr[-500:]}")
    return found


def compare(first: int, count: int, simd: bool, generate: str, run: str) -> list[str]:
    """Descriptions of what differs."""
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([generate, *(["--simd"] if simd else []), str(first), str(count), scratch], check=True)
        modules = [f"{seed}.wasm" for seed in range(first, first + count)]
        ours = lines([run], Path(scratch), modules)
        theirs = lines(["node", str(HERE / "run-modules.js")], Path(scratch), modules)
        for module in modules:
            if ours[module] != theirs[module]:
                KEPT.mkdir(parents=True, exist_ok=True)
                shutil.copy(Path(scratch) / module, KEPT)
                wrong += [f"{module}:", f"  ours {ours[module]}", f"  node {theirs[module]}"]
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--simd", action="store_true", help="vectors too")
    parser.add_argument("first", type=int, nargs="?", default=0)
    parser.add_argument("count", type=int, nargs="?", default=1000)
    args = parser.parse_args()
    if not shutil.which("node"):
        return skip_all("node is not installed")
    tap = Tap()
    generate, run = programs()
    for first in range(args.first, args.first + args.count, BATCH):
        count = min(BATCH, args.first + args.count - first)
        wrong = compare(first, count, args.simd, generate, run)
        tap.check(not wrong, f"seeds {first} to {first + count - 1}", *wrong[:30])
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
