#!/bin/sh
# The libc crate that programs get agrees with C's headers and functions, and the comparison would notice if not.
sdk=${WALI_SDK:-build/sdk}
here=$(dirname -- "$0")
if ! [ -x "$sdk/libexec/wali/rustc" ]; then
	echo '1..0 # SKIP no Rust on this machine'
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
compare() { # CRATE
	python3 "$here/libc-layout.py" "$1" "$sdk/libexec/wali/rustc" "$sdk/bin/wali-clang" \
		"${WALI_RUN:-$sdk/bin/wali-run}" "$work/tables"
}
echo 1..3
compare "$sdk/lib/rustlib/libc" >"$work/result" 2>&1
if diff "$here/libc.expected" "$work/result" >"$work/diff"; then
	echo 'ok 1 - the libc crate agrees with C'
else
	echo 'not ok 1 - the libc crate agrees with C'
	sed 's/^/# /' "$work/diff"
fi

# With one field and one parameter wrong.
cp -R "$sdk/lib/rustlib/libc" "$work/libc"
sed -i 's/pub st_ino: crate::ino_t/pub st_ino: c_int/' "$work/libc/src/unix/linux_like/linux/musl/b64/wasm32/mod.rs"
sed -i 's/pub fn poll(fds: \*mut pollfd, nfds: nfds_t/pub fn poll(fds: *mut pollfd, nfds: c_int/' "$work/libc/src/unix/mod.rs"
compare "$work/libc" >"$work/result" 2>&1
for what in 'size of stat.st_ino: 4 in Rust, 8 in C' 'function poll'; do
	n=$((${n:-1} + 1))
	if grep -q "$what" "$work/result"; then
		echo "ok $n - a mistake is noticed: $what"
	else
		echo "not ok $n - a mistake is noticed: $what"
		head -n 20 "$work/result" | sed 's/^/# /'
	fi
done
