/*
 * Which line of source an instruction is from, by the module's DWARF (.debug_line, versions 2 to 5).
 *
 * Custom sections are no part of the module as far as validity goes: a broken line table gives fewer lines, never an
 * error. Not for signal handlers: memory is allocated.
 */
#ifndef WASM_LINES_H
#define WASM_LINES_H

#include "module.h"

struct line_file {
	char *name; /* as the compiler was told; relative to the directory if it is relative */
	const char *directory; /* where the compiler ran; "" if unknown */
};

struct line_row {
	size_t offset; /* of the first instruction in the module, in bytes */
	uint32_t file; /* index into files */
	uint32_t line; /* 0: none, and so on to the next row */
	uint32_t column;
};

struct lines {
	struct line_row *rows; /* by offset */
	size_t nrows;
	struct line_file *files;
	uint32_t nfiles;
	char **directories; /* what line_file.directory points at */
	uint32_t ndirectories;
};

/* NULL when the module has no line table, or memory is short. */
struct lines *lines_read(const struct module *m);
void lines_free(struct lines *l);
/* The row that the instruction at this byte offset of the module belongs to; NULL when none does. */
const struct line_row *lines_find(const struct lines *l, size_t offset);

#endif
