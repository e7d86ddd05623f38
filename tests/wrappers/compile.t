#!/bin/sh
# The compiler driver's options, those for other machines included.
# shellcheck disable=SC1091,SC2154,SC2016 # tap.sh defines them; sh -c expands them
. "$(dirname -- "$0")/tap.sh"
cc=$sdk/bin/wali-clang
cat >a.c <<'C'
#include <stddef.h>
#include "b.h"
#ifndef __wali__
#error not the target
#endif
_Static_assert(sizeof(long) == 8 && sizeof(void *) == 4 && sizeof(long double) == 16, "ABI");
#ifndef __wasm_atomics__
#error no threads
#endif
size_t size = B;
C
echo '#define B 42' >b.h

ok '-c' "$cc" -c a.c
ok '-c makes a.o' test -f a.o
ok '-S' "$cc" -S a.c -o a.s
ok '-S makes assembly' grep -q '\.globl.*size' a.s
ok 'assembly compiles' "$cc" -c a.s -o a2.o
ok '-x assembler-with-cpp' "$cc" -x assembler-with-cpp -c a.s -o a2.o
matches '-E' "$("$cc" -E a.c)" 'size_t size = 42'
ok '-x c -' sh -c 'echo "int x;" | "$1" -x c -c - -o x.o' - "$cc"
ok '-MMD -MF -MT' "$cc" -MMD -MF a.d -MT target -c a.c
is 'what -MMD writes' "$(cat a.d)" 'target: a.c b.h'
matches '-M names files without detours' "$("$cc" -M a.c | sed 's/\\ / /g')" " $(readlink -f "$sdk")/lib/clang/22/include/stddef.h"
ok '-fsyntax-only' "$cc" -fsyntax-only a.c

# response files
mkdir 'with space'
cp a.c b.h 'with space'
printf '%s\n' '-c "with space/a.c"' "-DX='1 2' -Dname=a\\ b" "-o 'with space/a.o'" @defs >args
echo '-march=native -Werror' >defs
ok 'response files, nested and quoted' "$cc" @args
ok 'their output' test -f 'with space/a.o'
matches 'options in them are looked at' "$("$cc" @args 2>&1)" "ignoring option '-march=native'"
i=0
while [ $i -lt 5000 ]; do
	echo "-DSOME_RATHER_LONG_MACRO_NAME_THAT_IS_NOT_USED_ANYWHERE_$i=1"
	i=$((i + 1))
done >long
ok 'a response file of 300 KB' "$cc" @long -c a.c
matches 'no file of that name' "$("$cc" @nowhere -c a.c 2>&1)" '@nowhere'
echo @loop >loop
matches 'a file that reads itself' "$("$cc" @loop -c a.c 2>&1)" 'nested too deeply'

# options that mean nothing here: no word about them, whatever the warnings
for option in -static -static-libgcc -pie -no-pie -fPIC -fpic -fPIE -fno-pie -rdynamic -pthread \
	-pthreads -fuse-ld=gold -fcf-protection -fcf-protection=full -fstack-clash-protection -fno-plt \
	-fno-semantic-interposition -fzero-call-used-regs=used-gpr -mbranch-protection=standard \
	-specs=/usr/lib/rpm/hardened -m32 -fstack-protector-strong -D_FORTIFY_SOURCE=2 -pipe \
	-fno-omit-frame-pointer -fasynchronous-unwind-tables -fvisibility=default -frecord-gcc-switches \
	-mlong-double-128 -fno-common -g3 -ggdb -gz -flto=auto -ffat-lto-objects -Wa,--noexecstack \
	-fno-strict-aliasing -fwrapv -save-temps=obj --target=wasm32-wali-linux-musl -O3 -Og -Ofast; do
	"$cc" -Werror -Wno-deprecated "$option" -c a.c >log 2>&1
	is "$option" "$?$(cat log)" 0
done

# options for other machines: a warning when compiling
for option in -march=native -march=x86-64-v3 -mtune=generic -mcpu=native -m64 -msse2 -mavx2 \
	-mno-avx512f -maes -mfpmath=sse -mno-red-zone -mcmodel=large -mpreferred-stack-boundary=4 \
	-mfloat-abi=hard -mstackrealign -mindirect-branch=thunk -ffixed-ebx -Wa,-mx86-used-note=no; do
	out=$("$cc" -Wall -Werror "$option" -c a.c 2>&1)
	is "$option: ignored, -Werror or not" $? 0
	matches "$option: a warning" "$out" \
		"^wali-clang: warning: ignoring option '$option': not supported for WebAssembly \[-Wunused"
