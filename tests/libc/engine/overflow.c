/* The stack overflows, in several ways and threads, and a handler on an alternate stack gets out of it.
 * oracle: musl glibc
 * timeout: 120
 */
#include "must.h"
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>

static _Thread_local sigjmp_buf env;

static void handler(int sig, siginfo_t *info, void *context)
{
	(void)info;
	(void)context;
	siglongjmp(env, sig);
}

/* Without anything whose address is taken, and with. */
static __attribute__((noinline)) long registers_only(volatile int *never, long n)
{
	return *never == n ? 0 : registers_only(never, n + 1) % 1000 ^ n;
}

static __attribute__((noinline)) long with_arrays(volatile int *never, long n)
{
	volatile char room[200];

	room[n % 200] = n;
	return *never == n ? 0 : with_arrays(never, n + 1) % 1000 ^ room[n % 200];
}

static long (*volatile const recursions[])(volatile int *, long) = {registers_only, with_arrays};

static __attribute__((noinline)) int overflow(int way)
{
	volatile int never = -1;
	int sig = sigsetjmp(env, 1);

	if (!sig)
		recursions[way](&never, 0);
	return sig;
}

static void *thread(void *name)
{
	const stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
	int caught = 0;

	MUST(sigaltstack(&stack, NULL));
	for (int i = 0; i < 6; i++)
		caught += overflow(i % 2) == SIGSEGV;
	MUST(sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL));
	free(stack.ss_sp);
	printf("%s: %d\n", (char *)name, caught);
	return NULL;
}

int main(void)
{
	pthread_t other;

	MUST(sigaction(SIGSEGV,
		       &(struct sigaction){.sa_sigaction = handler,
					   .sa_flags = SA_SIGINFO | SA_ONSTACK},
		       NULL));
	for (int i = 0; i < 3; i++) {
		thread("first");
		pthread_create(&other, NULL, thread, "other");
		pthread_join(other, NULL);
	}
	return 0;
}
