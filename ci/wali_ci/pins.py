"""Pins: what is fetched, as `NAME.key := value` lines (versions.mk) or bare `key = value` lines (a recipe)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from .cache import Failure

_LINE = re.compile(r"^\s*([A-Za-z0-9_.+-]+)\s*:?=\s*(.*?)\s*$")
_QUOTED = re.compile(r"""^(["'])(.*?)\1\s*(#.*)?$""")
_REFERENCE = re.compile(r"\$\(([A-Za-z0-9_.+-]+)\)|\$\{([A-Za-z0-9_.+-]+)\}")
_SHA256 = re.compile(r"^[0-9a-f]{64}$")


@dataclass(frozen=True)
class Pin:
    """One source. `sha256` is the Debian file's and, unless `url_sha256` says otherwise, the URL's too."""

    name: str
    version: str
    debian: str  # file name in Debian's archive, or ""
    sha256: str
    url: str  # upstream, or ""
    url_sha256: str  # "" if not known: the URL then serves only `tree`
    tree: tuple[str, ...]  # parts that are unpacked, below the archive's top directory
    tree_sha256: str

    @property
    def source_package(self) -> str:
        return self.debian.split("_", 1)[0]

    @property
    def filename(self) -> str:
        return self.debian or self.url.rsplit("/", 1)[-1]

    def text(self) -> str:
        """Everything that decides what is fetched, for the key of a stage that uses it."""
        return repr(self)


class Pins:
    """The pins of one file. Lines that are not `key = value` are ignored, so a recipe may hold anything else too."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.values: dict[str, str] = {}
        try:
            text = file.read_text(encoding="utf-8")
        except OSError as error:
            raise Failure(f"{file}: {error.strerror}") from error
        for line in text.replace("\\\n", " ").splitlines():
            match = _LINE.match(line)
            if not match:
                continue
            quoted = _QUOTED.match(match[2])
            self.values[match[1]] = quoted[2] if quoted else re.sub(r"(^|\s+)#.*$", "", match[2])

    def _get(self, name: str, key: str) -> str:
        """`NAME.key`, or the bare key where the file's own `name` (or its directory) is NAME."""
        if f"{name}.{key}" in self.values:
            return self._expand(self.values[f"{name}.{key}"])
        if name in (self.values.get("name"), self.file.resolve().parent.name):
            return self._expand(self.values.get(key, ""))
        return ""

    def _expand(self, value: str) -> str:
        for _ in range(8):
            expanded = _REFERENCE.sub(lambda m: self.values.get(m[1] or m[2], ""), value)
            if expanded == value:
                break
            value = expanded
        return value

    def names(self) -> list[str]:
        found = [key[: -len(".sha256")] for key in self.values if key.endswith(".sha256")]
        return [name for name in found if not name.endswith((".url", ".tree"))]

    def pin(self, name: str) -> Pin:
        sha256 = self._get(name, "sha256")
        url = self._get(name, "url")
        debian = self._get(name, "debian")
        tree_sha256 = self._get(name, "tree.sha256")
        url_sha256 = self._get(name, "url.sha256")
        if not url_sha256 and not tree_sha256:
            url_sha256 = sha256
        for digest in (sha256, url_sha256, tree_sha256):
            if digest and not _SHA256.match(digest):
                raise Failure(f"{self.file}: {name}: '{digest}' is not a SHA-256")
        if not sha256 or not (debian or url):
            raise Failure(f"{self.file} pins no '{name}' (wanted: sha256, and debian or url)")
        for part in (debian, url.rsplit("/", 1)[-1], name):
            if "/" in part or part in (".", ".."):
                raise Failure(f"{self.file}: {name}: '{part}' cannot be a file name")
        return Pin(
            name=name,
            version=self._get(name, "version"),
            debian=debian,
            sha256=sha256,
            url=url,
            url_sha256=url_sha256,
            tree=tuple(self._get(name, "tree").split()),
            tree_sha256=tree_sha256,
        )
