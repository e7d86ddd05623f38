"""What the tests of this directory share: compiling, and reading a module's imports and exports."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "wasm"))
from tap import RUN, SDK, TOP, Tap, skip_all  # noqa: E402,F401

PUBLISHED = TOP / "spec" / "published"


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table of the published interface."""
    lines = (PUBLISHED / name).read_text().splitlines()
    names = lines[0].split("\t")
    return [dict(zip(names, line.split("\t"))) for line in lines[1:]]


def compile_source(source: str, *options: str, suffix: str = ".c") -> tuple[Path | None, str]:
    """A module (or object, with -c) and what the compiler said; None if it failed."""
    directory = Path(tempfile.mkdtemp(dir=scratch.name))
    path, out = directory / f"test{suffix}", directory / "test.wasm"
    path.write_text(source)
    tool = "wali-clang++" if suffix == ".cc" else "wali-clang"
    command = [SDK / "bin" / tool, "-O2", "-Wall", "-Wextra", path, *options, "-o", out]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return (out if done.returncode == 0 else None), done.stderr


def run(module: Path, *args: str, env: dict[str, str] | None = None) -> tuple[int, str]:
    """Status and output of a module under wali-run."""
    done = subprocess.run([*RUN, module, *args], capture_output=True, text=True, timeout=60, env=env)
    return done.returncode, done.stdout + done.stderr


def can_run() -> bool:
    return Path(RUN[0]).exists()


class Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def leb(self) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def take(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size : self.at]

    def name(self) -> str:
        return self.take(self.leb()).decode()

    def limits(self) -> None:
        flags = self.byte()
        self.leb()
        if flags & 1:
            self.leb()


VALTYPE = {0x7F: "i32", 0x7E: "i64", 0x7D: "f32", 0x7C: "f64"}


class Module:
    """The parts of a module that are its interface."""

    def __init__(self, path: Path) -> None:
        self.types: list[tuple[list[str], list[str]]] = []
        self.imports: dict[str, tuple[list[str], list[str]]] = {}  # "module.name" of functions
        self.other_imports: list[str] = []
        self.exports: set[str] = set()
        self.custom: dict[str, bytes] = {}
        reader = Reader(path.read_bytes())
        assert reader.take(8) == b"\0asm\1\0\0\0"
        while reader.at < len(reader.data):
            kind, size = reader.byte(), reader.leb()
            self.section(kind, Reader(reader.take(size)))

    def section(self, kind: int, r: Reader) -> None:
        if kind == 0:
            self.custom[r.name()] = r.data[r.at :]
        elif kind == 1:
            for _ in range(r.leb()):
                assert r.byte() == 0x60
                lists = [[VALTYPE.get(r.byte(), "?") for _ in range(r.leb())] for _ in range(2)]
                self.types.append((lists[0], lists[1]))
        elif kind == 2:
            for _ in range(r.leb()):
                name = f"{r.name()}.{r.name()}"
                if r.byte() != 0:
                    self.other_imports.append(name)
                    return  # not one of ours; what follows does not matter
                self.imports[name] = self.types[r.leb()]
        elif kind == 7:
            for _ in range(r.leb()):
                self.exports.add(r.name())
                r.byte()
                r.leb()


scratch = tempfile.TemporaryDirectory()
