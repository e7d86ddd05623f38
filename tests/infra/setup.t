#!/bin/sh
# ci/setup: does nothing when nothing is missing, and says what to run where it may not install.
. tests/infra/tap.sh

if ! command -v dpkg-query >/dev/null; then
	echo "1..0 # SKIP not a Debian system"
	exit
fi

printf '# nothing but comments\n\ndpkg   # is always there\nbase-files\n' >"$tmp/there"
run ci/setup "$tmp/there"
is "nothing is missing, nothing is said" "$status $(cat "$tmp/out" "$tmp/err")" "0 "

printf 'dpkg\nno-such-package?  # a part that can be missing\nbase-files?\n' >"$tmp/optional"
run ci/setup "$tmp/optional"
is "what apt does not have may be missing where the list says so" "$status $(cat "$tmp/out" "$tmp/err")" "0 "

# A machine where sudo asks for a password, or is not there.
mkdir "$tmp/bin"
printf '#!/bin/sh\nexit 1\n' >"$tmp/bin/sudo"
chmod +x "$tmp/bin/sudo"
printf 'dpkg\nno-such-package-one  # why\nno-such-package-two\n' >"$tmp/missing"
chmod -R a+rX "$tmp"
if [ "$(id -u)" != 0 ]; then
	run env PATH="$tmp/bin:$PATH" ci/setup "$tmp/missing"
elif command -v setpriv >/dev/null; then
	run setpriv --reuid=nobody --clear-groups env PATH="$tmp/bin:$PATH" sh -s -- "$tmp/missing" <ci/setup
fi
is "the command to run is printed" "$status $(cat "$tmp/out" "$tmp/err")" \
	"1 ci/setup: packages are missing; run: sudo apt-get install -y --no-install-recommends no-such-package-one no-such-package-two"

done_testing
