/* Signals and threads: pthread_kill, masks per thread, process-directed ones, handlers in waits.
 * oracle: musl glibc
 */
#include "must.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>

static _Thread_local volatile int mine;
static atomic_int hits, go, stop;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;

static void handler(int sig)
{
	(void)sig;
	mine++;
	atomic_fetch_add(&hits, 1);
}

static void *sleeper(void *arg)
{
	struct timespec wait = {100, 0};

	(void)arg;
	atomic_fetch_add(&go, 1);
	while (!nanosleep(&wait, NULL)) /* until one comes while it sleeps */
		;
	atomic_store(&stop, 1);
	return (void *)(intptr_t)(mine > 0);
}

static void *spinner(void *arg)
{
	atomic_fetch_add(&go, 1);
	while (!mine)
		;
	return arg;
}

static void *cond_waiter(void *arg)
{
	MUST0(pthread_mutex_lock(&mutex));
	atomic_fetch_add(&go, 1);
	while (!atomic_load(&stop)) /* a handler may run, the wait does not return EINTR */
		if (pthread_cond_wait(&cond, &mutex))
			arg = NULL;
	MUST0(pthread_mutex_unlock(&mutex));
	return arg;
}

static void *taker(void *arg)
{
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	MUST0(sigwait(&set, &sig));
	atomic_fetch_add(&go, 1);
	return (void *)(intptr_t)(sig == SIGUSR2 ? 1 : (intptr_t)arg);
}

static void wait_for(int count)
{
	while (atomic_load(&go) < count)
		usleep(500);
	usleep(5000);
	atomic_store(&go, 0);
}

int main(void)
{
	pthread_t ids[4];
	void *result;
	sigset_t set, old;

	signal(SIGUSR1, handler);
	MUST0(pthread_create(&ids[0], NULL, sleeper, NULL));
	wait_for(1);
	for (int i = 0; !atomic_load(&stop); i++) {
		/* Again and again: the first may come before it sleeps. */
		if (!i)
			SHOW(pthread_kill(ids[0], SIGUSR1));
		else
			pthread_kill(ids[0], SIGUSR1);
		usleep(5000);
	}
	atomic_store(&stop, 0);
	MUST0(pthread_join(ids[0], &result));
	printf("sleeper: %ld, main %d\n", (long)(intptr_t)result, mine);
	MUST0(pthread_create(&ids[0], NULL, spinner, &ids));
	wait_for(1);
	SHOW(pthread_kill(ids[0], SIGUSR1));
	MUST0(pthread_join(ids[0], &result));
	printf("spinner: %d, main %d\n", result == &ids, mine);
	MUST0(pthread_create(&ids[0], NULL, cond_waiter, &ids));
	wait_for(1);
	hits = 0;
	for (int i = 0; i < 3; i++) {
		MUST0(pthread_kill(ids[0], SIGUSR1));
		while (atomic_load(&hits) <= i)
			usleep(100);
	}
	atomic_store(&stop, 1);
	MUST0(pthread_mutex_lock(&mutex));
	pthread_cond_signal(&cond);
	MUST0(pthread_mutex_unlock(&mutex));
	MUST0(pthread_join(ids[0], &result));
	printf("condition: %d, hits %d main %d\n", result == &ids, hits, mine);

	/* Inherited mask; a process-directed signal goes to the thread that waits for it. */
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	MUST0(pthread_sigmask(SIG_BLOCK, &set, &old));
	atomic_store(&go, 0);
	for (int i = 0; i < 3; i++)
		MUST0(pthread_create(&ids[i], NULL, taker, NULL));
	for (int i = 0; i < 3; i++) {
		kill(getpid(), SIGUSR2);
		while (atomic_load(&go) <= i) /* it would not queue */
			usleep(500);
	}
	long taken = 0;
	for (int i = 0; i < 3; i++) {
		MUST0(pthread_join(ids[i], &result));
		taken += (intptr_t)result;
	}
	SHOW(taken);
	/* With all other threads blocking it, the unblocked one gets it. */
	sigaddset(&set, SIGUSR1);
	MUST0(pthread_sigmask(SIG_BLOCK, &set, NULL));
	MUST0(pthread_create(&ids[0], NULL, taker, NULL));
	mine = 0;
	hits = 0;
	kill(getpid(), SIGUSR1);
	SHOW(mine);
	MUST0(pthread_sigmask(SIG_UNBLOCK, &(sigset_t){0}, NULL));
	sigdelset(&set, SIGUSR2);
	MUST0(pthread_sigmask(SIG_UNBLOCK, &set, NULL));
	SHOW(mine);
	MUST0(pthread_kill(ids[0], SIGUSR2));
	MUST0(pthread_join(ids[0], NULL));
	SHOW(pthread_kill(pthread_self(), 0));
	SHOW(pthread_kill(pthread_self(), 999));
	SHOW(syscall(SYS_tgkill, getpid(), 999999, SIGUSR1));
	SHOW(gettid() == getpid());
	return 0;
}
