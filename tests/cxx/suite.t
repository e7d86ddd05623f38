#!/bin/sh
# A fixed tenth of libc++'s own tests, and all of libc++abi's and libunwind's, through lit. A test takes two seconds of a core, mostly
# the compiler's; ccache saves them the next time. WALI_SUITE=sample runs every ninetieth, WALI_SUITE=all the whole, none nothing.
here=$(dirname -- "$0")
command -v clang++-22 >/dev/null || {
	echo '1..0 # SKIP no clang++-22'
	exit 0
}
[ -f "${WALI_SDK:-build/sdk}/sysroot/lib/libc++.a" ] || {
	echo '1..0 # SKIP the SDK has no libc++'
	exit 0
}
# A runtime that checks itself takes three times as long.
case ${WALI_SUITE-${SANITIZE:+sample}} in
none)
	echo '1..0 # SKIP WALI_SUITE=none'
	exit 0
	;;
all) shard='' ;;
sample) shard=--shard=7/90 ;;
'' | tenth) shard=--shard=7/10 ;;
*)
	echo 'Bail out! WALI_SUITE is none, sample, tenth or all'
	exit 1
	;;
esac
tap=$(mktemp)
trap 'rm -f "$tap"' EXIT
trap 'exit 1' HUP INT TERM
status=0
for library in libunwind libcxxabi libcxx; do
	[ $library = libcxx ] && part=$shard || part=''
	"$here/libcxx-suite" --tap --library $library ${part:+"$part"} >>"$tap" || status=1
done
cat "$tap"
echo "1..$(grep -cE '^(not )?ok ' "$tap")"
exit $status
