#include <string.h>
#include "word.h"

/* The next page may not be readable. */
#define NEAR_END(p) (((uintptr_t)(p) & 4095) > 4096 - 8)

int strcmp(const char *l, const char *r)
{
	for (;;) {
		if (NEAR_END(l) || NEAR_END(r)) {
			if (*l != *r || !*l)
				return *(unsigned char *)l - *(unsigned char *)r;
			l++, r++;
			continue;
		}
		uint64_t a = load64(l), b = load64(r), marks = zeros(a) | (a ^ b);

		if (marks)
			return difference(a, b, first_byte(marks));
		l += 8, r += 8;
	}
}
