/* A timer's handler jumps out of whatever is being executed, 200 times for each kind of it, and out of nested handlers.
 * oracle: musl glibc
 * link: -lm
 * timeout: 120
 */
#include "must.h"
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

enum { ROUNDS = 200 };

static sigjmp_buf env;
static volatile sig_atomic_t armed, nested, jumps;
static volatile uint64_t sink;
static unsigned char block[1 << 16];

static void on_alarm(int sig)
{
	(void)sig;
	if (!armed)
		return;
	if (nested) /* From another handler, which this one takes along. */
		raise(SIGUSR1);
	armed = 0;
	jumps++;
	siglongjmp(env, 1);
}

static void on_user(int sig)
{
	(void)sig;
	if (armed) {
		armed = 0;
		jumps++;
		siglongjmp(env, 2);
	}
}

static __attribute__((noinline)) uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= UINT64_C(0xff51afd7ed558ccd);
	return x ^ x >> 29;
}

static __attribute__((noinline)) uint64_t loop(void)
{
	uint64_t x = 1;

	for (;;) {
		x = x * 3 + 1;
		sink = x;
	}
	return x;
}

static __attribute__((noinline)) uint64_t calls(void)
{
	uint64_t x = 1;

	for (;;)
		sink = x = mix(x);
	return x;
}

static __attribute__((noinline)) uint64_t recursion(unsigned n)
{
	return n < 2 ? n : recursion(n - 1) + recursion(n - 2) + (sink & 0);
}

static uint64_t recursions(void)
{
	for (;;)
		sink = recursion(20);
}

static uint64_t memory(void)
{
	for (;;) {
		memset(block, (int)sink, sizeof(block));
		memmove(block + 1, block, sizeof(block) - 1);
		sink += block[5];
	}
}

static uint64_t floats(void)
{
	double x = 1;

	for (;;) {
		x = sin(x) + sqrt(x + 2);
		sink = (uint64_t)(x * 1000);
	}
}

static uint64_t system_calls(void)
{
	for (;;)
		sink += (uint64_t)getppid();
}

static uint64_t (*volatile indirect[])(uint64_t) = {mix, mix};

static uint64_t indirect_calls(void)
{
	for (;;)
		sink = indirect[sink & 1](sink);
}

static const struct {
	const char *name;
	uint64_t (*run)(void);
} kinds[] = {{"loop", loop},
	     {"calls", calls},
	     {"recursion", recursions},
	     {"memory", memory},
	     {"floats", floats},
	     {"system calls", system_calls},
	     {"indirect calls", indirect_calls}};

static __attribute__((noinline)) int attempt(uint64_t (*run)(void))
{
	int how = sigsetjmp(env, 1);

	if (!how) {
		armed = 1;
		run();
	}
	return how;
}

int main(void)
{
	const struct itimerval often = {{0, 300}, {0, 300}}, never = {{0, 0}, {0, 0}};
	sigset_t mask;

	MUST(sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL));
	MUST(sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_user, .sa_flags = SA_NODEFER},
		       NULL));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		int ways[3] = {0};

		jumps = 0;
		MUST(setitimer(ITIMER_REAL, &often, NULL));
		for (int n = 0; n < ROUNDS; n++) {
			nested = n % 2;
			ways[attempt(kinds[i].run)]++;
		}
		armed = 0;
		MUST(setitimer(ITIMER_REAL, &never, NULL));
		MUST(sigprocmask(SIG_SETMASK, NULL, &mask));
		printf("%s: %d jumps, %d from the alarm, %d from the other; mask %s\n",
		       kinds[i].name, (int)jumps, ways[1], ways[2],
		       sigismember(&mask, SIGALRM) || sigismember(&mask, SIGUSR1)
			       ? "is not as before"
			       : "as before");
	}
	return 0;
}
