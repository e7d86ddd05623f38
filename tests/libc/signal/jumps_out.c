/* siglongjmp out of handlers: from busy loops, from blocking calls, from faults, many times.
 * oracle: musl glibc
 */
#include "must.h"
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>

static sigjmp_buf out;

static void leave(int sig)
{
	siglongjmp(out, sig);
}

static void arm(int microseconds)
{
	MUST(setitimer(ITIMER_REAL, &(struct itimerval){.it_value.tv_usec = microseconds}, NULL));
}

static volatile unsigned counter;

static __attribute__((noinline)) void spin(void)
{
	for (;;)
		counter++;
}

/* No call, no memory: still the signal must come in. */
static __attribute__((noinline)) unsigned spin_in_registers(unsigned x)
{
	for (;;) {
		x = x * 1664525 + 1013904223;
		if (x == 0xdeadbeef)
			x++;
		if (counter == 0xffffffff)
			return x;
	}
}

int main(void)
{
	volatile int jumps = 0;
	int fds[2];
	char c;

	signal(SIGALRM, leave);
	for (volatile int i = 0; i < 20; i++)
		if (!sigsetjmp(out, 1)) {
			arm(2000);
			spin();
		} else {
			jumps++;
		}
	printf("out of a loop: %d\n", jumps);
	if (!sigsetjmp(out, 1)) {
		arm(10000);
		printf("%u\n", spin_in_registers(1));
	}
	puts("out of a loop without calls");
	MUST(pipe(fds));
	jumps = 0;
	for (volatile int i = 0; i < 20; i++)
		if (!sigsetjmp(out, 1)) {
			arm(2000);
			MUST(read(fds[0], &c, 1));
		} else {
			jumps++;
		}
	printf("out of read: %d\n", jumps);
	if (!sigsetjmp(out, 1)) {
		arm(2000);
		sleep(100);
	}
	puts("out of sleep");
	signal(SIGSEGV, leave);
	jumps = 0;
	for (volatile int i = 0; i < 1000; i++) {
		int sig = sigsetjmp(out, 1);
		if (!sig)
			*(volatile int *)(uintptr_t)(4 * (i % 100)) = 1;
		else
			jumps += sig == SIGSEGV;
	}
	printf("out of faults: %d\n", jumps);
	sigset_t set;
	sigprocmask(SIG_BLOCK, NULL, &set);
	printf("%d %d\n", sigismember(&set, SIGALRM), sigismember(&set, SIGSEGV));
	/* Without saving the mask, the signal stays blocked. */
	int sig = sigsetjmp(out, 0);
	if (!sig)
		raise(SIGALRM);
	sigprocmask(SIG_BLOCK, NULL, &set);
	SHOW(sigismember(&set, SIGALRM));
	return 0;
}
