/* Sorting: quicksort with insertion sort for what is small. */
#include "kernel.h"

#define COUNT 200000

static uint32_t items[COUNT];

static void sort(uint32_t *low, uint32_t *high)
{
	while (high - low > 16) {
		uint32_t pivot = low[(high - low) / 2], *left = low, *right = high;

		while (left <= right) {
			while (*left < pivot)
				left++;
			while (*right > pivot)
				right--;
			if (left <= right) {
				uint32_t t = *left;
				*left++ = *right;
				*right-- = t;
			}
		}
		sort(low, right);
		low = left;
	}
	for (uint32_t *p = low + 1; p <= high; p++) {
		uint32_t value = *p, *q = p;

		for (; q > low && q[-1] > value; q--)
			*q = q[-1];
		*q = value;
	}
}

uint64_t kernel(uint32_t n)
{
	uint64_t state = 1, sum = 0;

	while (n--) {
		for (size_t i = 0; i < COUNT; i++)
			items[i] = (uint32_t)(next_random(&state) >> 20);
		sort(items, items + COUNT - 1);
		for (size_t i = 0; i < COUNT; i += 1000)
			sum = mix(sum, items[i]);
	}
	return sum;
}
