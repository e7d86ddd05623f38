#!/bin/sh
# strip takes GNU's options and leaves usable files behind.
# shellcheck disable=SC1091,SC2154,SC2016 # tap.sh defines them; sh -c expands them
. "$(dirname -- "$0")/tap.sh"
cc=$sdk/bin/wali-clang strip=$sdk/bin/$triple-strip
cat >start.c <<'C'
int add(int, int);
int result;
void _start(void) { result = add(1, 2); }
__asm__(".section .custom_section.wali,\"\",@\n.ascii \"null-page=4096\\n\"\n");
C
echo 'int add(int a, int b) { return a + b; }' >add.c
"$cc" -g -c start.c add.c && "$sdk/bin/wali-ar" rcs libadd.a add.o || exit 1
"$cc" -g -nostdlib start.o libadd.a -o prog || exit 1
sections() {
	python3 "$tests/module.py" "$1" | sed -n 's/^custom //p' | tr '\n' ' '
}
matches 'before: debug information and names' "$(sections prog)" '\.debug_info.*name'

for options in '' -s --strip-all '-s -p' '-R .comment -R.note --remove-section=.note.gnu' \
	'-s --keep-symbol=main -K main'; do
	cp prog p
	# shellcheck disable=SC2086 # options
	ok "strip $options prog" "$strip" $options p
	lacks "strip $options: no debug information" "$(sections p)" debug
	lacks "strip $options: no names" "$(sections p)" '\bname\b'
	matches "strip $options: what the runtime looks for is there" "$(sections p)" wali
done
for options in -g -S -d --strip-debug --strip-unneeded '-g -x' '-X --strip-unneeded'; do
	cp prog p
	# shellcheck disable=SC2086 # options
	ok "strip $options prog" "$strip" $options p
	lacks "strip $options: no debug information" "$(sections p)" debug
	matches "strip $options: names stay" "$(sections p)" '\bname\b'
done
ok 'strip -o' "$strip" -o stripped prog
lacks 'strip -o writes the other file' "$(sections stripped)" debug
matches 'strip -o leaves the first alone' "$(sections prog)" debug
ok 'a program stays executable' test -x stripped

for options in '' -s -g --strip-unneeded; do
	cp libadd.a liba.a
	cp add.o a.o
	cp prog p
	# shellcheck disable=SC2086 # options
	ok "strip $options a.o liba.a prog" "$strip" $options a.o liba.a p
	lacks "strip $options a.o: no debug information" "$(sections a.o)" debug
	lacks "strip $options prog: no debug information" "$(sections p)" debug
	ok "strip $options a.o: links" "$cc" -nostdlib start.o a.o -o q
	ok "strip $options liba.a: links" "$cc" -nostdlib start.o liba.a -o q
done
"$strip" a.o p
lacks 'the programs among them lose their names, too' "$(sections p)" '\bname\b'

mkdir inst
ok 'install -s' env PATH="$sdk/bin:$PATH" install -s --strip-program="$triple-strip" prog inst
lacks 'install -s: stripped' "$(sections inst/prog)" debug
echo 'echo a script' >script
not_ok 'what is no program is an error' "$strip" script
not_ok 'a file that is not there is an error' "$strip" nothing
done_testing
