/* Thread attributes: stack size and address, guard, detach state, names, affinity, clocks.
 * oracle: musl
 */
#include "must.h"
#include <pthread.h>
#include <time.h>

static char *own_stack;
static size_t own_size = 256 * 1024;

static int __attribute__((noinline)) use_stack(size_t bytes)
{
	volatile char frame[4096];

	frame[0] = frame[4095] = 1;
	return bytes > sizeof frame ? use_stack(bytes - sizeof frame) + frame[0] - frame[4095] : 0;
}

static void *large(void *arg)
{
	(void)arg;
	return (void *)(intptr_t)use_stack(15 << 20);
}

static void *on_own(void *arg)
{
	volatile char local = 0;

	(void)arg;
	return (void *)(intptr_t)((char *)&local >= own_stack &&
				  (char *)&local < own_stack + own_size);
}

static void *describe(void *arg)
{
	pthread_attr_t attr;
	void *address;
	size_t size, guard;
	int state;
	volatile char local = 0;

	(void)arg;
	MUST0(pthread_getattr_np(pthread_self(), &attr));
	MUST0(pthread_attr_getstack(&attr, &address, &size));
	MUST0(pthread_attr_getguardsize(&attr, &guard));
	MUST0(pthread_attr_getdetachstate(&attr, &state));
	printf("inside %d size %d state %d\n",
	       (char *)&local >= (char *)address && (char *)&local < (char *)address + size,
	       size >= 100000, state == PTHREAD_CREATE_JOINABLE);
	clockid_t clock;
	struct timespec time;
	MUST0(pthread_getcpuclockid(pthread_self(), &clock));
	TRY(clock_gettime(clock, &time));
	return NULL;
}

static void run(const char *what, const pthread_attr_t *attr, void *(*function)(void *))
{
	pthread_t id;
	void *result;
	int error = pthread_create(&id, attr, function, NULL);

	if (error) {
		printf("%s: error %d\n", what, error);
		return;
	}
	MUST0(pthread_join(id, &result));
	printf("%s: %ld\n", what, (long)(intptr_t)result);
}

int main(void)
{
	pthread_attr_t attr;
	size_t size;
	int state;
	char name[16];

	pthread_attr_init(&attr);
	pthread_attr_getdetachstate(&attr, &state);
	SHOW(state);
	pthread_attr_getstacksize(&attr, &size);
	SHOW(size > 50000);
	SHOW(pthread_attr_setstacksize(&attr, 1));
	SHOW(pthread_attr_setdetachstate(&attr, 77));
	SHOW(pthread_attr_setstacksize(&attr, 16 << 20));
	run("large stack", &attr, large);
	pthread_attr_destroy(&attr);
	pthread_attr_init(&attr);
	own_stack = aligned_alloc(65536, own_size);
	SHOW(pthread_attr_setstack(&attr, own_stack, own_size));
	run("own stack", &attr, on_own);
	pthread_attr_destroy(&attr);
	pthread_attr_init(&attr);
	SHOW(pthread_attr_setguardsize(&attr, 65536));
	run("guard", &attr, describe);
	run("default", NULL, describe);
	describe(NULL);
	SHOW(pthread_setname_np(pthread_self(), "named"));
	SHOW(pthread_getname_np(pthread_self(), name, sizeof name));
	puts(name);
	SHOW(pthread_setname_np(pthread_self(), "much too long a name"));
	int policy;
	struct sched_param param;
	SHOW(pthread_getschedparam(pthread_self(), &policy, &param));
	SHOW(policy);
	SHOW(pthread_setconcurrency(4));
	return 0;
}
