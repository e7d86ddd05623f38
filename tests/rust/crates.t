#!/bin/sh
# Crates that know the machine, from Debian's packages, unmodified: threads, locks, memory maps, sockets, and system calls by
# libc's functions and by syscall(). The same program natively and here.
# shellcheck disable=SC1091,SC2034,SC2154 # cargo.sh uses and defines them
needs='crossbeam-channel flate2 memmap2 mio nix parking_lot rayon rustix socket2' place="it's here"
. "$(dirname -- "$0")/cargo.sh"
cp "$here/crates.rs" src/main.rs
cat >Cargo.toml <<'EOF'
[package]
name = "crates"
version = "0.1.0"
edition = "2021"
[dependencies]
crossbeam-channel = "0.5"
flate2 = "1"
memmap2 = "0.5"
mio = { version = "0.8", features = ["os-poll", "net"] }
nix = "0.26"
parking_lot = "0.12"
rayon = "1"
rustix = { version = "0.35", features = ["fs"] }
socket2 = "0.4"
EOF
"$cargo" run --quiet >native 2>log || {
	echo 'Bail out! the native program does not build'
	sed 's/^/# /' log
	exit 1
}
echo 1..3
if "$sdk/bin/wali-cargo" build --quiet >log 2>&1; then
	echo 'ok 1 - builds'
else
	echo 'not ok 1 - builds'
	tail -n 40 log | sed 's/^/# /'
fi
"$sdk/bin/wali-cargo" run --quiet >ours 2>log
if cmp -s native ours; then
	echo 'ok 2 - prints what it prints natively'
else
	echo 'not ok 2 - prints what it prints natively'
	{ diff native ours; tail -n 20 log; } | sed 's/^/# /'
fi
if "$sdk/bin/wali-cargo" doc --quiet --no-deps --package nix >log 2>&1; then
	echo 'ok 3 - documentation'
else
	echo 'not ok 3 - documentation'
	tail -n 20 log | sed 's/^/# /'
fi
