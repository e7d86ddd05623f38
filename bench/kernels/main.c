/* Runs the kernel that it is linked with: main SIZE ROUNDS prints its checksum, then nanoseconds a round. */
#include "kernel.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

int main(int argc, char **argv)
{
	uint32_t n = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 0) : 1;
	unsigned rounds = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 0) : 1;

	printf("%016" PRIx64 "\n", kernel(n));
	while (rounds--) {
		uint64_t begin = now();
		kernel(n);
		printf("%" PRIu64 "\n", now() - begin);
	}
	return 0;
}
