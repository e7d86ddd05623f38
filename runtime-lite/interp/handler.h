/*
 * How handlers are written.
 *
 * An instruction's operands, in the word after the handler's address:
 *
 *	bytes 0..1	OPERAND(0): the slot of the result, or the first operand
 *	bytes 2..3	OPERAND(1)
 *	bytes 4..5	OPERAND(2), 6..7 OPERAND(3); or both together WIDE1:
 * immediate, offset, branch distance bytes 0..3	WIDE0: a slot number of
 * 32 bits
 *
 * Further words are immediates: WORD(2), WORD(3).
 *
 * A handler for a guest memory access that can fault must leave the registers
 * alone until the access is done: after a fault they are read from the signal
 * context, and the instruction may be executed again. ACCESS() and ACCESSED()
 * see to that.
 */
#ifndef INTERP_HANDLER_H
#define INTERP_HANDLER_H

#include "interp.h"

#define LIKELY(e)   __builtin_expect(!!(e), 1)
#define UNLIKELY(e) __builtin_expect(!!(e), 0)

#define REGISTERS                                                                                  \
	const uint64_t *pc, union slot *fp, uint8_t *mem, struct exec *x, union global *g,         \
		uint64_t a, facc f
#define UNUSED_REGISTERS (void)fp, (void)mem, (void)x, (void)g, (void)a, (void)f

/* All handlers that touch guest memory directly lie in one section:
 * exec_fault() knows them by address. */
#define HANDLER_SECTION __attribute__((section("interp_handlers")))
#define HANDLER(name)                                                                              \
	HANDLER_CC enum outcome name(REGISTERS);                                                   \
	HANDLER_SECTION HANDLER_CC enum outcome name(REGISTERS)
/* What is rarely executed: may call C functions. */
#define COLD_HANDLER(name)                                                                         \
	HANDLER_CC enum outcome name(REGISTERS);                                                   \
	__attribute__((cold, noinline)) HANDLER_CC enum outcome name(REGISTERS)

#define GOTO(h)	   [[clang::musttail]] return (h)(pc, fp, mem, x, g, a, f)
#define DISPATCH() GOTO(*(const handler *)pc)
#define NEXT(words)                                                                                \
	do {                                                                                       \
		UNUSED_REGISTERS;                                                                  \
		pc += (words);                                                                     \
		DISPATCH();                                                                        \
	} while (0)

typedef int16_t __attribute__((may_alias)) code_i16;
typedef int32_t __attribute__((may_alias)) code_i32;

#define OPERAND(n)    (((const code_i16 *)pc)[4 + (n)])
#define WIDE0	      (((const code_i32 *)pc)[2])
#define WIDE1	      (((const code_i32 *)pc)[3])
#define WORD(n)	      (pc[n])
#define POINTER(T, n) ((T *)(uintptr_t)WORD(n))
#define SLOT(n)	      fp[OPERAND(n)]
#define JUMP()	      (pc = (const uint64_t *)((const char *)pc + WIDE1))

/* Operands by form: s a slot, a the accumulator, i an immediate. */
#define GET_s_i32(n) SLOT(n).u32
#define GET_s_i64(n) SLOT(n).u64
#define GET_s_f32(n) SLOT(n).f32
#define GET_s_f64(n) SLOT(n).f64
#define GET_a_i32(n) ((uint32_t)a)
#define GET_a_i64(n) a
#define GET_a_f32(n) acc_f32(f)
#define GET_a_f64(n) acc_f64(f)
#define GET_i_i32(n) ((uint32_t)WIDE1)
#define GET_i_i64(n) ((uint64_t)WIDE1)
#define GET_i_f32(n) f32_from_bits(WIDE1)
#define GET_i_f64(n) f64_from_bits(WORD(2))
#define LENGTH_s_i32 2
#define LENGTH_s_i64 2
#define LENGTH_s_f32 2
#define LENGTH_s_f64 2
#define LENGTH_a_i32 2
#define LENGTH_a_i64 2
#define LENGTH_a_f32 2
#define LENGTH_a_f64 2
#define LENGTH_i_i32 2
#define LENGTH_i_i64 2
#define LENGTH_i_f32 2
#define LENGTH_i_f64 3

/* Results: always into an accumulator, with s into the slot as well. Slots are
 * always written whole, since they are copied whole. */
#define PUT_a_i32(v) (a = (uint32_t)(v))
#define PUT_a_i64(v) (a = (v))
#define PUT_a_f32(v) (f = acc_of_f32(v))
#define PUT_a_f64(v) (f = acc_of_f64(v))
#define PUT_s_i32(v) (a = (uint32_t)(v), SLOT(0).u64 = a)
#define PUT_s_i64(v) (a = (v), SLOT(0).u64 = a)
#define PUT_s_f32(v)                                                                               \
	do {                                                                                       \
		float put = (v);                                                                   \
		f = acc_of_f32(put);                                                               \
		SLOT(0).u64 = bits_of_f32(put);                                                    \
	} while (0)
