/*
 * Mapping over memory can fail when the kernel has removed what was there. Meanwhile other threads start and end, whose
 * stacks the runtime maps: none of those may come to lie in the hole, where the guest could write to it.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define SIZE   (256u << 20)
#define ROUNDS 5000

static atomic_int stop;

static void *nothing(void *arg)
{
	usleep(2000);
	return arg;
}

static void *start_threads(void *arg)
{
	enum { MANY = 150 }; /* more than libc keeps stacks of */

	while (!stop) {
		pthread_t threads[MANY];
		int n = 0;

		while (n < MANY && !pthread_create(&threads[n], NULL, nothing, NULL))
			n++;
		while (n--)
			pthread_join(threads[n], NULL);
	}
	return arg;
}

/* Pages that can be read although nothing is mapped there. */
static int intruders(const char *area, int fd)
{
	int n = 0;

	for (size_t at = 0; at < SIZE; at += 4096)
		n += write(fd, area + at, 1) == 1;
	return n;
}

int main(void)
{
	pthread_t thread;
	int p[2], s = socket(AF_UNIX, SOCK_STREAM, 0), failed = 0, holes = 0;
	/* Where the heap could grow to, and mmap does not look for room as long as there is some elsewhere. */
	char *area = (char *)(((uintptr_t)sbrk(0) + (128 << 20)) & ~4095ul);

	if (s < 0 || pipe(p) || pthread_create(&thread, NULL, start_threads, NULL))
		return 1;
	for (int i = 0; i < ROUNDS; i++) {
		/* Sockets cannot be mapped, and say so late. */
		failed += mmap(area, SIZE, PROT_READ, MAP_PRIVATE | MAP_FIXED, s, 0) == MAP_FAILED;
		holes += mmap(area, SIZE, PROT_NONE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == area;
		if (i % 500 == 0)
			failed -= intruders(area, p[1]);
	}
	stop = 1;
	pthread_join(thread, NULL);
	printf("%d of %d failed, %d holes, %d intruders\n", failed, ROUNDS, holes,
	       intruders(area, p[1]));
	return failed != ROUNDS || intruders(area, p[1]);
}
