"""The cache shared by all checkouts of a user, and the rules for putting something into it.

Whatever is found under its final name is whole: it was written under a temporary name, checked, flushed, and renamed
while the lock of that name was held. Temporary names that a killed run left behind are removed by the next holder.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
DENIED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR)


class Failure(Exception):
    """Ends a tool with one line for the user. `kind` ranks it against the failures of other ways to the same file."""

    def __init__(self, message: str, kind: str = "other") -> None:
        super().__init__(message)
        self.kind = kind


def die(tool: str, error: BaseException) -> NoReturn:
    """One line on stderr, whatever happened, and status 1."""
    text = " ".join(str(describe(error)).split())
    print(f"{tool}: {text}", file=sys.stderr)
    sys.exit(1)


def describe(error: BaseException) -> str:
    if isinstance(error, shutil.Error):  # a list of (from, to, why), one for each file
        return str(error.args[0][0][2]) if error.args and error.args[0] else str(error)
    if isinstance(error, OSError) and error.errno in FULL:
        where = error.filename or cache_root()
        return f"{where}: {os.strerror(error.errno)}; free some space and run it again"
    if isinstance(error, OSError) and error.filename:
        where, cache = os.path.abspath(os.fsdecode(error.filename)), str(cache_root())
        ours = os.path.commonpath([where, cache]) in (where, cache)
        remedy = "; set XDG_CACHE_HOME to a directory that can be written" if ours and error.errno in DENIED else ""
        return f"{error.filename}: {error.strerror}{remedy}"
    return str(error)


def cache_root() -> Path:
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # the XDG specification: a relative path is ignored
        base = os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "wali-sdk"


@contextlib.contextmanager
def locked(name: str, on_wait: Callable[[], None] = lambda: None) -> Iterator[int]:
    """Hold the lock `name` (one path component) and yield its descriptor. The kernel releases the lock when all
    processes that have the descriptor have ended, however they end."""
    directory = cache_root() / "lock"
    directory.mkdir(parents=True, exist_ok=True)
    with open(directory / name, "w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()


def sha256_file(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def publish_file(temporary: Path, final: Path) -> None:
    """Give a checked file its final name. fsync first: a name must not survive a crash that its contents do not."""
    with open(temporary, "rb") as file:
        os.fsync(file.fileno())
    os.chmod(temporary, 0o644)
    final.parent.mkdir(parents=True, exist_ok=True)
    os.replace(temporary, final)


def publish_directory(temporary: Path, final: Path) -> None:
    """Give a complete directory its final name; its files reach the disk before the name does."""
    for directory, _, files in os.walk(temporary):
        for name in files:
            path = os.path.join(directory, name)
            if not os.path.islink(path):
                descriptor = os.open(path, os.O_RDONLY)
                os.fsync(descriptor)
                os.close(descriptor)
    final.parent.mkdir(parents=True, exist_ok=True)
    os.rename(temporary, final)


def remove_tree(path: Path) -> None:
    """Remove a file or directory that may not be there."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


def megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
