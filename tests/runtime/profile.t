#!/bin/sh
# --profile writes folded stacks: of all threads, of forked and of executed processes, whatever the guest does with signals.
# shellcheck disable=SC1091,SC2154
. "$(dirname -- "$0")/../wrappers/tap.sh"
cc=$sdk/bin/wali-clang
run=${WALI_RUN:-$sdk/bin/wali-run}
case $run in
/*) ;;
*) run=$OLDPWD/$run ;;
esac

cat >prog.c <<'C'
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile unsigned sink;

/* Milliseconds of this thread's CPU time. */
__attribute__((noinline)) static void spin(long ms)
{
	struct timespec begin, now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
	do {
		for (int i = 0; i < 10000; i++)
			sink += i;
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	} while ((now.tv_sec - begin.tv_sec) * 1000 + (now.tv_nsec - begin.tv_nsec) / 1000000 < ms);
}

__attribute__((noinline)) void hot(void)
{
	spin(600);
	sink++;
}

__attribute__((noinline)) void cold(void)
{
	spin(60);
	sink++;
}

void *in_thread(void *arg)
{
	spin(200);
	return arg;
}

__attribute__((noinline)) void in_child(void)
{
	spin(200);
	sink++;
}

int main(int argc, char **argv)
{
	sigset_t all;
	pthread_t thread;
	int status;

	if (argc > 1 && !strcmp(argv[1], "again")) {
		hot();
		return 3;
	}
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	hot();
	cold();
	pthread_create(&thread, NULL, in_thread, NULL);
	pthread_join(thread, NULL);
	if (fork() == 0) {
		in_child();
		if (argc > 1)
			execl(argv[0], argv[0], "again", NULL);
		_exit(4);
	}
	wait(&status);
	printf("%d\n", WEXITSTATUS(status));
	return 0;
}
C
"$cc" -O1 -g -o prog.wasm prog.c || exit 1
chmod +x prog.wasm

# samples FILE... PATTERN: how many samples have it
samples() {
	for _pattern; do :; done
	cat "$@" 2>/dev/null | grep -E -- "$_pattern" | awk '{ n += $NF } END { print n + 0 }'
}
more() {
	[ "$1" -gt "$2" ]
}

is 'the program does what it does' "$("$run" --profile=out.folded prog.wasm)" 4
not_ok 'only stacks and counts' grep -vE '^[^ ]+ [0-9]+$' out.folded
ok 'what takes long has most samples' more "$(samples out.folded 'main;hot;spin ')" "$(samples out.folded 'main;cold;spin ')"
ok 'what takes less has some' more "$(samples out.folded 'cold;spin ')" 0
ok 'threads, too' more "$(samples out.folded 'in_thread;spin ')" 0
is 'the child has a file of its own' "$(find . -name 'out.folded.*' | wc -l)" 1
is "the child's time is not the parent's" "$(samples out.folded in_child)" 0
ok "but in the child's file" more "$(samples out.folded.* 'in_child;spin ')" 0
is "in which the parent's is not" "$(samples out.folded.* 'hot;spin ')" 0

rm -f out*
is 'exec: the program does what it does' "$("$run" --profile=%p.out prog.wasm exec)" 3
is 'exec: a file for each process' "$(find . -name '[0-9]*.out' | wc -l)" 2
ok 'exec: what was executed is seen' more "$(samples ./[0-9]*.out 'main;hot;spin ')" 0
"$run" --profile prog.wasm >/dev/null
is 'without a name: wali-profile.PID, and the child' "$(find . -name 'wali-profile.[0-9]*' | wc -l)" 2

"$run" --profile=nowhere/out prog.wasm 2>err
is 'a file that cannot be written: status' $? 126
is 'a file that cannot be written: one line' "$(cat err)" 'wali-run: '"$PWD"'/nowhere/out: No such file or directory'
done_testing
