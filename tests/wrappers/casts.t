#!/bin/sh
# Calls through function pointers of another type: a trap that names both, or what x86-64 makes of them.
# shellcheck disable=SC1091,SC2154 # tap.sh defines them
. "$(dirname -- "$0")/tap.sh"
cc=$sdk/bin/wali-clang
run=${WALI_RUN:-$sdk/bin/wali-run}
cat >casts.c <<'C'
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static int none(void) { return puts("none"); }
static void two(int a, long b) { printf("two %d %ld\n", a, b); }
static long one(long a) { return a * 2; }
static double mixed(int a, double b) { return a + b; }
static void handler(void) { puts("handler without parameter"); }
static int compare(const char *a, const char *b) { return *a - *b; }

/* Out of the optimiser's sight */
static void *volatile pointer;
#define CALL(type, f, ...) (pointer = (void *)(f), ((type)pointer)(__VA_ARGS__))

/* Enough functions that the adapters do not change the width of their number */
#define KEEP(n) __attribute__((noinline)) static int keep##n(void) { return (int)(size_t)pointer + n; }
#define TEN(n) KEEP(n##0) KEEP(n##1) KEEP(n##2) KEEP(n##3) KEEP(n##4) KEEP(n##5) KEEP(n##6) KEEP(n##7) \
	__attribute__((noinline)) static int ten##n(void) { return keep##n##0() ^ keep##n##1() ^ keep##n##2() ^ \
		keep##n##3() ^ keep##n##4() ^ keep##n##5() ^ keep##n##6() ^ keep##n##7(); }
TEN(1) TEN(2) TEN(3) TEN(4) TEN(5) TEN(6) TEN(7)

int main(void)
{
	char text[] = "casts";

	CALL(int (*)(int), none, 3);
	CALL(void (*)(int), two, 1);
	CALL(int (*)(int, int, int), two, 1, 2, 3);
	printf("%d\n", CALL(int (*)(int, int), one, -21, 7));
	printf("%ld\n", CALL(long (*)(int), one, 4));
	printf("%g\n", CALL(double (*)(double, int), mixed, .5, 3));
	printf("%d\n", CALL(int (*)(const char *, const char *), compare, "b", "a"));
	pointer = (void *)handler;
	signal(SIGUSR1, (void (*)(int))pointer);
	raise(SIGUSR1);
	pointer = (void *)compare;
	qsort(text, 5, 1, (int (*)(const void *, const void *))pointer);
	puts(text);
	return ten1() + ten2() + ten3() + ten4() + ten5() + ten6() + ten7() == 1;
}
C
gcc -w -O0 casts.c -o native && ./native | sed 's/^two 1 .*/two/' >native.out
"$cc" -w -O2 -g casts.c -o plain || exit 1
cp plain twice

trap_names_both() {
	"$run" plain >/dev/null 2>trap.err
	[ $? -eq 134 ] && grep -q 'called as \[i32\] -> \[i32\], but it is \[\] -> \[i32\]' trap.err
}
same_as_native() {
	"$run" "$1" | sed 's/^two 1 .*/two/' | cmp - native.out
}
fails_with() {
	! "$sdk/libexec/wali/wali-fpcast" "$1" 2>err && grep -q "$2" err && [ "$(wc -l <err)" -eq 1 ]
}

ok 'without the switch a call of another type traps and both types are named' trap_names_both
ok 'links with --emulate-function-pointer-casts' \
	"$cc" -w -O2 -g casts.c -o casts -Wl,--emulate-function-pointer-casts
ok 'then arguments and results convert as natively' same_as_native casts
ok 'debug information stays' sh -c "'$sdk/bin/wali-objdump' --section-headers casts | grep -q debug_line"
ok 'converting twice changes nothing' sh -c "'$sdk/libexec/wali/wali-fpcast' casts && cp casts once &&
	'$sdk/libexec/wali/wali-fpcast' casts && cmp casts once"
head -c 1000 plain >truncated
cp truncated before
ok 'a truncated module is refused' fails_with truncated 'not a valid module'
ok 'and left as it was' cmp truncated before
ok 'a missing file is named' fails_with nowhere.wasm 'No such file'
ok 'a failing link stays failed' sh -c "! '$cc' -w casts.c -o none -Wl,--emulate-function-pointer-casts -lnone 2>/dev/null"
done_testing
