/* Streams shared by threads: whole lines, flockfile, and memory maps and heap under contention.
 * oracle: musl glibc
 */
#include "must.h"
#include <pthread.h>
#include <sys/mman.h>

enum { THREADS = 8, LINES = 2000 };

static FILE *file;

static void *printer(void *arg)
{
	int number = (int)(intptr_t)arg;

	for (int i = 0; i < LINES; i++) {
		fprintf(file, "line %d of thread %d: %s\n", i, number,
			"text that should stay together");
		if (i % 10 == 0) {
			flockfile(file);
			for (const char *p = "locked\n"; *p; p++)
				putc_unlocked(*p, file);
			funlockfile(file);
		}
	}
	return NULL;
}

static void *allocator(void *arg)
{
	uint64_t state = (intptr_t)arg + 1;
	char *blocks[50] = {0};
	size_t sizes[50];
	long bad = 0;

	for (int i = 0; i < 20000; i++) {
		int at = random_next(&state) % 50;
		if (blocks[at]) {
			bad += blocks[at][0] != (char)at || blocks[at][sizes[at] - 1] != (char)at;
			free(blocks[at]);
		}
		sizes[at] = random_next(&state) % 1000 + 1;
		blocks[at] = malloc(sizes[at]);
		memset(blocks[at], at, sizes[at]);
		if (i % 200 == 0) {
			char *map = mmap(NULL, 1 << 18, PROT_READ | PROT_WRITE,
					 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
			for (int j = 0; j < 1 << 18; j += 4096)
				bad += map[j];
			memset(map, 1, 1 << 18);
			munmap(map, 1 << 18);
		}
	}
	for (int i = 0; i < 50; i++)
		free(blocks[i]);
	return (void *)(intptr_t)bad;
}

int main(void)
{
	pthread_t ids[THREADS];
	char line[128];
	int lines = 0, locked = 0, torn = 0, next[THREADS] = {0};
	long bad = 0;

	TRUE(file = fopen("lines", "w+"));
	for (long i = 0; i < THREADS; i++)
		MUST0(pthread_create(&ids[i], NULL, printer, (void *)(intptr_t)i));
	for (int i = 0; i < THREADS; i++)
		MUST0(pthread_join(ids[i], NULL));
	rewind(file);
	while (fgets(line, sizeof line, file)) {
		int number, thread;
		if (!strcmp(line, "locked\n"))
			locked++;
		else if (sscanf(line, "line %d of thread %d: text that should stay together",
				&number, &thread) == 2 &&
			 next[thread]++ == number)
			lines++;
		else
			torn++;
	}
	printf("%d %d %d\n", lines, locked, torn);
	for (long i = 0; i < THREADS; i++)
		MUST0(pthread_create(&ids[i], NULL, allocator, (void *)(intptr_t)i));
	for (int i = 0; i < THREADS; i++) {
		void *result;
		MUST0(pthread_join(ids[i], &result));
		bad += (intptr_t)result;
	}
	SHOW(bad);
	return 0;
}
