/* Eight threads, a million atomic increments, contended mutexes and condition variables.
 * oracle: musl glibc
 * repeat: 100
 */
#include "must.h"
#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 8, INCREMENTS = 1000000, LOCKED = 1000, TOKENS = 400 };

static atomic_int counter;
static atomic_llong wide;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, ring = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static long locked;
static int holder, tokens;

static void *worker(void *arg)
{
	int number = (int)(intptr_t)arg;

	for (int i = 0; i < INCREMENTS / THREADS; i++)
		atomic_fetch_add(&counter, 1);
	for (int i = 0; i < LOCKED; i++) {
		MUST0(pthread_mutex_lock(&mutex));
		locked++;
		MUST0(pthread_mutex_unlock(&mutex));
		atomic_fetch_add(&wide, 1ll << 32);
	}
	/* A token goes around: each thread waits for its turn. */
	MUST0(pthread_mutex_lock(&ring));
	while (tokens < TOKENS) {
		if (holder == number) {
			tokens++;
			holder = (holder + 1) % THREADS;
			MUST0(pthread_cond_broadcast(&turned));
		} else {
			MUST0(pthread_cond_wait(&turned, &ring));
		}
	}
	MUST0(pthread_mutex_unlock(&ring));
	return NULL;
}

int main(void)
{
	pthread_t ids[THREADS];

	for (long i = 0; i < THREADS; i++)
		MUST0(pthread_create(&ids[i], NULL, worker, (void *)(intptr_t)i));
	for (int i = 0; i < THREADS; i++)
		MUST0(pthread_join(ids[i], NULL));
	printf("%d %lld %ld %d\n", counter, wide >> 32, locked, tokens);
	return 0;
}
