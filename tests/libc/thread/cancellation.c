/* Cancellation: deferred in every kind of wait, disabled, asynchronous, cleanup handlers, joins.
 * oracle: musl glibc
 * timeout: 60
 */
#include "must.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

static int data[2], pair[2];
static atomic_int ready, cleaned;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static sem_t sem;

static void clean(void *arg)
{
	atomic_store(&cleaned, atomic_load(&cleaned) * 10 + (int)(intptr_t)arg);
}

static void unlock(void *arg)
{
	clean((void *)9);
	MUST0(pthread_mutex_unlock(arg));
}

static void wait_read(void)
{
	char c;
	read(data[0], &c, 1);
}
static void wait_recv(void)
{
	char c;
	recv(pair[0], &c, 1, 0);
}
static void wait_accept(void)
{
	accept(data[0], NULL, NULL);
	pause();
}
static void wait_poll(void)
{
	poll(NULL, 0, -1);
}
static void wait_select(void)
{
	select(0, NULL, NULL, NULL, NULL);
}
static void wait_sleep(void)
{
	sleep(1000);
}
static void wait_nanosleep(void)
{
	nanosleep(&(struct timespec){1000, 0}, NULL);
}
static void wait_pause(void)
{
	pause();
}
static void wait_sem(void)
{
	sem_wait(&sem);
}
static void wait_sigwait(void)
{
	sigset_t s;
	int n;
	sigemptyset(&s);
	sigaddset(&s, SIGUSR2);
	sigwait(&s, &n);
}
static void wait_suspend(void)
{
	sigset_t s;
	sigemptyset(&s);
	sigsuspend(&s);
}
static void wait_test(void)
{
	for (;;)
		pthread_testcancel();
}
static void wait_wait(void)
{
	waitpid(-1, NULL, 0);
}
static void wait_lockf(void)
{
	struct flock l = {.l_type = F_WRLCK};
	fcntl(open("lock", O_RDWR), F_SETLKW, &l);
}

static void wait_cond(void)
{
	MUST0(pthread_mutex_lock(&mutex));
	pthread_cleanup_push(unlock, &mutex); /* held again when this runs */
	for (;;)
		pthread_cond_wait(&cond, &mutex);
	pthread_cleanup_pop(1);
}

static void *forever(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void wait_join(void)
{
	pthread_t id;
	MUST0(pthread_create(&id, NULL, forever, NULL));
	pthread_join(id, NULL);
}

static volatile unsigned spins;

static void spin(void)
{
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	for (;;)
		spins++;
}

static void *waiter(void *arg)
{
	pthread_cleanup_push(clean, (void *)1);
	pthread_cleanup_push(clean, (void *)2);
	atomic_store(&ready, 1);
	(*(void (**)(void))arg)();
	pthread_cleanup_pop(0);
	pthread_cleanup_pop(0);
	return NULL;
}

static void try(const char *name, void (*function)(void))
{
	for (int late = 0; late < 2; late++) {
		pthread_t id;
		void *result;
		atomic_store(&ready, 0);
		atomic_store(&cleaned, 0);
		MUST0(pthread_create(&id, NULL, waiter, &function));
		if (late) {
			while (!atomic_load(&ready))
				sched_yield();
			usleep(5000); /* most likely blocked by now */
		}
		MUST0(pthread_cancel(id));
		MUST0(pthread_join(id, &result));
		printf("%s: cancelled %d", name, result == PTHREAD_CANCELED);
		if (late)
			printf(" cleaned %d", cleaned);
		putchar('\n');
	}
}

static void *disabled(void *arg)
{
	int old;
	char c = 0;

	MUST0(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old));
	atomic_store(&ready, 1);
	ssize_t got = read(data[0], &c, 1);
	printf("disabled: old %d read %zd '%c'\n", old == PTHREAD_CANCEL_ENABLE, got, c);
	MUST0(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old));
	pthread_testcancel();
	puts("never");
	return arg;
}

static void *exits(void *arg)
{
	pthread_cleanup_push(clean, (void *)5);
	pthread_cleanup_push(clean, (void *)6);
	pthread_exit(arg);
	pthread_cleanup_pop(0);
	pthread_cleanup_pop(0);
}

static void *pops(void *arg)
{
	pthread_cleanup_push(clean, (void *)7);
	pthread_cleanup_pop(1);
	pthread_cleanup_push(clean, (void *)8);
	pthread_cleanup_pop(0);
	return arg;
}

int main(void)
{
	pthread_t id;
	void *result;

	MUST(pipe(data));
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	sem_init(&sem, 0, 0);
	close(MUST(creat("lock", 0600)));
	fflush(stdout);
	pid_t child = MUST(fork());
	if (!child) {
		struct flock lock = {.l_type = F_WRLCK};
		MUST(fcntl(MUST(open("lock", O_RDWR)), F_SETLKW, &lock));
		MUST(write(data[1], "r", 1));
		for (;;)
			pause();
	}
	char c;
	MUST(read(data[0], &c, 1));

	try("read", wait_read);
	try("recv", wait_recv);
	try("accept fails, pause", wait_accept);
	try("poll", wait_poll);
	try("select", wait_select);
	try("sleep", wait_sleep);
	try("nanosleep", wait_nanosleep);
	try("pause", wait_pause);
	try("sem_wait", wait_sem);
	try("sigwait", wait_sigwait);
	try("sigsuspend", wait_suspend);
	try("testcancel", wait_test);
	try("waitpid", wait_wait);
	try("record lock", wait_lockf);
	try("condition", wait_cond);
	SHOW(pthread_mutex_trylock(&mutex));
	try("join", wait_join);
	try("asynchronous", spin);

	atomic_store(&ready, 0);
	MUST0(pthread_create(&id, NULL, disabled, NULL));
	while (!atomic_load(&ready))
		sched_yield();
	MUST0(pthread_cancel(id));
	usleep(5000);
	MUST(write(data[1], "d", 1));
	MUST0(pthread_join(id, &result));
	SHOW(result == PTHREAD_CANCELED);
	cleaned = 0;
	MUST0(pthread_create(&id, NULL, exits, &id));
	MUST0(pthread_join(id, &result));
	printf("exit: %d cleaned %d\n", result == &id, cleaned);
	cleaned = 0;
	MUST0(pthread_create(&id, NULL, pops, &id));
	MUST0(pthread_join(id, &result));
	printf("pop: %d cleaned %d\n", result == &id, cleaned);
	kill(child, SIGKILL);
	return 0;
}
