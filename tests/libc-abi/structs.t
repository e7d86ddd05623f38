#!/usr/bin/env python3
"""The headers' structures have the published layout. Decided by the compiler, nothing runs."""

from __future__ import annotations

import re
import sys

from abi import TOP, Tap, compile_source, table

HEADERS = """
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <utime.h>
#include "ksigaction.h"
"""
# Where the table's name is not C's.
TYPES = {"stx_time": "struct statx_timestamp"}
PADDING = re.compile(r"pad\d*|unused|reserved|f_spare|spare")
FIELDS = {"ru_msgsng": "ru_msgsnd"}

# Not in the table: what the runtime and libc have agreed on beyond it.
OURS = [
    ("ucontext_t", 216, {"uc_flags": 0, "uc_link": 8, "uc_stack": 12, "uc_mcontext": 24, "uc_sigmask": 88}),
    ("siginfo_t", 128, {"si_signo": 0, "si_errno": 4, "si_code": 8, "si_pid": 16, "si_uid": 20, "si_value": 24,
                        "si_status": 24, "si_utime": 32, "si_addr": 16, "si_band": 16, "si_fd": 24,
                        "si_timerid": 16, "si_overrun": 20, "si_syscall": 20}),
    ("struct k_sigaction", 24, {"handler": 0, "flags": 4, "restorer": 12, "mask": 16}),
    ("struct cmsghdr", 16, {"cmsg_len": 0, "cmsg_level": 8, "cmsg_type": 12}),
    ("struct mmsghdr", 40, {"msg_hdr": 0, "msg_len": 36}),
    ("struct flock", 32, {"l_type": 0, "l_whence": 2, "l_start": 8, "l_len": 16, "l_pid": 24}),
    ("struct sigevent", 64, {"sigev_value": 0, "sigev_signo": 4, "sigev_notify": 8, "sigev_notify_thread_id": 12}),
    ("struct itimerspec", 32, {"it_interval": 0, "it_value": 16}),
]
SIZES = {"void *": 4, "size_t": 4, "ssize_t": 4, "ptrdiff_t": 4, "void (*)(void)": 4, "long": 8, "off_t": 8,
         "time_t": 8, "nlink_t": 8, "blksize_t": 8, "nfds_t": 8, "long double": 16, "wchar_t": 4, "int64_t": 8,
         "intptr_t": 4, "pthread_t": 4, "clock_t": 8, "dev_t": 8, "ino_t": 8, "rlim_t": 8, "socklen_t": 4}

def assertions() -> list[tuple[str, str]]:
    """Pairs of what is claimed and the expression that must be true."""
    claims = []
    for row in table("structs.tsv"):
        struct = TYPES.get(row["struct"], row["struct"])
        claims.append((f"sizeof {struct} is {row['size']}", f"sizeof({struct}) == {row['size']}"))
        name = FIELDS.get(row["field"], row["field"])
        if struct == "cpu_set_t":
            name = "__bits"
        if PADDING.fullmatch(name):
            continue
        member = f"(({struct} *)0)->{name}"
        claims.append((f"{struct}.{name} at {row['offset']}", f"offsetof({struct}, {name}) == {row['offset']}"))
        claims.append((f"{struct}.{name} has {row['field_size']}", f"sizeof({member}) == {row['field_size']}"))
    for struct, size, fields in OURS:
        claims.append((f"sizeof {struct} is {size}", f"sizeof({struct}) == {size}"))
        claims += [(f"{struct}.{f} at {at}", f"offsetof({struct}, {f}) == {at}") for f, at in fields.items()]
    claims += [(f"sizeof {t} is {size}", f"sizeof({t}) == {size}") for t, size in SIZES.items()]
    return list(dict.fromkeys(claims))


def main() -> int:
    tap = Tap()
    head = "#define _GNU_SOURCE\n" + HEADERS
    claims = assertions()
    for suffix, extra in ((".c", "#include <pthread.h>\n"), (".cc", "#include <pthread.h>\n")):
        keyword = "_Static_assert" if suffix == ".c" else "static_assert"
        body = "".join(f'{keyword}({test}, "claim {i}");\n' for i, (_, test) in enumerate(claims))
        source = head + extra + "#include <stdint.h>\n#include <time.h>\n" + body
        _, errors = compile_source(source, "-c", "-w", f"-I{TOP}/wali-musl/arch/wasm32", suffix=suffix)
        wrong = {int(i) for i in re.findall(r"error: static assertion failed[^\n]*claim (\d+)", errors)}
        others = [line for line in errors.splitlines() if "error:" in line and "static assertion" not in line]
        language = "C" if suffix == ".c" else "C++"
        tap.check(not others, f"{language}: all names exist", *others[:20])
        for i, (what, _) in enumerate(claims):
            tap.check(i not in wrong, f"{language}: {what}")
    return tap.done()


sys.exit(main())
