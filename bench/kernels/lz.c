/* Compression: LZ77 by a hash of the next four bytes, and back again. */
#include "kernel.h"

#define SIZE (1u << 18)
#define HASH 13

static uint8_t text[SIZE], packed[SIZE * 2], unpacked[SIZE];
static uint32_t last[1u << HASH];

static uint32_t word(const uint8_t *p)
{
	uint32_t w;

	__builtin_memcpy(&w, p, 4);
	return w;
}

/* Literals: length, bytes. Matches: 0x80 | length - 4, offset in two bytes. */
static uint32_t pack(void)
{
	uint32_t in = 0, out = 0, begin = 0;

	for (uint32_t i = 0; i < 1u << HASH; i++)
		last[i] = 0;
	while (in + 4 <= SIZE) {
		uint32_t slot = word(text + in) * 2654435761u >> (32 - HASH), at = last[slot];
		uint32_t length = 0;

		last[slot] = in;
		if (at < in && in - at < 65536 && word(text + at) == word(text + in))
			for (length = 4; length < 131 && in + length < SIZE &&
					 text[at + length] == text[in + length];)
				length++;
		if (length || in - begin == 127 || in + 5 > SIZE) {
			packed[out++] = (uint8_t)(in - begin);
			while (begin < in)
				packed[out++] = text[begin++];
		}
		if (length) {
			packed[out++] = (uint8_t)(0x80 | (length - 4));
			packed[out++] = (uint8_t)(in - at);
			packed[out++] = (uint8_t)((in - at) >> 8);
			in += length;
			begin = in;
		} else {
			in++;
		}
	}
	return out;
}

static uint32_t unpack(uint32_t size)
{
	uint32_t out = 0;

	for (uint32_t in = 0; in < size;) {
		uint32_t n = packed[in++];

		if (n & 0x80) {
			uint32_t offset = packed[in] | (uint32_t)packed[in + 1] << 8;

			in += 2;
			for (n = (n & 0x7f) + 4; n; n--, out++)
				unpacked[out] = unpacked[out - offset];
		} else {
			for (; n; n--)
				unpacked[out++] = packed[in++];
		}
	}
	return out;
}

uint64_t kernel(uint32_t n)
{
	uint64_t state = 11, sum = 0;
	static const char *const words[] = {"the ", "linux ", "kernel ", "maps ",
					    "a ",   "page ",  "of ",	 "memory, "};

	for (uint32_t at = 0; at < SIZE;) {
		const char *p = words[next_random(&state) % 8];

		while (*p && at < SIZE)
			text[at++] = (uint8_t)*p++;
		if (at < SIZE && next_random(&state) % 5 == 0)
			text[at++] = (uint8_t)next_random(&state);
	}
	while (n--) {
		uint32_t size = pack(), length = unpack(size);

		sum = mix(sum, size);
		sum = mix(sum, length);
		sum = mix(sum, unpacked[length / 2]);
		text[n % SIZE]++;
	}
	return sum;
}
