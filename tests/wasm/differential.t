#!/usr/bin/env python3
"""Random valid modules give the same results here and in node's engine.

    differential.t [--simd|--scalar] [FIRST [COUNT]]    seeds FIRST to FIRST + COUNT - 1 (0 to 999)

With and without vectors, or one of the two. Relaxed vector instructions are not among them: where they have no choice,
V8's two compilers still disagree with each other.
node has exceptions in the legacy encoding only (unless told otherwise), so that each seed is run twice: once the same
module in both, once the same program with standard exceptions here and legacy ones there. Modules that differ are
kept in build/tests/wasm/differential.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tap import BUILD, Tap, build, skip_all

BATCH = 500
HERE = Path(__file__).resolve().parent
KEPT = BUILD / "tests/wasm/differential"


def lines(command: list[str], directory: Path, modules: list[str]) -> dict[str, str]:
    """What a runner says of each module. One that it dies of does not keep it from the others."""
    found: dict[str, str] = {}
    while len(found) < len(modules):
        done = subprocess.run([*command, *modules[len(found):]], cwd=directory, capture_output=True, text=True, timeout=600)
        found |= dict(line.split(" ", 1) for line in done.stdout.splitlines() if " memory=" in line or " refused" in line)
        if len(found) < len(modules):
            found[modules[len(found)]] = f"status {done.returncode}: {done.stderr[-500:]}"
    return found


def node() -> list[str]:
    """node, with tail calls, which Debian 12's has behind an option that later ones do not know."""
    options = subprocess.run(["node", "--v8-options"], capture_output=True, text=True, check=True).stdout
    flag = "--experimental-wasm-return-call"
    return ["node", flag] if f" {flag} " in options else ["node"]


def compare(first: int, count: int, here: list[str], there: list[str], generate: str, run: str) -> list[str]:
    """What differs, described. `here` and `there` are the generator's options for the two engines."""
    wrong: list[str] = []
    modules = [f"{seed}.wasm" for seed in range(first, first + count)]
    with tempfile.TemporaryDirectory() as d:
        directories = [Path(d) / "here", Path(d) / "there"]
        for directory, options in zip(directories, (here, there)):
            directory.mkdir()
            subprocess.run([generate, *options, str(first), str(count), str(directory)], check=True)
        ours = lines([run], directories[0], modules)
        theirs = lines([*node(), str(HERE / "run-modules.js")], directories[1], modules)
        for module in modules:
            if ours[module] != theirs[module]:
                KEPT.mkdir(parents=True, exist_ok=True)
                shutil.copy(directories[0] / module, KEPT)
                wrong += [f"{module}:", f"  ours {ours[module]}", f"  node {theirs[module]}"]
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--simd", action="store_true", help="only with vectors")
    parser.add_argument("--scalar", action="store_true", help="only without")
    parser.add_argument("first", type=int, nargs="?", default=0)
    parser.add_argument("count", type=int, nargs="?", default=1000)
    args = parser.parse_args()
    if not shutil.which("node"):
        return skip_all("node is not installed")
    tap = Tap()
    generate, run = build("differential-obj", "generate", "run-modules")
    kinds = {"with vectors": ["--simd"], "without vectors": []}
    if args.simd or args.scalar:
        del kinds["without vectors" if args.simd else "with vectors"]
    for first in range(args.first, args.first + args.count, BATCH):
        count = min(BATCH, args.first + args.count - first)
        for kind, options in kinds.items():
            what = f"seeds {first} to {first + count - 1} {kind}"
            wrong = compare(first, count, options, options, generate, run)
            tap.check(not wrong, what, *wrong[:9])
            wrong = compare(first, count, [*options, "--try-table"], [*options, "--catch"], generate, run)
            tap.check(not wrong, f"{what}, standard exceptions", *wrong[:9])
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
