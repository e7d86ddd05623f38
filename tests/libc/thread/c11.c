/* <threads.h> and <stdatomic.h>: threads, mutexes, conditions, all widths of atomics, fences, flags.
 * oracle: musl glibc
 */
#include "must.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <threads.h>
#include <time.h>

static atomic_schar a8;
static atomic_short a16;
static atomic_int a32;
static atomic_llong a64;
static _Atomic double real;
static atomic_flag flag = ATOMIC_FLAG_INIT;
static long guarded;
static mtx_t mutex;
static cnd_t cond;
static once_flag once = ONCE_FLAG_INIT;
static int inits, turn;

static void init(void)
{
	inits++;
}

static int worker(void *arg)
{
	int number = (int)(intptr_t)arg;

	call_once(&once, init);
	for (int i = 0; i < 10000; i++) {
		atomic_fetch_add(&a8, 1);
		atomic_fetch_sub(&a16, 3);
		atomic_fetch_xor(&a32, 1 << number);
		atomic_fetch_add_explicit(&a64, 1ll << 33, memory_order_relaxed);
		double old = atomic_load(&real);
		while (!atomic_compare_exchange_weak(&real, &old, old + 0.5))
			;
		while (atomic_flag_test_and_set_explicit(&flag, memory_order_acquire))
			thrd_yield();
		guarded++;
		atomic_flag_clear_explicit(&flag, memory_order_release);
	}
	mtx_lock(&mutex);
	while (turn != number)
		cnd_wait(&cond, &mutex);
	turn++;
	cnd_broadcast(&cond);
	mtx_unlock(&mutex);
	return number * 3;
}

int main(void)
{
	thrd_t ids[6];
	int sum = 0, result;
	struct timespec until;

	SHOW(mtx_init(&mutex, mtx_timed | mtx_recursive));
	SHOW(cnd_init(&cond));
	for (int i = 0; i < 6; i++)
		SHOW(thrd_create(&ids[i], worker, (void *)(intptr_t)i));
	for (int i = 0; i < 6; i++) {
		thrd_join(ids[i], &result);
		sum += result;
	}
	printf("%d %d %d %lld %g %ld\n", a8, a16, a32, a64, real, guarded);
	SHOW(sum);
	SHOW(inits);
	SHOW(turn);
	atomic_int x = 5;
	int expected = 4;
	SHOW(atomic_compare_exchange_strong(&x, &expected, 9));
	SHOW(expected);
	SHOW(atomic_exchange(&x, 11));
	SHOW(atomic_fetch_or(&x, 4) + atomic_fetch_and(&x, 6));
	SHOW(x);
	atomic_thread_fence(memory_order_seq_cst);
	SHOW(atomic_is_lock_free(&a64));
	unsigned char bytes[4] = {1, 2, 3, 4};
	SHOW(__atomic_fetch_add(&bytes[1], 250, __ATOMIC_SEQ_CST));
	SHOW(__sync_bool_compare_and_swap(&bytes[1], 252, 7));
	printf("%d %d %d %d\n", bytes[0], bytes[1], bytes[2], bytes[3]);
	SHOW(mtx_lock(&mutex));
	SHOW(mtx_trylock(&mutex));
	timespec_get(&until, TIME_UTC);
	SHOW(mtx_timedlock(&mutex, &until));
	SHOW(cnd_timedwait(&cond, &mutex, &until) == thrd_timedout);
	SHOW(thrd_sleep(&(struct timespec){0, 1000}, NULL));
	SHOW(thrd_equal(thrd_current(), thrd_current()) != 0);
	return 0;
}
