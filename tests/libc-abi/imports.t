#!/usr/bin/env python3
"""What programs import and export: only calls that they make, with the published signatures."""

from __future__ import annotations

import re
import sys

from abi import SDK, TOP, Module, Tap, compile_source, skip_all, table

CALLS = {row["name"]: row for row in table("syscalls.tsv")}
AUX = {row["name"]: row for row in table("aux.tsv")}

HELLO = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n'
EMPTY = "int main(void) { return 0; }\n"

# Everyday libc in one program: none of it may need a call that other engines lack.
COMMON = r"""
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
void *const used[] = {
	malloc, free, realloc, calloc, aligned_alloc, fopen, popen, pclose, system, printf, scanf, tmpfile, getline,
	opendir, readdir, closedir, scandir, stat, lstat, fstat, fstatat, chmod, fchmodat, chown, lchown, mkdir,
	rename, renameat, remove, unlink, link, symlink, readlink, realpath,
	open, openat, fcntl, ioctl, dup, dup2, pipe, pipe2, lseek, pread, pwrite, readv, writev, ftruncate, fsync,
	mmap, munmap, mprotect, mremap, msync, madvise,
	fork, vfork, execve, execvp, waitpid, wait4, posix_spawn, posix_spawnp, exit, _exit, atexit, abort, kill, raise,
	sigaction, sigprocmask, sigsuspend, sigaltstack, sigpending, signal, alarm, pause, setitimer, siglongjmp,
	pthread_create, pthread_join, pthread_detach, pthread_cancel, pthread_mutex_lock, pthread_mutex_timedlock,
	pthread_cond_wait, pthread_cond_timedwait, pthread_rwlock_wrlock, pthread_barrier_wait, pthread_key_create,
	pthread_once, pthread_kill, pthread_atfork, pthread_getattr_np, pthread_mutexattr_setrobust, sem_wait, sem_open,
	socket, bind, listen, accept, accept4, connect, send, recv, sendmsg, recvmsg, getaddrinfo, getnameinfo,
	poll, ppoll, select, pselect, epoll_create, epoll_wait, epoll_ctl,
	time, clock_gettime, nanosleep, usleep, sleep, clock, localtime, strftime, tcgetattr, isatty, ttyname,
	getpwnam, getuid, setuid, setsid, setpgid, getpgrp, getpgid, umask, chdir, getcwd, sysconf,
	gethostname, uname,
};
int main(void) { return used[1] == 0; }
"""


def wrong_signatures(module: Module) -> list[str]:
    """Imports that are not in wali.def, or not with that signature."""
    spec = {}
    for line in (TOP / "spec/wali.def").read_text().splitlines():
        if match := re.match(r"SYS\((\w+),", line):
            spec[match[1]] = [t.lower() for t in re.findall(r"\((I32|I64),", line)]
    wrong = []
    for name, (params, results) in module.imports.items():
        scope, _, function = name.partition(".")
        if scope != "wali":
            wrong.append(f"{name}: not of module wali")
        elif function in AUX:
            row = AUX[function]
            want = (row["wasm_params"].replace("-", "").split(), row["wasm_result"].replace("-", "").split())
            if (params, results) != want:
                wrong.append(f"{name}: {params} -> {results}")
        elif not function.startswith("SYS_") or function[4:] not in spec:
            wrong.append(f"{name}: unknown")
        elif params != spec[function[4:]] or results != ["i64"]:
            wrong.append(f"{name}: {params} -> {results}")
    return wrong


def unpublished(module: Module) -> list[str]:
    calls = (name.removeprefix("wali.SYS_") for name in module.imports if name.startswith("wali.SYS_"))
    return [name for name in calls if CALLS.get(name, {}).get("published") != "yes"]


def calls(module: Module) -> set[str]:
    return {name.removeprefix("wali.SYS_") for name in module.imports if name.startswith("wali.SYS_")}


def main() -> int:
    if not (SDK / "sysroot/lib/libc.a").exists():
        return skip_all("the sysroot has no libc")
    tap = Tap()

    def build(what: str, source: str) -> Module | None:
        path, errors = compile_source(source)
        tap.check(path is not None and not errors, f"{what} compiles and links without a word", *errors.splitlines())
        return Module(path) if path else None

    for what, source, most in (("main(void)", EMPTY, 16), ("hello", HELLO, 20)):
        if module := build(what, source):
            tap.check(not wrong_signatures(module), f"{what}: known imports", *wrong_signatures(module))
            tap.check(not unpublished(module), f"{what}: published calls only", *unpublished(module))
            tap.check(len(calls(module)) <= most, f"{what}: few calls", *sorted(calls(module)))
            tap.check({"memory", "_start", "__stack_pointer"} <= module.exports, f"{what}: exports", *module.exports)
            tap.check(b"null-page=4096\n" in module.custom.get("wali", b""), f"{what}: asks for a null page")
            tap.check("__wasm_thread_start_libc" not in module.exports, f"{what}: no thread entry")

    if module := build("everyday libc", COMMON):
        tap.check(not wrong_signatures(module), "everyday libc: known imports", *wrong_signatures(module))
        tap.check(not unpublished(module), "everyday libc: published calls only", *unpublished(module))
        tap.check("__wasm_thread_start_libc" in module.exports, "threads export their entry")

    everything = "#define _GNU_SOURCE\n#include <unistd.h>\nint main(int c, char **v) { return syscall(c, v); }\n"
    if module := build("syscall()", everything):
        tap.check(not wrong_signatures(module), "syscall(): known imports", *wrong_signatures(module))
        missing = [n for n, row in CALLS.items() if row["published"] == "yes" and n not in calls(module)]
        tap.check(not missing, "syscall(): reaches every published call", *missing)
    return tap.done()


sys.exit(main())