done
lacks '-w: no warning' "$("$cc" -w -msse2 -c a.c 2>&1)" .
lacks '-Wno-unused-command-line-argument: no warning' \
	"$("$cc" -Wno-unused-command-line-argument -msse2 -c a.c 2>&1)" .
not_ok '-Werror=unused-command-line-argument: an error' \
	"$cc" -Werror=unused-command-line-argument -msse2 -c a.c
ok 'no such error without such an option' "$cc" -Werror=unused-command-line-argument -c a.c
lacks '-E with standard input: the output is clean' "$(echo | "$cc" -msse2 -E -P - 2>/dev/null)" .
lacks 'link only: no warning' "$(echo 'void _start(void){}' >s.c && "$cc" -c s.c &&
	"$cc" -msse2 -nostdlib s.o -o s 2>&1)" .
# WebAssembly's own
ok '-msimd128' "$cc" -Werror -msimd128 -c a.c
ok '-mno-simd128 -mtail-call -mcpu=generic' "$cc" -Werror -mno-simd128 -mtail-call -mcpu=generic -c a.c
ok '-mllvm' "$cc" -Werror -mllvm -wasm-disable-fix-irreducible-control-flow-pass -c a.c
not_ok 'an unknown option is an error' "$cc" -fno-such-thing -c a.c
not_ok 'an unknown warning is one with -Werror' "$cc" -Werror -Wno-such-thing-x -Wsuch-thing -c a.c

# what would be another program
for option in -fsanitize=address -fsanitize=thread --target=x86_64-linux-gnu; do
	out=$("$cc" "$option" a.c -o a 2>&1)
	is "$option: status" $? 1
	is "$option: one line" "$(echo "$out" | wc -l)" 1
done
out=$("$cc" -fsanitize=undefined a.c 2>&1)
is '-fsanitize=undefined: status' $? 1
matches '-fsanitize=undefined: the remedy' "$out" '^wali-clang: error: .*-fsanitize-trap=undefined$'
out=$("$cc" -stdlib=libstdc++ -c a.c 2>&1)
is '-stdlib=libstdc++: status' $? 1
matches '-stdlib=libstdc++: what there is' "$out" '^wali-clang: error: .* is libc[+][+]$'
ok '-fsanitize=undefined with traps' "$cc" -fsanitize=undefined -fsanitize-trap=undefined -c a.c
ok '-shared with -c' "$cc" -shared -fPIC -c a.c

# exceptions and setjmp
cat >jmp.c <<'C'
struct buf { long words[26]; };
int setjmp(struct buf *) __attribute__((returns_twice));
_Noreturn void longjmp(struct buf *, int);
void work(struct buf *);
int protect(void)
{
	struct buf b;
	if (setjmp(&b))
		return 1;
	work(&b);
	return 0;
}
void give_up(struct buf *b) { longjmp(b, 1); }
C
sed 's/^int setjmp/extern "C" &/; s/_Noreturn void/extern "C" [[noreturn]] void/' jmp.c >jmp.cc
for options in 'jmp.c -O0' 'jmp.c -O2' 'jmp.c -Os -fexceptions' 'jmp.c -fno-exceptions -O2' \
	'jmp.cc -O0' 'jmp.cc -O2' 'jmp.cc -O2 -fno-exceptions -fno-rtti'; do
	# shellcheck disable=SC2086 # options
	out=$("$cc" -S -o - $options 2>&1)
	matches "setjmp, $options: standard exceptions" "$out" try_table
	matches "setjmp, $options: libc's setjmp" "$out" 'call.*__wasm_setjmp'
	matches "setjmp, $options: libc's longjmp" "$out" 'call.*__wasm_longjmp'
	lacks "setjmp, $options: no legacy exceptions" "$out" '\b(delegate|rethrow)\b|call.*\bsetjmp\b'
done
cat >throw.cc <<'C'
void f();
struct S { ~S() { f(); } };
int g() { S s; try { f(); } catch (int i) { return i; } return 0; }
C
matches 'C++ exceptions: standard encoding' "$("$cc" -O2 -S throw.cc -o -)" try_table

done_testing
