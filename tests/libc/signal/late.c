/* A signal that comes just before a function is called that waits for it, and makes no calls itself; here the handler
 * jumps out, there it returns.
 * oracle: musl glibc
 */
#include "must.h"
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>

enum { ROUNDS = 200 };

static volatile sig_atomic_t handled, jump;
static atomic_int ready;
static sigjmp_buf env;
static pthread_t target;

static void handler(int sig)
{
	handled++;
	if (jump)
		siglongjmp(env, sig);
}

static void *sender(void *arg)
{
	for (int i = 0; i < 2 * ROUNDS; i++) {
		while (atomic_load(&ready) != i + 1)
			;
		MUST0(pthread_kill(target, SIGUSR1));
	}
	return arg;
}

__attribute__((noinline)) static void wait_for(int n)
{
	while (handled < n)
		;
}

/* Some microseconds in which a compiler sees nothing where it could look for signals: divisions are slow. */
#define STEP(x) (x += UINT64_C(0x9e3779b97f4a7c15) / (x | 1))
#define TEN(x)                                                                                     \
	(STEP(x), STEP(x), STEP(x), STEP(x), STEP(x), STEP(x), STEP(x), STEP(x), STEP(x), STEP(x))
#define HUNDRED(x) (TEN(x), TEN(x), TEN(x), TEN(x), TEN(x), TEN(x), TEN(x), TEN(x), TEN(x), TEN(x))

static uint64_t once(uint64_t x, int n)
{
	if (sigsetjmp(env, 1))
		return x;
	atomic_store(&ready, n);
	HUNDRED(x), HUNDRED(x), HUNDRED(x), HUNDRED(x);
	wait_for(n);
	return x;
}

int main(void)
{
	volatile uint64_t sum = 88172645463325252;
	pthread_t id;

	signal(SIGUSR1, handler);
	target = pthread_self();
	MUST0(pthread_create(&id, NULL, sender, NULL));
	for (int n = 1; n <= 2 * ROUNDS; n++) {
		jump = n > ROUNDS;
		sum = once(sum, n);
		wait_for(n);
		if (n % ROUNDS == 0)
			SHOW((int)handled);
	}
	MUST0(pthread_join(id, NULL));
	return 0;
}
