/* A function that calls nothing keeps its locals while signals are handled.
 * oracle: musl glibc
 */
#include "must.h"
#include <signal.h>
#include <string.h>
#include <sys/time.h>

static volatile sig_atomic_t handled;
static volatile unsigned char rubbish;

static void scribble(int signal)
{
	volatile unsigned char locals[3000];

	for (unsigned i = 0; i < sizeof(locals); i++)
		locals[i] = 0x5a + signal;
	rubbish = locals[rubbish];
	handled++;
}

/* The sum is always the same: what is added to one is taken from another. */
static __attribute__((noinline)) unsigned shuffle(unsigned rounds)
{
	volatile unsigned locals[512];
	unsigned sum = 0;

	for (unsigned i = 0; i < 512; i++)
		locals[i] = i;
	for (unsigned i = 0; i < rounds; i++) {
		locals[i % 512] += i;
		locals[(i * 7 + 3) % 512] -= i;
	}
	for (unsigned i = 0; i < 512; i++)
		sum += locals[i];
	return sum;
}

int main(void)
{
	struct itimerval every = {{0, 500}, {0, 500}};
	int wrong = 0;

	MUST(signal(SIGALRM, scribble));
	MUST(setitimer(ITIMER_REAL, &every, NULL));
	while (handled < 100)
		wrong += shuffle(20000) != 512 * 511 / 2;
	printf("%d wrong\n", wrong);
	return 0;
}
