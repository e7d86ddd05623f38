#!/usr/bin/env python3
"""bash's own test suite, run by the module and by the native bash of the same sources.

Every run-* script of the sources' tests/ is one test: what it prints, the differences to upstream's expectation among
it, and its exit status must be the same on both sides. The module's side has no native shell in it: the script is run by
the module, and so is every $THIS_SH in it, by execve of the file; recho, zecho, printenv, xcase and env are modules, too.
What differs and cannot be otherwise is in ports/bash/differs, line by line and with the reason; what is listed there and does
not differ any more fails. Options: names of scripts; --update prints what differs in the form of that file; --musl puts a
native bash that musl-gcc builds in the module's place, which shows what of the list is libc's; --aot compiles the module
and its helpers.
"""

from __future__ import annotations

import difflib
import fcntl
import os
import pty
import pwd
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
BUILD = Path(os.environ.get("WALI_BUILD", CHECKOUT / "build")).resolve()
SDK = Path(os.environ.get("WALI_SDK", BUILD / "sdk")).resolve()
MUSL = "--musl" in sys.argv
AOT = "--aot" in sys.argv
RUN = [] if MUSL else shlex.split(os.environ.get("WALI_RUN", "")) or [str(SDK / "bin" / "wali-run")]
PORT = BUILD / "ports" / "bash"
DIFFERS = CHECKOUT / "ports" / "bash" / "differs"
SIDES = ("native", "module")  # of the same length: both sides' paths are cut off at the same place
HELPERS = ("recho", "zecho", "printenv", "xcase")
# What the scripts set. A native libc has only what is installed; ours has any name, but always with UTF-8.
LOCALES = {"en_US.UTF-8": "UTF-8", "de_DE.UTF-8": "UTF-8", "fr_FR.ISO8859-1": "ISO-8859-1", "zh_HK.big5hkscs": "BIG5-HKSCS",
           "ja_JP.SJIS": "SHIFT_JIS"}
SLOWEST_FIRST = ("run-ifs-posix", "run-jobs", "run-read", "run-trap", "run-new-exp", "run-intl", "run-posixexp", "run-dollars")
TIMEOUT = 600  # seconds; for a runtime with sanitizers on a slow machine


@dataclass(frozen=True)
class Result:
    """What one side did."""

    status: int | str
    lines: list[str]


def skip_all(why: str) -> None:
    print(f"1..0 # SKIP {why}")
    sys.exit(0)


def text_of(output: bytes) -> list[str]:
    """Lines that any terminal and any editor can show, and that are equal only if the bytes are."""
    return [line.decode("latin-1").encode("unicode_escape").decode().replace("\\\\", "\\").replace("\\t", "\t")
            for line in output.split(b"\n")]


# Set-up: a directory a side, with the shell and what scripts call in bin/, and the scripts in tests/.


def quiet(command: list[str], **options: object) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options)  # type: ignore
    if done.returncode:
        sys.stdout.write("".join(f"# {line}\n" for line in done.stdout.decode(errors="replace").splitlines()))
        sys.exit(f"{command[0]} failed")


def make_locales() -> Path:
    """Compile the locales, once; LOCPATH for the native libc."""
    where = BUILD / "tests" / "bash" / "locales"
    where.mkdir(parents=True, exist_ok=True)
    for name, charmap in LOCALES.items():
        if not (where / name).is_dir():
            # With -c, and with whatever status: SJIS and BIG5 are not quite ASCII, of which it warns.
            part = Path(tempfile.mkdtemp(dir=where, prefix="."))
            subprocess.run(["localedef", "-c", "-i", name.split(".")[0], "-f", charmap, str(part / name)], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, check=False)
            if (part / name / "LC_CTYPE").is_file():
                part.chmod(0o755)
                (part / name).rename(where / name)
            shutil.rmtree(part)
    return where


def make_musl(source: Path) -> Path:
    """Build bash as the port does, but natively with musl."""
    where = BUILD / "tests" / "bash" / "musl"
    if not (where / "bash").is_file():
        shutil.rmtree(where, ignore_errors=True)
        shutil.copytree(source, where)
        configure = ["./configure", "CC=musl-gcc", "CFLAGS=-O1 -w", "--without-bash-malloc", "--disable-nls",
                     "bash_cv_termcap_lib=gnutermcap", "bash_cv_func_strtoimax=no"]
        quiet(configure, cwd=where)
        quiet(["make", "bash"], cwd=where)
    return where / "bash"


