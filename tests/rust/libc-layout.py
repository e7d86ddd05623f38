#!/usr/bin/env python3
"""Compare the libc crate with C: every constant, size, alignment, field offset, type alias, and function signature.

usage: libc-layout.py LIBC_CRATE RUSTC CLANG RUN WORK

The crate is expanded for the target, and what it exports goes into a table in Rust and, where C knows the name, into one
in C; a program with both compares them. The linker compares the signatures of functions, as WebAssembly has them.
Prints one line per difference, then what was compared. Status 1 if there are differences.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

HEADERS = """
aio.h arpa/inet.h arpa/nameser.h arpa/ftp.h assert.h byteswap.h cpio.h crypt.h ctype.h dirent.h dlfcn.h elf.h endian.h
err.h errno.h fcntl.h fenv.h float.h fmtmsg.h fnmatch.h ftw.h getopt.h glob.h grp.h iconv.h ifaddrs.h inttypes.h
langinfo.h libgen.h libintl.h limits.h link.h locale.h malloc.h math.h mntent.h monetary.h mqueue.h net/ethernet.h
net/if.h net/if_arp.h net/route.h netdb.h netinet/ether.h netinet/icmp6.h netinet/if_ether.h netinet/igmp.h
netinet/in.h netinet/in_systm.h netinet/ip.h netinet/ip6.h netinet/ip_icmp.h netinet/tcp.h netinet/udp.h
netpacket/packet.h nl_types.h paths.h poll.h pthread.h pty.h pwd.h regex.h resolv.h sched.h search.h semaphore.h
setjmp.h shadow.h signal.h spawn.h stdalign.h stdarg.h stddef.h stdint.h stdio.h stdlib.h string.h strings.h stropts.h
sys/acct.h sys/auxv.h sys/epoll.h sys/eventfd.h sys/fanotify.h sys/file.h sys/fsuid.h sys/inotify.h sys/ioctl.h
sys/io.h sys/ipc.h sys/klog.h sys/membarrier.h sys/mman.h sys/mount.h sys/msg.h sys/param.h sys/personality.h
sys/poll.h sys/prctl.h sys/procfs.h sys/ptrace.h sys/quota.h sys/random.h sys/reboot.h sys/resource.h sys/select.h
sys/sem.h sys/sendfile.h sys/shm.h sys/signal.h sys/signalfd.h sys/socket.h sys/stat.h sys/statfs.h sys/statvfs.h
sys/stropts.h sys/swap.h sys/syscall.h sys/sysinfo.h sys/syslog.h sys/sysmacros.h sys/time.h sys/timeb.h sys/timerfd.h
sys/times.h sys/timex.h sys/ttydefaults.h sys/types.h sys/ucontext.h sys/uio.h sys/un.h sys/user.h sys/utsname.h
sys/vfs.h sys/wait.h sys/xattr.h syscall.h syslog.h tar.h termios.h threads.h time.h uchar.h ucontext.h ulimit.h
unistd.h utime.h utmp.h utmpx.h values.h wait.h wchar.h wctype.h wordexp.h
linux/can.h linux/can/bcm.h linux/can/raw.h linux/close_range.h linux/falloc.h linux/filter.h linux/fs.h linux/futex.h
linux/genetlink.h linux/if_addr.h linux/if_alg.h linux/if_link.h linux/if_tun.h linux/if_xdp.h linux/input.h
linux/keyctl.h linux/magic.h linux/memfd.h linux/mempolicy.h linux/module.h linux/mount.h linux/neighbour.h
linux/net_tstamp.h linux/netfilter/nf_tables.h linux/netfilter/nfnetlink.h linux/netlink.h linux/openat2.h
linux/random.h linux/reboot.h linux/rtnetlink.h linux/sched.h linux/seccomp.h linux/sockios.h linux/uinput.h
linux/vm_sockets.h linux/wait.h linux/xattr.h linux/sctp.h linux/tls.h linux/udp.h linux/userio.h linux/uhid.h
linux/ptp_clock.h linux/pidfd.h linux/aio_abi.h linux/cn_proc.h linux/connector.h linux/errqueue.h linux/rseq.h
linux/prctl.h linux/membarrier.h linux/ioprio.h
""".split()

CONSTANT = re.compile(r"^\s*pub const (\w+)\s*:\s*([^=;]+?)\s*=", re.M)
STRUCT = re.compile(r"^( *)pub (struct|union) (\w+) \{\n(.*?)^\1\}", re.M | re.S)
FIELD = re.compile(r"^\s*pub (?:r#)?(\w+):", re.M)
FUNCTIONS = re.compile(r'^( *)(?:unsafe )?extern "C" \{\n(.*?)^\1\}', re.M | re.S)
FUNCTION = re.compile(r"^\s*(?:#\[link_name[^\n]*\n\s*)?pub (?:safe |unsafe )?fn (\w+)\(", re.M)
ALIAS = re.compile(r"^\s*pub type (\w+)\s*=", re.M)
# The crate's own types of numbers, and Rust's.
NUMBER = re.compile(r"^(?:crate::)?(?:c_\w+|[iu](?:8|16|32|64|size)|\w+_t|Ioctl|__[usl]\w+|Elf\w+|bool)$")
NOT_NUMBERS = {"pthread_mutex_t", "pthread_cond_t", "pthread_rwlock_t", "c_void"}
# What the crate says differently on purpose, and what is no fact of the interface.
RENAMED = {"type_": "type", "st_atime_nsec": "st_atim.tv_nsec", "st_mtime_nsec": "st_mtim.tv_nsec",
           "st_ctime_nsec": "st_ctim.tv_nsec", "u64": None}


def run(words: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]


def entries(source: str) -> list[tuple[str, str, list[str]]]:
    """(what, Rust's expression, C's expressions of which the first that C knows counts)"""
    found: dict[str, tuple[str, list[str]]] = {}
    for name, kind in CONSTANT.findall(source):
        if NUMBER.match(kind) and kind.removeprefix("crate::") not in NOT_NUMBERS and name != "_":
            found[f"constant {name}"] = (f"libc::{name} as i64", [f"(int64_t)({name})"])
    structs = {name for _, _, name, _ in STRUCT.findall(source)}
    for _, form, name, body in STRUCT.findall(source):
        for c in (f"{form} {name}", name):
            add = lambda what, rust, text: found.setdefault(what, (rust, []))[1].append(text)  # noqa: E731
            add(f"size of {name}", f"core::mem::size_of::<libc::{name}>() as i64", f"(int64_t)sizeof({c})")
            add(f"alignment of {name}", f"core::mem::align_of::<libc::{name}>() as i64", f"(int64_t)_Alignof({c})")
            for field in FIELD.findall(body):
                known = RENAMED.get(field, field)
                if known:
                    add(f"offset of {name}.{field}", f"core::mem::offset_of!(libc::{name}, {field}) as i64",
                        f"(int64_t)offsetof({c}, {known})")
                    add(f"size of {name}.{field}", f"size(|s: *const libc::{name}| unsafe {{ &raw const (*s).{field} }})",
                        f"(int64_t)sizeof((({c} *)0)->{known})")
    for name in ALIAS.findall(source):
        if name not in structs and not name.startswith("c_") and name != "Ioctl":
            found[f"size of {name}"] = (f"core::mem::size_of::<libc::{name}>() as i64",
                                        [f"(int64_t)sizeof({name})"])
            found[f"sign of {name}"] = (None, [f"(int64_t)(({name})-1 < 0)"])  # type: ignore[assignment]
    return [(what, rust, c) for what, (rust, c) in found.items() if rust]


def known_to_c(clang: str, work: Path, headers: list[str], expressions: list[str]) -> set[int]:
    """The numbers of those that compile."""
    lines = ["#include <" + header + ">" for header in headers]
    probe = work / "probe.c"
    probe.write_text("\n".join(["#define _GNU_SOURCE", *lines, "#include <stdint.h>",
                                *(f"enum {{ x{i} = ({text}) != 0 }};" for i, text in enumerate(expressions))]))
    said = run([clang, "-fsyntax-only", "-ferror-limit=0", "-w", "-fno-caret-diagnostics", str(probe)]).stderr
    bad = {int(line) for line in re.findall(r"probe\.c:(\d+):\d+: (?:fatal )?error", said)}
    first = len(lines) + 3
    return {i for i in range(len(expressions)) if first + i not in bad}


def usable_headers(clang: str, work: Path) -> list[str]:
    """Those that exist and agree with all that come before; the kernel's and libc's do not always."""
    headers: list[str] = []
    rest = HEADERS
    probe = work / "headers.c"
    while rest:
        probe.write_text("\n".join(["#define _GNU_SOURCE", *(f"#include <{h}>" for h in headers + rest)]))
        output = run([clang, "-fsyntax-only", "-ferror-limit=1", "-w", str(probe)])
        if output.returncode == 0:
            return headers + rest
        lines = re.findall(r"headers\.c:(\d+):", output.stderr)
        if not lines:
            raise SystemExit(f"libc-layout: {output.stderr}")
        bad = int(lines[0]) - 2 - len(headers)
        headers, rest = headers + rest[:bad], rest[bad + 1:]
    return headers


def functions_of(source: str) -> dict[str, int]:
    """The functions that the crate declares, and how many parameters they have: what a call in Rust must give."""
    found = {}
    for _, body in FUNCTIONS.findall(source):
        for match in FUNCTION.finditer(body):
            depth, commas, start = 1, 0, match.end()
            end = start
            while depth:
                depth += {"(": 1, ")": -1}.get(body[end], 0)
                commas += body[end] == "," and depth == 1
                end += 1
            text = body[start:end - 1].strip()
            number = commas + 1 - text.endswith(",") - text.removesuffix(",").strip().endswith("...") if text else 0
            if not match.group(1).startswith("__syscall_"):
                found[match.group(1)] = number
    return found


def signatures(source: str, rustc: list[str], clang: str, directory: Path) -> tuple[list[str], int]:
    """What the linker says about a call of each function that the crate declares, and their number. A function that libc
    does not have is no difference: nothing that calls it links."""
    functions = functions_of(source)
    # This is compiled and linked, never run. Conditions, since nothing is compiled after a call that does not return.
    calls = "".join(f"\tif black_box(false) {{ libc::{name}({', '.join(['any()'] * number)}); }}\n"
                    for name, number in functions.items())
    (directory / "functions.rs").write_text(
        "#![no_std]\n#![allow(deprecated)]\nuse core::hint::black_box;\n\n"
        "unsafe fn any<T>() -> T { core::ptr::read(black_box(core::ptr::null::<T>())) }\n"
        f"#[no_mangle]\npub unsafe extern \"C\" fn functions() {{\n{calls}}}\n"
        "#[panic_handler]\nfn panic(_: &core::panic::PanicInfo) -> ! { loop {} }\n")
    (directory / "functions.c").write_text("void functions(void);\nint main(int n, char **v) { if (n > 9) functions(); }\n")
    compiled = run([*rustc, "--crate-type", "lib", "--emit", "obj", "-Cpanic=abort", "--extern",
                    f"libc={directory / 'liblibc.rlib'}", "-o", str(directory / "functions.o"),
                    str(directory / "functions.rs")])
    if compiled.returncode:
        raise SystemExit(f"libc-layout: {compiled.stderr[:4000]}")
    linked = run([clang, "-w", str(directory / "functions.c"), str(directory / "functions.o"), "-Wl,--allow-undefined",
                  "-o", str(directory / "functions.wasm")])
    if linked.returncode:
        raise SystemExit(f"libc-layout: {linked.stderr[:4000]}")
    said = re.findall(r"function signature mismatch: (\w+)\n>>> defined as (.*?) in .*\n>>> defined as (.*?) in", linked.stderr)
    return [f"function {name}: {rust} and {c} in Rust and C" for name, rust, c in said], len(functions)


def main() -> int:
    crate, rustc, clang, runner, work = sys.argv[1:6]
    directory = Path(work)
    directory.mkdir(parents=True, exist_ok=True)
    common = ["--edition", "2021", "--target", "wasm32-wali-linux-musl", "--cap-lints", "allow"]
    expand = [rustc, *common, "--crate-name", "libc", "--crate-type", "lib", "-Zunpretty=expanded", f"{crate}/src/lib.rs"]
    expanded = run(expand, env=dict(os.environ, RUSTC_BOOTSTRAP="1"))
    if expanded.returncode:
        raise SystemExit(expanded.stderr)
    table = entries(expanded.stdout)

    # One flat list of C expressions, so that one run of the compiler tells which it knows.
    headers = usable_headers(clang, directory)
    flat = [(row, text) for row, (_, _, texts) in enumerate(table) for text in texts]
    good = known_to_c(clang, directory, headers, [text for _, text in flat])
    in_c: dict[int, str] = {}
    for number, (row, text) in enumerate(flat):
        if number in good:
            in_c.setdefault(row, text)
    rows = sorted(in_c)

    rust = "\n".join(f"\t{table[row][1]}," for row in rows)
    (directory / "table.rs").write_text(
        "#![no_std]\n#![allow(deprecated)]\n"
        "const fn size<S, F>(_: fn(*const S) -> *const F) -> i64 { core::mem::size_of::<F>() as i64 }\n"
        f"#[no_mangle]\npub static RUST: [i64; {len(rows)}] = [\n{rust}\n];\n"
        "#[panic_handler]\nfn panic(_: &core::panic::PanicInfo) -> ! { loop {} }\n")
    c_lines = "\n".join(f'\t{{"{table[row][0]}", {in_c[row]}}},' for row in rows)
    includes = "\n".join(f"#include <{header}>" for header in headers)
    (directory / "table.c").write_text(f"""#define _GNU_SOURCE
{includes}
extern const int64_t RUST[];
static const struct {{ const char *what; int64_t value; }} c[] = {{
{c_lines}
}};
int main(void)
{{
	for (size_t i = 0; i < sizeof c / sizeof *c; i++)
		if (c[i].value != RUST[i] && !(RUST[i] == (int32_t)RUST[i] && (uint32_t)RUST[i] == c[i].value))
			printf("%s: %lld in Rust, %lld in C\\n", c[i].what, (long long)RUST[i], (long long)c[i].value);
}}
""")
    steps = [
        [rustc, *common, "--crate-name", "libc", "--crate-type", "rlib", "-Cpanic=abort", "-o",
         str(directory / "liblibc.rlib"), f"{crate}/src/lib.rs"],
        [rustc, *common, "--crate-type", "lib", "--emit", "obj", "-Cpanic=abort", "--extern",
         f"libc={directory / 'liblibc.rlib'}", "-o", str(directory / "rust.o"), str(directory / "table.rs")],
        [clang, "-w", str(directory / "table.c"), str(directory / "rust.o"), "-o", str(directory / "table.wasm")],
    ]
    for step in steps:
        result = run(step)
        if result.returncode:
            raise SystemExit(f"libc-layout: {' '.join(step)}\n{result.stderr[:4000]}")
    result = run([*([runner] if os.path.exists(runner) else runner.split()), str(directory / "table.wasm")])
    if result.returncode:
        raise SystemExit(f"libc-layout: {result.stderr}")
    functions, number = signatures(expanded.stdout, [rustc, *common], clang, directory)
    differences = [*result.stdout.splitlines(), *functions]
    print("\n".join([*differences, f"compared {len(rows)} of {len(table)} facts, {number} functions"]))
    return 1 if differences else 0


sys.exit(main())
