/*
 * What --target and --cpu mean.
 */
#ifndef AOT_TARGET_H
#define AOT_TARGET_H

#include "cpu.h"

struct target {
	const struct cpu_isa *isa;
	uint64_t features; /* at least the ISA's baseline */
	const char *tune;  /* whom to schedule for; NULL: nobody */
	char *text;	   /* the features for LLVM */
};

/*
 * `isa`: a name or NULL for this machine's; `cpu`: native, baseline, or a CPU's name as clang knows it; NULL is native where
 * that is possible, else baseline. False with a
 * message for people.
 */
bool target_choose(struct target *t, const char *isa, const char *cpu, char *message, size_t size);
void target_free(struct target *t);

#endif
