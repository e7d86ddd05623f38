/* Thread-specific data: destructors, their order by rounds, limits; C11 tss.
 * oracle: musl glibc
 */
#include "must.h"
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <threads.h>

static pthread_key_t key, chained;
static atomic_int destroyed, rounds, tss_destroyed;

static void count(void *value)
{
	atomic_fetch_add(&destroyed, (int)(intptr_t)value);
}

static void again(void *value)
{
	atomic_fetch_add(&rounds, 1);
	if ((intptr_t)value < 3)
		pthread_setspecific(chained, (void *)((intptr_t)value + 1));
}

static void tss_gone(void *value)
{
	(void)value;
	atomic_fetch_add(&tss_destroyed, 1);
}

static void *worker(void *arg)
{
	if (pthread_getspecific(key))
		atomic_fetch_add(&destroyed, 1000000);
	pthread_setspecific(key, arg);
	pthread_setspecific(chained, (void *)1);
	return pthread_getspecific(key);
}

static tss_t tss;

static int c11_worker(void *arg)
{
	tss_set(tss, arg);
	return tss_get(tss) == arg ? 5 : 6;
}

int main(void)
{
	pthread_t ids[20];
	pthread_key_t many[64];
	thrd_t thread;
	int result;

	MUST0(pthread_key_create(&key, count));
	MUST0(pthread_key_create(&chained, again));
	SHOW(pthread_getspecific(key) == NULL);
	for (int i = 0; i < 20; i++)
		MUST0(pthread_create(&ids[i], NULL, worker, (void *)(intptr_t)(i + 1)));
	for (int i = 0; i < 20; i++)
		MUST0(pthread_join(ids[i], NULL));
	SHOW(destroyed);
	SHOW(rounds);
	pthread_setspecific(key, (void *)1000);
	SHOW(pthread_key_delete(key));
	SHOW(pthread_key_create(&key, NULL));
	SHOW(pthread_getspecific(key) == NULL);
	for (int i = 0; i < 64; i++)
		MUST0(pthread_key_create(&many[i], NULL));
	for (int i = 0; i < 64; i++)
		pthread_setspecific(many[i], &many[i]);
	long right = 0;
	for (int i = 0; i < 64; i++)
		right += pthread_getspecific(many[i]) == &many[i];
	SHOW(right);
	SHOW(tss_create(&tss, tss_gone));
	SHOW(thrd_create(&thread, c11_worker, &right));
	SHOW(thrd_join(thread, &result));
	SHOW(result);
	SHOW(tss_destroyed);
	/* The exit of the process runs no destructors of the main thread. */
	return 0;
}
