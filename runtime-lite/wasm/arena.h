/*
 * Memory that is freed all at once. What comes out is zeroed and aligned for any object.
 */
#ifndef WASM_ARENA_H
#define WASM_ARENA_H

#include <stddef.h>

struct arena {
	struct chunk *chunks;
	char *next, *end;
	size_t chunk; /* bytes that the next chunk of small objects gets; 0 at first */
};

/* NULL when memory is short or count * size overflows; count 0 gives a valid pointer to nothing. */
void *arena_alloc(struct arena *a, size_t count, size_t size);
void arena_free(struct arena *a);

#endif