#define PUT_s_f64(v)                                                                               \
	do {                                                                                       \
		double put = (v);                                                                  \
		f = acc_of_f64(put);                                                               \
		SLOT(0).f64 = put;                                                                 \
	} while (0)

#define CTYPE_i32 uint32_t
#define CTYPE_i64 uint64_t
#define CTYPE_f32 float
#define CTYPE_f64 double

static inline float f32_from_bits(uint32_t bits)
{
	float v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

static inline double f64_from_bits(uint64_t bits)
{
	double v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

static inline uint32_t bits_of_f32(float v)
{
	uint32_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return bits;
}

static inline uint64_t bits_of_f64(double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return bits;
}

/* The registers into the engine, before C code that looks at them. */
#define SAVE()                                                                                     \
	do {                                                                                       \
		struct engine *e_ = engine_of(x);                                                  \
		e_->pc = pc;                                                                       \
		e_->fp = fp;                                                                       \
		e_->mem = mem;                                                                     \
		e_->a = a;                                                                         \
		e_->f = f;                                                                         \
	} while (0)

/* All of this frame is in use: nested calls begin above it. */
#define SAVE_TOP() (engine_of(x)->top = fp + frame_code(fp)->nslots)

/* Optimised code keeps the registers where the calling convention put them,
 * which the test of faults in every form checks; otherwise they are saved
 * before each access. */
#if __has_feature(address_sanitizer) || !defined(__OPTIMIZE__)
#define INTERP_SAVES_REGISTERS 1
#define ACCESS()	       SAVE()
#else
#define INTERP_SAVES_REGISTERS 0
#define ACCESS()	       ((void)0)
#endif
/* Makes what follows depend on the access before: no register is changed
 * earlier. */
#define ACCESSED() __asm__ volatile("" : "+r"(pc), "+r"(fp), "+r"(mem), "+r"(a) : : "memory")

/* The same after a load: the value is an operand, so that it has been loaded,
 * into whatever register; memory is not clobbered. */
#define LOADED_i32(v) __asm__ volatile("" : "+r"(pc), "+r"(fp), "+r"(a) : "r"(v))
#define LOADED_i64(v) __asm__ volatile("" : "+r"(pc), "+r"(fp), "+r"(a) : "r"(v))
#if defined(__x86_64__)
#define LOADED_f32(v) __asm__ volatile("" : "+r"(pc), "+r"(fp), "+r"(a) : "x"(v))
#elif defined(__aarch64__)
#define LOADED_f32(v) __asm__ volatile("" : "+r"(pc), "+r"(fp), "+r"(a) : "w"(v))
#else
#define LOADED_f32(v) __asm__ volatile("" : "+r"(pc), "+r"(fp), "+r"(a) : "f"(v))
#endif
#define LOADED_f64(v) LOADED_f32(v)

static inline bool poll_wanted(const struct exec *x)
{
	return UNLIKELY(atomic_load_explicit(&x->poll, memory_order_relaxed));
}

/* Cold handlers that hot ones end in. */
HANDLER_CC enum outcome trap_unreachable(REGISTERS);
HANDLER_CC enum outcome trap_memory(REGISTERS); /* address in a */
HANDLER_CC enum outcome trap_unaligned(REGISTERS);
HANDLER_CC enum outcome trap_table(REGISTERS);
HANDLER_CC enum outcome trap_undefined_element(REGISTERS);
HANDLER_CC enum outcome trap_uninitialized_element(REGISTERS);
HANDLER_CC enum outcome trap_indirect_type(REGISTERS);
HANDLER_CC enum outcome trap_divide(REGISTERS);
HANDLER_CC enum outcome trap_overflow(REGISTERS);
HANDLER_CC enum outcome trap_conversion(REGISTERS);
HANDLER_CC enum outcome trap_stack(REGISTERS);
HANDLER_CC enum outcome trap_null_exception(REGISTERS);
HANDLER_CC enum outcome trap_shared_wait(REGISTERS);
/* x->poll is set: ask, then execute the instruction at pc. */
HANDLER_CC enum outcome poll_slowly(REGISTERS);
/* x->exception is in flight from the instruction at pc. */
HANDLER_CC enum outcome unwind_exception(REGISTERS);
/* x->unwind says how to leave, at pc. */
HANDLER_CC enum outcome unwind_host(REGISTERS);

#endif
