#!/bin/sh
# ci/fetch: both ways, the cache, and one clear line for everything that goes wrong. No network but the loopback
# interface is used: mirror and upstream are served from here.
. tests/infra/tap.sh

site=$tmp/site
mkdir -p "$site/pool/h" "$tmp/src/hello-1.0/part/sub" "$tmp/src/hello-1.0/rest" "$tmp/src/hello-other"
head -c 300000 /dev/urandom >"$tmp/src/hello-1.0/part/sub/noise"
echo part >"$tmp/src/hello-1.0/part/file"
ln -s file "$tmp/src/hello-1.0/part/link"
echo rest >"$tmp/src/hello-1.0/rest/file"
orig=hello_1.0.orig.tar.gz
tar -C "$tmp/src" -czf "$site/pool/h/$orig" hello-1.0
cp -a "$tmp/src/hello-1.0/part" "$tmp/src/hello-other/part"
tar -C "$tmp/src" -czf "$site/repacked.tar.gz" hello-other
echo changed >"$tmp/src/hello-other/part/file"
tar -C "$tmp/src" -czf "$site/changed.tar.gz" hello-other
sum=$(sha256sum <"$site/pool/h/$orig" | cut -d' ' -f1)
bad=$(echo "$sum" | tr 0123456789abcdef 123456789abcdef0)

tests/infra/serve.py "$site" "$tmp/port" "$tmp/log" &
server=$!
trap 'kill "$server"; rm -rf "$tmp"' EXIT
while ! [ -e "$tmp/port" ]; do sleep 0.1; done
base=http://127.0.0.1:$(cat "$tmp/port")

# pins FILE KEY=VALUE...: a pin file for `hello`.
pins() {
	file=$tmp/$1
	shift
	printf 'hello.version := 1.0\n' >"$file"
	for pair in "$@"; do printf 'hello.%s := %s\n' "${pair%%=*}" "${pair#*=}" >>"$file"; done
}
fresh() { rm -rf "$XDG_CACHE_HOME"; }
requests() { grep -c "GET .*$1" "$tmp/log"; }
kept() { find "$XDG_CACHE_HOME/wali-sdk/fetch" "$XDG_CACHE_HOME/wali-sdk/tree" "$XDG_CACHE_HOME/wali-sdk/tmp" \
	-mindepth 1 ! -type d 2>/dev/null; }

# Upstream's URL.

pins url "sha256=$sum" "url=$base/pool/h/hello_\$(hello.version).orig.tar.gz"
run ci/fetch --pins "$tmp/url" hello
is "the path is made of checksum and name" "$(cat "$tmp/out")" "$XDG_CACHE_HOME/wali-sdk/fetch/$sum/$orig"
ok "the file is what was served" cmp "$(cat "$tmp/out")" "$site/pool/h/$orig"
before=$(requests "$orig")
run ci/fetch --pins "$tmp/url" hello hello
is "a second time nothing is fetched" "$status $(requests "$orig") $(wc -l <"$tmp/out")" "0 $before 2"

echo damage >>"$XDG_CACHE_HOME/wali-sdk/fetch/$sum/$orig"
run ci/fetch --pins "$tmp/url" hello
ok "a damaged file in the cache is fetched again" cmp "$(cat "$tmp/out")" "$site/pool/h/$orig"

pins wrong "sha256=$bad" "url=$base/pool/h/$orig"
run ci/fetch --pins "$tmp/wrong" hello
ok "a wrong checksum is one line" one_line "hello: cannot fetch .*wrong checksum: SHA-256 is $sum, pinned is $bad"
fresh
run ci/fetch --pins "$tmp/wrong" hello
is "and nothing is kept" "$(kept)" ""

pins short "sha256=$sum" "url=$base/short/pool/h/$orig"
run ci/fetch --pins "$tmp/short" hello
ok "a connection that ends early is one line" one_line "hello: cannot fetch .*ended early"
pins missing "sha256=$sum" "url=$base/nothing.tar.gz"
run ci/fetch --pins "$tmp/missing" hello
ok "a file that is not there is one line" one_line "hello: cannot fetch nothing.tar.gz: .*File not found"
pins closed "sha256=$sum" "url=http://127.0.0.1:9/$orig"
run ci/fetch --pins "$tmp/closed" hello
ok "a server that does not answer is one line" one_line "hello: cannot fetch .*Connection refused"

run ci/fetch --pins "$tmp/url" other
ok "an unknown name is one line" one_line "pins no 'other'"
run ci/fetch --pins "$tmp/none" hello
ok "a missing pin file is one line" one_line "none: No such file or directory"
pins evil "sha256=$sum" "debian=../../../evil_1.orig.tar.gz"
run ci/fetch --pins "$tmp/evil" hello
ok "a file name cannot leave the cache" one_line "cannot be a file name"
pins nosum "sha256=short" "url=$base/$orig"
run ci/fetch --pins "$tmp/nosum" hello
ok "a checksum that is none is one line" one_line "'short' is not a SHA-256"

