/*
 * CPU features that images may need beyond the least machine of their ISA.
 *
 * Compiled code uses exactly the features of these tables that its image's header names, and the loader looks for exactly
 * those. A set of features is a bit mask, whose bits are places in the ISA's table: a table may get longer, but what is
 * in it stays where it is.
 */
#ifndef AOT_CPU_H
#define AOT_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CPU_FEATURES 64

struct cpu_feature {
	const char *name;  /* LLVM's */
	const char *macro; /* which clang defines when it is enabled */
	uint8_t word, bit; /* where the CPU, or the kernel, says that it is there: isa/cpu_*.h */
	bool baseline;	   /* on every machine that the ISA's images are for */
};

/* What wali-aotc can compile for. */
struct cpu_isa {
	const char *name;	   /* as in the SDK's directories and `uname -m` */
	const char *const *others; /* further names; NULL ends them */
	const char *triple;	   /* LLVM's */
	const char *cpu;	   /* LLVM's target-cpu, with nothing beyond what every CPU has */
	const char *cpu_option;	   /* clang's, that takes the name of a CPU */
	uint32_t machine;	   /* EM_* */
	uint32_t page;		   /* alignment for images */
	const struct cpu_feature *features;
	size_t nfeatures;
};

extern const struct cpu_isa cpu_isas[3];
extern const struct cpu_isa *const cpu_isa; /* this program's own */

uint64_t cpu_baseline(const struct cpu_isa *isa);
/* What the CPU has that this runs on. */
uint64_t cpu_present(void);
/* The name of one feature of the set, for a message. */
const char *cpu_name_one(const struct cpu_isa *isa, uint64_t features);

#endif
