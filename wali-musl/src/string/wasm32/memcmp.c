#include <string.h>
#include "word.h"

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
	for (; n && *l == *r; n--, l++, r++)
		;
	return n ? *l - *r : 0;
}
