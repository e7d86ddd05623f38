/* Small blocks that are freed and taken again: sizes, alignment, threads that end, and freeing twice.
 * oracle: musl glibc
 * stderr: ignore
 * isa: the memory of qemu-user counts, and grows with each thread
 */
#include "must.h"
#include <malloc.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum { BLOCKS = 16, STEP = 48, SIZES = 60, THREADS = 3000, LEAKED_MIB = 150 };

static unsigned char *filled(unsigned char *p, size_t size, int turn)
{
	TRUE(p && (uintptr_t)p % 16 == 0);
	TRUE(malloc_usable_size(p) >= size);
	memset(p, turn, size);
	return p;
}

static int holds(const unsigned char *p, size_t size, int value)
{
	for (size_t i = 0; i < size; i++)
		if (p[i] != value)
			return 0;
	return 1;
}

/* Every size, again and again, in orders that mix what malloc() makes of them. */
static void *turn(void *unused)
{
	unsigned char *p[SIZES][BLOCKS];
	int wrong = 0;

	for (int round = 0; round < 4; round++) {
		for (int s = 0; s < SIZES; s++)
			for (int b = 0; b < BLOCKS; b++) {
				size_t size = s * STEP + round * 7 + b % 3 + 1,
				       align = 64u << b % 4;

				p[s][b] = filled(b % 5 ? malloc(size) : aligned_alloc(align, size),
						 size, b + 1);
				if (b % 5 == 0)
					wrong += (uintptr_t)p[s][b] % align != 0;
				if (b % 7 == 1)
					p[s][b] = realloc(p[s][b], size + STEP);
			}
		for (int b = 0; b < BLOCKS; b++)
			for (int s = SIZES - 1; s >= 0; s--) {
				wrong += !holds(p[s][b], s * STEP + round * 7 + b % 3 + 1, b + 1);
				free(p[s][b]);
			}
		for (int s = 0; s < SIZES; s++) {
			unsigned char *zeroed = calloc(1, s * STEP + 1);

			wrong += !holds(zeroed, s * STEP + 1, 0);
			free(zeroed);
		}
	}
	return unused ? unused : (void *)(intptr_t)wrong;
}

/* Blocks that are mappings of their own, or of which a few share one: whatever was there, calloc() clears. */
static int large(void)
{
	static const size_t sizes[] = {3000,   6000,   16000,  33000,	100000,
				       131052, 140000, 300000, 1200000, 3000000};
	enum { N = sizeof(sizes) / sizeof(*sizes) };
	unsigned char *p[3 * N];
	int wrong = 0;

	for (int round = 0; round < 40; round++) {
		for (int i = 0; i < 3 * N; i++) {
			size_t size = sizes[(i * 7 + round) % N];

			p[i] = round % 3 == 2 ? calloc(1, size) : malloc(size);
			wrong += round % 3 == 2 && !holds(p[i], size, 0);
			filled(p[i], size, i);
			if (i % 4 == 3)
				free(p[i - 1]);
		}
		for (int i = 0; i < 3 * N; i++)
			if (i % 4 != 2 || i + 1 == 3 * N) {
				wrong += !holds(p[i], sizes[(i * 7 + round) % N], i);
				free(p[i]);
			}
	}
	return wrong;
}

/* One that frees what another has allocated. */
static void *release(void *blocks)
{
	for (int b = 0; b < BLOCKS; b++)
		free(((void **)blocks)[b]);
	return NULL;
}

/* Leaves as much as a thread can keep for itself. */
static void *keep(void *unused)
{
	void *p[BLOCKS];

	for (size_t size = 12; size < 2048; size += size / 4 + 4) {
		for (int b = 0; b < BLOCKS; b++)
			memset(p[b] = malloc(size), 1, size);
		release(p);
	}
	return unused;
}

static long mebibytes(void)
{
	struct rusage r;

	MUST(getrusage(RUSAGE_SELF, &r));
	return r.ru_maxrss / 1024;
}

static int dies(int in_between)
{
	int status;

	fflush(stdout);
	if (!MUST(fork())) {
		char *volatile p = malloc(100), *volatile q = malloc(100);

		free(p);
		if (in_between)
			free(q);
		free(p);
		_exit(0);
	}
	MUST(wait(&status));
	return !!WIFSIGNALED(status);
}

int main(void)
{
	pthread_t ids[4];
	void *blocks[BLOCKS], *result;
	long before;

	printf("alone: %ld wrong\n", (long)(intptr_t)turn(NULL));
	printf("large: %d wrong\n", large());
	for (int i = 0; i < 4; i++)
		MUST0(pthread_create(&ids[i], NULL, turn, NULL));
	for (int i = 0; i < 4; i++) {
		MUST0(pthread_join(ids[i], &result));
		printf("thread %d: %ld wrong\n", i, (long)(intptr_t)result);
	}
	for (int i = 0; i < 100; i++) {
		for (int b = 0; b < BLOCKS; b++)
			blocks[b] = filled(malloc(i * 20 + 1), i * 20 + 1, b);
		MUST0(pthread_create(&ids[0], NULL, release, blocks));
		MUST0(pthread_join(ids[0], NULL));
	}
	before = mebibytes();
	for (int i = 0; i < THREADS; i++) {
		MUST0(pthread_create(&ids[0], NULL, keep, NULL));
		MUST0(pthread_join(ids[0], NULL));
	}
	printf("leaked: %d\n", mebibytes() - before > LEAKED_MIB);
	printf("freed twice: %d, with another in between: %d\n", dies(0), dies(1));
	return 0;
}
