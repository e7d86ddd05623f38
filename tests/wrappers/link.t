#!/bin/sh
# Linking: our defaults, GNU ld's options, no wasm-opt from PATH. Needs no libc except where it says so.
# shellcheck disable=SC1091,SC2154,SC2016 # tap.sh defines them; sh -c expands them
. "$(dirname -- "$0")/tap.sh"
cc=$sdk/bin/wali-clang
cat >start.c <<'C'
_Thread_local int per_thread = 1;
int shared = 2;
int (*volatile pointer)(void);
static int function(void) { return per_thread + shared; }
void _start(void) { pointer = function; pointer(); }
__asm__(".section .custom_section.wali,\"\",@\n.ascii \"null-page=4096\\n\"\n");
C
"$cc" -O2 -c start.c -o start.o || exit 1
link() {
	rm -f prog
	"$cc" -nostdlib start.o -o prog "$@"
}
module() {
	python3 "$tests/module.py" prog
}

ok 'links' link
ok 'what comes out is executable' test -x prog
facts=$(module)
matches 'memory: shared, 4 GiB at most, exported' "$facts" '^memory 0 shared .* max=65536 export=memory$'
matches 'stack: 8 MiB at the bottom' "$facts" '^global __stack_pointer mutable 8388608$'
matches 'the table is exported' "$facts" '^table .* export=__indirect_function_table$'
matches 'no function has the address 1 or 2, which are signal dispositions' "$facts" '^table 0 min=1[67] '
matches '__tls_base is exported' "$facts" '^global __tls_base mutable'
matches 'the start function of the program' "$facts" '^export _start$'
matches 'custom sections of objects arrive' "$facts" '^custom wali$'
ok '-z stack-size' link -Wl,-z,stack-size=65536
matches 'the user wins' "$(module)" '^global __stack_pointer mutable 65536$'
ok '--max-memory' link -Wl,--max-memory=16777216
matches 'the user wins here, too' "$(module)" ' max=256 '
ok '-s' link -s
matches '-s keeps what the runtime looks for' "$(module)" '^custom wali$'
ok 'compile and link at once' "$cc" -nostdlib -O2 -march=native start.c -o prog
"$cc" -O2 -c start.c -o more.o
ok '-r' "$cc" -r start.o more.o -Wl,--allow-multiple-definition -o both.o
matches '-r makes an object file' "$("$sdk/bin/wali-nm" both.o)" ' T _start$'
ok 'ld -r' "$sdk/bin/wali-ld" -r start.o -o again.o
ok 'ld' "$sdk/bin/wali-ld" start.o -o prog
matches 'ld has the same defaults' "$(module)" '^memory 0 shared .* max=65536 export=memory$'
matches 'ld --version' "$("$sdk/bin/wali-ld" --version)" 'LLD'
ok 'paths with spaces' sh -c 'mkdir "a b" && cp start.o "a b" && "$1" -nostdlib "a b/start.o" -o "a b/c d"' - "$cc"

# GNU ld's options, silently dropped in every form
while read -r words; do
	# shellcheck disable=SC2086 # words
	out=$(link "-Wl,$(echo $words | tr ' ' ,)" 2>&1)
	is "-Wl: $words" "$?$out" 0
	# shellcheck disable=SC2046,SC2086 # words
	out=$(link $(for word in $words; do echo "-Xlinker $word"; done) 2>&1)
	is "-Xlinker: $words" "$?$out" 0
	# shellcheck disable=SC2086 # words
	out=$("$sdk/bin/$triple-ld" start.o $words -o prog 2>&1)
	is "ld: $words" "$?$out" 0
