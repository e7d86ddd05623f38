#include <string.h>
#include "word.h"

/* From two to seven bytes; in the middle, some of them twice. */
static inline uint64_t short_value(const unsigned char *p, size_t n)
{
	uint32_t four[2];
	uint16_t two[2];

	if (n < 4) {
		__builtin_memcpy(&two[0], p, 2);
		__builtin_memcpy(&two[1], p + n - 2, 2);
		return two[0] | (uint64_t)two[1] << 16;
	}
	__builtin_memcpy(&four[0], p, 4);
	__builtin_memcpy(&four[1], p + n - 4, 4);
	return four[0] | (uint64_t)four[1] << 32;
}

int memcmp(const void *left, const void *right, size_t n)
{
	const unsigned char *l = left, *r = right;
	const size_t tail = n >= 8 ? n & 7 : 0;

	for (; n >= 8; n -= 8, l += 8, r += 8) {
		uint64_t a = load64(l), b = load64(r);

		if (a != b)
			return difference(a, b, first_byte(a ^ b));
	}
	if (tail) {
		/* Some of it once more. */
		uint64_t a = load64(l + tail - 8), b = load64(r + tail - 8);

		return a == b ? 0 : difference(a, b, first_byte(a ^ b));
	}
	if (n >= 2) {
		uint64_t a = short_value(l, n), b = short_value(r, n);

		return a == b ? 0 : difference(a, b, first_byte(a ^ b));
	}
	return n ? *l - *r : 0;
}
