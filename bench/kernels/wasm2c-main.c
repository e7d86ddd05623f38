/* As main.c, for a kernel that wasm2c has translated: its header is KERNEL_H. */
#include KERNEL_H

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
	Z_kernel_instance_t instance;

	wasm_rt_init();
	Z_kernel_init_module();
	Z_kernel_instantiate(&instance);
	printf("%016" PRIx64 "\n", Z_kernelZ_kernel(&instance, n));
	while (rounds--) {
		uint64_t begin = now();
		Z_kernelZ_kernel(&instance, n);
		printf("%" PRIu64 "\n", now() - begin);
	}
	return 0;
}
