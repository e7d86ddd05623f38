#!/usr/bin/env python3
"""bash at a terminal: typing at the module and at the native bash of the same sources gives the same screens.

A session is a list of steps: keys that are typed, and what must have been printed before the next ones are. What is compared
is what one would see, numbers of processes aside, and how the shell ends.
"""

from __future__ import annotations

import difflib
import fcntl
import os
import pty
import re
import select
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
from screen import HEIGHT, TERMCAP, WIDTH, Screen  # noqa: E402

CHECKOUT = Path(__file__).resolve().parent.parent.parent
BUILD = Path(os.environ.get("WALI_BUILD", CHECKOUT / "build")).resolve()
SDK = Path(os.environ.get("WALI_SDK", BUILD / "sdk")).resolve()
RUN = shlex.split(os.environ.get("WALI_RUN", "")) or [str(SDK / "bin" / "wali-run")]
PORT = BUILD / "ports" / "bash"
PATIENCE = 60  # seconds that a step may take
# What differs from one run to the next: numbers of processes, and which job a shell took for the current one as another ended.
VARYING = (
    (re.compile(r"(\[\d+\][-+]?) +\d+\b"), r"\1 PID"),
    (re.compile(r"job (\d+)\[\d+\]"), r"job \1[PID]"),
    (re.compile(r"^ +\d+( +\| )"), r" PID\1"),
    (re.compile(r"(\[\d+\])[-+]( +(?:Terminated|Killed))"), r"\1 \2"),
)
LEFT, RIGHT, UP, DOWN, HOME, END, DELETE = "\x1b[D", "\x1b[C", "\x1b[A", "\x1b[B", "\x1b[H", "\x1b[F", "\x1b[3~"


def ctrl(key: str) -> str:
    return chr(ord(key.upper()) & 31)


def meta(key: str) -> str:
    return "\x1b" + key


@dataclass(frozen=True)
class Step:
    """Keys to type (or a window size to set), and a pattern that the answer ends with."""

    keys: str = ""
    until: str = r"@\d+> $"
    size: tuple[int, int] | None = None  # rows, columns


@dataclass(frozen=True)
class Session:
    """What is done in one shell, after it has prompted."""

    name: str
    steps: list[Step]
    status: int | None = 0  # as of subprocess: negative is a signal
    env: dict[str, str] = field(default_factory=dict)


def line(text: str, until: str = r"@\d+> $") -> Step:
    return Step(text + "\r", until)


def end(text: str) -> Step:
    return Step(text, "")


# A program in the foreground that says when it is there. The quotes keep what is typed from being taken for it.
WAITER = "sh -c 'echo re\"\"ady; exec sleep 1000'"

