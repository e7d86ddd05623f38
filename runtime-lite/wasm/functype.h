/*
 * Function types of the whole process, each kept once. Safe to call from any thread.
 */
#ifndef WASM_FUNCTYPE_H
#define WASM_FUNCTYPE_H

#include "module.h"

/* The one copy of this type, with a reference to it; NULL when memory is short. Types are enum valtype. */
const struct functype *functype_intern(const uint8_t *params, uint32_t nparams,
				       const uint8_t *results, uint32_t nresults);
/* Gives the reference back; a copy of the struct will do. */
void functype_release(const struct functype *type);

/* "[i32 i64] -> [f32]" for messages. Always terminated, cut to fit. Returns buf. */
const char *functype_format(const struct functype *type, char *buf, size_t size);

#endif
