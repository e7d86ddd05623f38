/* Dynamic programming: the edit distance of two long strings. */
#include "kernel.h"

#define LENGTH 2000

static uint8_t a[LENGTH], b[LENGTH];
static uint32_t row[LENGTH + 1];

uint64_t kernel(uint32_t n)
{
	uint64_t state = 9, sum = 0;

	while (n--) {
		for (size_t i = 0; i < LENGTH; i++) {
			a[i] = (uint8_t)(next_random(&state) % 4);
			b[i] = (uint8_t)(next_random(&state) % 4);
		}
		for (uint32_t j = 0; j <= LENGTH; j++)
			row[j] = j;
		for (uint32_t i = 1; i <= LENGTH; i++) {
			uint32_t diagonal = row[0];

			row[0] = i;
			for (uint32_t j = 1; j <= LENGTH; j++) {
				uint32_t cost = diagonal + (a[i - 1] != b[j - 1]);
				uint32_t best = row[j] < row[j - 1] ? row[j] : row[j - 1];

				diagonal = row[j];
				row[j] = best + 1 < cost ? best + 1 : cost;
			}
		}
		sum = mix(sum, row[LENGTH]);
	}
	return sum;
}
