#include "fpcast.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void put(struct buffer *b, const void *bytes, size_t n)
{
	if (b->size + n > b->capacity) {
		b->capacity = (b->size + n) * 2;
		b->bytes = realloc(b->bytes, b->capacity);
		if (!b->bytes)
			fail("%s", strerror(errno));
	}
	memcpy(b->bytes + b->size, bytes, n);
	b->size += n;
}

void put_byte(struct buffer *b, uint8_t byte)
{
	put(b, &byte, 1);
}

void put_u32(struct buffer *b, uint32_t value)
{
	for (; value >= 0x80; value >>= 7)
		put_byte(b, value | 0x80);
	put_byte(b, value);
}

void put_sized(struct buffer *b, const struct buffer *content)
{
	put_u32(b, content->size);
	put(b, content->bytes, content->size);
}

void free_buffer(struct buffer *b)
{
	free(b->bytes);
	*b = (struct buffer){0};
}
