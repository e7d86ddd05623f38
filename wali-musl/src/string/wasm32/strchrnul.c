#include <string.h>
#include "word.h"

char *__strchrnul(const char *s, int c)
{
	const uint64_t wanted = ONES * (unsigned char)c;
	const word *w = word_of(s);
	uint64_t marks = zeros(*w | before(s)) | zeros((*w ^ wanted) | before(s));

	while (!marks) {
		w++;
		marks = zeros(*w) | zeros(*w ^ wanted);
	}
	return (char *)w + first_byte(marks) / 8;
}

weak_alias(__strchrnul, strchrnul);