SESSIONS = [
    Session("prompts, exit status of the shell", [
        line("echo one; false"), line("echo $?"), line("for i in 1 2; do", r"more> $"), line("echo $i", r"more> $"), line("done"),
        line("cat <<END", r"more> $"), line("text $((6 * 7))", r"more> $"), line("END"),
        line("echo 'an open", r"more> $"), line("quote'"), line("PS1='\\w \\$ '; cd /", r"/ \S $"), line("cd /usr/bin", r"/usr/bin \S $"),
        end("exit 3\r")], status=3),
    Session("end of file ends it", [line("(exit 5)"), line("set -o ignoreeof"), Step(ctrl("D")), line("set +o ignoreeof"),
                                    line("(exit 6)"), end(ctrl("D"))], status=6),
    Session("editing keys", [
        Step("echo wrld" + LEFT * 3 + "o" + ctrl("A") + RIGHT * 5 + "hello " + ctrl("E") + "!\r"),
        Step("echo abc def ghi" + ctrl("W") + "jkl" + meta("b") + meta("b") + meta("d") + ctrl("E") + ctrl("Y") + "\r"),
        Step("no such line" + ctrl("U") + "echo ab" + ctrl("T") + "\r"),
        Step("echo keep drop" + meta("b") + ctrl("K") + ctrl("A") + ctrl("F") * 5 + "really " + HOME + END + "\r"),
        Step("echo xyz" + HOME + DELETE * 2 + "ec" + ctrl("D") * 0 + END + "\x7f\x7fY" + "\r"),
        Step("echo one two" + meta("b") + meta("u") + meta("b") + meta("b") + meta("c") + "\r"),
        Step("echo undone" + ctrl("_") * 6 + "\r"), Step("echo " + ctrl("V") + ctrl("A") + "| od -c\r"),
        Step("echo " + meta("3") + "x" + meta("-") + meta("2") + ctrl("F") + "y\r"),
        Step("cmd='" + "long line " * 14 + "'" + ctrl("A") + RIGHT * 90 + "<here>" + LEFT * 80 + "<there>" + ctrl("E") + "; echo ${#cmd}\r"),
        Step("echo cleared" + ctrl("L") + " screen\r"), end("exit\r")]),
    Session("text that is not ASCII", [
        Step("echo grün und süß" + LEFT * 6 + "\x7f\x7f\x7f" + "+ " + END + "\r"), line("x=äöü; echo ${#x} ${x:1:1} ${x^^}"),
        Step("echo €uro" + HOME + meta("f") + meta("f") + "s\r"), line("printf '%s|%5s|\\u20ac\\n' ä ö"), end("exit\r")]),
    # Its last command, Echo, is not found.
    Session("vi keys", [
        line("set -o vi"), Step("echo one two three\x1b0wcwfour\x1b$xA!\r"), Step("\x1bkkdwiecho \r"), Step("\x1b/one\r\r"),
        Step("echo abc\x1bhrXu0~\r"), end("exit\r")], status=127),
    Session("history", [
        line("echo first"), line("echo second"), Step(UP + UP + "\r"), Step(ctrl("P") * 2 + ctrl("N") + ctrl("P") + "\r"),
        Step(ctrl("R") + "sec" + ctrl("R") + "\r"), Step(ctrl("R") + "nothing of the kind" + ctrl("G") + ctrl("U") + "echo aborted\r"),
        line("!!"), line("!echo:s/aborted/replaced/"), line("^replaced^again"), line("echo !$ !-2:1"), line("fc -l 1 3"),
        line("history -d 1; history | tail -n 4"), line("!nothing"), Step(UP * 3 + ctrl("A") + "echo edited \x1b<" + meta(">") + "\r"),
        line("history -w; tail -n 2 $HISTFILE"), line("history -c; history -r; history | wc -l"), end("exit\r")]),
    Session("completion", [
        line("mkdir -p d/long_name d/long_other 'd/with space'; touch d/file.{a,b,c}"), Step("ls d/fi\t\t\t", r"file\.c[^@]*@\d+> ls d/file\.$"),
        Step("b\r"), Step("ls -d d/lo\t\t\t", r"long_other[^@]*@\d+> ls -d d/long_$"), Step("n\t\r"), Step("ls -d d/w\t\r"), Step("ec\to done\r"),
        Step("variable_name=7; echo $vari\t\r"), Step("echo ~no\t" + ctrl("U") + "\r"), line("complete -W 'apple apricot' fruit; fruit() { echo \"got $1\"; }"),
        Step("fruit ap\t\t\t", r"apricot\s+@\d+> fruit ap$"), Step("r\t\r"), Step("echo {a,b}" + meta("*") + "\r"), end("exit\r")]),
    Session("^C", [
        Step("echo given up", r"given up$"), Step(ctrl("C")), line("echo $?"), line(WAITER, r"ready\r\n$"), Step(ctrl("C")), line("echo $?"),
        line(f"while :; do {WAITER}; done", r"ready\r\n$"), Step(ctrl("C")), line("echo $?"),
        line("trap 'echo caught' INT"), Step(ctrl("C")), line("(echo sub; sleep 1000)", r"sub\r\n$"), Step(ctrl("C")),
        line("trap - INT; read -p 'name? ' x", r"name\? $"), Step("abc", "abc$"), Step(ctrl("C")), line("echo $? [$x]"),
        line("ulimit -c 0; " + WAITER, r"ready\r\n$"), Step(ctrl("\\")), line("echo $?"), line(WAITER.replace("sleep 1000", "cat"), r"ready\r\n$"),
        Step("typed\r", r"typed\r\ntyped\r\n$"), Step(ctrl("D")), end("exit\r")]),
    Session("jobs: stop, continue, kill", [
        line(WAITER, r"ready\r\n$"), Step(ctrl("Z")), line("echo $?; jobs"), line("bg; jobs -r"), line("jobs -l"), line("fg", r"1000'\r\n$"),
        Step(ctrl("Z")), line("kill %1; sleep 0.7"), line("jobs"), line("sleep 1000 | cat &"), line("jobs -l"), line("fg %1", r"cat\r\n$"), Step(ctrl("C")),
        line("echo ${PIPESTATUS[*]}"), line("sleep 1000 & sleep 1001 & sleep 1002 &"), line("jobs"), line("kill -STOP %1; wait %1 2>/dev/null; jobs %1"),
        line("kill -9 %2; wait %2; echo $?"), line("disown %3; jobs; kill $!"), line("kill -CONT %-; kill %1; sleep 0.7"), line("jobs"), line("fg %7; bg; kill %9"),
        end("exit\r")], status=1),
    Session("jobs: those of functions and subshells, and a last one", [
        line(f"f() {{ {WAITER}; echo done; }}; f", r"ready\r\n$"), Step(ctrl("Z")), line("jobs"), line("(echo in; sleep 1000; echo out)", r"in\r\n$"),
        Step(ctrl("Z")), line("jobs"), line("kill -9 %1 %2; sleep 0.7"), line("jobs"), line("set -b; (sleep 0.3; exit 4) & wait $!; echo $?"), line(WAITER, r"ready\r\n$"),
        Step(ctrl("Z")), line("exit"), line("echo still here"), line("exit"), end("exit 9\r")], status=9),
    Session("a shell in a shell", [
        line("echo $SHLVL; set -m; \"$BASH\" --norc --noprofile -i"), line("echo $SHLVL; sleep 1000 &"), line("suspend"), line("jobs"), line("fg"), line("kill %1; sleep 0.7"),
        line("exit 7"), line("echo $?"), line("exec \"$BASH\" --norc --noprofile -i"), line("echo $SHLVL"), end("exit 8\r")], status=8),
    Session("the terminal's size and modes", [
        line("shopt -s checkwinsize; :; echo $LINES $COLUMNS"), line("trap 'echo changed' WINCH"), Step(size=(20, 60), until=r"changed\r\n$"),
        line(":; echo $LINES $COLUMNS"), line("stty size; trap - WINCH"), Step(size=(HEIGHT, WIDTH), until=""), line("stty -a | grep -c icanon"),
        line("read -s -p 'secret: ' x", r"secret: $"), Step("not shown\r"), line("echo $x; read -n 2 -p 'two: ' x", r"two: $"), Step("ab"), line("echo; read -t 0.1; echo $?"),
        line("read -e -i 'a text' x", r"a text$"), Step(ctrl("A") + "not \r"), line("echo $x; PS3='which? '; select x in a b; do break; done", r"which\? $"), line("2"), line("echo $x"),
        line("tty | sed 's/[0-9]*$//'; test -t 0 && echo terminal"), end("exit\r")]),
    Session("signals that end it", [
        line("trap 'echo at exit' EXIT"), line("kill -TERM $$; kill -QUIT $$; echo here"), end("kill -HUP $$\r")], status=-1),
    Session("hang-up reaches the jobs", [line("trap '' TERM; sleep 1000 & disown -a -r; sleep 1003 &"), end("kill -HUP $$\r")], status=-1),
    Session("exec and killed", [end("exec sh -c 'kill -9 $$'\r")], status=-9),
]


