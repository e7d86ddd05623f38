#include <string.h>
#include "word.h"

size_t strlen(const char *s)
{
	const word *w = word_of(s);
	uint64_t marks = zeros(*w | before(s));

	while (!marks)
		marks = zeros(*++w);
	return (const char *)w + first_byte(marks) / 8 - s;
}
