/* Matrix: the product of two, of double. */
#include "kernel.h"

#define SIZE 200

static double a[SIZE][SIZE], b[SIZE][SIZE], c[SIZE][SIZE];

uint64_t kernel(uint32_t n)
{
	uint64_t sum = 0;

	for (int i = 0; i < SIZE; i++)
		for (int k = 0; k < SIZE; k++) {
			a[i][k] = i + k % 7;
			b[i][k] = i % 5 - k;
		}
	while (n--) {
		for (int i = 0; i < SIZE; i++)
			for (int j = 0; j < SIZE; j++) {
				double dot = 0;

				for (int k = 0; k < SIZE; k++)
					dot += a[i][k] * b[k][j];
				c[i][j] = dot;
			}
		sum = mix(sum, (uint64_t)(int64_t)c[n % SIZE][(n * 7) % SIZE]);
		a[n % SIZE][0] += 1;
	}
	return sum;
}
