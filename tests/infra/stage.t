#!/bin/sh
# ci/stage: what is built once, what is built again, and that nothing half-made is ever used.
# What stands in single quotes here is for another shell to expand.
# shellcheck disable=SC2016
. tests/infra/tap.sh

# A checkout of its own, in a path with spaces.
box="$tmp/check out"
mkdir -p "$box/ci"
cp -R ci/stage ci/fetch ci/wali_ci "$box/ci/"
cp versions.mk "$box/"
cd "$box" || exit
runs=$tmp/runs # one line for each time that a command really ran
stages=$XDG_CACHE_HOME/wali-sdk/stage
ran() { wc -l <"$runs" | tr -d ' '; }
# try NAME OPTIONS... -- SCRIPT ARGUMENTS...: a stage that runs a shell script.
try() {
	name=$1
	shift
	: >>"$runs"
	run ci/stage run "$name" "$@"
}
count_and() { printf 'echo run >>"%s"; %s' "$runs" "$1"; }

mkdir -p in/sub
echo one >in/sub/file
make_a=$(count_and 'mkdir "$1/bin" && cat in/sub/file >"$1/bin/a" && ln -s a "$1/bin/link"')
a() { try a --input in "$@" -- sh -c "$make_a" sh @PREFIX@; }

a
is "a stage is built" "$status $(ran)" "0 1"
a
is "and then taken from the cache" "$status $(ran)" "0 1"
ok "with a line that says so" grep -q '^  a  *cached  *[0-9.]* s$' "$tmp/err"
: >in/README.md
touch in/sub/file
a
is "documentation and times are no inputs" "$(ran)" 1
echo two >in/sub/file
a
is "contents are" "$(ran)" 2
chmod +x in/sub/file
a
is "so is the execute bit" "$(ran)" 3
mv in/sub/file in/sub/other
a
is "and the name (a build that fails is no result)" "$status $(ran)" "1 4"
mv in/sub/other in/sub/file
a --value x
is "a value is an input" "$(ran)" 5
mkdir sdk-1
echo one >sdk-1/file
cp -r sdk-1 sdk-2
for sdk in sdk-1 sdk-2; do
	try sdk --input @SDK@ --sdk $sdk -- sh -c "$(count_and 'cp "$2/file" "$1"')" sh @PREFIX@ @SDK@
done
is "the name of the SDK is none" "$status $(ran)" "0 6"
echo two >sdk-2/file
try sdk --input @SDK@ --sdk sdk-2 -- sh -c "$(count_and 'cp "$2/file" "$1"')" sh @PREFIX@ @SDK@
is "but its contents are" "$status $(ran)" "0 7"
a --tool "cat in/sub/file"
is "what a tool prints is an input" "$(ran)" 8
a --pin musl
sed -i 's/a9a118/a9a119/' versions.mk
a --pin musl
is "a pin is an input" "$(ran)" 10
run env CC=other CFLAGS=-O3 MAKEFLAGS=k ci/stage run env -- sh -c 'echo "$CC$CFLAGS$MAKEFLAGS" >@PREFIX@/env'
ci/stage assemble out env
is "the user's compiler settings do not reach the command" "$(cat out/env)" ""
run ci/stage run places -- sh -c 'echo "@PREFIX@ @WORK@ @JOBS@" >@PREFIX@/places; pwd >>@PREFIX@/places; ls @WORK@ >>@PREFIX@/places'
ci/stage assemble out places
is "the command gets prefix, an empty work directory, and jobs" "$(sed -n '1s/ [0-9]*$//p' out/places)
$(tail -n +2 out/places)" "$(sed -n '1s,/[^ ]*/prefix .*,,p' out/places)$(sed -n '1s, .*,,p' out/places) $(sed -n '1s,/prefix .*,/work,p' out/places)
$box"

# Bases.

a
make_b=$(count_and 'cat "$1/bin/a" >"$1/bin/b"; echo more >>"$1/bin/a"')
b() { try b --base a --value "$1" -- sh -c "$make_b" sh @PREFIX@; }
b 1
is "a stage sees its base" "$status" 0
a
run ci/stage assemble out a
is "and cannot change the base's result" "$(cat out/bin/a)" two
run ci/stage assemble out b
is "assembled, its own files come last" "$(cat out/bin/a out/bin/b | tr '\n' ' ')$(readlink out/bin/link)" "two more two a"
is "its result is what it added or changed" "$(cd "$stages"/b-*/tree && find . ! -type d | sort | tr '\n' ' ')" "./bin/a ./bin/b "
before=$(ran)
b 1
is "and is cached" "$(ran)" "$before"
echo three >in/sub/file
a
b 1
is "until its base changes" "$(ran)" "$((before + 2))"
run ci/stage assemble out b
is "assembling again replaces all" "$(cat out/bin/b) $(find . -maxdepth 1 -name '.out*')" "three "
inode=$(stat -c %i out/bin/b)
run ci/stage assemble out b
is "and does nothing if nothing changed" "$(stat -c %i out/bin/b)" "$inode"
run ci/stage run c --base never -- true
ok "a base that was not built is one line" one_line 'stage never has not been built'
rm -rf "$stages"/a-*
run ci/stage assemble out2 b
ok "so is one that has gone from the cache" one_line 'no longer in the cache|No such file'

