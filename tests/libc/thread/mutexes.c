/* Mutexes of every kind: normal, recursive, error-checking, robust, timed, between processes; contention.
 * oracle: musl glibc
 */
#include "must.h"
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

static pthread_mutex_t contended = PTHREAD_MUTEX_INITIALIZER, *shared;
static long counter;

static void *increment(void *arg)
{
	for (int i = 0; i < 20000; i++) {
		MUST0(pthread_mutex_lock(arg));
		counter++;
		MUST0(pthread_mutex_unlock(arg));
	}
	return NULL;
}

static void *foreign_unlock(void *arg)
{
	return (void *)(intptr_t)pthread_mutex_unlock(arg);
}

static void *foreign_trylock(void *arg)
{
	int error = pthread_mutex_trylock(arg);
	if (!error)
		pthread_mutex_unlock(arg);
	return (void *)(intptr_t)error;
}

static void *lock_and_leave(void *arg)
{
	return (void *)(intptr_t)pthread_mutex_lock(arg);
}

static long in_thread(void *(*function)(void *), void *arg)
{
	pthread_t id;
	void *result;

	MUST0(pthread_create(&id, NULL, function, arg));
	MUST0(pthread_join(id, &result));
	return (intptr_t)result;
}

static pthread_mutex_t make(int type, int robust, int pshared, int protocol)
{
	pthread_mutexattr_t attr;
	pthread_mutex_t mutex;

	pthread_mutexattr_init(&attr);
	MUST0(pthread_mutexattr_settype(&attr, type));
	MUST0(pthread_mutexattr_setrobust(&attr, robust));
	MUST0(pthread_mutexattr_setpshared(&attr, pshared));
	MUST0(pthread_mutexattr_setprotocol(&attr, protocol));
	MUST0(pthread_mutex_init(&mutex, &attr));
	pthread_mutexattr_destroy(&attr);
	return mutex;
}

int main(void)
{
	pthread_t ids[8];
	struct timespec until;
	int status;

	/* clang-format off */
	pthread_mutex_t kinds[] = {
		make(PTHREAD_MUTEX_NORMAL, 0, 0, 0), make(PTHREAD_MUTEX_RECURSIVE, 0, 0, 0), make(PTHREAD_MUTEX_ERRORCHECK, 0, 0, 0),
		make(PTHREAD_MUTEX_NORMAL, 1, 0, 0), make(PTHREAD_MUTEX_NORMAL, 0, 1, 0), make(PTHREAD_MUTEX_RECURSIVE, 1, 1, 0),
	};
	/* clang-format on */
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		counter = 0;
		for (int i = 0; i < 8; i++)
			MUST0(pthread_create(&ids[i], NULL, increment, &kinds[k]));
		for (int i = 0; i < 8; i++)
			MUST0(pthread_join(ids[i], NULL));
		printf("kind %zu: %ld\n", k, counter);
	}
	SHOW(pthread_mutex_lock(&kinds[1]));
	SHOW(pthread_mutex_lock(&kinds[1]));
	SHOW(pthread_mutex_trylock(&kinds[1]));
	SHOW(in_thread(foreign_trylock, &kinds[1]));
	SHOW(in_thread(foreign_unlock, &kinds[1]));
	SHOW(pthread_mutex_unlock(&kinds[1]) | pthread_mutex_unlock(&kinds[1]) |
	     pthread_mutex_unlock(&kinds[1]));
	SHOW(pthread_mutex_unlock(&kinds[1]));
	SHOW(in_thread(foreign_trylock, &kinds[1]));
	SHOW(pthread_mutex_lock(&kinds[2]));
	SHOW(pthread_mutex_lock(&kinds[2]));
	SHOW(pthread_mutex_trylock(&kinds[2]));
	SHOW(in_thread(foreign_unlock, &kinds[2]));
	SHOW(pthread_mutex_unlock(&kinds[2]));
	SHOW(pthread_mutex_unlock(&kinds[2]));

	MUST0(pthread_mutex_lock(&contended));
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 20000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	SHOW(pthread_mutex_timedlock(&contended, &until));
	until.tv_nsec = -1;
	SHOW(pthread_mutex_timedlock(&contended, &until));
	SHOW(pthread_mutex_trylock(&contended));
	MUST0(pthread_mutex_unlock(&contended));
	SHOW(pthread_mutex_timedlock(&contended, &until));

	/* Robust: the owner is gone. */
	SHOW(in_thread(lock_and_leave, &kinds[3]));
	SHOW(pthread_mutex_lock(&kinds[3]));
	SHOW(pthread_mutex_consistent(&kinds[3]));
	SHOW(pthread_mutex_unlock(&kinds[3]));
	SHOW(in_thread(lock_and_leave, &kinds[3]));
	SHOW(pthread_mutex_trylock(&kinds[3]));
	SHOW(pthread_mutex_unlock(&kinds[3])); /* not made consistent: unusable from now on */
	SHOW(pthread_mutex_lock(&kinds[3]));

	shared = MUST(mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	*shared = make(PTHREAD_MUTEX_NORMAL, 1, PTHREAD_PROCESS_SHARED, 0);
	long *total = (long *)(shared + 10);
	fflush(stdout);
	for (int i = 0; i < 4; i++)
		if (!MUST(fork())) {
			for (int turn = 0; turn < 5000; turn++) {
				pthread_mutex_lock(shared);
				++*(volatile long *)total;
				pthread_mutex_unlock(shared);
			}
			_exit(0);
		}
	while (wait(&status) > 0)
		;
	SHOW(*total);
	if (!MUST(fork())) {
		pthread_mutex_lock(shared);
		_exit(0);
	}
	MUST(wait(&status));
	SHOW(pthread_mutex_lock(shared));
	SHOW(pthread_mutex_consistent(shared));
	SHOW(pthread_mutex_unlock(shared));
	return 0;
}
