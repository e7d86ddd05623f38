#!/usr/bin/env python3
"""Every header compiles by itself: libc's in C and C++, without a warning; the kernel's where they do natively."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from abi import SDK, Tap, scratch, skip_all

INCLUDE = SDK / "sysroot" / "include"
# Only for other systems, or they want something to be included first.
NOT_ALONE = {"bits", "c++", "asm", "asm-generic", "linux", "misc", "mtd", "rdma", "sound", "unwind_itanium.h", "video"}
KERNEL = ("linux", "asm", "mtd", "sound")


def compiles(command: list[str | Path], header: str, suffix: str) -> str:
    """What the compiler says about a file that includes the header and nothing else; "" if it is content."""
    source = Path(scratch.name) / (header.replace("/", "_") + suffix)
    source.write_text(f"#include <{header}>\nint nothing;\n")
    done = subprocess.run([*command, "-fsyntax-only", source], capture_output=True, text=True, timeout=60)
    return done.stderr if done.returncode or done.stderr else ""


def main() -> int:
    if not (INCLUDE / "stdio.h").exists():
        return skip_all("the sysroot has no headers")
    tap = Tap()
    libc = sorted(
        str(path.relative_to(INCLUDE))
        for path in INCLUDE.rglob("*.h")
        if path.relative_to(INCLUDE).parts[0] not in NOT_ALONE
    )
    # -Wsystem-headers would be too strict for musl; what a program sees with them as its own is not.
    languages = (
        ("C99 with POSIX", ".c", [SDK / "bin/wali-clang", "-std=c99", "-pedantic", "-D_XOPEN_SOURCE=700"]),
        ("GNU C17", ".c", [SDK / "bin/wali-clang", "-D_GNU_SOURCE", "-Wall", "-Wextra"]),
        ("C++17", ".cc", [SDK / "bin/wali-clang++", "-std=c++17", "-nostdinc++", "-Wall", "-Wextra"]),
    )
    with ThreadPoolExecutor() as pool:
        for language, suffix, command in languages:
            results = list(pool.map(lambda h, c=command, s=suffix: compiles(c, h, s), libc))
            wrong = [f"{h}: {r.splitlines()[0]}" for h, r in zip(libc, results) if r and "#warning" not in r]
            tap.check(not wrong, f"{len(libc)} headers of libc in {language}", *wrong)

        kernel = sorted(str(p.relative_to(INCLUDE)) for d in KERNEL for p in (INCLUDE / d).glob("*.h"))
        wali = list(pool.map(lambda h: compiles([SDK / "bin/wali-clang", "-w"], h, ".c"), kernel))
        # The format of executables that a.out.h describes is x86's.
        failed = [h for h, result in zip(kernel, wali) if result and h != "linux/a.out.h"]
        worse = [h for h in failed if not compiles(["clang-22", "-w"], h, ".c")]
        tap.check(bool(kernel) and not worse, f"{len(kernel)} headers of the kernel", *worse)
    return tap.done()


sys.exit(main())
