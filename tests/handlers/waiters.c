/*
 * A process forks while another of its threads waits in memory.atomic.wait. In the child nobody does: that thread's stack is
 * something else's by then.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int words[100];

static void *await(void *arg)
{
	for (;;)
		__builtin_wasm_memory_atomic_wait32(arg, 0, -1);
	return NULL;
}

static void *nothing(void *arg)
{
	return arg;
}

int main(void)
{
	enum { MANY = 8 };
	pthread_t threads[MANY];
	unsigned woken = 0;
	int status;

	for (int i = 0; i < MANY; i++)
		if (pthread_create(&threads[i], NULL, await, &words[i]))
			return 1;
	usleep(300000);
	if (!fork()) {
		for (int i = 0; i < MANY; i++)
			if (pthread_create(&threads[i], NULL, nothing, NULL) ||
			    pthread_join(threads[i], NULL))
				_exit(1);
		for (int i = 0; i < MANY; i++)
			woken += __builtin_wasm_memory_atomic_notify(&words[i], 100);
		_exit(woken != 0);
	}
	wait(&status);
	for (int i = 0; i < MANY; i++)
		woken += __builtin_wasm_memory_atomic_notify(&words[i], 100);
	printf("child %#x, woken in the parent %u\n", status, woken);
	exit(status || woken != MANY);
}
