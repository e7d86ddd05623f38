#!/bin/sh
# A trap names lines of source, the same that LLVM's symbolizer finds for the offsets; broken line tables do no harm.
# shellcheck disable=SC1091,SC2154
. "$(dirname -- "$0")/../wrappers/tap.sh"
cc=$sdk/bin/wali-clang
run=${WALI_RUN:-$sdk/bin/wali-run}
case $run in
/*) ;;
*) run=$OLDPWD/$run ;;
esac

mkdir sub
cat >sub/inline.h <<'C'
static inline __attribute__((always_inline)) int inlined(int *p)
{
	return *p +
	       1;
}
C
cat >prog.c <<'C'
#include "sub/inline.h"
#include <stdlib.h>

__attribute__((noinline)) int other(int *, int);

static int compare(const void *a, const void *b)
{
	(void)b;
	return other((int *)a, 0);
}

int main(int argc, char **argv)
{
	int array[4] = {4, 3, 2, 1};

	(void)argv;
	if (argc < 3)
		qsort(array, 4, sizeof(int), compare);
	return inlined((int *)(long)(16 * argc));
}
C
cat >other.c <<'C'
__attribute__((noinline)) int other(int *p, int depth)
{
	if (depth < 3)
		return other(p, depth + 1) + 1;
	__builtin_trap();
}
C

# Offset of the code section's contents, from which the symbolizer counts.
contents() {
	python3 - "$1" <<'P'
import sys
data = open(sys.argv[1], "rb").read()
at = 8
while True:
    kind, size, shift = data[at], 0, 0
    at += 1
    while True:
        byte = data[at]
        at += 1
        size |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            break
    if kind == 10:
        print(at)
        break
    at += size
P
}

# "function file:line" for each frame that has a line, by wali-run and by the symbolizer.
frames() {
	sed -n 's/^[[:space:]]*#[0-9]* \([^ ]*\) at \([^ ]*\) (offset \(0x[0-9a-f]*\))$/\3 \1 \2/p' "$1"
}
symbolized() {
	begin=$(contents "$2")
	frames "$1" | while read -r offset name _; do
		llvm-symbolizer-22 --obj="$2" -f=linkage --no-inlines --basenames \
			"$(printf '0x%x' $((offset - begin)))" | sed -n 2p | sed "s/^/$name /; s/:[0-9]*\$//"
	done
}

for flags in '-gdwarf-2 -O1' '-gdwarf-3 -O0' '-gdwarf-4 -O2' '-gdwarf-5 -O0' '-gdwarf-5 -O2' '-g -O2 -ffunction-sections'; do
	# shellcheck disable=SC2086 # options
	"$cc" $flags -o prog.wasm prog.c other.c || exit 1
	for arguments in '' 'a b'; do
		# shellcheck disable=SC2086 # arguments
		"$run" prog.wasm $arguments 2>trace
		frames trace | sed 's/^[^ ]* //; s, .*/, ,' >ours
		symbolized trace prog.wasm >theirs
		ok "$flags, arguments '$arguments': lines as the symbolizer has them" cmp ours theirs
		matches "$flags, arguments '$arguments': there are some" "$(cat ours)" 'main prog.c:1[89]|main (prog.c|inline.h):'
	done
done

"$cc" -g -O1 -o prog.wasm prog.c other.c
"$run" prog.wasm 2>trace
matches 'the first line says where' "$(sed -n 1p trace)" 'in function other at other\.c:5'
"$sdk/bin/wali-strip" -o stripped.wasm prog.wasm
"$run" stripped.wasm 2>trace
matches 'without debug information: offsets' "$(cat trace)" '#0 .*\(offset 0x'
lacks 'without debug information: no lines' "$(cat trace)" '\.c:'

# Every byte of the line table wrong in turn, a few ways: another line or none, the same trap.
cat >break.py <<'P'
import random, subprocess, sys
run, path = sys.argv[1:]
data = open(path, "rb").read()
begin = data.index(b".debug_line") + len(".debug_line")
# To where the name section's header may begin, at most.
end = min(begin + 400, data.index(b"\x04name", begin) - 6)
random.seed(1)
bad = 0
for at in range(begin, end, 3):
    broken = bytearray(data)
    broken[at] = random.choice([0, 0xFF, 0x80, broken[at] ^ 1, broken[at] ^ 0x40])
    open("broken.wasm", "wb").write(broken)
    p = subprocess.run([run, "broken.wasm"], stderr=subprocess.PIPE, timeout=20)
    if p.returncode != -4 or b"unreachable" not in p.stderr.split(b"\n")[0]:
        print(at, p.returncode, p.stderr[:200])
        bad += 1
sys.exit(bad != 0)
P
ok 'broken line tables do no harm' python3 break.py "$run" prog.wasm
done_testing
