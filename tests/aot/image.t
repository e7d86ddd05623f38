#!/usr/bin/env python3
"""Images: what makes wali-run use one, and what makes it not."""

from __future__ import annotations

import os
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "wasm"))

from tap import RUN, SDK, Tap, build, skip_all  # noqa: E402

HERE = Path(__file__).resolve().parent
AOTC = Path(os.environ.get("WALI_AOTC", SDK / "bin/wali-aotc")).absolute()
MAGIC = b"WALIimg\0"
# struct image_header of aot/image.h.
VERSION, LAYOUT, CHECKSUM, MACHINE, FEATURES = 8, 12, 16, 32, 48
NAMES = r'''
#define CALLED __attribute__((noinline)) int
CALLED llvm_ctpop(volatile int *p) { return ++*p; }
CALLED llvm_memcpy(volatile int *p) { return ++*p + llvm_ctpop(p); }
CALLED wali_copy(volatile int *p) { return ++*p + llvm_memcpy(p); }
CALLED wali_functions(volatile int *p) { return ++*p + wali_copy(p); }
int main(void)
{
	volatile int n = 8;
	return wali_functions(&n);
}
'''
tap = Tap()


class World:
    """A module, a cache, and programs that see no other."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.cache = scratch / "cache"
        self.images = self.cache / "wali/images"
        self.env = {**os.environ, "XDG_CACHE_HOME": str(self.cache)}
        self.env.pop("WALI_AOT", None)
        self.module = scratch / "where.wasm"

    def call(self, *command: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*map(str, command)], env={**self.env, **more}, cwd=self.scratch, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, errors="replace", timeout=100)

    def run(self, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        return self.call(*RUN, *(arguments or [self.module]), **more)

    def compile(self, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        return self.call(AOTC, "-O0", *(arguments or [self.module]), **more)

    def image(self) -> Path:
        """The one that there is."""
        found = list(self.images.glob("*.img"))
        assert len(found) == 1, found
        return found[0]

    def restore(self, image: Path, good: bytes) -> None:
        """The file may have become something else."""
        if image.is_dir() and not image.is_symlink():
            image.rmdir()
        image.unlink(missing_ok=True)
        image.write_bytes(good)
        image.chmod(0o600)
        self.images.chmod(0o700)


def describe(done: subprocess.CompletedProcess[str]) -> str:
    return f"status {done.returncode}, stdout {done.stdout!r}, stderr {done.stderr[:500]!r}"


def is_line(text: str) -> bool:
    return text.endswith("\n") and text.count("\n") == 1 and text.startswith("wali-")


def says(done: subprocess.CompletedProcess[str], how: str, line: str | None = None, file: str = "where.wasm") -> bool:
    """The program has run that way, with no message, or with one line that has this text in it."""
    if done.returncode or done.stdout != f"{how} 1 {file}\n":
        return False
    return not done.stderr if line is None else is_line(done.stderr) and line in done.stderr


def fnv(data: bytes) -> int:
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & (1 << 64) - 1
    return value


def header_size(data: bytes) -> int:
    """From the note."""
    at = data.index(MAGIC)
    return struct.unpack_from("<I", data, at - 16)[0]


def resum(data: bytearray) -> bytearray:
    """With the right checksum again."""
    at = data.index(MAGIC)
    size = header_size(data)
    struct.pack_into("<Q", data, at + CHECKSUM, 0)
    tables, length = struct.unpack_from("<QQ", data, at + size - 9 * 16)
    struct.pack_into("<Q", data, at + CHECKSUM, fnv(bytes(data[at:at + size] + data[tables:tables + length])))
    return data


def changed(good: bytes, offset: int, form: str, value: int) -> bytes:
    data = bytearray(good)
    struct.pack_into("<" + form, data, data.index(MAGIC) + offset, value)
    return bytes(resum(data))


def test_use(w: World) -> bytes:
    """Leaves a good image in the cache, and returns it."""
    done = w.run()
    tap.check(says(done, "interpreted"), "without an image a module is interpreted", describe(done))
    done = w.compile()
    tap.check(not done.returncode and not done.stderr and not done.stdout, "wali-aotc says nothing", describe(done))
    done = w.run()
    tap.check(says(done, "compiled"), "then the image is used", describe(done))
    image = w.image()
    modes = [f"{p.stat().st_mode & 0o777:o}" for p in (w.images, w.images.parent, image)]
    tap.check(modes == ["700", "700", "600"], "cache and image are the owner's alone", *modes)
    done = w.run(WALI_AOT="never")
    tap.check(says(done, "interpreted"), "WALI_AOT=never does not use it", describe(done))
    done = w.run("--aot=never", w.module)
    tap.check(says(done, "interpreted"), "nor does --aot=never", describe(done))
    done = w.run(WALI_AOT="sometimes")
    tap.check(done.returncode == 2 and is_line(done.stderr), "WALI_AOT=sometimes is an error", describe(done))
    done = w.run("--aot=", w.module)
    tap.check(done.returncode == 2 and is_line(done.stderr), "--aot= is an error", describe(done))
    good = image.read_bytes()
    os.utime(w.module)
    done = w.run()
    tap.check(says(done, "interpreted"), "a module that has been touched is interpreted, silently", describe(done))
    w.compile()
    tap.check(w.image() != image, "compiled again, it replaces the stale image")
    return good


def test_damage(w: World) -> None:
    image = w.image()
    good = image.read_bytes()
    at = good.index(MAGIC)
    size = header_size(good)

    lengths = sorted({*range(0, 64, 7), *range(64, 4096, 191), at, at + size - 1, at + size, 4095, 4096, 4097,
                      *range(4096, len(good), max(1, len(good) // 23)), len(good) - 1})
    bad = []
    for length in lengths:
        w.restore(image, good[:length])
        done = w.run()
        if not says(done, "interpreted", "is ignored"):
            bad.append(f"{length} bytes: {describe(done)}")
    tap.check(not bad, f"truncated to {len(lengths)} lengths, it is ignored with one line", *bad[:5])
    w.restore(image, good + b"\0")
    done = w.run()
    tap.check(says(done, "interpreted", "is ignored"), "so it is when it has become longer", describe(done))

    bad = []
    for offset in range(at, at + size):
        data = bytearray(good)
        data[offset] ^= 1 << offset % 8
        w.restore(image, bytes(data))
        done = w.run()
        if done.returncode or not done.stdout.startswith("interpreted") or done.stderr.count("\n") > 1:
            bad.append(f"byte {offset - at}: {describe(done)}")
    tap.check(not bad, f"with any of the header's {size} bytes changed, it is ignored", *bad[:5])

    bad = []
    for offset in range(0, at):
        data = bytearray(good)
        data[offset] ^= 0xff
        w.restore(image, bytes(data))
        done = w.run()
        if done.returncode or done.stderr.count("\n") > 1:
            bad.append(f"byte {offset}: {describe(done)}")
    tap.check(not bad, "with any byte before it changed, the program runs", *bad[:5])

    for what, data in (("empty", b""), ("all zero", bytes(len(good))), ("text", b"image\n" * 1000),
                       ("another ELF file", Path(shutil.which("true") or RUN[0]).read_bytes())):
        w.restore(image, data)
        done = w.run()
        tap.check(says(done, "interpreted", "is ignored"), f"an image that is {what} is ignored with one line",
                  describe(done))
    for what, make in (("a directory", image.mkdir), ("a FIFO", lambda: os.mkfifo(image)),
                       ("a symbolic link", lambda: image.symlink_to(w.scratch / "copy.img"))):
        (w.scratch / "copy.img").write_bytes(good)
        image.unlink(missing_ok=True)
        make()
        done = w.run()
        tap.check(says(done, "interpreted", "is ignored"), f"{what} in its place is ignored with one line",
                  describe(done))
        w.restore(image, good)

    for what, data, line in (
            ("another version", changed(good, VERSION, "I", 99), None),
            ("a runtime with other structures", changed(good, LAYOUT, "I", 1), None),
            ("a CPU with what no CPU has", changed(good, FEATURES, "Q", 1 << 63), None),
            ("another machine", changed(good, MACHINE, "I", 8), "is ignored: it is not for")):
        w.restore(image, data)
        done = w.run()
        tap.check(says(done, "interpreted", line), f"an image for {what} is ignored{' with one line' if line else ''}",
                  describe(done))
    w.restore(image, changed(good, VERSION, "I", struct.unpack_from("<I", good, at + VERSION)[0]))
    done = w.run()
    tap.check(says(done, "compiled"), "(the checksum that these have is right)", describe(done))


def test_owners(w: World) -> None:
    image = w.image()
    good = image.read_bytes()

    for mode in (0o620, 0o602, 0o666):
        w.restore(image, good)
        image.chmod(mode)
        done = w.run()
        tap.check(says(done, "interpreted", "others may write to it"), f"an image with mode {mode:o} is ignored",
                  describe(done))
    for mode in (0o770, 0o707, 0o1777):
        w.restore(image, good)
        w.images.chmod(mode)
        done = w.run()
        tap.check(says(done, "interpreted", "others may write to its directory"),
                  f"in a directory with mode {mode:o}, it is ignored", describe(done))
    w.restore(image, good)
    if os.geteuid():
        tap.check(True, "an image of somebody else # SKIP only root can make one")
        return
    os.chown(image, 65534, 65534)
    done = w.run()
    tap.check(says(done, "interpreted", "another user"), "somebody else's image is ignored", describe(done))
    w.restore(image, good)
    os.chown(w.images, 65534, 65534)
    done = w.run()
    tap.check(says(done, "interpreted", "another user"), "in somebody else's directory, it is ignored", describe(done))
    os.chown(w.images, 0, 0)


def test_named(w: World) -> None:
    """Images by name."""
    image = w.scratch / "where.img"
    done = w.compile("-o", image, w.module)
    tap.check(not done.returncode and not done.stderr, "wali-aotc -o", describe(done))
    done = w.run(image)
    tap.check(says(done, "compiled", file="where.img"), "wali-run runs an image that is named", describe(done))
    done = w.run("--aot=never", image)
    tap.check(says(done, "compiled", file="where.img"), "whatever the mode", describe(done))
    with image.open("rb") as f:
        done = subprocess.run([*RUN, "--fd", str(f.fileno()), "name"], pass_fds=[f.fileno()], capture_output=True,
                              text=True, env=w.env, timeout=100)
    tap.check(says(done, "compiled", file="where.img"), "by a descriptor too", describe(done))
    w.module.chmod(0o755)
    w.compile()
    done = w.run(w.module, w.module, image, w.module, "/bin/echo", "native")
    want = "compiled 1 where.wasm\n" * 2 + "compiled 1 where.img\ncompiled 1 where.wasm\nnative\n"
    tap.check(done.stdout == want and not done.stderr, "compiled programs execute modules, images and native programs",
              describe(done))
    done = w.run("--aot=never", w.module, w.module)
    tap.check(done.stdout == "interpreted 1 where.wasm\n" * 2, "what they execute has the same mode", describe(done))
    data = image.read_bytes()
    for what, broken in (("damaged", data[:5000]), ("of another version", changed(data, VERSION, "I", 99)),
                         ("for another machine", changed(data, MACHINE, "I", 8))):
        image.write_bytes(broken)
        done = w.run(image)
        tap.check(done.returncode == 126 and is_line(done.stderr) and not done.stdout,
                  f"an image that is {what} cannot be run", describe(done))
    image.write_bytes(data)
    image.chmod(0o666)
    done = w.run(image)
    tap.check(done.returncode == 126 and is_line(done.stderr), "nor one that others may write to", describe(done))


def test_executed(w: World) -> None:
    out = w.scratch / "x.img"
    w.compile("-o", out, w.module)
    path = w.scratch / "path"
    path.mkdir()
    done = w.call(out, PATH=str(path))
    tap.check(done.returncode == 127 and "wali-run" in done.stderr and done.stderr.count("\n") == 1,
              "an image executed by itself, without wali-run: one line", describe(done))
    (path / "wali-run").write_text(f'#!/bin/sh\nexec {shlex.join(RUN)} "$@"\n')
    (path / "wali-run").chmod(0o755)
    done = w.call(out, PATH=f"{path}:/usr/bin:/bin")
    tap.check(says(done, "compiled", file="x.img"), "with wali-run in PATH, it runs", describe(done))
    for isa in ("aarch64", "riscv64"):
        w.compile(f"--target={isa}", "-o", out, w.module)
        listing = subprocess.run(["llvm-objdump-22", "-d", str(out)], capture_output=True, text=True)
        tap.check(listing.returncode == 0 and "<wali_start>:" in listing.stdout, f"{isa}: a disassembler reads it", listing.stderr)
        if shutil.which(f"qemu-{isa}-static"):
            done = w.call(f"qemu-{isa}-static", out, PATH=f"{path}:/usr/bin:/bin")
            tap.check(done.returncode == 126 and is_line(done.stderr), f"{isa}: what is executed is wali-run", describe(done))


def test_names(w: World) -> None:
    out = w.scratch / "x.img"
    names = w.scratch / "names.c"
    names.write_text(NAMES)
    module = w.scratch / "names.wasm"
    w.call(SDK / "bin/wali-clang", "-O1", "-o", module, names)
    module.write_bytes(module.read_bytes().replace(b"llvm_", b"llvm.").replace(b"wali_copy", b"wali:copy").replace(
        b"wali_functions", b"wali:functions"))
    done = w.compile("-o", out, module)
    if not done.returncode:
        done = w.run(out)
    tap.check(done.returncode == 42, "functions may be called what LLVM and wali-aotc call theirs", describe(done))


def test_compiler(w: World) -> None:
    out = w.scratch / "x.img"
    images = []
    for threads in ("1", "2", "5"):
        w.compile("-j", threads, "-o", out, w.module)
        images.append(out.read_bytes())
    tap.check(len(set(images)) == 1, "images do not depend on the number of threads")
    copy = w.scratch / "copy.wasm"
    shutil.copy(w.module, copy)
    w.compile("-o", out, copy)
    tap.check(out.read_bytes() == images[0], "nor on which file the module is in")
    w.compile("--no-snapshot", "-o", out, w.module)
    done = w.run(out)
    tap.check(says(done, "compiled", file="x.img"), "without a snapshot, memory is filled at the start", describe(done))
    sizes = {}
    for what in ("--safepoints=none", "--safepoints=function", "--safepoints=loop", "--precise-traps"):
        w.compile(what, "-o", out, w.module)
        done = w.run(out)
        tap.check(says(done, "compiled", file="x.img"), f"{what}: the program is the same", describe(done))
        listing = subprocess.run(["llvm-size-22", "-A", str(out)], capture_output=True, text=True, check=True).stdout
        sizes[what] = next(int(line.split()[1]) for line in listing.splitlines() if line.startswith(".text "))
    tap.check(sizes["--safepoints=none"] < sizes["--safepoints=function"] < sizes["--safepoints=loop"],
              "safepoints are in functions, and in loops as well", sizes)
    headers = subprocess.run(["llvm-readelf-22", "-W", "-d", "-r", "--dyn-syms", str(out)], capture_output=True, text=True)
    tap.check("There are no relocations" in headers.stdout and "ynamic section" not in headers.stdout,
              "nothing in an image is left to relocate", headers.stdout)

    broken = w.scratch / "broken.wasm"
    broken.write_bytes(w.module.read_bytes()[:1000])
    for what, arguments, status in (
            ("an invalid module", [broken], 1), ("a file that is not there", [w.scratch / "none.wasm"], 1),
            ("a directory", [w.scratch], 1), ("an image", [w.image()], 1),
            ("an unknown target", ["--target=vax", w.module], 2), ("an unknown CPU", ["--cpu=vax", w.module], 2),
            ("unknown safepoints", ["--safepoints=vax", w.module], 2),
            ("another machine's native CPU", ["--target=riscv64", "--cpu=native", w.module], 2),
            ("a CPU that is too old", ["--cpu=x86-64", "--target=x86_64", w.module], 2),
            ("no program", [""], 1), ("an output that cannot be", ["-o", w.scratch / "none/x.img", w.module], 1),
            ("an output that is no file", ["-o", "/dev/null", w.module], 1)):
        done = w.compile(*arguments)
        tap.check(done.returncode == status and is_line(done.stderr), f"wali-aotc: {what} is an error of one line",
                  describe(done))
    tap.check(Path("/dev/null").is_char_device(), "which has left /dev/null alone")
    left = [p.name for p in w.scratch.iterdir() if p.name.startswith(".")]
    tap.check(not left, "no temporary files are left", *left)
    for target, machine in (("x86-64", 62), ("arm64", 183), ("riscv64", 243)):
        done = w.compile(f"--target={target}", "-o", out, w.module)
        data = out.read_bytes()
        elf = struct.unpack_from("<H", data, 18)[0], struct.unpack_from("<I", data, data.index(MAGIC) + MACHINE)[0]
        tap.check(not done.returncode and elf == (machine, machine), f"--target={target}", describe(done), elf)


def test_always(w: World) -> None:
    shutil.rmtree(w.cache)
    alone = w.scratch / "alone"
    alone.mkdir()
    shutil.copy(RUN[0], alone / "wali-run")
    runner = alone / "wali-run"
    done = w.call(runner, "--aot", w.module, PATH="/nowhere")
    tap.check(says(done, "interpreted", "wali-aotc is neither beside wali-run nor in PATH"),
              "--aot without wali-aotc says so, and interprets", describe(done))
    (alone / "bin").mkdir()
    (alone / "bin/wali-aotc").symlink_to(AOTC)
    done = w.call(runner, "--aot", w.module, PATH=f"{alone / 'bin'}:{os.environ['PATH']}")
    tap.check(says(done, "compiled"), "--aot finds it in PATH", describe(done))
    shutil.rmtree(w.cache)
    (alone / "wali-aotc").symlink_to(AOTC)
    done = w.call(runner, w.module, WALI_AOT="always")
    tap.check(says(done, "compiled"), "WALI_AOT=always, and beside wali-run", describe(done))
    shutil.rmtree(w.cache)
    done = w.call("sh", "-c", "trap '' CHLD; exec \"$@\"", "sh", runner, "--aot", w.module)
    tap.check(says(done, "compiled"), "also where SIGCHLD is ignored", describe(done))
    with w.module.open("rb") as f:
        shutil.rmtree(w.cache)
        done = subprocess.run([str(runner), "--aot", "--fd", str(f.fileno()), "name"], pass_fds=[f.fileno()],
                              capture_output=True, text=True, env=w.env, timeout=100)
    tap.check(says(done, "compiled"), "and where the module comes as a descriptor", describe(done))
    shutil.rmtree(w.cache)
    for what, cache in (("is a file", w.module), ("cannot be made", "/sys/kernel/none"),
                        ("is not there", "/proc/none")):
        done = w.call(runner, "--aot", w.module, XDG_CACHE_HOME=str(cache))
        lines = done.stderr.splitlines()
        tap.check(done.stdout.startswith("interpreted") and not done.returncode and len(lines) == 2
                  and lines[0].startswith("wali-aotc: ") and "has failed; it is interpreted" in lines[1],
                  f"where the cache {what}, two lines say so, and it is interpreted", describe(done))
    relative = w.call(AOTC, w.module, XDG_CACHE_HOME="relative", HOME=str(w.scratch / "home"))
    tap.check(not relative.returncode and list((w.scratch / "home/.cache/wali/images").glob("*.img")),
              "a relative XDG_CACHE_HOME does not count", describe(relative))
    nowhere = subprocess.run([str(AOTC), str(w.module)], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True)
    tap.check(nowhere.returncode == 1 and is_line(nowhere.stderr), "without HOME, wali-aotc has no cache",
              describe(nowhere))
    shutil.rmtree(alone)


def test_full(w: World) -> None:
    full = w.scratch / "full"
    full.mkdir()
    script = 'mount -t tmpfs -o size=12k none "$1" && shift && XDG_CACHE_HOME="$1" && export XDG_CACHE_HOME && shift && "$@"; ' \
             's=$?; ls -A "$XDG_CACHE_HOME/wali/images"; exit $s'
    # Can there be such a file system at all?
    probe = w.call("unshare", "-m", "sh", "-c", 'mount -t tmpfs none "$1"', "sh", full)
    if probe.returncode:
        tap.check(True, "a full file system # SKIP cannot mount one")
        return
    done = w.call("unshare", "-m", "sh", "-c", script, "sh", full, full, AOTC, w.module)
    tap.check(done.returncode == 1 and is_line(done.stderr) and "No space left" in done.stderr and not done.stdout,
              "on a full file system, one line says so, and nothing is left", describe(done))


def test_concurrent(w: World) -> None:
    shutil.rmtree(w.cache, ignore_errors=True)
    compilers = [subprocess.Popen([str(AOTC), "-O0", str(w.module)], env=w.env, stderr=subprocess.PIPE) for _ in range(6)]
    seen = []
    while any(c.poll() is None for c in compilers):
        seen.append(w.run())
    messages = [c.communicate()[1] for c in compilers]
    tap.check(not any(c.returncode for c in compilers) and not any(messages), "six compilers of one module at a time",
              *messages)
    bad = [describe(d) for d in seen if not (says(d, "interpreted") or says(d, "compiled"))]
    tap.check(not bad and says(w.run(), "compiled"), f"while it was run {len(seen)} times", *bad)
    tap.check(len(list(w.images.iterdir())) == 1, "there is one image then", *w.images.iterdir())


def test_cache(w: World) -> None:
    other = w.scratch / "other.wasm"
    shutil.copy(w.module, other)
    w.compile(other)
    done = w.run("--cache", "list")
    tap.check(not done.returncode and done.stdout.count("\n") == 2 and f"  {other}  [-O0" in done.stdout
              and f"ok     {w.module}" in done.stdout, "--cache list", describe(done))
    os.utime(other)
    done = w.run("--cache", "list")
    tap.check(f"stale  {other}" in done.stdout, "it says what is stale", describe(done))
    old = w.images / ".0123.img.abcdef"
    old.write_bytes(b"")
    os.utime(old, (1, 1))
    new = w.images / ".0124.img.abcdef"
    new.write_bytes(b"")
    w.compile(other)
    tap.check(not old.exists() and new.exists(), "what dead compilers have left goes, after a day")
    tap.check(len(list(w.images.glob("*.img"))) == 2, "an image for a file replaces older ones for it")
    w.compile(other, WALI_CACHE_SIZE="0")
    done = w.run("--cache", "list")
    tap.check(str(other) in done.stdout and str(w.module) not in done.stdout,
              "with WALI_CACHE_SIZE=0 there is room for the last image", describe(done))
    done = w.run("--cache", "clean")
    tap.check(not done.returncode and not list(w.images.iterdir()), "--cache clean", describe(done))
    done = w.run("--cache", "list")
    tap.check(not done.returncode and not done.stdout, "then there is nothing to list", describe(done))
    done = w.run("--cache", "burn")
    tap.check(done.returncode == 2 and is_line(done.stderr), "--cache burn is an error", describe(done))


def main() -> int:
    if not AOTC.exists():
        return skip_all(f"{AOTC} is not there")
    with tempfile.TemporaryDirectory() as scratch:
        w = World(Path(scratch).resolve())
        made = subprocess.run([str(SDK / "bin/wali-clang"), "-O2", "-o", str(w.module), str(HERE / "where.c")])
        if not tap.check(not made.returncode, "where.c compiles"):
            return tap.done()
        test_use(w)
        test_damage(w)
        test_owners(w)
        test_named(w)
        test_compiler(w)
        test_executed(w)
        test_names(w)
        test_always(w)
        test_full(w)
        test_concurrent(w)
        test_cache(w)
    program = build("image", "image-mutate")[0]
    with tempfile.TemporaryDirectory() as scratch:
        w = World(Path(scratch).resolve())
        subprocess.run([str(SDK / "bin/wali-clang"), "-O2", "-o", str(w.module), str(HERE / "where.c")], check=True)
        image = w.scratch / "x.img"
        w.compile("-o", image, w.module)
        done = w.call(program, image, "20000")
        tap.check(not done.returncode, "20000 images with wrong headers and right checksums: the loader survives",
                  describe(done))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
