#!/usr/bin/env python3
"""Runs the official WebAssembly test suite (converted to .json and .wasm), one TAP line per script.

The suite is the directory or tarball that WASM_SPEC_TESTS names, else wasm-spec-tests.tar.xz beside the checkout's
shared files. The runner is SPEC_RUNNER, else it is built. Arguments name scripts to run ("core/i32"), or choose: --aot runs
compiled code, each module by wali-aotc with what --options="-O0 --cpu=native" has (SPEC_AOTC is another compiler);
--isa=aarch64 or riscv64 has the runner built for that machine, and runs it by qemu.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import shlex
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tap import SDK, TOP, build, cross_build

DIRECTORIES = ("core", "threads", "legacy-eh", "relaxed-simd")
# Scripts with modules that need what no engine here has, how many commands that concerns, and what it is. All else runs.
TYPED = "typed function references"
NEEDS = {
    "core/binary-gc": (1, "garbage collection: an array type"),
    "core/br_if": (1, TYPED),
    "core/br_table": (162, f"{TYPED}: one function, in the module that everything is in"),
    "core/elem": (17, TYPED),
    "core/func": (1, TYPED),
    "core/linking": (41, TYPED),
    "core/local_init": (10, f"{TYPED}: the whole script"),
    "core/local_tee": (1, TYPED),
    "core/ref": (13, f"{TYPED}: the whole script"),
    "core/ref_is_null": (20, TYPED),
    "core/select": (1, TYPED),
    "core/table": (17, TYPED),
    "core/table-sub": (1, TYPED),
    "core/unreached-invalid": (3, f"{TYPED}: call_ref, ref.as_non_null"),
    "core/unreached-valid": (11, TYPED),
}
# What the suite calls invalid in scripts that are older than multiple memories and tables: valid here, which is checked.
SUPERSEDED = ("multiple memories", "multiple tables")


def hexadecimal(text: str | None) -> str:
    """"-" for no text, "=" for an empty one."""
    if text is None:
        return "-"
    return text.encode("utf-8", "surrogatepass").hex() or "="


def lane(shape: str, value: str) -> str:
    """Lanes are unsigned decimals in the suite, or NaN patterns."""
    if value.startswith("nan:"):
        return value
    return str(int(value) % (1 << int(shape[1:])))


def one(v: dict) -> str:
    kind = v["type"]
    value = v.get("value")
    if kind == "v128":
        shape = v["lane_type"]
        return f"v128:{shape}:" + "/".join(lane(shape, x) for x in value)
    if value is None:
        value = "any"
    if kind in ("i32", "i64"):
        value = str(int(value) % (1 << int(kind[1:])))
    return f"{kind}:{value}"


def values(vs: list[dict]) -> str:
    return ",".join(one(v) for v in vs) or "-"


def translate(command: dict, directory: Path) -> str | None:
    """The runner's form of a command, or None when there is nothing to run."""
    kind = command["type"]
    start = f"{command['line']} "
    text = command.get("text")
    if command.get("module_type") == "text":
        return None
    if kind == "register":
        return start + f"register {hexadecimal(command.get('name'))} {hexadecimal(command['as'])}"
    if "filename" in command:
        path = f"{directory}/{command['filename']}"
        if kind == "module" and "definition" in command:
            return start + f"definition {path}"
        if kind == "module":
            return start + f"module {path} {hexadecimal(command.get('name'))}"
        if kind in ("assert_invalid", "assert_malformed"):
            return start + f"{'definition' if text in SUPERSEDED else 'reject'} {path}"
        if kind == "assert_unlinkable":
            return start + f"unlinkable {path}"
        if kind == "assert_uninstantiable":
            return start + f"uninstantiable {path} {hexadecimal(text)}"
        raise ValueError(f"unknown command {kind}")
    action = command["action"]
    what = (f"{hexadecimal(action.get('module'))} {action['type']} {hexadecimal(action['field'])} "
            f"{values(action.get('args', []))}")
    if kind == "action":
        return start + f"action {what}"
    if kind == "assert_return":
        # "either": alternatives for the one result.
        expected = ("|".join(map(one, command["either"])) if "either" in command
                    else values(command["expected"]))
        return start + f"return {what} {expected}"
    if kind in ("assert_trap", "assert_exhaustion", "assert_exception"):
        return start + f"{kind[7:]} {what} {hexadecimal(text) if text else '-'}"
    raise ValueError(f"unknown command {kind}")


def parts(commands: list[dict], most: int) -> list[list[dict]]:
    """A script in parts of so many modules: where modules have no names, each only counts until the next, but for what
    is registered before the second, which each part begins with."""
    starts = [i for i, c in enumerate(commands) if c["type"] == "module"]
    registered = max((i for i, c in enumerate(commands) if c["type"] == "register"), default=-1)
    named = any("name" in c or "module" in c.get("action", {}) or "definition" in c for c in commands)
    if named or len(starts) <= most or registered > starts[1]:
        return [commands]
    head = commands[:starts[1]] if registered >= 0 else []
    cuts = [*starts[1::most], len(commands)]
    return [commands[:cuts[0]], *(head + commands[a:b] for a, b in zip(cuts, cuts[1:]))]


