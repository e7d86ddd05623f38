"""What the programs in bench/ share: running, medians, tables."""

from __future__ import annotations

import math
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
BUILD = TOP / os.environ.get("WALI_BUILD", "build")
SDK = TOP / os.environ.get("WALI_SDK", str(BUILD / "sdk"))
OUT = BUILD / "bench"
RUN = SDK / "bin/wali-run"
CLANG = "clang-22"


def fail(message: str) -> None:
    sys.exit(f"bench: {message}")


def need(tool: str) -> str:
    """The tool's path; without it the benchmark has no meaning."""
    path = shutil.which(tool)
    if not path:
        fail(f"{tool} is missing: apt-get install it, or leave its column out with --without")
    return path


def progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def build(command: list[object], out: Path, *inputs: Path) -> Path:
    """Runs the command unless `out` is newer than all inputs. The command writes to `out`. What wali-clang links is an input."""
    if Path(str(command[0])).name in ("wali-clang", "wali-clang++"):
        inputs += (SDK / "sysroot/lib/libc.a", SDK / "sysroot/lib/libc++.a")
    if out.exists() and all(out.stat().st_mtime > p.stat().st_mtime for p in inputs if p.exists()):
        return out
    out.parent.mkdir(parents=True, exist_ok=True)
    progress(f"building {out.name}")
    result = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False)
    if result.returncode:
        out.unlink(missing_ok=True)
        fail(f"{' '.join(str(c) for c in command)}\n{result.stderr}")
    return out


def output(command: list[object], **more: object) -> str:
    environment = dict(os.environ) | dict(more.pop("env", {}))  # type: ignore[arg-type]
    result = subprocess.run(
        [str(c) for c in command], capture_output=True, text=True, check=False, env=environment, **more
    )  # type: ignore[call-overload]
    if result.returncode:
        fail(f"{' '.join(str(c) for c in command)}: status {result.returncode}\n{result.stderr[-2000:]}")
    return result.stdout


def publish(text: str, out: Path) -> None:
    """Prints a report and leaves it in a file."""
    progress("")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text)
    print(text, end="", flush=True)


def median(values: list[float]) -> float:
    return statistics.median(values)


def ratio(times: list[float], native: list[float]) -> float:
    """The median of the ratios within a turn: machines change their speed."""
    return median([a / b for a, b in zip(times, native)])


def geometric_mean(values: list[float]) -> float:
    return math.exp(sum(math.log(v) for v in values) / len(values)) if values else math.nan


def time_text(seconds: float) -> str:
    for unit, scale in (("s", 1), ("ms", 1e3), ("us", 1e6)):
        if seconds * scale >= 1:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def table(head: list[str], rows: list[list[str]]) -> str:
    """Markdown, first column to the left, the others to the right."""
    widths = [max(len(r[i]) for r in [head, *rows]) for i in range(len(head))]

    def line(cells: list[str]) -> str:
        return "| " + " | ".join(
            c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(cells, widths))
        ) + " |"

    rule = "|" + "|".join("-" * (w + 2) if i == 0 else "-" * (w + 1) + ":" for i, w in enumerate(widths)) + "|"
    return "\n".join([line(head), rule, *map(line, rows)])


def machine() -> str:
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return f"{os.cpu_count()} x {model}, load {os.getloadavg()[0]:.1f} when begun"
