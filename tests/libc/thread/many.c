/* A hundred threads at once: arguments, results, stacks, thread-local variables, detaching.
 * oracle: musl glibc
 */
#include "must.h"
#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 100 };

static _Thread_local int plain = 7;
static _Thread_local char zeroes[5000];
static _Thread_local _Alignas(64) int aligned = 3;
static atomic_int arrived, detached_done;
static pthread_barrier_t together;

static void *worker(void *arg)
{
	long number = (intptr_t)arg;
	long sum = 0;
	volatile char stack[20000];

	plain += number;
	aligned += number;
	for (size_t i = 0; i < sizeof zeroes; i++)
		sum += zeroes[i];
	memset(zeroes, number, sizeof zeroes);
	memset((char *)stack, number, sizeof stack);
	atomic_fetch_add(&arrived, 1);
	pthread_barrier_wait(&together); /* all exist at once */
	for (size_t i = 0; i < sizeof zeroes; i++)
		sum += zeroes[i] != (char)number || stack[i] != (char)number;
	errno = number;
	sched_yield();
	if (errno != number || plain != 7 + number || aligned != 3 + number ||
	    (uintptr_t)&aligned % 64)
		sum = -1;
	free(malloc(1000 + number));
	return (void *)(intptr_t)(sum ? -1 : number * 2);
}

static void *detached(void *arg)
{
	(void)arg;
	atomic_fetch_add(&detached_done, 1);
	return NULL;
}

static void *self_detaching(void *arg)
{
	(void)arg;
	pthread_detach(pthread_self());
	atomic_fetch_add(&detached_done, 1);
	pthread_exit(NULL);
}

int main(void)
{
	pthread_t ids[THREADS];
	pthread_attr_t attr;
	long total = 0, different = 0;

	MUST0(pthread_barrier_init(&together, NULL, THREADS + 1));
	for (int round = 0; round < 3; round++) {
		for (long i = 0; i < THREADS; i++)
			MUST0(pthread_create(&ids[i], NULL, worker, (void *)(intptr_t)i));
		pthread_barrier_wait(&together);
		for (int i = 0; i < THREADS; i++) {
			void *result;
			MUST0(pthread_join(ids[i], &result));
			total += (intptr_t)result;
			different += !pthread_equal(ids[i], pthread_self());
		}
	}
	SHOW(arrived);
	SHOW(total);
	SHOW(different);
	SHOW(plain);

	pthread_attr_init(&attr);
	MUST0(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED));
	for (int i = 0; i < 200; i++) {
		MUST0(pthread_create(&ids[0], &attr, detached, NULL));
		MUST0(pthread_create(&ids[0], NULL, self_detaching, NULL));
		if (i % 20 == 19)
			while (detached_done < 2 * (i + 1))
				sched_yield();
	}
	SHOW(detached_done);
	/* One after the other, many more than could exist together. */
	for (int i = 0; i < 2000; i++) {
		void *result;
		MUST0(pthread_create(&ids[0], NULL, detached, NULL));
		MUST0(pthread_join(ids[0], &result));
	}
	SHOW(detached_done);
	return 0;
}
