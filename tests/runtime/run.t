#!/bin/sh
# wali-run as a command: options, what cannot be run, exit statuses, arguments and environment.
# shellcheck disable=SC1091,SC2154,SC2086 # tap.sh defines them; WALI_RUN may carry options
. "$(dirname -- "$0")/../wrappers/tap.sh"
{ have_libc && have_run; } || skip_all 'needs libc and wali-run'
cc=$sdk/bin/wali-clang
run=${WALI_RUN:-$sdk/bin/wali-run}

cat >show.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		printf("[%s]", argv[i]);
	if (getenv("SHOW"))
		printf(" SHOW=%s", getenv("SHOW"));
	printf("\n");
	return argc > 1 ? atoi(argv[1]) : 0;
}
C
"$cc" -O1 show.c -o show.wasm || exit 1

status() {
	"$@" >.stdout 2>.stderr
	echo $?
}
# refused DESCRIPTION STATUS ERE COMMAND...: that status, nothing on stdout, one line on stderr
refused() {
	_d=$1 _s=$2 _e=$3
	shift 3
	is "$_d: status" "$(status $run "$@")" "$_s"
	is "$_d: one line" "$(wc -l <.stderr | tr -d ' '),$(wc -c <.stdout | tr -d ' ')" 1,0
	matches "$_d: which says why" "$(cat .stderr)" "$_e"
}

matches '--help' "$($run --help)" '^Usage: wali-run'
matches '--version' "$($run --version)" '^wali-run [0-9]'
is '--help on a full disk fails' "$($run --help >/dev/full 2>/dev/null || echo failed)" failed
refused 'unknown option' 2 "unknown option '--frob'" --frob show.wasm
refused 'option without value' 2 'no value for' --argv0
refused 'no program' 2 'no program given'
refused 'bad size' 2 'not a size' --stack-size 12q show.wasm
refused 'missing file' 127 'missing.wasm: No such file' missing.wasm
refused 'missing directory' 127 'No such file' missing/prog.wasm
refused 'a file as directory' 127 'Not a directory' show.wasm/prog.wasm
mkdir dir
refused 'directory' 126 'Is a directory' ./dir
: >empty
refused 'empty file' 126 'empty' empty
echo text >text
refused 'no module' 126 'text: .*magic' text
refused 'device' 126 '/dev/null: ' /dev/null
if [ "$(id -u)" -ne 0 ]; then
	cp show.wasm closed.wasm
	chmod 0 closed.wasm
	refused 'unreadable file' 126 'Permission denied' closed.wasm
fi
head -c 200 show.wasm >short.wasm
refused 'truncated module' 126 'short.wasm: .*(unexpected end|out of bounds)' short.wasm

cat >import.c <<'C'
__attribute__((import_module("wali"), import_name("SYS_frobnicate"))) long frobnicate(int);
void _start(void) { frobnicate(1); }
C
"$cc" -nostdlib import.c -o import.wasm || exit 1
refused 'unknown import' 126 'unknown import.*"wali" "SYS_frobnicate"' import.wasm
sed 's/frobnicate"/write"/' import.c >type.c
"$cc" -nostdlib type.c -o type.wasm || exit 1
refused 'import of another type' 126 'incompatible import type.*"wali" "SYS_write"' type.wasm
sed 's/"wali"/"wasi_snapshot_preview1"/' import.c >wasi.c
"$cc" -nostdlib wasi.c -o wasi.wasm || exit 1
refused 'import of another interface' 126 'unknown import.*"wasi_snapshot_preview1"' wasi.wasm
echo 'int f(void) { return 1; }' >library.c
"$cc" -nostdlib -Wl,--no-entry -Wl,--export=f library.c -o library.wasm || exit 1
refused 'no program' 126 '_start' library.wasm

is 'arguments' "$($run show.wasm 0 'a b' '' --help -- '*')" '[show.wasm][0][a b][][--help][--][*]'
is 'end of options' "$($run -- show.wasm)" '[show.wasm]'
is '--argv0' "$($run --argv0 other show.wasm)" '[other]'
is '--argv0=' "$($run --argv0= show.wasm)" '[]'
is '--fd' "$($run --fd 7 name 7<show.wasm)" '[name]'
is 'status' "$(status $run show.wasm 77)" 77
is 'environment' "$(SHOW='a=b c' $run show.wasm)" '[show.wasm] SHOW=a=b c'
is 'environment with newline' "$(SHOW='a
b=
' $run show.wasm)" '[show.wasm] SHOW=a
b='
is 'empty environment' "$(env -i $run show.wasm)" '[show.wasm]'
mkdir bin
cp show.wasm bin/tool
is 'PATH' "$(PATH="/nonexistent:$PWD/bin:$PATH" $run tool)" '[tool]'
refused 'not in PATH' 127 'notool: No such file' notool
mkdir 'with space'
cp show.wasm 'with space/p.wasm'
is 'path with space' "$($run 'with space/p.wasm')" '[with space/p.wasm]'
is 'stack size' "$($run --stack-size 64K show.wasm)" '[show.wasm]'

cat >deep.c <<'C'
#include <stdio.h>
static int depth(volatile int n) { return n ? 1 + depth(n - 1) : 0; }
int main(void) { printf("%d\n", depth(20000)); return 0; }
C
"$cc" -O0 deep.c -o deep.wasm || exit 1
is 'deep recursion' "$($run deep.wasm)" 20000
is 'too deep for the stack' "$(status $run --stack-size 64K deep.wasm)" 139
matches 'is a trap' "$(head -1 .stderr)" 'deep.wasm: call stack exhausted in function depth'

cat >null.c <<'C'
#include <stdio.h>
struct big { int x[100]; };
int main(int argc, char **argv)
{
	struct big *volatile p = NULL;
	(void)argv;
	printf("%d\n", p->x[argc]);
	return 0;
}
C
"$cc" -O1 null.c -o null.wasm || exit 1
is 'null pointer' "$(status $run null.wasm)" 139
matches 'with its address and function' "$(head -1 .stderr)" 'out of bounds memory access at address 0x4 in function '

cat >exe.c <<'C'
#include <stdio.h>
#include <unistd.h>
int main(void)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path);
	printf("%.*s\n", (int)n, path);
	return 0;
}
C
"$cc" -O1 exe.c -o exe.wasm || exit 1
is '/proc/self/exe' "$($run ./exe.wasm)" "$(realpath exe.wasm)"
matches '--trace' "$($run --trace show.wasm 2>&1 >/dev/null)" 'exit_group\('
done_testing
