#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK ((size_t)64 << 10)

struct chunk {
	struct chunk *next;
	alignas(max_align_t) char bytes[];
};

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n) || n > PTRDIFF_MAX - CHUNK)
		return NULL;
	n = (n + alignof(max_align_t) - 1) & -alignof(max_align_t);
	if (!a->next || n > (size_t)(a->end - a->next)) {
		/* A large object gets a chunk of its own, and the rest of the current one stays in use. */
		size_t room = n > CHUNK / 4 ? n : CHUNK;
		struct chunk *c = calloc(1, sizeof(*c) + room);

		if (!c)
			return NULL;
		c->next = a->chunks;
		a->chunks = c;
		if (room == n && a->next)
			return c->bytes;
		a->next = c->bytes;
		a->end = c->bytes + room;
	}
	char *p = a->next;

	a->next += n;
	return p;
}

void arena_free(struct arena *a)
{
	for (struct chunk *c = a->chunks, *next; c; c = next) {
		next = c->next;
		free(c);
	}
	*a = (struct arena){0};
}
