/*
 * Shared by the files that turn bytes into a struct module: decode.c walks the sections, segments.c has the
 * larger ones, constexpr.c the initialisers, validate.c the function bodies.
 */
#ifndef WASM_DECODE_H
#define WASM_DECODE_H

#include "arena.h"
#include "module.h"
#include "reader.h"

struct decoder {
	struct reader r; /* `end` is that of the current section */
	struct module *m;
	struct arena *arena;
	bool *declared; /* [functions]: ref.func may name it in a body */
	bool has_datacount;
	uint32_t datacount;
};

/* Zeroed space for n objects, or false with the error set. */
#define ALLOC(d, p, n) \
	(((p) = arena_alloc((d)->arena, (n), sizeof(*(p)))) != NULL || fail_memory(&(d)->r))

bool decode_elements(struct decoder *d);
bool decode_code(struct decoder *d);
bool decode_data(struct decoder *d);

/* Reads and validates a constant expression of the given type; global.get sees the globals so far. */
bool read_constexpr(struct decoder *d, uint8_t type, struct constexpr *out);
bool read_funcidx(struct decoder *d, uint32_t *out);
bool read_tableidx(struct decoder *d, uint32_t *out);
/* Marks a function as named outside of bodies. */
void declare_func(struct decoder *d, uint32_t func);

/* All bodies. Fills function->maxstack. */
bool validate_functions(struct decoder *d);

#endif
