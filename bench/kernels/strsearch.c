/* String search: Horspool's algorithm, patterns of many lengths in a text of few letters. */
#include "kernel.h"

#define TEXT (1u << 20)

static uint8_t text[TEXT];

static uint32_t count(const uint8_t *pattern, uint32_t m)
{
	uint32_t skip[256], found = 0;

	for (int i = 0; i < 256; i++)
		skip[i] = m;
	for (uint32_t i = 0; i + 1 < m; i++)
		skip[pattern[i]] = m - 1 - i;
	for (uint32_t at = 0; at + m <= TEXT; at += skip[text[at + m - 1]]) {
		uint32_t i = m;

		while (i && text[at + i - 1] == pattern[i - 1])
			i--;
		found += !i;
	}
	return found;
}

uint64_t kernel(uint32_t n)
{
	uint64_t state = 3, sum = 0;

	for (size_t i = 0; i < TEXT; i++)
		text[i] = (uint8_t)('a' + next_random(&state) % 6);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t m = 3 + i % 9;

		sum = mix(sum, count(text + next_random(&state) % (TEXT - m), m));
	}
	return sum;
}