# Failure and interruption.

run ci/stage run bad -- sh -c 'echo said; echo loud >&2; : >@PREFIX@/x; exit 3'
is "a failure shows the log's end and one line more" "$status $(sed 1d "$tmp/err" | tr '\n' ' ')" \
	"1 said loud ci/stage: bad failed with status 3; the whole log is build/log/bad.log "
run ci/stage run bad -- sh -c 'echo "x.c:1: error: early"; seq 1000; exit 3'
is "with what looks like the cause" "$(sed -n '2p;3p;$p' "$tmp/err" | tr '\n' ' ')" \
	"x.c:1: error: early 971 ci/stage: bad failed with status 3; the whole log is build/log/bad.log "
is "and leaves nothing" "$(find "$XDG_CACHE_HOME/wali-sdk/work" "$XDG_CACHE_HOME/wali-sdk/tmp" "$stages" -name 'bad*')" ""
run ci/stage run none -- "$tmp/not-there"
ok "a command that cannot run is one line more" grep -q "^ci/stage: none: .*not-there: No such file" "$tmp/err"
run ci/stage run none --input nothing -- true
ok "an input that is not there is one line" one_line 'nothing: no such input'

: >"$tmp/slow"
slow='echo half >@PREFIX@/file; if [ -e "$1" ]; then sleep 3; fi; echo whole >@PREFIX@/file; echo ran >>"$2"'
for signal in TERM KILL; do
	: >"$tmp/slow"
	: >"$tmp/ran"
	ci/stage run slow --value "$signal" -- sh -c "$slow" sh "$tmp/slow" "$tmp/ran" 2>/dev/null &
	pid=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ -e "$(find "$XDG_CACHE_HOME/wali-sdk/work" -name file 2>/dev/null)" ] && break
		sleep 0.1
	done
	kill -s "$signal" "$pid"
	wait "$pid" 2>/dev/null
	is "SIG$signal in the middle leaves no result" "$(find "$stages" -name 'slow-*')" ""
	rm "$tmp/slow"
	run ci/stage run slow --value "$signal" -- sh -c "$slow" sh "$tmp/slow" "$tmp/ran"
	run ci/stage assemble out slow
	is "and the next run builds it whole" "$status $(cat out/file)" "0 whole"
	rm -rf "$stages"/slow-*
done
is "a command that outlives its ci/stage is waited for" "$(wc -l <"$tmp/ran")" 2

: >"$tmp/ran"
both='sleep 1; echo x >@PREFIX@/x; echo ran >>"$1"'
ci/stage run both -- sh -c "$both" sh "$tmp/ran" 2>/dev/null &
pid=$!
run ci/stage run both -- sh -c "$both" sh "$tmp/ran"
wait "$pid"
is "of two at a time, one builds" "$? $status $(wc -l <"$tmp/ran")" "0 0 1"

# A full disk, and a cache whose path has spaces.

if unshare -rm mount -t tmpfs none /mnt 2>/dev/null; then
	rm -rf "$XDG_CACHE_HOME"
	mkdir "$XDG_CACHE_HOME"
	# shellcheck disable=SC2016
	run unshare -rm sh -c 'mount -t tmpfs -o size=300k none "$XDG_CACHE_HOME" && exec "$@"' sh \
		ci/stage run big -- sh -c 'head -c 200000 /dev/zero >@PREFIX@/big'
	ok "a full disk is one line" sh -c 'test "$(grep -vc building "$1")" = 1 && grep -q "No space left on device" "$1"' sh "$tmp/err"
	is "and status 1" "$status" 1
else
	skip "a full disk is one line" "cannot mount a tmpfs"
	skip "and status 1" "cannot mount a tmpfs"
fi
export XDG_CACHE_HOME="$tmp/out"
run ci/stage run nowhere -- true
ok "a cache that cannot be written is one line" one_line 'out/wali-sdk.*: Not a directory; set XDG_CACHE_HOME to'
export XDG_CACHE_HOME="$tmp/a cache"
run ci/stage run spaces -- sh -c 'echo @WORK@ >@PREFIX@/work'
run ci/stage assemble out spaces
is "the work directory has no spaces even if the cache has" "$status $(wc -w <out/work)" "0 1"

cd "$top" || exit
done_testing
