#!/bin/sh
# The Makefile from a copy of the sources in a path with spaces: build, install, pack, move, clean. The stages come
# from the user's cache, as they would in a second checkout.
. tests/infra/tap.sh
export XDG_CACHE_HOME="$user_cache"

# Copied with one directory that is not there yet, as git clone would: no build directory, nothing untracked but new.
copy="$tmp/a check out/wali"
mkdir -p "$copy"
if git rev-parse --git-dir >/dev/null 2>&1; then
	git ls-files -co --exclude-standard
else
	find . -path ./build -prune -o ! -type d -print
fi | while IFS= read -r file; do [ -e "$file" ] && echo "$file"; done | tar -cf - -T - | tar -xf - -C "$copy"
cd "$copy" || exit

cat >"$tmp/hello.c" <<'C'
#include <stdio.h>
int main(int argc, char **argv)
{
	return printf("hello %s\n", argv[argc - 1]) < 0;
}
C
# works SDK: it compiles, and runs what it compiled.
works() {
	"$1/bin/wali-clang" -O2 "$tmp/hello.c" -o "$tmp/hello.wasm" && "$1/bin/wali-run" "$tmp/hello.wasm" world
}

run make
is "make alone lists the targets" "$status $(grep -c -E '^  (demo|check|sdk|ports|install|clean) ' "$tmp/out")" "0 6"
ok "make -j2 sdk" make -j2 sdk
is "the SDK works" "$(works build/sdk 2>&1)" "hello world"
run make sdk
is "a second time everything is cached" "$status $(grep -c ' built ' "$tmp/err")" "0 0"
ok "make install" make install PREFIX="/opt/a prefix" DESTDIR="$tmp/dest dir"
XZ_OPT=-0
export XZ_OPT
ok "make dist" make dist
cp build/wali-sdk-*.tar.xz "$tmp/"
ok "make clean" make clean
is "removes what was built" "$(ls -d build 2>&1)" "ls: cannot access 'build': No such file or directory"
is "the installed SDK works" "$(works "$tmp/dest dir/opt/a prefix" 2>&1)" "hello world"
mkdir "$tmp/un packed"
tar -xJf "$tmp"/wali-sdk-*.tar.xz -C "$tmp/un packed"
is "the packed SDK works" "$(works "$tmp/un packed/wali-sdk" 2>&1)" "hello world"

cd "$top" || exit
done_testing
