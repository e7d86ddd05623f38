#!/bin/sh
# fd finds in musl's sources what Debian's fdfind finds.
# shellcheck disable=SC1091,SC2034 # rust.sh defines and uses them
port=fd-find program=fd native=fdfind
. "$(dirname -- "$0")/rust.sh"
export LC_ALL=C.UTF-8
touch -d '2001-02-03 04:05:06' README
chmod 4755 configure
same
same -u
same -H -I .
same -e c '^mem'
same -e h -e s -E arch
same -t d
same -t l
same -t x
same -t e
same -L -t f . deep
same -S +40k
same --changed-before '2002-01-01 00:00:00'
same --changed-within 1h
same --owner "$(id -un)" -t d .
same --owner '!0:0' -t d .
same -g '*.{h,c}' src/string
same -p 'src/.*/x86_64/'
same -a README
same -d 1
same --min-depth 3 '^s'
same -j1 -x echo '{/.}' '{//}' ';' --base-directory src/string mem
same -X printf '%s\n'
same -1 configure
same -q no-such-name
same -0 -e mak
same --color always -d 1
same '('
same . no-such-directory
same --no-such-option
same --follow --one-file-system -i MAKEFILE
same --gen-completions bash
finish
