/*
 * From relocatable objects to an image's ELF part, by LLVM's linker: $WALI_LLVM/ld.lld, ld.lld-22 in PATH, or the one that
 * clang-22 has beside it.
 */
#ifndef AOT_LINK_H
#define AOT_LINK_H

#include "compile.h"
#include "cpu.h"

/* What has gone wrong, for people. */
struct link_error {
	char message[300];
};

/*
 * The linked file in memory that is to be freed, or NULL. In it, a note named IMAGE_NOTE has `note` zero bytes; nothing is
 * left to relocate; and there is no other data than the word that refers to the personality routine. The same
 * objects give the same bytes.
 */
uint8_t *link_objects(const struct aot_object *objects, size_t n, const struct cpu_isa *isa,
		      size_t note, unsigned threads, size_t *size, struct link_error *err);

/* As link_objects() finds the linker: becomes the program, or returns. "ld.lld", "clang". */
void exec_llvm(const char *name, char *const argv[]);

#endif
