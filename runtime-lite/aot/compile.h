/*
 * A validated module to object files, by LLVM: what wali-aotc calls. abi.h says what is in the objects.
 */
#ifndef AOT_COMPILE_H
#define AOT_COMPILE_H

#include "../wasm/module.h"

enum aot_safepoints {
	AOT_SAFEPOINTS_NONE, /* signals interrupt compiled code anywhere */
	AOT_SAFEPOINTS_FUNCTION,
	AOT_SAFEPOINTS_LOOP, /* at back edges too */
};

struct aot_options {
	/* LLVM's: the target triple, target-cpu, tune-cpu (or NULL), and the complete list of features ("+sse4.2,+avx2").
	 * The triple's first part says which ISA: x86_64, aarch64 or riscv64. */
	const char *triple, *cpu, *tune, *features;
	unsigned level; /* of optimisation, 0 to 3 */
	enum aot_safepoints safepoints;
	bool precise; /* the state of memory and globals at a trap is the specification's, and no trap is missing */
	bool debug; /* say of every instruction where it is from, not just of those that trap or call */
	bool verify;	  /* LLVM's verifier on everything: a test of ourselves */
	unsigned threads; /* 0: one for each CPU. The output does not depend on it */
	/* Called by whichever thread has done something, with bytes of code done and in all; one call at a time. */
	void (*progress)(void *context, uint64_t done, uint64_t total);
	void *context;
	const char *dump; /* a directory for the IR of each object, or NULL */
};

struct aot_object {
	uint8_t *bytes;
	size_t size;
};

/* To be linked in this order: the functions of the module come after all other code. */
struct aot_output {
	struct aot_object *objects;
	uint32_t nobjects;
	uint32_t *unchecked; /* tables with AOT_TABLE_RESERVE */
	uint32_t nunchecked;
};

/*
 * Deterministic: the same module and options give the same bytes. False with a message in `error` when memory is short,
 * or LLVM refuses; `out` needs no freeing then.
 */
bool aot_compile(const struct module *m, const struct aot_options *options, struct aot_output *out,
		 char *error, size_t size);
void aot_output_free(struct aot_output *out);

#endif
