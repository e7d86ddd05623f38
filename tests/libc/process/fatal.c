/* Deaths by signal as a parent sees them: faults, traps, abort, limits.
 * oracle: musl glibc
 * stderr: ignore
 */
#include "must.h"
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

static volatile int zero;
static int *volatile nowhere;

static int __attribute__((noinline)) divide(int a)
{
	return a / zero;
}

static int remainder_of(int a)
{
	return a % zero;
}

static volatile int bottom;

static int __attribute__((noinline)) overflow(int depth)
{
	volatile char frame[4096];

	frame[0] = (char)depth;
	if (bottom)
		return 0;
	return overflow(depth + 1) + frame[0];
}

static void die(int how)
{
	switch (how) {
	case 0: abort();
	case 1: *nowhere = 1; break;
	case 2: zero = *nowhere; break;
	case 3: zero = divide(5); break;
	case 4: zero = remainder_of(5); break;
	case 5: raise(SIGKILL); break;
	case 6: kill(getpid(), SIGTERM); break;
	case 7: __builtin_trap();
	case 8: overflow(0); break;
	case 9:
		((volatile char *)mmap(NULL, 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
				       0))[5] = 1;
		break;
	case 10: raise(SIGQUIT); break;
	case 11:
		alarm(1);
		for (;;)
			pause();
	case 12: raise(SIGSEGV); break;
	case 13: signal(SIGABRT, SIG_IGN); abort();
	case 14: zero = nowhere[300]; break;
	}
}

int main(void)
{
	int status;

	for (int how = 0; how < 15; how++) {
		pid_t pid = MUST(fork());
		if (!pid) {
			die(how);
			_exit(0);
		}
		MUST(waitpid(pid, &status, 0));
		int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
		/* The trap instruction is SIGILL or SIGTRAP by ISA; a wasm trap may exit with 128+n. */
		if (!sig && WEXITSTATUS(status) > 128)
			sig = WEXITSTATUS(status) - 128;
		printf("%d: %d\n", how, sig);
	}
	return 0;
}
