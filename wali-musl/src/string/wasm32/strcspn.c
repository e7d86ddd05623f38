#include <string.h>
#include "word.h"

/* So many bytes can be looked for at once; longer sets are rare. */
#define FEW 4

static size_t span_to_any(const char *s, const char *set)
{
	uint64_t in[4] = {1}; /* a bit for each byte; the terminator ends everything */
	const unsigned char *p = (const void *)s;

	for (const unsigned char *c = (const void *)set; *c; c++)
		in[*c / 64] |= UINT64_C(1) << *c % 64;
	while (!(in[*p / 64] >> *p % 64 & 1))
		p++;
	return (const char *)p - s;
}

size_t strcspn(const char *s, const char *set)
{
	uint64_t wanted[FEW], marks;
	const word *w = word_of(s);
	int n = 0;

	for (; n < FEW && set[n]; n++)
		wanted[n] = ONES * (unsigned char)set[n];
	if (n == FEW && set[n])
		return span_to_any(s, set);
	for (; n < FEW; n++)
		wanted[n] = 0;
	for (uint64_t skipped = before(s);; skipped = 0, w++) {
		marks = zeros(*w | skipped);
		for (int i = 0; i < FEW; i++)
			marks |= zeros((*w ^ wanted[i]) | skipped);
		if (marks)
			return (const char *)w + first_byte(marks) / 8 - s;
	}
}
