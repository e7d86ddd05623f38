"""wali.def and aux.def as data, for what the preprocessor cannot do."""

import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
HOWS = ("PASS", "BLOCK", "WAIT", "WORK", "DENY", "NOSYS")
STATUSES = ("PUBLISHED", "RESERVED")


@dataclass
class Param:
    type: str  # I32 or I64
    name: str
    kind: str  # FD
    args: list[str]  # of the kind: ["count"] of OUT(count)


@dataclass
class Call:
    name: str
    numbers: dict[str, int]  # by ISA; -1: none
    status: str
    how: str
    params: list[Param]


@dataclass
class Aux:
    name: str  # of the import
    handler: str
    result: str  # I32 or VOID
    params: list[Param]


def _params(text: str) -> list[Param]:
    """Of `, (I32, fd, FD), (I32, buf, OUT(count))`."""
    params = []
    for match in re.finditer(r"\((I32|I64), (\w+), (\w+)(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\))?\)", text):
        args = [arg.strip() for arg in match[4].split(",")] if match[4] else []
        params.append(Param(match[1], match[2], match[3], args))
    return params


def _lines(file: str, macro: str) -> list[str]:
    text = (HERE / file).read_text()
    return [line for line in text.splitlines() if line.startswith(macro + "(")]


def calls() -> list[Call]:
    found = []
    for line in _lines("wali.def", "SYS"):
        match = re.fullmatch(r"SYS\((\w+), *(-?\d+), *(-?\d+), *(-?\d+), *(\w+), *(\w+), *(\d)(.*)\)", line)
        if not match:
            raise ValueError(f"wali.def: cannot read: {line}")
        numbers = dict(zip(("x86_64", "aarch64", "riscv64"), map(int, match.group(2, 3, 4))))
        call = Call(match[1], numbers, match[5], match[6], _params(match[8]))
        if len(call.params) != int(match[7]):
            raise ValueError(f"wali.def: {call.name}: {len(call.params)} parameters, {match[7]} announced")
        found.append(call)
    return found


def aux() -> list[Aux]:
    found = []
    for line in _lines("aux.def", "AUX"):
        match = re.fullmatch(r"AUX\((\w+), *(\w+), *(\w+), *(\d)(.*)\)", line)
        if not match:
            raise ValueError(f"aux.def: cannot read: {line}")
        params = _params(match[5])
        if len(params) != int(match[4]):
            raise ValueError(f"aux.def: {match[1]}: {len(params)} parameters, {match[4]} announced")
        found.append(Aux(match[1], match[2], match[3], params))
    return found