done <<'LIST'
-z relro -z now
-z noexecstack -z defs -z separate-code
-z max-page-size=65536
-zrelro
--as-needed --no-as-needed
-soname libx.so.1
-soname=libx.so.1
--soname=libx.so.1
-h libx.so.1
-rpath /usr/lib
-rpath=/usr/lib
--rpath /usr/lib
--rpath-link /usr/lib
-rpath-link=/usr/lib
-R /usr/lib
-R/usr/lib
--enable-new-dtags --disable-new-dtags
--hash-style=gnu
--hash-style both
--version-script=x.map
--version-script x.map
-version-script x.map
--dynamic-list=x.list
-Bsymbolic -Bsymbolic-functions
-Bstatic -Bdynamic
--export-dynamic
-export-dynamic
-E
--eh-frame-hdr
--build-id
--build-id=sha1
--build-id=md5
--dynamic-linker /lib/ld.so
-dynamic-linker=/lib/ld.so
--no-undefined
--no-allow-shlib-undefined
--no-undefined-version --undefined-version
--copy-dt-needed-entries
--start-group --end-group
-( -)
--push-state --pop-state
--exclude-libs=ALL
--exclude-libs ALL
--warn-common --warn-once --no-warn-mismatch --warn-shared-textrel
--no-warn-rwx-segments --no-warn-execstack
--fatal-warnings -z relro
--sort-common --sort-section=alignment
-O1
-O2
--relax --no-relax
--gc-sections
--no-keep-memory --reduce-memory-overheads --stats
--icf=all
--gdb-index
--compress-debug-sections=zlib
--discard-all -x
-X
-m elf_x86_64
-pie
-no-pie
--no-dynamic-linker
-init=x -fini=y
-plugin x.so -plugin-opt=y
--package-metadata={}
LIST
ok '-Map' link -Wl,-Map=prog.map
ok '-Map writes the map' grep -q _start prog.map
ok '--undefined, --whole-archive' link -Wl,--undefined=nothing -Wl,--whole-archive -Wl,--no-whole-archive
# Values of options that are kept are no options.
ok '-o -rpath' sh -c '"$1" -nostdlib start.o -o -rpath && test -f ./-rpath' - "$cc"
ok 'libraries of GCC are left out' link -lgcc -lgcc_s -lgcc_eh -latomic -lssp
not_ok 'an unknown option is an error' link -Wl,--no-such-option
not_ok 'an undefined symbol is an error' sh -c 'echo "void f(void); void _start(void) { f(); }" |
	"$1" -nostdlib -x c - -o prog' - "$cc"
i=0
while [ $i -lt 6000 ]; do
	echo "-Wl,--undefined=some_rather_long_symbol_that_is_not_defined_anywhere_$i"
	i=$((i + 1))
done >long
ok 'a very long command line' link @long

for options in '-shared' '-Wl,-shared' '-T x.ld' '-Wl,-T,x.ld' '-Wl,--script=x.ld'; do
	# shellcheck disable=SC2086 # options
	out=$(link $options 2>&1)
	is "$options: status" $? 1
	matches "$options: one clear line" "$(echo "$out" | grep -v 'linker command failed')" \
		'^(wali-clang|wasm-ld): error: .*(not supported yet|do not apply)'
done
is '-shared: just one line' "$(link -shared 2>&1 | wc -l)" 1

# wasm-opt of PATH is never run, the SDK's own when asked for
mkdir bin
printf '#!/bin/sh\necho ran >>"%s/ran"\nexit 1\n' "$tmp" >bin/wasm-opt
chmod +x bin/wasm-opt
for options in -O0 -O2 -Os -O3 '-O2 -g'; do
	# shellcheck disable=SC2086 # options
	ok "links with $options and a wasm-opt on PATH" \
		env PATH="$tmp/bin:$PATH" "$cc" $options -nostdlib start.c -o prog
done
not_ok 'that wasm-opt was not run' test -e ran
if [ -x "$sdk/libexec/wali/wasm-opt" ]; then
	skip '--wasm-opt without a wasm-opt' 'the SDK has one'
else
	out=$(PATH=$tmp/bin:$PATH "$cc" --wasm-opt -O2 -nostdlib start.c -o prog 2>&1)
	is '--wasm-opt without a wasm-opt: status' $? 1
	matches '--wasm-opt without a wasm-opt: one line' "$out" '^wali-clang: error: --wasm-opt'
fi
# With the slash: $sdk may be a link, and what is changed must be the copy.
cp -R "$sdk/." copy 2>/dev/null
cat >copy/libexec/wali/wasm-opt <<'SH'
#!/bin/sh
echo "$@" >>own
SH
chmod +x copy/libexec/wali/wasm-opt
ok "--wasm-opt runs the SDK's own" env PATH="$tmp/bin:$PATH" \
	copy/bin/wali-clang --wasm-opt -O2 -nostdlib start.c -o prog
