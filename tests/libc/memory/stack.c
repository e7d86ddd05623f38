/* Deep recursion, large frames, alloca and variable-length arrays; alignment of locals.
 * oracle: musl glibc
 */
#include "must.h"
#include <alloca.h>

static int __attribute__((noinline)) recurse(int depth, volatile char *above)
{
	volatile char frame[1024];

	frame[0] = frame[1023] = (char)depth;
	(void)above;
	return depth ? recurse(depth - 1, frame) + (frame[0] == frame[1023]) : 0;
}

static long __attribute__((noinline)) arrays(int n)
{
	int array[n];
	long sum = 0;

	for (int i = 0; i < n; i++)
		array[i] = i;
	for (int i = 0; i < n; i++)
		sum += array[i];
	return sum;
}

int main(void)
{
	uint64_t hash = HASH_START;
	_Alignas(64) char aligned[64];
	volatile char large[2 << 20];

	SHOW(recurse(4000, NULL)); /* 4 MiB */
	SHOW(arrays(100000));
	for (int i = 0; i < 100; i++) {
		char *p = alloca(i * 10 + 1);
		memset(p, i, i * 10 + 1);
		hash = hash_bytes(hash, p, i * 10 + 1);
	}
	printf("%016llx\n", (unsigned long long)hash);
	SHOW((uintptr_t)aligned % 64);
	large[0] = large[sizeof large - 1] = 5;
	SHOW(large[0] + large[sizeof large - 1]);
	return 0;
}