def run_part(lines: list[str], program: list[str], aotc: str | None) -> tuple[list[int], list[str]]:
    """How many passed, failed, were not supported; what there is to say. No numbers: the runner died."""
    try:
        done = subprocess.run(program, input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=1200,
                              env={**os.environ, "SPEC_AOTC": aotc} if aotc else None)
    except subprocess.TimeoutExpired:
        return [], ["timed out"]
    output = done.stdout.splitlines()
    if not output or not output[-1].startswith("done "):
        return [], [f"runner died with status {done.returncode}", *output, *done.stderr.splitlines()]
    ok, failed, unsupported = map(int, output[-1].split()[1:])
    if done.returncode and not failed:
        failed = 1
    return [ok, failed, unsupported], output[:-1] + done.stderr.splitlines()


def run_script(script: Path, program: list[str], aotc: str | None, most: int) -> tuple[bool, str, list[str]]:
    """Whether all passed, a summary, and what failed."""
    commands = json.loads(script.read_text(encoding="utf-8", errors="surrogatepass"))["commands"]
    ok = failed = unsupported = 0
    said: list[str] = []
    seen: set[int] = set()  # what several parts begin with counts once
    for part in parts(commands, most):
        again = sum(id(c) in seen and c["type"] != "register" for c in part)  # a registration is no check
        seen |= {id(c) for c in part}
        numbers, output = run_part([t for t in (translate(c, script.parent) for c in part) if t], program, aotc)
        if not numbers:
            return False, output[0], output[1:]
        ok, failed, unsupported = ok + numbers[0] - again, failed + numbers[1], unsupported + numbers[2]
        said += output
    summary = f"{ok} of {ok + failed}"
    expected, reason = NEEDS.get(f"{script.parent.name}/{script.stem}", (0, ""))
    if unsupported:
        summary += f"; {unsupported} more need {reason}"
    if unsupported != expected:
        summary += f" (expected {expected} of that kind)"
    return failed == 0 and unsupported == expected, summary, said


def runner(isa: str | None) -> list[str]:
    if isa:
        return [f"qemu-{isa}-static", cross_build("obj", isa, "spec-runner")]
    return [os.environ.get("SPEC_RUNNER") or build("obj", "spec-runner")[0]]


def main() -> int:
    found = Path(os.environ.get("WASM_SPEC_TESTS", TOP.parent / "shared/wasm-spec-tests.tar.xz"))
    if not found.exists():
        print(f"1..0 # SKIP the official suite is not there: {found} (set WASM_SPEC_TESTS to its directory or tarball)")
        return 0
    parser = argparse.ArgumentParser(description="Runs the official WebAssembly test suite.")
    parser.add_argument("--aot", action="store_true")
    parser.add_argument("--options", default="")
    parser.add_argument("--isa", choices=("aarch64", "riscv64"))
    parser.add_argument("script", nargs="*")
    wanted = parser.parse_args()
    program, aotc = runner(wanted.isa), None
    if wanted.aot:
        target = f"--target={wanted.isa or os.uname().machine}"
        compiler = os.environ.get("SPEC_AOTC") or shlex.quote(str(SDK / "bin/wali-aotc"))
        aotc = f"{compiler} -j1 {target} {wanted.options}"
    with tempfile.TemporaryDirectory() as scratch:
        suite = found
        if found.is_file():
            with tarfile.open(found) as tar:
                tar.extractall(scratch)
            suite = Path(scratch)
        scripts = [s for d in DIRECTORIES for s in sorted((suite / d).glob("*.json"))]
        if wanted.script:
            scripts = [s for s in scripts if f"{s.parent.name}/{s.stem}" in wanted.script]
        print(f"1..{len(scripts)}", flush=True)
        bad = 0
        pool = concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0)))
        # qemu-user keeps books of every page of address space: 256 MiB for what a table may grow to.
        most = 8 if wanted.isa and wanted.aot else sys.maxsize
        results = pool.map(lambda script: run_script(script, program, aotc, most), scripts)
        for number, (script, (ok, summary, problems)) in enumerate(zip(scripts, results), 1):
            bad += not ok
            print(f"{'ok' if ok else 'not ok'} {number} - {script.parent.name}/{script.stem}: {summary}", flush=True)
            if not ok:
                for problem in problems[:20]:
                    print(f"# {problem}")
                if len(problems) > 20:
                    print(f"# … and {len(problems) - 20} more")
    return bad != 0


if __name__ == "__main__":
    sys.exit(main())