matches "--wasm-opt hands on -O2" "$(cat own)" '-O2'
not_ok 'still not that of PATH' test -e ran

# link time optimisation keeps the encoding of exceptions
cat >jmp.c <<'C'
struct buf { long words[26]; };
int setjmp(struct buf *) __attribute__((returns_twice));
_Noreturn void longjmp(struct buf *, int);
void work(struct buf *b) { longjmp(b, 1); }
C
cat >main.c <<'C'
struct buf { long words[26]; };
int setjmp(struct buf *) __attribute__((returns_twice));
void work(struct buf *);
void _start(void) { static struct buf b; if (!setjmp(&b)) work(&b); }
C
cat >libc.c <<'C'
void __wasm_setjmp(void *b, int label, void *id) {}
int __wasm_setjmp_test(void *b, void *id) { return 0; }
void __wasm_longjmp(void *b, int v) { __builtin_trap(); }
C
printf '\t.globl __c_longjmp\n\t.tagtype __c_longjmp i32\n__c_longjmp:\n' >tag.s
"$cc" -c libc.c tag.s && "$sdk/bin/wali-ar" rcs libc.a libc.o tag.o
ok '-flto compiles' "$cc" -flto -O2 -c jmp.c main.c
ok '-flto links' "$cc" -flto -O2 -nostdlib jmp.o main.o -L. -lc -o lto
matches '-flto: setjmp is as without it' "$("$sdk/bin/wali-objdump" -d lto)" try_table

if have_libc; then
	echo 'int main(void) { return 0; }' >main.c
	printf 'int add(int x) { return x + 1; }\n' >add.c
	ok 'with libc' "$cc" -Wall -Werror -O2 main.c add.c -o main
	ok "with libc's other names" "$cc" main.c -lm -lpthread -ldl -lrt -lutil -o main
	ok 'with the stack protector' "$cc" -fstack-protector-all main.c add.c -o main
	ok 'with debug information' "$cc" -g -O0 main.c add.c -o main
	ok '-flto' "$cc" -flto -O2 main.c add.c -o main
	printf 'struct S { S(); ~S(); int x; };\nS::S() : x(1) {}\nS::~S() {}\nstatic S s;\nint main() { return s.x; }\n' >m.cc
	ok 'C++ that uses no library' "$sdk/bin/wali-clang++" -O2 -fno-exceptions m.cc -o m
	cat >everything.c <<'C'
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
static jmp_buf buf;
static _Thread_local int level;
static void dive(int n) { char pad[100]; memset(pad, n, 100); if (n) dive(n - pad[0] / n); else longjmp(buf, 3); }
static void *work(void *arg) { level = setjmp(buf); if (!level) dive(9); *(int *)arg = level; return arg; }
int main(void)
{
	int got = 0;
	pthread_t t;
	pthread_create(&t, 0, work, &got);
	pthread_join(t, 0);
	printf("%d %d\n", got, level);
	return 0;
}
C
	printf '#include <stdlib.h>\nint main(int c, char **v) { int x = 2147483647; x += atoi(v[1]); return x & 0; }\n' >ub.c
	for options in -O0 -O2 '-O2 -flto' '-O2 -fstack-protector-all' '-Os -static -s' '-g -O1 -fPIE -pie'; do
		# shellcheck disable=SC2086 # options
		ok "a program, $options" "$cc" $options everything.c -o everything
		if have_run; then
			is "and runs, $options" "$(timeout 60 "$sdk/bin/wali-run" everything)" '3 0'
		else
			skip 'and runs' 'wali-run is not built yet'
		fi
	done
	ok '-fsanitize=undefined -fsanitize-trap=undefined' \
		"$cc" -O1 -fsanitize=undefined -fsanitize-trap=undefined ub.c -o ub
	if have_run; then
		ok 'defined: runs' timeout 60 "$sdk/bin/wali-run" ub 0
		not_ok 'undefined: traps' timeout 60 "$sdk/bin/wali-run" ub 1
	fi
else
	skip 'linking with libc' 'not built yet'
fi
done_testing
