/*
 * Threads one after the other, on stacks that may have been others': variables of a thread are new, sizes
 * are what was asked for, and so it is in the child of a fork.
 * oracle: musl glibc
 */
#include "must.h"
#include <pthread.h>
#include <sys/wait.h>

static __thread int zero[300];
static __thread int five = 5;
static pthread_key_t key;
static int failures;

static void check(int ok, const char *what)
{
	if (!ok && failures++ < 10)
		printf("wrong: %s\n", what);
}

static void *look(void *arg)
{
	size_t want = (size_t)(uintptr_t)arg, size, guard;
	pthread_attr_t attr;
	void *low;

	for (size_t i = 0; i < sizeof(zero) / sizeof(zero[0]); i++)
		check(zero[i] == 0, "zero");
	check(five == 5, "five");
	check(pthread_getspecific(key) == NULL, "key");
	check(errno == 0, "errno");
	memset(zero, 0xff, sizeof(zero));
	five = 6;
	errno = 7;
	MUST0(pthread_setspecific(key, arg));
	MUST0(pthread_getattr_np(pthread_self(), &attr));
	MUST0(pthread_attr_getstack(&attr, &low, &size));
	MUST0(pthread_attr_getguardsize(&attr, &guard));
	check((char *)&size > (char *)low && (char *)&size <= (char *)low + size + 65536, "place");
	if (want) {
		char all[want / 2];

		memset(all, 1, sizeof(all));
		check(size >= want / 2 && guard >= 4096, "size");
		return (void *)(uintptr_t)all[want / 4];
	}
	return (void *)1;
}

static void one(size_t size)
{
	pthread_attr_t attr;
	pthread_t t;
	void *result;

	MUST0(pthread_attr_init(&attr));
	if (size)
		MUST0(pthread_attr_setstacksize(&attr, size));
	MUST0(pthread_create(&t, &attr, look, (void *)(uintptr_t)size));
	MUST0(pthread_join(t, &result));
	check(result == (void *)1, "result");
}

static void many(void)
{
	pthread_t t[40];

	for (int i = 0; i < 40; i++)
		MUST0(pthread_create(&t[i], NULL, look, NULL));
	for (int i = 0; i < 40; i++)
		MUST0(pthread_join(t[i], NULL));
}

static void *several(void *arg)
{
	for (int i = 0; i < 50; i++)
		one(i % 3 * (100 << 10));
	return arg;
}

static void own(void)
{
	static _Alignas(4096) char stack[256 << 10];
	pthread_attr_t attr;
	pthread_t t;

	MUST0(pthread_attr_init(&attr));
	MUST0(pthread_attr_setstack(&attr, stack, sizeof(stack)));
	MUST0(pthread_create(&t, &attr, look, NULL));
	MUST0(pthread_join(t, NULL));
}

int main(void)
{
	static const size_t sizes[] = {0, 64 << 10, 1 << 20, 3 << 20, 8 << 20, 16 << 20};
	pthread_t t[3];
	int status;

	MUST0(pthread_key_create(&key, NULL));
	for (int i = 0; i < 60; i++)
		one(sizes[i % 6]);
	puts("one after the other");
	many();
	many();
	puts("many");
	for (int i = 0; i < 3; i++)
		MUST0(pthread_create(&t[i], NULL, several, NULL));
	for (int i = 0; i < 3; i++)
		MUST0(pthread_join(t[i], NULL));
	puts("at the same time");
	for (int i = 0; i < 5; i++) {
		own();
		one(0);
	}
	puts("stacks of the program's");
	fflush(stdout);
	if (MUST(fork()) == 0) {
		for (int i = 0; i < 20; i++)
			one(0);
		many();
		_exit(failures != 0);
	}
	MUST(wait(&status));
	check(status == 0, "child");
	printf("in a child; %d wrong\n", failures);
	return 0;
}