def make_side(side: str, top: Path, source: Path) -> None:
    place = top / side
    (place / "bin").mkdir(parents=True)
    shell, compiler = PORT / "native" / "bin" / "bash", "gcc"
    if side == "module" and MUSL:
        shell, compiler = make_musl(source), "musl-gcc"
    elif side == "module":
        shell, compiler = PORT / "root" / "bin" / "bash", str(SDK / "bin" / "wali-clang")
    shutil.copy(shell, place / "bin" / "bash")
    (top / "config.h").touch()
    for name in HELPERS:
        quiet([compiler, "-O1", "-w", "-DHAVE_STRING_H", "-DHAVE_STDLIB_H", "-DHAVE_UNISTD_H", f"-I{top}", f"-I{source}",
               f"-I{source}/include", "-o", str(place / "bin" / name), str(source / "support" / f"{name}.c")])
    env = Path(__file__).resolve().parent / "bash-env.c"
    quiet([compiler, "-O1", "-Wall", "-Wextra", "-o", str(place / "bin" / "env"), str(env)])
    if side == "module" and AOT:
        for program in map(str, (place / "bin").iterdir()):
            quiet([str(SDK / "bin" / "wali-aotc"), "-O1", "-o", program, program])
    shutil.copytree(source / "tests", place / "tests")
    # Files of a build directory that run-heredoc sends through pipes.
    for name, original in (("y.tab.c", "y.tab.c"), ("config.h", "config.h.in"), ("version.h", "version.c")):
        shutil.copy(source / original, place / name)
    for name in ("run-set-x", "run-dbg-support", "run-dbg-support2"):
        script = place / "tests" / name
        script.write_text(script.read_text().replace('"/tmp/', '"${TMPDIR}/'))
    # Upstream expects that 0.1 ms is enough to read a line. For sanitizers, or on a busy machine, it is not.
    for name in ("read2.sub", "read7.sub"):
        script = place / "tests" / name
        script.write_text(script.read_text().replace("-t .0001 a <<<", "-t .5 a <<<"))


# Running a script on one side: in a session of its own with a controlling terminal, by a user that is not root.


def nobody(top: Path) -> str | None:
    """The user that scripts run as, if this is root: they expect a user to whom permissions apply."""
    if os.getuid() != 0:
        return None
    try:
        user = pwd.getpwnam("nobody")
        probe = subprocess.run([*RUN, str(top / "module" / "bin" / "zecho")], user=user.pw_uid, group=user.pw_gid,
                               extra_groups=[], env=settings("module", top, top), stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except (KeyError, OSError):
        return None
    return "nobody" if probe.returncode == 0 else None


def settings(side: str, top: Path, place: Path) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if name.startswith(("WALI_", "ASAN_", "UBSAN_"))}
    env.update(PATH=f"{top}/{side}/bin:.:/usr/local/bin:/usr/bin:/bin", HOME=f"{place}/home", TMPDIR=f"{place}/tmp",
               BASH_TSTOUT=f"{place}/tmp/output", THIS_SH=f"{top}/{side}/bin/bash", BUILD_DIR=f"{top}/{side}", USER="tester",
               TERM="dumb", LC_ALL="", LANG="C", TZ="UTC", LOCPATH=str(BUILD / "tests" / "bash" / "locales"))
    return env


def session_of(pid: str) -> int | None:
    try:
        return int(Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[3])
    except (OSError, ValueError, IndexError):
        return None


