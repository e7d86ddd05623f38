#!/usr/bin/env python3
"""Where compiled code comes from: in traps' backtraces, for gdb, and for perf."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "wasm"))

from tap import RUN, SDK, Tap, skip_all  # noqa: E402

SOURCE = Path(__file__).resolve().parent / "trapping.c"
AOTC = Path(os.environ.get("WALI_AOTC", SDK / "bin/wali-aotc")).absolute()
DWARFDUMP = shutil.which("llvm-dwarfdump-22") or "/usr/lib/llvm-22/bin/llvm-dwarfdump"
# What gdb does once the trap has become the signal that the program dies of.
GDB = """
import gdb
for command in ("set pagination off", "set confirm off", "set debuginfod enabled off", "run"):
    try:
        gdb.execute(command)
    except gdb.error:
        pass
maps = open("/proc/%d/maps" % gdb.selected_inferior().pid).read().splitlines()
base = min(int(line.split("-")[0], 16) for line in maps if line.endswith("trapping.img") and " r--p " in line)
gdb.execute("add-symbol-file trapping.img -o %#x" % base)
gdb.execute("bt")
"""
tap = Tap()
LINES = {m[1]: n for n, line in enumerate(SOURCE.read_text().splitlines(), 1) if (m := re.search(r"/\* (\w+) \*/", line))}
WHERE = [(f, LINES[f]) for f in ("divide", "middle", "main")]


def call(scratch: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "WALI_AOT"}
    return subprocess.run([*map(str, command)], cwd=scratch, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, errors="replace", timeout=100)


def test_backtraces(scratch: Path) -> None:
    def backtrace(program: str) -> list[str]:
        """After the first line, which has the program's name."""
        text = call(scratch, *RUN, program).stderr.splitlines()
        return [text[0].replace(program, "PROGRAM"), *text[1:]] if text else []

    expected = backtrace("trapping.wasm")
    found = re.findall(r"#\d+ (\w+) at .*trapping\.c:(\d+)", "\n".join(expected))
    tap.check([(f, int(n)) for f, n in found] == WHERE, "the interpreter says function, file and line", *expected)
    for options in (["-O0"], ["-O1"], ["-O2"], ["-O2", "-g"]):
        call(scratch, AOTC, *options, "-o", "trapping.img", "trapping.wasm")
        lines = backtrace("trapping.img")
        tap.check(bool(lines) and lines == expected, f"compiled code the same: {' '.join(options)}", *lines)


def test_debuggers(scratch: Path) -> None:
    """The image is the last that was made: -O2 -g."""
    text = call(scratch, DWARFDUMP, "--debug-line", "trapping.img").stdout
    rows = {int(m[1]) for m in re.finditer(r"^0x[0-9a-f]+ +(\d+) ", text, re.M)}
    tap.check("trapping.c" in text and rows >= set(LINES.values()), "-g: an image has a line table", text[-2000:])
    plain = scratch / "plain.img"
    call(scratch, AOTC, "-O2", "-o", plain, "trapping.wasm")
    tap.check(not re.search(r"trapping\.c", call(scratch, DWARFDUMP, "--debug-line", plain).stdout), "without -g it has none")
    if not shutil.which("gdb"):
        tap.check(True, "gdb # SKIP there is none")
        return
    (scratch / "gdb.py").write_text(GDB)
    text = call(scratch, "gdb", "-q", "-batch", "-nx", "-x", "gdb.py", "--args", *RUN, "trapping.img").stdout
    if "ptrace" in text and "not permitted" in text:
        tap.check(True, "gdb # SKIP it may not trace processes here")
        return
    found = [(f, int(n)) for f, n in re.findall(r"#\d+ .* in (\w+) \(.*\) at .*trapping\.c:(\d+)", text)]
    tap.check(found == WHERE, "gdb goes through compiled code by name, file and line", *text.splitlines())


def test_profilers(scratch: Path) -> None:
    symbols = call(scratch, "llvm-readelf-22", "-sW", "trapping.img").stdout
    sizes = {m[2]: int(m[1]) for m in re.finditer(r": [0-9a-f]+ +(\d+) FUNC .* (\w+)(?:\.\d+)?$", symbols, re.M)}
    tap.check(all(sizes.get(name) for name in ("divide", "middle", "spin", "main")),
              "functions are in the image's symbol table, with their sizes", symbols[-2000:])
    what = "perf says in which functions of the program it was"
    if not shutil.which("perf"):
        tap.check(True, f"{what} # SKIP there is no perf")
        return
    made = call(scratch, "perf", "record", "-q", "-e", "cpu-clock", "-o", "perf.data", *RUN, "trapping.img", "200000000")
    if made.returncode:
        tap.check(True, f"{what} # SKIP it does not work here")
        return
    report = call(scratch, "perf", "report", "-i", "perf.data", "--stdio", "--sort", "symbol").stdout
    tap.check(bool(re.search(r"\[\.\] spin\b", report)), what, *report.splitlines()[:30])


def build(scratch: Path) -> None:
    done = call(scratch, SDK / "bin/wali-clang", "-g", "-O1", "-o", "trapping.wasm", SOURCE)
    if done.returncode:
        sys.exit(f"trapping.c: {done.stderr}")


def test_determinism(scratch: Path) -> None:
    def image(directory: Path, *options: str) -> bytes:
        directory.mkdir(exist_ok=True)
        module = directory / f"{directory.name}.wasm"
        shutil.copy(scratch / "trapping.wasm", module)
        done = call(directory, AOTC, *options, "-o", directory / "image", module.name if "-j2" in options else module)
        return (directory / "image").read_bytes() if not done.returncode else done.stderr.encode()

    for level in ("-O1", "-O2"):
        images = [image(scratch / f"in {threads}", level, "-g", threads) for threads in ("-j1", "-j2", "-j4")]
        images.append(image(scratch / "again", level, "-g", "-j1"))
        tap.check(len(set(images)) == 1 and images[0][1:4] == b"ELF",
                  f"{level} -g: the same image with -j1, -j2, -j4, again, and in other directories", *map(len, images))


def main() -> int:
    if not (SDK / "bin/wali-clang").exists() or not AOTC.exists():
        return skip_all("needs the SDK with wali-aotc")
    with tempfile.TemporaryDirectory() as d:
        scratch = Path(d)
        build(scratch)
        test_backtraces(scratch)
        test_debuggers(scratch)
        test_profilers(scratch)
        test_determinism(scratch)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
