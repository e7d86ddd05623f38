/* Hashing: an open table of words, filled and looked up. */
#include "kernel.h"

#define SLOTS (1u << 16)
#define WORDS 40000u

static struct entry {
	uint64_t key;
	uint32_t value, used;
} table[SLOTS];

static uint32_t hash(uint64_t key)
{
	uint32_t h = 2166136261u;

	for (int i = 0; i < 8; i++, key >>= 8)
		h = (h ^ (uint8_t)key) * 16777619u;
	return h;
}

static struct entry *find(uint64_t key)
{
	uint32_t at = hash(key) % SLOTS;

	while (table[at].used && table[at].key != key)
		at = (at + 1) % SLOTS;
	return &table[at];
}

uint64_t kernel(uint32_t n)
{
	uint64_t sum = 0;

	for (uint32_t round = 0; round < n; round++) {
		uint64_t state = 7 + round;

		for (size_t i = 0; i < SLOTS; i++)
			table[i].used = 0;
		for (uint32_t i = 0; i < WORDS; i++) {
			struct entry *e = find(next_random(&state) % (2 * WORDS));

			if (!e->used) {
				state ^= i;
				e->used = 1;
			}
			e->value += i;
		}
		for (uint64_t key = 0; key < 2 * WORDS; key++) {
			const struct entry *e = find(key);

			if (e->used)
				sum = mix(sum, e->value);
		}
	}
	return sum;
}
