/* Condition variables, barriers, read-write locks, semaphores, spin locks, once.
 * oracle: musl glibc
 */
#include "must.h"
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <time.h>

enum { ITEMS = 20000, ROOM = 16 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_empty = PTHREAD_COND_INITIALIZER, not_full = PTHREAD_COND_INITIALIZER;
static int ring[ROOM], filled, head;
static atomic_long consumed, serial;
static pthread_barrier_t barrier;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t spin;
static sem_t sem;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int once_calls, pair_a, pair_b, torn, spun;

static void *produce(void *arg)
{
	for (int i = 0; i < ITEMS; i++) {
		pthread_mutex_lock(&mutex);
		while (filled == ROOM)
			pthread_cond_wait(&not_full, &mutex);
		ring[(head + filled++) % ROOM] = i + 1;
		pthread_cond_signal(&not_empty);
		pthread_mutex_unlock(&mutex);
	}
	return arg;
}

static void *consume(void *arg)
{
	for (int i = 0; i < ITEMS; i++) {
		pthread_mutex_lock(&mutex);
		while (!filled)
			pthread_cond_wait(&not_empty, &mutex);
		atomic_fetch_add(&consumed, ring[head]);
		head = (head + 1) % ROOM;
		filled--;
		pthread_cond_signal(&not_full);
		pthread_mutex_unlock(&mutex);
	}
	return arg;
}

static void *meet(void *arg)
{
	for (int i = 0; i < 500; i++)
		if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
			atomic_fetch_add(&serial, 1);
	return arg;
}

static void *read_pair(void *arg)
{
	for (int i = 0; i < 5000; i++) {
		MUST0(pthread_rwlock_rdlock(&rwlock));
		torn += pair_a != pair_b;
		MUST0(pthread_rwlock_unlock(&rwlock));
	}
	return arg;
}

static void *write_pair(void *arg)
{
	for (int i = 0; i < 5000; i++) {
		MUST0(pthread_rwlock_wrlock(&rwlock));
		pair_a++;
		pair_b++;
		MUST0(pthread_rwlock_unlock(&rwlock));
	}
	return arg;
}

static void init_once(void)
{
	usleep(10000);
	once_calls++;
}

static void *others(void *arg)
{
	pthread_once(&once, init_once);
	if (!once_calls)
		torn++;
	for (int i = 0; i < 300; i++) {
		pthread_spin_lock(&spin);
		spun++;
		pthread_spin_unlock(&spin);
		sem_wait(&sem);
		sem_post(&sem);
	}
	return arg;
}

static void run(int count, void *(*functions[])(void *))
{
	pthread_t ids[16];

	for (int i = 0; i < count; i++)
		MUST0(pthread_create(&ids[i], NULL, functions[i], NULL));
	for (int i = 0; i < count; i++)
		MUST0(pthread_join(ids[i], NULL));
}

static struct timespec soon(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	now.tv_nsec += 20000000;
	if (now.tv_nsec >= 1000000000) {
		now.tv_sec++;
		now.tv_nsec -= 1000000000;
	}
	return now;
}

int main(void)
{
	run(6, (void *(*[])(void *)){produce, produce, produce, consume, consume, consume});
	SHOW(consumed);
	SHOW(filled);
	pthread_barrier_init(&barrier, NULL, 5);
	run(5, (void *(*[])(void *)){meet, meet, meet, meet, meet});
	SHOW(serial);
	run(5, (void *(*[])(void *)){read_pair, write_pair, read_pair, write_pair, read_pair});
	printf("%d %d torn %d\n", pair_a, pair_b, torn);
	pthread_spin_init(&spin, 0);
	sem_init(&sem, 0, 2);
	run(6, (void *(*[])(void *)){others, others, others, others, others, others});
	printf("once %d spun %d torn %d\n", once_calls, spun, torn);

	struct timespec until = soon(CLOCK_REALTIME);
	pthread_mutex_lock(&mutex);
	SHOW(pthread_cond_timedwait(&not_empty, &mutex, &until));
	pthread_condattr_t attr;
	pthread_cond_t monotonic;
	pthread_condattr_init(&attr);
	SHOW(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC));
	pthread_cond_init(&monotonic, &attr);
	until = soon(CLOCK_MONOTONIC);
	SHOW(pthread_cond_timedwait(&monotonic, &mutex, &until));
	pthread_mutex_unlock(&mutex);
	SHOW(pthread_cond_broadcast(&not_empty));
	SHOW(pthread_cond_destroy(&monotonic));

	SHOW(pthread_rwlock_rdlock(&rwlock));
	SHOW(pthread_rwlock_tryrdlock(&rwlock));
	SHOW(pthread_rwlock_trywrlock(&rwlock));
	until = soon(CLOCK_REALTIME);
	SHOW(pthread_rwlock_timedwrlock(&rwlock, &until));
	SHOW(pthread_rwlock_unlock(&rwlock) | pthread_rwlock_unlock(&rwlock));
	SHOW(pthread_rwlock_trywrlock(&rwlock));
	SHOW(pthread_rwlock_tryrdlock(&rwlock));
	SHOW(pthread_rwlock_unlock(&rwlock));

	int value;
	TRY(sem_trywait(&sem));
	TRY(sem_wait(&sem));
	TRY(sem_trywait(&sem));
	until = soon(CLOCK_REALTIME);
	TRY(sem_timedwait(&sem, &until));
	TRY(sem_post(&sem));
	TRY(sem_getvalue(&sem, &value));
	SHOW(value);
	SHOW(pthread_spin_trylock(&spin));
	SHOW(pthread_spin_trylock(&spin));
	SHOW(pthread_barrier_destroy(&barrier));
	TRY(sem_init(&sem, 0, 0x80000000u));
	return 0;
}
