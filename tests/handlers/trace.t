#!/usr/bin/env python3
"""wali-run --trace: calls are printed as strace prints them, to a file if asked. And /proc/self/cmdline is the program's."""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get("WALI_BUILD", HERE.parents[1] / "build")).resolve()
SDK = Path(os.environ.get("WALI_SDK", BUILD / "sdk")).resolve()
RUN = shlex.split(os.environ.get("WALI_RUN", "")) or [str(SDK / "bin/wali-run")]

# What each line has after the process id. A number that varies is N.
EXPECTED = r"""
open("/no\tsuch\"file", O_RDWR|O_CREAT|O_EXCL|O_CLOEXEC, 0640) = *
openat(AT_FDCWD, "/", O_RDONLY|O_DIRECTORY, 0) = N
stat("/dev/null", {st_mode=S_IFCHR|0666, st_size=0, ...}) = 0
writev(N, [{iov_base="one", iov_len=3}, {iov_base="two", iov_len=3}], 2) = 6
read(N, "onetwo", 100) = 6
read(-1, 0xN, 100) = -1 EBADF (Bad file descriptor)
lseek(N, -5, SEEK_END) = -1 ESPIPE (Illegal seek)
access("/", R_OK|X_OK) = 0
access("/", F_OK) = 0
poll([{fd=N, events=0x1, revents=0}], 1, 0) = 0
socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, IPPROTO_IP) = N
connect(N, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("127.0.0.1")}, 16) = 0
bind(N, {sa_family=AF_UNIX, sun_path="/nowhere"}, 110) = -1 E*
ioctl(N, FIONREAD, 0xN) = 0
fcntl(N, F_GETFL, 0) = 0
rt_sigprocmask(SIG_BLOCK, [USR1], NULL, 8) = 0
kill(0, 0) = 0
prlimit64(0, RLIMIT_CORE, NULL, {rlim_cur=*, rlim_max=*}) = 0
nanosleep({tv_sec=0, tv_nsec=1}, NULL) = 0
clock_getres(CLOCK_MONOTONIC, NULL) = 0
umask(022) = N
mprotect(0x10000000, 4096, PROT_NONE) = -1 ENOMEM (Cannot allocate memory)
io_uring_setup(1, NULL) = -1 EPERM (Operation not permitted)
fork() = N
exit_group(7) = ?
wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 7}], 0, NULL) = N
execve("/no", ["a", "b"], []) = ?
execve("/no", ["a", "b"], []) = -1 ENOENT (No such file or directory)
exit_group(3) = ?
"""


def pattern(line: str) -> str:
    text = re.escape(line).replace("0xN", "0x[0-9a-f]+")
    text = re.sub(r"\bN\b", r"-?\\d+", text).replace(r"\*", ".*")
    return r"\[\d+\] " + text


EXECUTES = """
#include <unistd.h>
int main(int argc, char **argv)
{
	chdir("/");
	if (argc == 1)
		execl(argv[0], argv[0], "again", (char *)0);
	return 7;
}
"""


def to_file(tmp: str) -> list[tuple[bool, str]]:
    """What is wrong or right with --trace=FILE."""
    wasm, file = Path(tmp) / "exec.wasm", Path(tmp) / "calls"
    subprocess.run([SDK / "bin/wali-clang", "-xc", "-", "-o", wasm], input=EXECUTES.encode(), check=True)
    file.write_text("old\n")
    checks = []
    for option, count in (("--trace", 1), ("--trace-append", 2)):
        run = subprocess.run([*RUN, f"{option}=calls", wasm], cwd=tmp, capture_output=True, text=True, timeout=60)
        lines = file.read_text().splitlines()
        good = lines[0].startswith("[") and all(
            sum(name in line for line in lines) == count * each
            for name, each in (("execve(", 1), ("exit_group(7", 1), ("chdir(", 2)))
        checks.append((good and run.returncode == 7 and not run.stderr, f"{option}=FILE, and a program that is executed"))
    run = subprocess.run([*RUN, "--trace=none/calls", wasm], cwd=tmp, capture_output=True, text=True, timeout=60)
    checks.append((run.returncode == 126 and run.stderr == "wali-run: none/calls: No such file or directory\n",
                   "--trace=FILE that cannot be written"))
    run = subprocess.run(["sh", "-c", 'exec "$@" 2>&-', "sh", *RUN, "--trace", wasm], timeout=60, check=False)
    checks.append((run.returncode == 7, "--trace with standard error closed"))
    return checks


def main() -> int:
    with tempfile.TemporaryDirectory() as tmp:
        wasm = Path(tmp) / "trace.wasm"
        subprocess.run([SDK / "bin/wali-clang", "-O1", "-o", wasm, HERE / "trace.c"], check=True)
        run = subprocess.run([*RUN, "--trace", wasm], capture_output=True, text=True, timeout=60)
        file = to_file(tmp)
        args = subprocess.run([*RUN, wasm, "two words", ""], capture_output=True, text=True, timeout=60)
    lines = run.stderr.splitlines()
    number = failed = 0
    for line in EXPECTED.strip().splitlines():
        number += 1
        regex = pattern(line)
        good = any(re.fullmatch(regex, found) for found in lines)
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {line}")
        if not good:
            name = line.split("(")[0]
            for found in lines:
                if f" {name}(" in found:
                    print(f"# {found}")
    for good, what in (
        (run.returncode == 3, "exit status is the program's"),
        (args.stdout == f"{wasm}\0two words\0\0", "/proc/self/cmdline has the program's arguments"),
        *file,
    ):
        number += 1
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {what}")
    print(f"1..{number}")
    return failed != 0


sys.exit(main())
