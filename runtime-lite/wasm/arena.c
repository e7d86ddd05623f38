#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The first is small, as most modules of an image need no more: calloc() touches all of it. Each of the next is twice as large. */
#define FIRST_CHUNK   ((size_t)4 << 10)
#define LARGEST_CHUNK ((size_t)64 << 10)

struct chunk {
	struct chunk *next;
	alignas(max_align_t) char bytes[];
};

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n) || n > PTRDIFF_MAX - LARGEST_CHUNK)
		return NULL;
	n = (n + alignof(max_align_t) - 1) & -alignof(max_align_t);
	if (!a->next || n > (size_t)(a->end - a->next)) {
		/* A large object gets a chunk of its own, and the rest of the current one stays in use. */
		size_t usual = a->chunk ? a->chunk : FIRST_CHUNK;
		size_t room = n > usual / 4 ? n : usual;
		struct chunk *c = calloc(1, sizeof(*c) + room);

		if (!c)
			return NULL;
		c->next = a->chunks;
		a->chunks = c;
		if (room == n && a->next)
			return c->bytes;
		a->next = c->bytes;
		a->end = c->bytes + room;
		if (usual < LARGEST_CHUNK)
			a->chunk = 2 * usual;
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
