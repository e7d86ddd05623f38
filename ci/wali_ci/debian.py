"""Debian's source archive, read through the mirrors that apt is configured for, without touching that configuration.

A private copy of the system's sources, with deb instead of deb-src turned around, and private lists and cache below
our own cache directory: no root is needed and the system's apt never sees it. The system's apt.conf still applies, so
proxies and credentials work as the administrator set them up.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from .cache import Failure, cache_root, locked

APT_ETC = Path("/etc/apt")
APT_HELPER = "/usr/lib/apt/apt-helper"
# Where a file may be if the machine's own suites do not list it, in the order in which they are tried.
OTHER_SUITES = ("stable", "unstable", "oldstable")
# An index in which a file was missing is fetched again, but not more often than this (seconds).
REFRESH = 3600


def available() -> bool:
    return shutil.which("apt-get") is not None and os.path.exists(APT_HELPER)


class Archive:
    """The source indexes of the system's mirrors and, as far as needed, of the same mirrors' other suites."""

    def __init__(self, apt_etc: Path = APT_ETC) -> None:
        self.apt_etc = apt_etc
        self.root = cache_root() / "apt"
        if apt_etc != APT_ETC:
            self.root = cache_root() / ("apt" + str(apt_etc).replace("/", "-"))

    def locations(self, package: str, filename: str, sha256: str) -> Iterator[str]:
        """Yield URIs of the file with this checksum, best first. Raises Failure if the indexes list none at all."""
        seen: set[str] = set()
        other_sums: set[str] = set()
        trouble = ""
        for suite in ("", *OTHER_SUITES):
            with locked(self.root.name):
                self._prepare()
                error = self._add_suite(suite)
                found = list(self._search(package, filename))
                if not error and not any(s == sha256 for _, s in found):
                    error = self._refresh(suite)
                    found = list(self._search(package, filename))
            trouble = trouble or error
            other_sums.update(s for _, s in found if s != sha256)
            for uri, listed in found:
                if listed == sha256 and uri not in seen:
                    seen.add(uri)
                    yield uri
        if not seen and other_sums:
            raise Failure(
                f"{filename}: wrong checksum: pinned is SHA-256 {sha256}, Debian lists {', '.join(sorted(other_sums))}",
                "checksum",
            )
        if not seen:
            raise Failure(trouble or f"the mirrors list no {filename}", "network" if trouble else "missing")

    def download(self, uri: str, target: Path) -> None:
        """Fetch one URI with apt's own methods. The caller checks what came."""
        target.unlink(missing_ok=True)
        run = self._run(APT_HELPER, "download-file", uri, str(target))
        target.with_name(target.name + ".FAILED").unlink(missing_ok=True)
        if run.returncode != 0 or not target.exists():
            raise _trouble(run, uri)

    # The private configuration.

    def _prepare(self) -> None:
        for name in ("sources", "lists/partial", "cache/archives/partial", "state"):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        options = {
            "Dir::Etc::SourceList": "/dev/null",
            "Dir::Etc::SourceParts": str(self.root / "sources"),
            "Dir::State": str(self.root / "state"),
            "Dir::State::Lists": str(self.root / "lists"),
            "Dir::Cache": str(self.root / "cache"),
            "Acquire::Retries": "1",
            "Acquire::http::Timeout": "20",
            "Acquire::https::Timeout": "20",
            "Acquire::Languages": "none",
        }
        if os.geteuid() == 0:
            # apt would drop to a user who may not write into root's cache.
            options["APT::Sandbox::User"] = "root"
        # Hooks belong to the system's lists, which this does not update.
        hooks = ("APT::Update::Pre-Invoke", "APT::Update::Post-Invoke", "APT::Update::Post-Invoke-Success")
        lines = [f"#clear {hook};" for hook in hooks]
        lines += [f'{key} "{value}";' for key, value in options.items()]
        (self.root / "apt.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        environment = dict(os.environ, LC_ALL="C")
        return subprocess.run(
            [command[0], "-c", str(self.root / "apt.conf"), *command[1:]],
            env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False,
        )

    def _add_suite(self, suite: str) -> str:
        """Make the suite's sources known; "" is the machine's own. Returns what went wrong, if anything."""
        changed = False
        for file in self._system_sources():
            text = file.read_text(encoding="utf-8", errors="replace")
            convert = _deb822 if file.suffix == ".sources" else _one_line
            copy = self.root / "sources" / f"{file.stem}-{suite or 'own'}{file.suffix}"
            converted = convert(text, suite)
            if converted and (not copy.exists() or copy.read_text(encoding="utf-8") != converted):
                copy.write_text(converted, encoding="utf-8")
                changed = True
        return self._refresh(suite) if changed or not self._stamp(suite).exists() else ""

    def _system_sources(self) -> list[Path]:
        files = [self.apt_etc / "sources.list"]
        parts = self.apt_etc / "sources.list.d"
        if parts.is_dir():
            files += sorted(f for f in parts.iterdir() if f.suffix in (".list", ".sources"))
        return [file for file in files if file.is_file()]

    def _stamp(self, suite: str) -> Path:
        return self.root / "state" / f"updated-{suite or 'own'}"

    def _refresh(self, suite: str) -> str:
        stamp = self._stamp(suite)
        if stamp.exists() and time.time() - stamp.stat().st_mtime < REFRESH:
            return ""
        print(f"fetch: reading Debian's source index ({suite or 'suites of this machine'})", file=sys.stderr)
        run = self._run("apt-get", "update")
        # Sources without a source index are nothing unusual: what matters is whether any index of ours is there.
        error = _trouble(run, "apt-get update")
        if error.kind == "full":
            raise error
        if run.returncode == 0 and "Failed to fetch" not in run.stderr:
            stamp.touch()
            return ""
        if "Failed to fetch" in run.stderr and "404 " in run.stderr:
            stamp.touch()
        return str(error)

    # The indexes.

    def _search(self, package: str, filename: str) -> Iterator[tuple[str, str]]:
        """Yield (URI, SHA-256) of every record of the source package that has a file of this name."""
        run = self._run("apt-get", "indextargets", "--format", "$(FILENAME)\t$(REPO_URI)", "Created-By: Sources")
        for line in run.stdout.splitlines():
            index, _, repository = line.partition("\t")
            if not os.path.exists(index):
                continue
            text = self._run(APT_HELPER, "cat-file", index).stdout
            for record in re.finditer(rf"^Package: {re.escape(package)}\n(?:.+\n)*", text, re.MULTILINE):
                directory = re.search(r"^Directory: (\S+)$", record[0], re.MULTILINE)
                checksum = re.search(rf"^ ([0-9a-f]{{64}}) \d+ {re.escape(filename)}$", record[0], re.MULTILINE)
                if directory and checksum:
                    yield f"{repository.rstrip('/')}/{directory[1]}/{filename}", checksum[1]


def _other_suites(suites: list[str], suite: str) -> list[str]:
    """The suites of an entry, or what corresponds to them in the wanted suite: security stays security."""
    if not suite:
        return suites
    result = []
    for name in suites:
        if name.endswith("/") or re.search(r"-(updates|backports.*|proposed.*)$", name):
            continue
        wanted = f"{suite}-security" if name.endswith("-security") else suite
        if wanted != "unstable-security" and wanted not in result:
            result.append(wanted)
    return result


def _deb822(text: str, suite: str) -> str:
    """The stanzas of a .sources file as source-package stanzas; options such as Signed-By are kept."""
    stanzas = []
    for stanza in re.split(r"\n\s*\n", text):
        lines = [line for line in stanza.splitlines() if not line.startswith("#")]
        fields = "\n".join(lines) + "\n"
        suites = re.search(r"^Suites:(.*(?:\n\s+.*)*)$", fields, re.MULTILINE | re.IGNORECASE)
        if not suites or re.search(r"^Enabled:\s*(no|false)\s*$", fields, re.MULTILINE | re.IGNORECASE):
            continue
        wanted = _other_suites(suites[1].split(), suite)
        if not wanted:
            continue
        fields = fields.replace(suites[0], "Suites: " + " ".join(wanted))
        fields = re.sub(r"^Types:.*$", "Types: deb-src", fields, flags=re.MULTILINE | re.IGNORECASE)
        stanzas.append(fields)
    return "\n".join(stanzas)


def _one_line(text: str, suite: str) -> str:
    """The entries of a .list file as deb-src entries; options such as signed-by are kept."""
    entries: list[str] = []
    for line in text.splitlines():
        match = re.match(r"^\s*deb(?:-src)?\s+(\[[^]]*\]\s+)?(\S+)\s+(\S+)\s*(.*)$", line)
        if not match:
            continue
        for wanted in _other_suites([match[3]], suite):
            entry = f"deb-src {match[1] or ''}{match[2]} {wanted} {match[4]}".rstrip()
            if entry not in entries:
                entries.append(entry)
    return "".join(entry + "\n" for entry in entries)


def _trouble(run: subprocess.CompletedProcess[str], what: str) -> Failure:
    """What apt complained about, as one failure."""
    if "No space left on device" in run.stderr or run.returncode == -signal.SIGXFSZ:
        return Failure(f"{cache_root()}: No space left on device; free some space and run it again", "full")
    complaint = next((x for x in (run.stderr + run.stdout).splitlines() if re.match(r"^[EW]: ", x)), "")
    return Failure(complaint[3:].strip() or f"{what} failed with status {run.returncode}", "network")
