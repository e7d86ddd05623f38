#include <string.h>
#include "word.h"

void *memchr(const void *src, int c, size_t n)
{
	const uint64_t wanted = ONES * (unsigned char)c;
	const word *w = word_of(src);
	/* From the beginning of the word on. */
	size_t left = n + ((uintptr_t)src & 7);

	if (!n)
		return 0;
	if (left < n)
		left = -1;
	for (uint64_t marks = zeros((*w ^ wanted) | before(src));; marks = zeros(*w ^ wanted)) {
		if (marks) {
			size_t at = first_byte(marks) / 8;

			return at < left ? (char *)w + at : 0;
		}
		if (left <= 8)
			return 0;
		left -= 8;
		w++;
	}
}
