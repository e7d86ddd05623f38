# shellcheck shell=sh disable=SC2034
# TAP for the tests of this directory, which source it from the top directory. Each has $tmp, an empty directory that
# is removed at the end, and a cache of its own; the user's is $user_cache.
set -u
user_cache=${XDG_CACHE_HOME:-$HOME/.cache}
unset MAKEFLAGS MAKELEVEL MFLAGS SANITIZE
export LC_ALL=C
top=$(pwd)
tmp=$(mktemp -d)
export XDG_CACHE_HOME="$tmp/cache"
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
count=0

# ok "what" COMMAND...: passes if the command succeeds.
ok() {
	what=$1
	shift
	count=$((count + 1))
	if "$@" >"$tmp/ok.out" 2>&1; then
		echo "ok $count - $what"
	else
		echo "not ok $count - $what"
		sed 's/^/# /' "$tmp/ok.out"
	fi
}

# is "what" ACTUAL EXPECTED: passes if the strings are equal.
is() {
	count=$((count + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		printf '%s\n' "got:      $2" "expected: $3" | sed 's/^/# /'
	fi
}

# run COMMAND...: its output in $tmp/out and $tmp/err, its status in $status.
run() {
	status=0
	"$@" >"$tmp/out" 2>"$tmp/err" || status=$?
}

# one_line PATTERN: the command failed with one line on stderr (but for progress), which matches the extended pattern,
# and printed nothing.
one_line() {
	[ "$status" -ne 0 ] && ! [ -s "$tmp/out" ] && [ "$(grep -cv '^fetch: ' "$tmp/err")" = 1 ] &&
		grep -v '^fetch: ' "$tmp/err" | grep -Eq "$1" || {
		echo "status $status, output:"
		cat "$tmp/out" "$tmp/err"
		return 1
	}
}

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

done_testing() {
	echo "1..$count"
}
