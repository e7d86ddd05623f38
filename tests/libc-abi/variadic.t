#!/usr/bin/env python3
"""Variadic functions take what x86-64 would take: int for long, fewer arguments, by macro, template or pointer."""

from __future__ import annotations

import sys

from abi import Tap, can_run, compile_source, run, skip_all

# Shared by C and C++. EXPECT counts what failed.
BODY = r"""
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int failures;
#define EXPECT(e) ((e) ? (void)0 : (void)(failures++, printf("failed: %s\n", #e)))

static void test(void)
{
	char name[16] = "", text[8];
	int fd = (int)syscall(SYS_open, "scratch", O_RDWR | O_CREAT | O_TRUNC, 0600);
	short small = 5;
	long wide = 5;
	unsigned u = 5;

	EXPECT(fd >= 0);
	/* int, long, short where the kernel has int or size_t */
	EXPECT(syscall(SYS_write, fd, "hello", 5) == 5);
	EXPECT(syscall(SYS_write, (long)fd, "hello", wide) == 5);
	EXPECT(syscall(SYS_write, (short)fd, "hello", small) == 5);
	EXPECT(syscall(SYS_write, fd, "hello", u) == 5);
	/* int where it has long */
	EXPECT(syscall(SYS_lseek, fd, 1, SEEK_SET) == 1);
	EXPECT(syscall(SYS_lseek, fd, -2, SEEK_CUR) == -1 && errno == EINVAL);
	EXPECT(syscall(SYS_pread64, fd, text, sizeof text, 18) == 2);
	EXPECT(syscall(SYS_pread64, fd, text, 3, 0L) == 3 && !memcmp(text, "hel", 3));
	EXPECT(syscall(SYS_ftruncate, fd, 4) == 0);
	EXPECT(syscall(SYS_lseek, fd, 0, SEEK_END) == 4);
	void *map = (void *)syscall(SYS_mmap, NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	EXPECT(map != MAP_FAILED && !memcmp(map, "hell", 4));
	EXPECT(syscall(SYS_munmap, map, 4096) == 0);
	/* fewer arguments */
	EXPECT(syscall(SYS_getpid) == getpid());
	EXPECT(syscall(SYS_fcntl, fd, F_GETFD) == 0);
	EXPECT(syscall(SYS_kill, getpid(), 0) == 0);
	EXPECT(syscall(SYS_close, fd) == 0);
	/* none such */
	EXPECT(syscall(-1) == -1 && errno == ENOSYS);
	EXPECT(syscall(100000, 1, 2, 3) == -1 && errno == ENOSYS);
	EXPECT(syscall(SYS_close, -1) == -1 && errno == EBADF);

	/* the function itself: sizes as in wali.def */
	long (*pointer)(long, ...) = syscall;
	EXPECT(pointer(SYS_getpid) == getpid());
	EXPECT(pointer(SYS_write, 1, "", 0) == 0);
	EXPECT(pointer(SYS_lseek, -1, 0L, SEEK_SET) == -1 && errno == EBADF);
	EXPECT((syscall)(SYS_getppid) == getppid());

	EXPECT(prctl(PR_SET_NAME, "first") == 0);
	EXPECT(prctl(PR_GET_NAME, name, 0, 0, 0) == 0 && !strcmp(name, "first"));
	EXPECT(prctl(PR_SET_NAME, (unsigned long)"second", 0L, 0, 0UL) == 0);
	int (*by_pointer)(int, ...) = prctl;
	EXPECT(by_pointer(PR_GET_NAME, name) == 0 && !strcmp(name, "second"));
	EXPECT(prctl(PR_SET_DUMPABLE, 1) == 0 && prctl(PR_GET_DUMPABLE) == 1);

	/* optional arguments that are not there, or int */
	fd = open("scratch", O_RDONLY);
	EXPECT(fcntl(fd, F_GETFD) == 0);
	EXPECT(fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC);
	EXPECT(fcntl(fd, F_SETFD, 0L) == 0 && fcntl(fd, F_GETFD) == 0);
	EXPECT(ioctl(fd, FIOCLEX) == 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC);
	int copy = fcntl(fd, F_DUPFD, 100);
	EXPECT(copy == 100);
	struct flock lock = {};
	lock.l_type = F_RDLCK;
	EXPECT(fcntl(fd, F_SETLK, &lock) == 0);
	unlink("scratch");
	printf("failures: %d\n", failures);
}
"""

CPP_ONLY = r"""
struct object {
	int syscall(const char *s, int n) { return (int)strlen(s) + n; }
	static int prctl(const char *s) { return (int)strlen(s); }
};
namespace mine { int syscall(const char *s) { return (int)strlen(s); } }
extern "C" long syscall(long, ...);
extern "C" int prctl(int, ...);
enum kind { one = 1 };
static void more(void)
{
	object o;
	object *p = &o;
	EXPECT(o.syscall("abc", 4) == 7);
	EXPECT(p->syscall("abc", 4) == 7);
	EXPECT(object::prctl("abc") == 3);
	EXPECT(mine::syscall("abc") == 3);
	EXPECT(::syscall(SYS_write, one, "", nullptr) == 0);
	auto pointer = static_cast<long (*)(long, ...)>(syscall);
	EXPECT(pointer(SYS_getpid) == getpid());
}
"""

C_ONLY = r"""
#undef syscall
long syscall(long number, ...);
static void more(void)
{
	EXPECT(syscall(SYS_getpid) == getpid());
	/* Types as in wali.def, now that the macro is gone. */
	EXPECT(syscall(SYS_lseek, -1, 0L, SEEK_SET) == -1 && errno == EBADF);
}
"""

MAIN = "int main(void) { more(); test(); return failures != 0; }\n"

STRICT = """
#include <unistd.h>
#include <sys/prctl.h>
struct s { long (*syscall)(long, ...); } ;
long call(struct s *s, long n) { return s->syscall ? n : (s->syscall)(n); }
"""


def main() -> int:
    tap = Tap()
    for what, suffix, extra, options in (
        ("C", ".c", C_ONLY, ["-std=gnu17"]),
        ("C, C23", ".c", C_ONLY, ["-std=c23"]),
        ("C++", ".cc", CPP_ONLY, ["-std=c++17"]),
        ("C++11", ".cc", CPP_ONLY, ["-std=c++11", "-pedantic"]),
    ):
        module, errors = compile_source(BODY + extra + MAIN, *options, "-Wno-unused-result", suffix=suffix)
        tap.check(module is not None and not errors, f"{what}: compiles without a word", *errors.splitlines()[:20])
        if module and can_run():
            status, output = run(module)
            tap.check((status, output) == (0, "failures: 0\n"), f"{what}: all calls", status, *output.splitlines())
    for suffix in (".c", ".cc"):
        module, errors = compile_source(STRICT, "-c", "-pedantic", suffix=suffix)
        tap.check(module is not None and not errors, f"members called syscall ({suffix})", *errors.splitlines())
    module, errors = compile_source(
        '#include <unistd.h>\n#include <sys/prctl.h>\nint main() { return syscall(39) == 0 && prctl(3, 0); }\n',
        "-std=c++98", "-pedantic", suffix=".cc")
    tap.check(module is not None and not errors, "C++98 compiles without a word", *errors.splitlines())
    return tap.done()


sys.exit(main())
