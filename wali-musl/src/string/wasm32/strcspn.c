#include <string.h>
#include "word.h"

char *__strchrnul(const char *, int);

static __attribute__((__noinline__)) size_t span_to_any(const char *s, const char *set)
{
	uint64_t in[4] = {1}; /* a bit for each byte; the terminator ends everything */
	const unsigned char *p = (const void *)s;

	for (const unsigned char *c = (const void *)set; *c; c++)
		in[*c / 64] |= UINT64_C(1) << *c % 64;
	while (!(in[*p / 64] >> *p % 64 & 1))
		p++;
	return (const char *)p - s;
}

/* To one of a few. */
static inline size_t span_to(const char *s, const char *set, int n)
{
	const word *w = word_of(s);

	for (uint64_t skipped = before(s);; skipped = 0, w++) {
		uint64_t marks = zeros(*w | skipped);

		for (int i = 0; i < n; i++)
			marks |= zeros((*w ^ ONES * (unsigned char)set[i]) | skipped);
		if (marks)
			return (const char *)w + first_byte(marks) / 8 - s;
	}
}

size_t strcspn(const char *s, const char *set)
{
	if (!set[0])
		return strlen(s);
	if (!set[1])
		return __strchrnul(s, set[0]) - s;
	if (!set[2])
		return span_to(s, set, 2);
	if (!set[3])
		return span_to(s, set, 3);
	return set[4] ? span_to_any(s, set) : span_to(s, set, 4);
}
