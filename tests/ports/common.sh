# shellcheck shell=sh disable=SC2034,SC2154
# What the ports' tests share, whatever they compare with; read with `.`, with $port set to the port's name.

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
top=$(CDPATH='' cd -- "$here/../.." && pwd)
build=$(CDPATH='' cd -- "${WALI_BUILD:-$top/build}" && pwd)
sdk=$(CDPATH='' cd -- "${WALI_SDK:-$build/sdk}" && pwd)
count=0 failed=0

skip() {
	echo "1..0 # SKIP $1"
	exit 0
}

bail() {
	echo "Bail out! $1"
	exit 1
}

# For ports whose builds are long.
skip_unless_asked_for() {
	[ -n "${WALI_PORTS-}" ] || skip 'builds for minutes: WALI_PORTS=some, or WALI_PORTS=all for all of its tests'
}

# build_port OPTION...: from the cache, as a rule. Then $tmp is a directory for the run, and $run the engine.
build_port() {
	"$top/ports/wali-port" build "$@" "$port" >&2 || bail "$port does not build"
	tmp=$(mktemp -d)
	trap 'rm -rf "$tmp"' EXIT
	trap 'exit 1' HUP INT TERM
	# WALI_RUN may carry options, so that $run is split where it is used; the SDK's own path may have spaces.
	ln -s "$sdk" "$tmp/sdk"
	run=${WALI_RUN:-$tmp/sdk/bin/wali-run}
	case $run in
	/*) ;;
	*) run=$PWD/$run ;;
	esac
}

result() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		failed=$((failed + 1))
		echo "not ok $count - $2"
	fi
}

finish() {
	echo "1..$count"
	[ "$failed" -eq 0 ]
	exit
}