@dataclass(frozen=True)
class Member:
    """A process of a session."""

    pid: int
    state: str
    command: str


def members(leader: int) -> list[Member]:
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader and fields[0] != "Z":
                command = Path("/proc", pid, "cmdline").read_text().replace("\0", " ").strip()
                found.append(Member(int(pid), fields[0], command))
        except (OSError, ValueError, IndexError):
            continue
    return found


def kill_members(leader: int) -> list[str]:
    """What was there and is not any more, but for what was just ending."""
    time.sleep(0.3)
    there = members(leader)
    for member in there:
        try:
            os.kill(member.pid, 9)
        except ProcessLookupError:
            pass
    return sorted(member.command for member in there)


class Shell:
    """A shell on a terminal."""

    def __init__(self, command: list[str], place: Path, env: dict[str, str]) -> None:
        self.screen = Screen()
        self.master, slave = pty.openpty()
        self.resize(HEIGHT, WIDTH)
        self.process = subprocess.Popen(["setsid", "-c", *command], stdin=slave, stdout=slave, stderr=slave, cwd=place, env=env)
        os.close(slave)

    def resize(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read_until(self, pattern: str | None) -> bool:
        """Read until the output since the last call matches; with None, to the end."""
        seen = b""
        deadline = time.monotonic() + PATIENCE
        while pattern is None or not re.search(pattern.encode(), seen):
            ready, _, _ = select.select([self.master], [], [], 0.2)
            if not ready and pattern is None and self.process.poll() is not None:
                return True  # though someone else has the terminal still open
            if not ready and time.monotonic() > deadline:
                return False
            if not ready:
                continue
            try:
                data = os.read(self.master, 4096)
            except OSError:
                data = b""
            if not data:
                return pattern is None
            seen += data
            self.screen.feed(data)
        return True

    def settle(self) -> None:
        """Wait until every process sleeps: it has set the terminal up as it wants it, and signals find it waiting."""
        quiet = 0
        deadline = time.monotonic() + PATIENCE
        while quiet < 2 and time.monotonic() < deadline:
            busy = any(member.state in "RD" for member in members(self.process.pid))
            quiet = 0 if busy else quiet + 1
            time.sleep(0.02)

    def do(self, step: Step) -> bool:
        self.settle()
        if step.size:
            self.resize(*step.size)
        os.write(self.master, step.keys.encode())
        return self.read_until(step.until) if step.until else True

    def finish(self) -> int | None:
        """Wait for the end and everything that was printed before; the status, or None."""
        complete = self.read_until(None)
        if not complete:
            self.process.kill()
        status = self.process.wait()
        os.close(self.master)
        return status if complete else None


def play(session: Session, side: str, top: Path) -> list[str]:
    place = top / f"{session.name}-{side}"
    (place / "home").mkdir(parents=True)
    shell = str(PORT / ("native" if side.startswith("native") else "root") / "bin" / "bash")
    command = [*([] if side.startswith("native") else RUN), shell, "--norc", "--noprofile", "-i"]
    env = {name: value for name, value in os.environ.items() if name.startswith(("WALI_", "ASAN_", "UBSAN_"))}
    env.update(PATH="/usr/bin:/bin", HOME=str(place / "home"), TERM="screen", TERMCAP=TERMCAP, LC_ALL="C.UTF-8", TZ="UTC",
               INPUTRC="/dev/null", HISTFILE=str(place / "home" / "history"), PS1="@\\#> ", PS2="more> ")
    env.update(session.env)
    terminal = Shell(command, place, env)
    answered = terminal.read_until(r"@1> $")
    stuck = None
    for step in session.steps if answered else []:
        if not terminal.do(step):
            stuck = step
            break
    if stuck or not answered:
        left = kill_members(terminal.process.pid)
        terminal.finish()
        status: int | None = None
    else:
        status = terminal.finish()
        left = kill_members(terminal.process.pid)
    lines = terminal.screen.text() + [f"left behind: {one}" for one in left]
    for pattern, replacement in VARYING:
        lines = [pattern.sub(replacement, one) for one in lines]
    lines = [one.replace(str(place), "@PLACE@").replace(shell, "@SHELL@") for one in lines]
    lines.append(f"{terminal.screen.bells} bells")
    lines += [f"not understood: {one!r}" for one in terminal.screen.unknown]
    lines.append(f"status {status}" + (f", stuck at {stuck}" if stuck else ""))
    shutil.rmtree(place, ignore_errors=True)
    return lines


def differences(session: Session, native: list[str], module: list[str]) -> list[str]:
    problems = list(difflib.unified_diff(native, module, "native", "module", lineterm=""))
    if not native[-1].endswith(f"status {session.status}"):
        problems.append(f"native ends with {native[-1]}, not {session.status}")
    return problems


def main() -> int:
    if not (PORT / "root" / "bin" / "bash").is_file():
        print("1..0 # SKIP bash is not built; `wali-port build bash`")
        return 0
    built = subprocess.run([str(CHECKOUT / "ports" / "wali-port"), "build", "bash", "--native"], stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True, check=False)
    if built.returncode:
        print(built.stdout, file=sys.stderr)
        return 1
    show = "--show" in sys.argv[1:]
    wanted = [word for word in sys.argv[1:] if word != "--show"]
    sessions = [session for session in SESSIONS if not wanted or any(word in session.name for word in wanted)]
    print(f"1..{len(sessions)}")
    failed = 0
    with tempfile.TemporaryDirectory(prefix="bash-terminal-") as name:
        with ThreadPoolExecutor(2 * (os.cpu_count() or 1)) as pool:
            sides = ("native", "module")
            runs = [[pool.submit(play, session, side, Path(name)) for side in sides] for session in sessions]
            for number, (session, pair) in enumerate(zip(sessions, runs), 1):
                native, module = [run.result() for run in pair]
                problems = differences(session, native, module)
                # What a busy machine can do to both sides, it does not do every time.
                for again in range(2):
                    if not problems:
                        break
                    native, module = [play(session, f"{side}-{again}", Path(name)) for side in sides]
                    problems = differences(session, native, module)
                print(f"{'not ok' if problems else 'ok'} {number} - {session.name}")
                for one in (problems + ([f"| {text}" for text in native] if show or problems else [])):
                    print(f"# {one}")
                sys.stdout.flush()
                failed += bool(problems)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
