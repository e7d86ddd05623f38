/*
 * What depends on the ISA: the calling convention of handlers, the
 * floating-point accumulator, and where to find the interpreter's registers
 * when a handler has faulted.
 *
 * preserve_none passes arguments in registers that C calls leave alone, so pc,
 * fp, mem and x survive a call without being saved. RISC-V does not have it;
 * there the plain convention keeps them in a0..a7 as well, as long as a handler
 * calls nothing.
 */
#ifndef INTERP_MACHINE_H
#define INTERP_MACHINE_H

#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) || defined(__aarch64__)
#define HANDLER_CC __attribute__((preserve_none))

#define VECTOR_ACCUMULATOR 1
/* A vector, so that taking out a float, a double or (SIMD) all of it costs
 * nothing. */
typedef float facc __attribute__((vector_size(16)));
typedef double facc_f64 __attribute__((vector_size(16)));
typedef uint64_t facc_u64 __attribute__((vector_size(16)));

static inline float acc_f32(facc f)
{
	return f[0];
}

static inline double acc_f64(facc f)
{
	return ((facc_f64)f)[0];
}

static inline uint64_t acc_bits(facc f)
{
	return ((facc_u64)f)[0];
}

static inline facc acc_of_f32(float v)
{
	facc f = {v};

	return __builtin_shufflevector(f, f, 0, -1, -1, -1);
}

static inline facc acc_of_f64(double v)
{
	facc_f64 f = {v};

	return (facc)__builtin_shufflevector(f, f, 0, -1);
}
#else
#define HANDLER_CC
#define VECTOR_ACCUMULATOR 0

typedef double facc;

static inline uint64_t acc_bits(facc f)
{
	uint64_t bits;

	memcpy(&bits, &f, sizeof(bits));
	return bits;
}

static inline float acc_f32(facc f)
{
	uint32_t bits = acc_bits(f);
	float v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

static inline double acc_f64(facc f)
{
	return f;
}

static inline facc acc_of_f32(float v)
{
	uint64_t bits = 0;
	facc f;

	memcpy(&bits, &v, sizeof(v));
	memcpy(&f, &bits, sizeof(f));
	return f;
}

static inline facc acc_of_f64(double v)
{
	return v;
}
#endif

/* The interpreter's registers at the instruction where a handler was
 * interrupted. */
struct machine_registers {
	uint64_t pc, fp, mem, x, a;
	facc f;
};

/* Where the native instruction is that the signal interrupted. */
uintptr_t machine_native_pc(const void *ucontext);
void machine_read_registers(const void *ucontext, struct machine_registers *r);

#endif
