/*
 * What becomes of debug information. The compiler says for each native instruction which byte of the module it is from,
 * in the form of a line table. After the link that makes two things: the map that the runtime reads, and, if wanted, a
 * line table with the guest's own files and lines for debuggers and profilers.
 */
#ifndef AOT_COMPILE_DEBUG_H
#define AOT_COMPILE_DEBUG_H

#include "../wasm/module.h"

struct debug_output {
	uint8_t *elf; /* as it was, but for the sections that nobody maps */
	size_t elf_size;
	uint8_t *pcmap; /* pcmap.h's; the text section's beginning is 0 */
	size_t pcmap_size;
};

/* `elf` is what the linker has made, and stays the caller's, as do the outputs. False when memory is short. */
bool debug_finish(const uint8_t *elf, uint64_t text_begin, const struct module *m, bool lines,
		  struct debug_output *out);

#endif
