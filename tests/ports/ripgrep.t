#!/bin/sh
# ripgrep finds in musl's sources what Debian's ripgrep finds.
# shellcheck disable=SC1091,SC2016,SC2034 # rust.sh defines and uses them; patterns
port=ripgrep program=rg native=rg
. "$(dirname -- "$0")/rust.sh"
export LC_ALL=C.UTF-8
same -n 'int' .
same -c '^#include <[a-z]+\.h>' .
same --no-heading -n -w -i 'size_T' src include
same -j1 --sort path -n -C2 'TODO|FIXME' .
same --files
same --files -uuu
same -uu --hidden int .gitignore generated
same -L int deep
same -l --type c 'pthread_\w+_t' .
same --type-list
same -g '!*.c' -g 'arch/**' --count-matches 'syscall' .
same -o -r '$2 $1' '(\w+) (\w+)\(' src/string
same -U -n 'struct \{\n[^}]*int[^}]*\}' include
same -S 'strasse' utf8.txt
same -i 'STRASSE' -
same -a int binary.c latin.txt utf16.txt
same -E utf-16le int utf16.txt
same --mmap -n 'memcpy' src
same --no-mmap -n 'memcpy' src
same -j1 --sort path --column 'strlcpy' src include
same -v -c . src/string
same --pre cat -n 'memmove' src/string
same -z -n 'int' utf8.txt
same 'no such thing at all' .
same '(' src
same int no-such-file
same -f no-such-file
same --color always -n 'memmem' src
same --vimgrep 'strstr' src include
same --debug-no-such-option
case $WALI_PORTS in
all)
	same -n '\b\w{9}\b' .
	same --max-depth 2 -n -e int -e long .
	same -M 40 --max-columns-preview 'return' src
	same --passthru memcpy src/string/memcpy.c
	same -0 -l --sort path int .
	same --sort modified --files src/string
	;;
esac
finish
