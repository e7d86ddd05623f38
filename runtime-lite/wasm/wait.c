/*
 * memory.atomic.wait and notify.
 *
 * Waiters queue up in buckets by address. Each sleeps on its own x->poll: a
 * signal handler that sets it before the thread is asleep keeps it from falling
 * asleep, so that no signal waits for a wake-up, and a notifier sets it as
 * well. The poll hook that this leads to later finds nothing to do.
 */
#include "engine.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct waiter {
	struct waiter *next;
	void *address;
	struct exec *x;
	bool notified; /* off the queue; under the bucket's lock */
};

static struct bucket {
	pthread_mutex_t lock;
	struct waiter *first, **last;
} buckets[64] = {[0 ... 63] = {.lock = PTHREAD_MUTEX_INITIALIZER}};

/* Nobody has: then fork need not write to them, which would copy pages. */
static _Atomic bool used;

static struct bucket *bucket_of(const void *address)
{
	uint64_t hash = (uintptr_t)address * UINT64_C(0x9e3779b97f4a7c15);

	if (!atomic_load_explicit(&used, memory_order_relaxed))
		atomic_store(&used, true);
	return &buckets[hash >> 58];
}

static void unlink_waiter(struct bucket *b, struct waiter *w)
{
	struct waiter **link = &b->first;

	while (*link != w)
		link = &(*link)->next;
	*link = w->next;
	if (!w->next)
		b->last = link;
}

/* Other threads' waiters are on stacks that will be used for something else. Whatever another thread was doing to a
 * list, its links can be followed: only `last` may be wrong. */
void atomic_wait_forked(const struct exec *x)
{
	if (!atomic_load(&used))
		return;
	for (size_t i = 0; i < sizeof(buckets) / sizeof(buckets[0]); i++) {
		struct bucket *b = &buckets[i];
		struct waiter *w = b->first;

		pthread_mutex_init(&b->lock, NULL);
		b->first = NULL;
		b->last = &b->first;
		for (; w; w = w->next) {
			if (w->x != x)
				continue;
			*b->last = w;
			b->last = &w->next;
		}
		*b->last = NULL;
	}
}

/* Until x->poll is set or the deadline (CLOCK_MONOTONIC; NULL: none) has come.
 * False: it has. */
static bool sleep_until(struct exec *x, const struct timespec *deadline)
{
	long r = syscall(SYS_futex, &x->poll, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, 0, deadline,
			 NULL, FUTEX_BITSET_MATCH_ANY);

	return r == 0 || errno != ETIMEDOUT;
}

static struct timespec deadline_after(int64_t timeout)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += timeout / 1000000000;
	t.tv_nsec += timeout % 1000000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_nsec -= 1000000000;
		t.tv_sec++;
	}
	return t;
}

static bool equal(const void *address, uint64_t expected, unsigned size)
{
	return size == 4 ? __atomic_load_n((const uint32_t *)address, __ATOMIC_SEQ_CST) ==
				   (uint32_t)expected
			 : __atomic_load_n((const uint64_t *)address, __ATOMIC_SEQ_CST) == expected;
}

int atomic_wait(struct exec *x, void *address, uint64_t expected, unsigned size, int64_t timeout,
		enum outcome *outcome)
{
	struct bucket *b = bucket_of(address);
	struct waiter w = {.address = address, .x = x};
	struct timespec deadline = {0};
	bool in_time = true;

	if (!equal(address, expected, size))
		return 1;
	if (timeout >= 0)
		deadline = deadline_after(timeout);

	pthread_mutex_lock(&b->lock);
	if (!equal(address, expected, size)) {
		pthread_mutex_unlock(&b->lock);
		return 1;
	}
	if (!b->first)
		b->last = &b->first;
	*b->last = &w;
	b->last = &w.next;
	while (!w.notified && in_time) {
		pthread_mutex_unlock(&b->lock);
		in_time = sleep_until(x, timeout >= 0 ? &deadline : NULL);
		pthread_mutex_lock(&b->lock);
		if (w.notified || !in_time || !atomic_load_explicit(&x->poll, memory_order_relaxed))
			continue;

		/* The hook runs guest code: without the lock. It may be notified meanwhile.
     */
		pthread_mutex_unlock(&b->lock);
		*outcome = exec_poll(x);
		pthread_mutex_lock(&b->lock);
		if (*outcome != EXEC_OK) {
			if (!w.notified)
				unlink_waiter(b, &w);
			pthread_mutex_unlock(&b->lock);
			return -1;
		}
	}
	if (!w.notified)
		unlink_waiter(b, &w);
	pthread_mutex_unlock(&b->lock);
	return w.notified ? 0 : 2;
}

uint32_t atomic_notify(void *address, uint32_t count)
{
	struct bucket *b = bucket_of(address);
	struct waiter **link;
	uint32_t n = 0;

	pthread_mutex_lock(&b->lock);
	link = &b->first;
	while (*link && n < count) {
		struct waiter *w = *link;

		if (w->address != address) {
			link = &w->next;
			continue;
		}
		*link = w->next;
		if (!w->next)
			b->last = link;
		n++;
		w->notified = true;
		atomic_store(&w->x->poll, 1);
		/* Under the lock, which the waiter takes before it goes: until then x
     * exists. */
		syscall(SYS_futex, &w->x->poll, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, INT_MAX);
	}
	pthread_mutex_unlock(&b->lock);
	return n;
}
