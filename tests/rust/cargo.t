#!/bin/sh
# A package with a library in C, a build script, the libc crate, unit tests and a documentation test: by wali-cargo, and by plain cargo with the
# configuration that wali-cargo prints.
# shellcheck disable=SC1091,SC2034,SC2154 # cargo.sh uses and defines them
needs='cc libc' place='with space'
. "$(dirname -- "$0")/cargo.sh"
cat >Cargo.toml <<'EOF'
[package]
name = "mixed"
version = "0.1.0"
edition = "2021"
[dependencies]
libc = "0.2"
[build-dependencies]
cc = "1"
[profile.release]
panic = "abort"
lto = true
EOF
cat >build.rs <<'EOF'
fn main() {
    cc::Build::new().file("src/part.c").compile("part");
    println!("cargo:rustc-env=BUILT_FOR={}", std::env::var("TARGET").unwrap());
}
EOF
cat >src/part.c <<'EOF'
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
struct pair { long a; double b; };
long apply(long (*f)(long, void *), long n, void *p) { return f(n, p) + 1; }
struct pair twice(struct pair p) { return (struct pair){ 2 * p.a, 2 * p.b }; }
char *copy(const char *s) { return strdup(s); }
long size(const char *path, struct stat *s) { return stat(path, s) ? -1 : (long)s->st_size; }
double power(double x, double y) { return pow(x, y); }
EOF
cat >src/lib.rs <<'EOF'
use libc::{c_char, c_double, c_long, c_void};
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    pub a: c_long,
    pub b: c_double,
}
extern "C" {
    pub fn apply(f: extern "C" fn(c_long, *mut c_void) -> c_long, n: c_long, p: *mut c_void) -> c_long;
    pub fn twice(p: Pair) -> Pair;
    pub fn copy(s: *const c_char) -> *mut c_char;
    pub fn size(path: *const c_char, s: *mut libc::stat) -> c_long;
    pub fn power(x: c_double, y: c_double) -> c_double;
}
/// Adds.
/// ```
/// assert_eq!(mixed::add(1, 2), 3);
/// ```
pub fn add(a: i32, b: i32) -> i32 {
    a + b
}
#[test]
fn sizes_agree() {
    let mut s: libc::stat = unsafe { std::mem::zeroed() };
    let n = unsafe { size(c"Cargo.toml".as_ptr(), &mut s) };
    assert_eq!(n as i64, s.st_size as i64);
    assert_eq!(n as u64, std::fs::metadata("Cargo.toml").unwrap().len());
}
#[test]
#[should_panic(expected = "as it should")]
fn panics() {
    panic!("as it should");
}
static BOTH: std::sync::Barrier = std::sync::Barrier::new(2);
#[test]
fn one_meets_another() {
    BOTH.wait();
}
#[test]
fn another_meets_one() {
    BOTH.wait();
}
EOF
cat >src/main.rs <<'EOF'
use mixed::*;
extern "C" fn callback(n: libc::c_long, p: *mut libc::c_void) -> libc::c_long {
    unsafe { *(p as *mut i32) += 1 };
    n * 2
}
fn main() {
    let mut calls = 0i32;
    let big = unsafe { apply(callback, 5_000_000_000, &mut calls as *mut _ as *mut _) };
    println!("{big} {calls} {:?}", unsafe { twice(Pair { a: -3, b: 1.25 }) });
    let text = unsafe { std::ffi::CStr::from_ptr(copy(c"from C".as_ptr())) };
    println!("{text:?} {} {:?}", unsafe { power(2.0, 0.5) }, std::env::args().skip(1).collect::<Vec<_>>());
    println!("{}", unsafe { libc::sysconf(libc::_SC_PAGESIZE) });
    eprintln!("{}", env!("BUILT_FOR"));
}
EOF

count=0
ok() { # STATUS WHAT
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		tail -n 30 "$work/log" | sed 's/^/# /'
	fi
}
quiet() {
	"$@" >"$work/log" 2>&1
}
quiet "$cargo" run --quiet -- a 'b c' && cp "$work/log" "$work/native"
"$sdk/bin/wali-cargo" run --quiet -- a 'b c' >"$work/log" 2>&1
sed 's/x86_64-unknown-linux-gnu/wasm32-wali-linux-musl/; s/[a-z0-9_]*-unknown-linux-gnu/wasm32-wali-linux-musl/' "$work/native" | cmp -s - "$work/log"
ok $? 'wali-cargo run: C through the cc crate, the libc crate, the same output as natively'
quiet "$sdk/bin/wali-cargo" build --release
ok $? 'wali-cargo build --release, with lto and panic=abort'
"$sdk/bin/wali-cargo" run --quiet --release -- a 'b c' >"$work/log" 2>&1
sed 's/[a-z0-9_]*-unknown-linux-gnu/wasm32-wali-linux-musl/' "$work/native" | cmp -s - "$work/log"
ok $? 'which runs'
quiet env RUST_TEST_THREADS=2 timeout 600 "$sdk/bin/wali-cargo" test &&
	[ "$(grep -c '^test result: ok.* 0 ignored' "$work/log")" = 3 ] && grep -q '^test panics - should panic ... ok' "$work/log"
ok $? 'wali-cargo test: unit tests, of which one panics and two wait for each other, and documentation'
head -c 4 target/wasm32-wali-linux-musl/release/mixed.wasm | od -An -c | grep -q 'a   s   m'
ok $? 'what is built is called NAME.wasm'

rm -rf target
"$sdk/bin/wali-cargo" --print-config >.cargo/config.toml && cat source.toml >>.cargo/config.toml
"$cargo" run --quiet --target wasm32-wali-linux-musl -- a 'b c' >"$work/log" 2>&1
sed 's/[a-z0-9_]*-unknown-linux-gnu/wasm32-wali-linux-musl/' "$work/native" | cmp -s - "$work/log"
ok $? 'cargo run --target wasm32-wali-linux-musl, with the printed configuration'
echo "1..$count"
