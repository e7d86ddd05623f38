#!/bin/sh
# wali-port as an installed SDK has it, with a port of its own: all its commands, and what goes wrong.
# shellcheck disable=SC1091,SC2016
. tests/infra/tap.sh

sdk=$(CDPATH='' cd -- "${WALI_SDK:-build/sdk}" 2>/dev/null && pwd) || {
	echo "1..0 # SKIP no SDK in ${WALI_SDK:-build/sdk}"
	exit 0
}
unset WALI_SDK WALI_BUILD
mkdir -p "$tmp/an sdk"
cp -R "$sdk/." "$tmp/an sdk/"
sdk="$tmp/an sdk" tree="$tmp/an sdk/share/wali/tree" port="$tmp/an sdk/bin/wali-port"
export XDG_DATA_HOME="$tmp/data"
built=$tmp/data/wali-sdk/ports

# A source that the cache has, so that nothing needs a network.
mkdir -p "$tmp/hello-1.0"
cat >"$tmp/hello-1.0/hello.c" <<'C'
#include <stdio.h>

int main(void)
{
	puts("Hello from " WHERE "!");
	return 0;
}
C
# shellcheck disable=SC2016 # make's variables
printf 'WHERE = a port\nhello: hello.c\n\t$(CC) $(CFLAGS) -DWHERE="\\"$(WHERE)\\"" -o $@ hello.c\n' >"$tmp/hello-1.0/Makefile"
tar -C "$tmp" -czf "$tmp/hello-1.0.tar.gz" hello-1.0
sum=$(sha256sum "$tmp/hello-1.0.tar.gz" | cut -d' ' -f1)
mkdir -p "$XDG_CACHE_HOME/wali-sdk/fetch/$sum" "$tree/ports/hello"
cp "$tmp/hello-1.0.tar.gz" "$XDG_CACHE_HOME/wali-sdk/fetch/$sum/"
recipe() {
	printf '%s\n' 'name = hello' 'version = 1.0' 'summary = a test' 'style = make' 'programs = hello' \
		"sha256 = $1" 'url = http://localhost:9/hello-1.0.tar.gz' "$2"
}
recipe "$sum" 'make = hello' >"$tree/ports/hello/recipe"

run "$port" list
ok 'list: what comes with the SDK' grep -Eq '^bash +[0-9.]+ +- +' "$tmp/out"
ok 'list: and the new one, not built' grep -Eq '^hello +1\.0 +- +a test$' "$tmp/out"
is 'fetch: from the cache' "$("$port" fetch hello)" "$XDG_CACHE_HOME/wali-sdk/fetch/$sum/hello-1.0.tar.gz"
run "$port" source hello
ok 'source: unpacked' test -f "$(cat "$tmp/out")/hello.c"
run "$port" install hello --prefix "$tmp/usr"
ok 'install before build: one line' one_line '^wali-port: hello is not built'

run "$port" build hello
is 'build: status' "$status" 0
is 'build: the program runs' "$("$sdk/bin/wali-run" "$built/hello/root/bin/hello")" 'Hello from a port!'
is 'build: nothing is written into the SDK' "$(find "$sdk" -newer "$tree/ports/hello/recipe" ! -name recipe -type f ! -path '*__pycache__*')" ''
run "$port" list
ok 'list: built' grep -Eq '^hello +1\.0 +built' "$tmp/out"
run "$port" build hello
ok 'build again: from the cache' grep -q cached "$tmp/out" "$tmp/err"

ok 'install' "$port" install hello --prefix "$tmp/usr"
is 'install: what is there' "$(cd "$tmp/usr" && find . -type f)" ./bin/hello
is 'install: it runs from there' "$("$sdk/bin/wali-run" "$tmp/usr/bin/hello")" 'Hello from a port!'
ok 'install with DESTDIR' env DESTDIR="$tmp/dest" "$port" install hello --prefix /usr
ok 'install with DESTDIR: below it' test -x "$tmp/dest/usr/bin/hello"
if [ "$(id -u)" != 0 ]; then
	run "$port" install hello --prefix /proc/none
	ok 'install where nobody may write: one line' one_line '^wali-port: '
fi

echo '--- a/hello.c
+++ b/hello.c
@@ -4,3 +4,3 @@
 {
-	puts("Hello from " WHERE "!");
+	puts("Hello, patched, from " WHERE "!");
 	return 0;' >"$tree/ports/hello/0001-say-so.patch"
ok 'build with a patch' "$port" build hello
is 'build with a patch: the program has it' "$("$sdk/bin/wali-run" "$built/hello/root/bin/hello")" \
	'Hello, patched, from a port!'
rm "$tree/ports/hello/0001-say-so.patch"

recipe "$sum" "make = hello 'WHERE=\$nobody'" >"$tree/ports/hello/recipe"
run "$port" build hello
ok 'a variable that nobody sets: it says which' grep -q nobody "$tmp/err"
is 'a variable that nobody sets: status' "$status" 1
recipe "$sum" 'make = nothing' >"$tree/ports/hello/recipe"
run "$port" build hello
is 'a build that fails: status' "$status" 1
ok 'a build that fails: the log is named' grep -q 'port-hello.log' "$tmp/err"
is 'a build that fails: what was built before is still there' "$("$sdk/bin/wali-run" "$built/hello/root/bin/hello")" \
	'Hello, patched, from a port!'

wrong=$(echo "$sum" | tr '0-9a-f' '1-9a-f0')
recipe "$wrong" 'make = hello' >"$tree/ports/hello/recipe"
run "$port" fetch hello
ok 'a source that nobody has: status' [ "$status" = 1 ]
ok 'a source that nobody has: nothing on stdout' test ! -s "$tmp/out"
sed -i '/^sha256/d' "$tree/ports/hello/recipe"
run "$port" build hello
ok 'a recipe without a checksum: one line' one_line "recipe: 'sha256' is missing"
recipe "$sum" 'make = hello' | sed 's/^style.*/style = scons/' >"$tree/ports/hello/recipe"
run "$port" build hello
ok 'an unknown style: one line' one_line "style is 'scons'"
run "$port" build ../hello
ok 'a name with a slash: one line' one_line "no port '../hello'"
run "$port" build nobody
ok 'an unknown port: one line' one_line "^wali-port: no port 'nobody'"
run "$port" test bash
ok 'test without a checkout: one line' one_line '^wali-port: bash is not built|tests come with the source'
run "$port"
is 'no arguments: status' "$status" 2

recipe "$sum" 'make = hello' >"$tree/ports/hello/recipe"
ok clean "$port" clean hello
ok 'clean: nothing is left' test ! -e "$built/hello"
ok 'build after clean' "$port" build hello

# A full disk: the port's directory is on one of 8 KiB.
mkdir -p "$tmp/small"
if mount -t tmpfs -o size=8k none "$tmp/small" 2>/dev/null; then
	run env XDG_DATA_HOME="$tmp/small" "$port" build hello
	is 'a full disk: status' "$status" 1
	ok 'a full disk: it says so' grep -q 'No space left on device' "$tmp/err"
	umount "$tmp/small"
else
	count=$((count + 1))
	echo "ok $count - a full disk # SKIP cannot mount one here"
fi
echo "1..$count"
