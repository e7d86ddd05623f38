/* fork in a program with threads: only the caller goes on, pthread_atfork order, locks usable after.
 * oracle: musl glibc
 */
#include "must.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

static atomic_int counter, stop;
static char order[256];

static void prepare_1(void)
{
	strcat(order, "p1 ");
}
static void parent_1(void)
{
	strcat(order, "P1 ");
}
static void child_1(void)
{
	strcat(order, "C1 ");
}
static void prepare_2(void)
{
	strcat(order, "p2 ");
}
static void parent_2(void)
{
	strcat(order, "P2 ");
}
static void child_2(void)
{
	strcat(order, "C2 ");
}

static void *busy(void *arg)
{
	while (!atomic_load(&stop)) {
		atomic_fetch_add(&counter, 1);
		free(malloc(100));
	}
	return arg;
}

static void *nothing(void *arg)
{
	return arg;
}

static void *fork_here(void *arg)
{
	int status;
	pid_t pid = MUST(fork());

	if (!pid) {
		/* This thread is the only one, and may start others. */
		pthread_t id;
		void *result;
		int before = atomic_load(&counter);
		for (int i = 0; i < 1000; i++)
			free(malloc(i));
		usleep(5000);
		MUST0(pthread_create(&id, NULL, nothing, arg));
		MUST0(pthread_join(id, &result));
		_exit(atomic_load(&counter) == before && result == arg ? 17 : 1);
	}
	MUST(waitpid(pid, &status, 0));
	return (void *)(intptr_t)WEXITSTATUS(status);
}

int main(void)
{
	pthread_t ids[4], forker;
	void *result;
	int status;

	MUST0(pthread_atfork(prepare_1, parent_1, child_1));
	MUST0(pthread_atfork(prepare_2, parent_2, child_2));
	for (int i = 0; i < 4; i++)
		MUST0(pthread_create(&ids[i], NULL, busy, NULL));
	for (int i = 0; i < 10; i++) {
		MUST0(pthread_create(&forker, NULL, fork_here, &forker));
		MUST0(pthread_join(forker, &result));
		printf("%ld ", (long)(intptr_t)result);
	}
	putchar('\n');
	atomic_store(&stop, 1);
	for (int i = 0; i < 4; i++)
		MUST0(pthread_join(ids[i], NULL));
	order[0] = 0;
	fflush(stdout);
	pid_t pid = MUST(fork());
	if (!pid) {
		puts(order);
		fflush(stdout);
		_exit(0);
	}
	MUST(waitpid(pid, &status, 0));
	puts(order);
	return 0;
}
