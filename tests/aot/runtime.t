#!/bin/sh
# The tests of wali-run as a command (tests/runtime) and of guests that race it, with every module that they run compiled
# first. Not lines.t, whose many programs take minutes to compile: WALI_AOT=always tests/runtime/lines.t.
# shellcheck disable=SC1091,SC2154 # tap.sh defines them
. "$(dirname -- "$0")/../wrappers/tap.sh"
{ have_libc && have_run; } || skip_all 'needs libc and wali-run'
cd "$OLDPWD" || exit 1

export WALI_AOT=always XDG_CACHE_HOME="$tmp/cache"
for name in runtime/exec runtime/profile runtime/run runtime/signals handlers/escapes; do
	ok "tests/$name.t" "$root/tests/$name.t"
done
done_testing