def end_session(leader: int) -> None:
    """Kill what a script has left behind."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        if session_of(pid) == leader:
            try:
                os.kill(int(pid), 9)
            except ProcessLookupError:
                pass


def drain(master: int, seen: bytearray) -> None:
    try:
        while data := os.read(master, 4096):
            seen += data
    except OSError:
        pass  # no one has the other end any more


def run_side(script: str, side: str, top: Path, user: str | None) -> Result:
    place = top / side / script
    place.mkdir()
    quiet(["cp", "-a", str(top / side / "tests"), str(place / "tests")])
    for name in ("tmp", "home"):
        (place / name).mkdir()
        if user:
            shutil.chown(place / name, user)
    shell = [str(top / side / "bin" / "bash")]
    command = ["setsid", "-c", *([] if side == "native" else RUN), *shell, script]
    identity = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
    seen = bytearray()
    master, slave = pty.openpty()
    terminal = threading.Thread(target=drain, args=(master, seen))
    with tempfile.TemporaryFile() as output:
        if user:
            shutil.chown(os.ttyname(slave), user)
        process = subprocess.Popen(command, cwd=place / "tests", env=settings(side, top, place), stdin=slave, stdout=output,
                                   stderr=subprocess.STDOUT, **identity)  # type: ignore
        os.close(slave)
        terminal.start()
        status: int | str
        try:
            status = process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            status = f"none after {TIMEOUT} s"
        end_session(process.pid)
        process.wait()
        terminal.join()
        os.close(master)
        output.seek(0)
        said = output.read() + bytes(seen).replace(b"\r\n", b"\n")
    quiet(["rm", "-rf", str(place)])
    here = [(str(place), "@PLACE@"), (str(top / side), "@SIDE@")]
    lines = text_of(said)
    for path, name in here:
        lines = [line.replace(path, name) for line in lines]
    return Result(status, lines)


# Comparing.


def difference(native: Result, module: Result) -> list[str]:
    """-line for what only the native side says, +line for what only the module says."""
    found = [line for line in difflib.unified_diff(native.lines, module.lines, n=0, lineterm="")
             if not line.startswith(("---", "+++", "@@"))]
    if native.status != module.status:
        found += [f"-status {native.status}", f"+status {module.status}"]
    return found


def read_differs() -> dict[str, list[str]]:
    """The differences that are known, by script; DIFFERS describes its own form."""
    known: dict[str, list[str]] = {}
    script = None
    for line in DIFFERS.read_text().splitlines() if DIFFERS.is_file() else []:
        if line.startswith("["):
            script = line.strip("[]")
            known[script] = []
        elif script and line.startswith(("-", "+")):
            known[script].append(line)
    return known


def report(number: int, script: str, found: list[str], expected: list[str] | None) -> bool:
    good = found == (expected or [])
    listed = " (differs as listed)" if good and expected else ""
    print(f"{'ok' if good else 'not ok'} {number} - {script}{listed}")
    if not good:
        if expected is not None:
            print(f"# not what {DIFFERS.relative_to(CHECKOUT)} lists for it; now it is" + ("" if found else ": no difference"))
        for line in found[:60]:
            print(f"# {line}")
    sys.stdout.flush()
    return good


def scripts_of(source: Path, wanted: list[str]) -> list[str]:
    names = {path.name for path in (source / "tests").glob("run-*")} - {"run-all", "run-minimal"}
    if wanted:
        return wanted
    first = [name for name in SLOWEST_FIRST if name in names]
    return first + sorted(names.difference(first))


def main() -> int:
    options = [word for word in sys.argv[1:] if word.startswith("-")]
    wali_port = str(CHECKOUT / "ports" / "wali-port")
    if not (PORT / "root" / "bin" / "bash").is_file():
        skip_all("bash is not built; `wali-port build bash`")
    quiet([wali_port, "build", "bash", "--native"])
    answer = subprocess.run([wali_port, "source", "bash"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    source = Path(answer.stdout.strip())
    locales = make_locales()
    known = read_differs()
    scripts = scripts_of(source, [word for word in sys.argv[1:] if not word.startswith("-")])
    lock = open(locales.parent / "lock", "w", encoding="ascii")  # some scripts use files in /tmp with fixed names
    fcntl.flock(lock, fcntl.LOCK_EX)
    with tempfile.TemporaryDirectory(prefix="bash-suite-") as name:
        top = Path(name)
        for side in SIDES:
            make_side(side, top, source)
        top.chmod(0o755)
        user = nobody(top)
        if user:
            quiet(["chown", "-R", user, *(str(top / side) for side in SIDES)])
        elif os.getuid() == 0:
            print("# user nobody cannot use wali-run: running as root")

        def compare_once(script: str) -> list[str]:
            # One side after the other, for the sake of those files.
            return difference(*[run_side(script, side, top, user) for side in SIDES])

        def compare(script: str) -> list[str]:
            """A difference must last: nameref11.sub for one races with its own coprocess."""
            for _ in range(3):
                found = compare_once(script)
                if found == known.get(script, []):
                    break
            return found

        if "--update" not in options:
            print(f"1..{len(scripts)}")
        with ThreadPoolExecutor(2 * (os.cpu_count() or 1)) as pool:  # many scripts sleep most of the time
            failed = 0
            for number, (script, found) in enumerate(zip(scripts, pool.map(compare, scripts)), 1):
                if "--update" in options:
                    print("\n".join([f"[{script}]", *found]) if found else f"# {script}: same", flush=True)
                elif not report(number, script, found, known.get(script)):
                    failed += 1
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
