/*
 * Shared by the files that turn bytes into a struct module: decode.c walks the sections; imports.c and
 * segments.c have the larger ones, constexpr.c the initialisers, validate.c the function bodies.
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
	bool trusted;	/* module_decode_trusted() */
	bool *declared; /* [functions]: ref.func may name it in a body */
	bool has_datacount;
	uint32_t datacount;
};

/* Zeroed space for n objects, or false with the error set. */
#define ALLOC(d, p, n)                                                                             \
	(((p) = arena_alloc((d)->arena, (n), sizeof(*(p)))) != NULL || fail_memory(&(d)->r))

/* Makes an index space longer: *array becomes a new array with the old elements in front. */
bool extend(struct decoder *d, void *array, uint32_t old, uint32_t more, size_t size);

bool read_typeidx(struct decoder *d, uint32_t *out);
bool read_tagtype(struct decoder *d, uint32_t *type);
bool read_tabletype(struct decoder *d, struct tabletype *out);
bool read_memtype(struct decoder *d, struct memtype *out);
bool read_globaltype(struct decoder *d, struct globaltype *out);

bool decode_imports(struct decoder *d);
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
