#!/usr/bin/env python3
"""Make a suite of a Debian mirror that lists source packages.

usage: mirror.py ROOT SUITE [FILE:DIRECTORY:SHA256]...

Each FILE (name_version.orig.tar.gz) is listed as a source package in DIRECTORY of the pool, with that SHA-256.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path


def main() -> None:
    root, suite = Path(sys.argv[1]), sys.argv[2]
    records = []
    for argument in sys.argv[3:]:
        file, directory, sha256 = argument.split(":")
        package, rest = file.split("_", 1)
        version = rest.split(".orig", 1)[0] + "-1"
        records.append(
            f"Package: {package}\nFormat: 3.0 (quilt)\nBinary: {package}\nArchitecture: any\nVersion: {version}\n"
            f"Directory: {directory}\nFiles:\n {'0' * 32} 1 {file}\n"
            f"Checksums-Sha256:\n {'1' * 64} 1 {package}_{version}.dsc\n {sha256} 1 {file}\n"
        )
    index = "\n".join(records).encode()
    source = root / "dists" / suite / "main" / "source"
    source.mkdir(parents=True, exist_ok=True)
    (source / "Sources").write_bytes(index)
    (root / "dists" / suite / "Release").write_text(
        f"Origin: Test\nSuite: {suite}\nCodename: {suite}\nArchitectures: all\nComponents: main\n"
        f"Date: Mon, 01 Jan 2024 00:00:00 UTC\n"
        f"SHA256:\n {hashlib.sha256(index).hexdigest()} {len(index)} main/source/Sources\n",
        encoding="ascii",
    )


if __name__ == "__main__":
    main()