mkdir -p "$tmp/ports/hello"
printf '%s\n' '# a recipe' 'name = hello' "version = '1.0'" "sha256=\"$sum\"  # of the file" \
	"url = $base/pool/h/hello_\${version}.orig.tar.gz" 'install() {' '}' >"$tmp/ports/hello/recipe"
run ci/fetch --pins "$tmp/ports/hello/recipe" hello
is "a recipe has the same keys, bare" "$status $(sha256sum <"$(cat "$tmp/out")" | cut -d' ' -f1)" "0 $sum"

# Concurrency and interruption.

fresh
: >"$tmp/log"
pins slow "sha256=$sum" "url=$base/slow/pool/h/$orig"
ci/fetch --pins "$tmp/slow" hello >"$tmp/first" 2>/dev/null &
first=$!
run ci/fetch --pins "$tmp/slow" hello
wait "$first"
is "of two at a time, one fetches" "$? $status $(requests "$orig")" "0 0 1"
ok "and both get the file" cmp "$tmp/first" "$tmp/out"

fresh
ci/fetch --pins "$tmp/slow" hello >/dev/null 2>&1 &
first=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
	find "$XDG_CACHE_HOME" -name download 2>/dev/null | grep -q . && break
	sleep 0.1
done
kill -9 "$first"
wait "$first" 2>/dev/null
is "a killed fetch leaves no file" "$(find "$XDG_CACHE_HOME/wali-sdk" -path '*/fetch/*')" ""
run ci/fetch --pins "$tmp/url" hello
is "and the next one works" "$status $(kept | wc -l)" "0 1"

# Trees.

tree=$(cd "$tmp/src/hello-1.0" && python3 - <<'PY'
import hashlib, os
lines = []
for directory, _, files in os.walk("part"):
    for file in files:
        path = os.path.join(directory, file)
        content = "-> " + os.readlink(path) if os.path.islink(path) else hashlib.sha256(open(path, "rb").read()).hexdigest()
        lines.append(f"{path}\0{content}\n")
print(hashlib.sha256("".join(sorted(lines)).encode()).hexdigest())
PY
)
for archive in "pool/h/$orig" repacked.tar.gz; do
	fresh
	pins tree "sha256=$bad" "url=$base/$archive" tree=part "tree.sha256=$tree"
	run ci/fetch --pins "$tmp/tree" --tree hello
	is "the parts of $archive are unpacked" "$status $(cd "$(cat "$tmp/out")" && find . ! -type d | sort | tr '\n' ' ')" \
		"0 ./part/file ./part/link ./part/sub/noise "
done
before=$(wc -l <"$tmp/log")
run ci/fetch --pins "$tmp/tree" --tree hello
is "a second time nothing is fetched" "$status $(wc -l <"$tmp/log")" "0 $before"
fresh
pins tree "sha256=$bad" "url=$base/changed.tar.gz" tree=part "tree.sha256=$tree"
run ci/fetch --pins "$tmp/tree" --tree hello
ok "other contents are one line" one_line "wrong checksum: the unpacked tree is [0-9a-f]+, pinned is $tree"
is "and nothing is kept" "$(kept)" ""
run ci/fetch --pins "$tmp/tree" hello
ok "without a checksum of the file, the file is not taken" one_line "hello: no way to fetch"

# Debian's mirrors.

if ! command -v apt-get >/dev/null; then
	skip "Debian's mirrors" "no apt-get"
	done_testing
	exit
fi
etc=$tmp/etc
mkdir -p "$etc/sources.list.d"
mirror=tests/infra/mirror.py
$mirror "$site" here
$mirror "$site" stable "$orig:pool/gone:$sum"
$mirror "$site" unstable "$orig:pool/h:$sum" "hello_1.0.orig-x.tar.gz:pool/h:$sum"
$mirror "$site" oldstable "odd_1.orig.tar.gz:pool/h:$bad"
printf 'deb [trusted=yes] %s here main\n' "$base" >"$etc/sources.list"
debian() { run ci/fetch --apt-etc "$etc" --from debian --pins "$tmp/$1" "${2:-hello}"; }

pins debian "sha256=$sum" "debian=hello_\$(hello.version).orig.tar.gz"
fresh
debian debian
is "a file that the machine's suite lacks comes from another" "$status $(cat "$tmp/out")" \
	"0 $XDG_CACHE_HOME/wali-sdk/fetch/$sum/$orig"
