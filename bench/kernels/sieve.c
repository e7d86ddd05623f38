/* The sieve of Eratosthenes. */
#include "kernel.h"

#define LIMIT 2000000u

static uint8_t composite[LIMIT];

uint64_t kernel(uint32_t n)
{
	uint64_t sum = 0;

	while (n--) {
		uint32_t primes = 0;

		for (size_t i = 0; i < LIMIT; i++)
			composite[i] = 0;
		for (uint32_t i = 2; i < LIMIT; i++) {
			if (composite[i])
				continue;
			primes++;
			for (uint64_t k = (uint64_t)i * i; k < LIMIT; k += i)
				composite[k] = 1;
		}
		sum = mix(sum, primes);
	}
	return sum;
}
