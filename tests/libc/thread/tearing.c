/* Plain accesses that are aligned are whole: a thread never sees half of what another stores.
 * oracle: musl glibc
 */
#include "must.h"
#include <pthread.h>
#include <stdatomic.h>

enum { TURNS = 200000 };

/* Every byte of what is stored is the same. */
static volatile uint16_t two;
static volatile uint32_t four;
static volatile uint64_t eight;
static volatile float single;
static volatile double real;
static atomic_int stores_done;

static void *store(void *unused)
{
	for (int i = 0; i < TURNS; i++) {
		/* As numbers, these are ordinary: no NaN, whose bits need not stay. */
		uint64_t bits = i % 64 * UINT64_C(0x0101010101010101);
		uint32_t half = bits;
		float f;
		double d;

		memcpy(&f, &half, sizeof(f));
		memcpy(&d, &bits, sizeof(d));
		two = bits;
		four = half;
		eight = bits;
		single = f;
		real = d;
	}
	stores_done = 1;
	return unused;
}

static int torn(uint64_t value, int bytes)
{
	for (int i = 1; i < bytes; i++)
		if ((value >> 8 * i & 0xff) != (value & 0xff))
			return 1;
	return 0;
}

int main(void)
{
	pthread_t id;
	long seen[5] = {0};

	MUST0(pthread_create(&id, NULL, store, NULL));
	while (!stores_done) {
		float f = single;
		double d = real;
		uint32_t f_bits;
		uint64_t d_bits;

		memcpy(&f_bits, &f, sizeof(f));
		memcpy(&d_bits, &d, sizeof(d));
		seen[0] += torn(two, 2);
		seen[1] += torn(four, 4);
		seen[2] += torn(eight, 8);
		seen[3] += torn(f_bits, 4);
		seen[4] += torn(d_bits, 8);
	}
	MUST0(pthread_join(id, NULL));
	for (int i = 0; i < 5; i++)
		printf("torn %d: %ld\n", i, seen[i]);
	return 0;
}