ok "though the first place that lists it does not have it" grep -q 'GET /pool/gone/.* 404' "$tmp/log"
ok "a one-line source became a source of sources" \
	grep -qx "deb-src \[trusted=yes\] $base unstable main" "$XDG_CACHE_HOME"/wali-sdk/apt-*/sources/*unstable.list

rm "$etc/sources.list"
$mirror "$site" here "$orig:pool/h:$sum"
printf '# ours\nTypes: deb\nURIs: %s\nSuites: here here-updates\nComponents: main\nTrusted: yes\n\nEnabled: no\nTypes: deb\nURIs: http://127.0.0.1:9\nSuites: x\nComponents: main\n' \
	"$base" >"$etc/sources.list.d/ours.sources"
fresh
debian debian
is "a deb822 source works as well" "$status $(cat "$tmp/out")" "0 $XDG_CACHE_HOME/wali-sdk/fetch/$sum/$orig"

pins listed "sha256=$bad" "debian=$orig"
fresh
debian listed
ok "a checksum that the index does not list is one line" \
	one_line "hello: cannot fetch $orig: .*wrong checksum: pinned is SHA-256 $bad, Debian lists $sum"
pins served "sha256=$bad" "debian=odd_1.orig.tar.gz"
cp "$site/pool/h/$orig" "$site/pool/h/odd_1.orig.tar.gz"
fresh
debian served
ok "so is a file that is not what the index says" one_line "hello: cannot fetch odd_1.*wrong checksum: SHA-256 is $sum"
is "and nothing is kept" "$(kept)" ""
pins unlisted "sha256=$sum" debian=none_1.orig.tar.gz
debian unlisted
ok "a file that no index lists is one line" one_line "the mirrors list no none_1.orig.tar.gz"

pins both "sha256=$sum" debian=none_1.orig.tar.gz "url=$base/pool/h/$orig"
fresh
run ci/fetch --apt-etc "$etc" --pins "$tmp/both" hello
is "the URL is the other way" "$status" 0

if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	fresh
	chmod 711 "$tmp"
	mkdir "$XDG_CACHE_HOME"
	chown nobody "$XDG_CACHE_HOME"
	run setpriv --reuid=nobody --clear-groups env HOME=/nonexistent ci/fetch --apt-etc "$etc" --pins "$tmp/debian" hello
	is "no root is needed" "$status $(cat "$tmp/out")" "0 $XDG_CACHE_HOME/wali-sdk/fetch/$sum/$orig"
	fresh
	(umask 077 && mkdir -p "$tmp/closed.d/cache")
	run setpriv --reuid=nobody --clear-groups env XDG_CACHE_HOME="$tmp/closed.d/cache" ci/fetch --pins "$tmp/url" hello
	ok "a cache that may not be written is one line" one_line "Permission denied"
else
	skip "no root is needed" "already not root"
	skip "a cache that may not be written is one line" "needs root to test"
fi

# No network at all, and full disks.

if unshare -rn true 2>/dev/null; then
	pins offline "sha256=$sum" "debian=$orig" "url=http://upstream.invalid/$orig"
	fresh
	run timeout 120 unshare -rn ci/fetch --apt-etc "$etc" --pins "$tmp/offline" hello
	ok "without a network it is one line" one_line "hello: cannot fetch $orig: "
else
	skip "without a network it is one line" "no user namespaces"
fi

fresh
run sh -c 'ulimit -f 100; exec ci/fetch --pins "$1" hello' sh "$tmp/url"
ok "a file size limit is one line" one_line "File too large; free some space"
full() {
	fresh
	mkdir "$XDG_CACHE_HOME"
	# shellcheck disable=SC2016
	run unshare -rm sh -c 'mount -t tmpfs -o size=128k none "$XDG_CACHE_HOME" && exec "$@"' sh "$@"
}
if unshare -rm mount -t tmpfs none /mnt 2>/dev/null; then
	full ci/fetch --pins "$tmp/url" hello
	ok "a full disk is one line" one_line "No space left on device; free some space"
	full ci/fetch --apt-etc "$etc" --from debian --pins "$tmp/debian" hello
	ok "also when apt meets it" one_line "No space left on device; free some space"
	pins tree "sha256=$sum" "url=$base/repacked.tar.gz" tree=part "tree.sha256=$tree"
	full ci/fetch --pins "$tmp/tree" --tree hello
	ok "also for a tree" one_line "No space left on device; free some space"
else
	skip "a full disk is one line" "cannot mount a tmpfs"
	skip "also when apt meets it" "cannot mount a tmpfs"
	skip "also for a tree" "cannot mount a tmpfs"
fi

# A cache whose path has spaces.

export XDG_CACHE_HOME="$tmp/a cache"
run ci/fetch --apt-etc "$etc" --from debian --pins "$tmp/debian" hello
is "the cache's path may have spaces" "$status $(cat "$tmp/out")" "0 $tmp/a cache/wali-sdk/fetch/$sum/$orig"

done_testing
