/*
 * Loads and stores, atomic ones too. None checks bounds: what is outside faults, and exec_fault() reads the
 * registers off the signal context.
 */
#include "../wasm/opcodes.h"
#include "handler.h"
#include "tables.h"

/* The address: base in slot or accumulator plus offset, or an immediate that is already their sum. */
#define ADDRESS_s (mem + (uint64_t)SLOT(1).u32 + (uint32_t)WIDE1)
#define ADDRESS_a (mem + (uint64_t)(uint32_t)a + (uint32_t)WIDE1)
#define ADDRESS_i (mem + (uint32_t)WIDE1)

#define EXTEND_i32(v) ((uint32_t)(v))
#define EXTEND_i64(v) ((uint64_t)(v))
#define EXTEND_f32(v) (v)
#define EXTEND_f64(v) (v)

#define LOAD_FORM(ID, R, C, p, d)                                                                  \
	HANDLER(ID##_##p##_##d)                                                                    \
	{                                                                                          \
		C loaded;                                                                          \
		ACCESS();                                                                          \
		memcpy(&loaded, ADDRESS_##p, sizeof(loaded));                                      \
		LOADED_##R(loaded);                                                                \
		PUT_##d##_##R(EXTEND_##R(loaded));                                                 \
		NEXT(2);                                                                           \
	}

/* The loaded value is an operand, so that it comes first; memory is not clobbered, so that it is loaded with
 * the extension, into whatever register. */
#define LOADED_i32(v) __asm__ volatile("" : "+r"(pc), "+r"(fp), "+r"(a) : "r"(EXTEND_i32(v)))
#define LOADED_i64(v) __asm__ volatile("" : "+r"(pc), "+r"(fp), "+r"(a) : "r"(EXTEND_i64(v)))
#if defined(__x86_64__)
#define LOADED_f32(v) __asm__ volatile("" : "+r"(pc), "+r"(fp), "+r"(a) : "x"(v))
#elif defined(__aarch64__)
#define LOADED_f32(v) __asm__ volatile("" : "+r"(pc), "+r"(fp), "+r"(a) : "w"(v))
#else
#define LOADED_f32(v) __asm__ volatile("" : "+r"(pc), "+r"(fp), "+r"(a) : "f"(v))
#endif
#define LOADED_f64(v) LOADED_f32(v)

#define LOAD(ID, R, C)                                                                             \
	LOAD_FORM(ID, R, C, s, s)                                                                  \
	LOAD_FORM(ID, R, C, s, a) LOAD_FORM(ID, R, C, a, s) LOAD_FORM(ID, R, C, a, a)              \
		LOAD_FORM(ID, R, C, i, s) LOAD_FORM(ID, R, C, i, a)

/* What is stored: slot, accumulator, or the word after. */
#define STORED_s_i32	SLOT(0).u32
#define STORED_s_i64	SLOT(0).u64
#define STORED_s_f32	SLOT(0).u32
#define STORED_s_f64	SLOT(0).u64
#define STORED_a_i32	((uint32_t)a)
#define STORED_a_i64	a
#define STORED_a_f32	acc_f32(f)
#define STORED_a_f64	acc_f64(f)
#define STORED_i_i32	((uint32_t)WORD(2))
#define STORED_i_i64	WORD(2)
#define STORED_i_f32	((uint32_t)WORD(2))
#define STORED_i_f64	WORD(2)
#define STORED_LENGTH_s 2
#define STORED_LENGTH_a 2
#define STORED_LENGTH_i 3
#define NARROW_s_f32	uint32_t
#define NARROW_s_f64	uint64_t
#define NARROW_i_f32	uint32_t
#define NARROW_i_f64	uint64_t
#define NARROW_a_f32	float
#define NARROW_a_f64	double

#define STORE_FORM_AS(ID, T, C, p, q)                                                              \
	HANDLER(ID##_##p##q)                                                                       \
	{                                                                                          \
		C stored = STORED_##q##_##T;                                                       \
		ACCESS();                                                                          \
		memcpy(ADDRESS_##p, &stored, sizeof(stored));                                      \
		ACCESSED();                                                                        \
		NEXT(STORED_LENGTH_##q);                                                           \
	}
#define STORE_TYPE_i32(q, C)	   C
#define STORE_TYPE_i64(q, C)	   C
#define STORE_TYPE_f32(q, C)	   NARROW_##q##_f32
#define STORE_TYPE_f64(q, C)	   NARROW_##q##_f64
#define STORE_FORM(ID, T, C, p, q) STORE_FORM_AS(ID, T, STORE_TYPE_##T(q, C), p, q)

#define STORE_AA_i32(ID, T, C)
#define STORE_AA_i64(ID, T, C)
#define STORE_AA_f32(ID, T, C) STORE_FORM(ID, T, C, a, a)
#define STORE_AA_f64(ID, T, C) STORE_FORM(ID, T, C, a, a)

#define STORE(ID, T, C)                                                                            \
	STORE_FORM(ID, T, C, s, s)                                                                 \
	STORE_FORM(ID, T, C, s, i) STORE_FORM(ID, T, C, s, a) STORE_FORM(ID, T, C, a, s)           \
		STORE_FORM(ID, T, C, a, i) STORE_FORM(ID, T, C, i, s) STORE_FORM(ID, T, C, i, i)   \
			STORE_FORM(ID, T, C, i, a) STORE_AA_##T(ID, T, C)

#include "ops.def"

#define LOAD(ID, R, C)                                                                             \
	[OP_INDEX(OP_##ID)] = {[FORM_SS] = {ID##_s_s, ID##_s_a},                                   \
			       [FORM_AS] = {ID##_a_s, ID##_a_a},                                   \
			       [FORM_IS] = {ID##_i_s, ID##_i_a}},

const handler load_handlers[OP_INDICES][FORM_IS + 1][2] = {
#include "ops.def"
};

#define TABLE_AA_i32(ID)
#define TABLE_AA_i64(ID)
#define TABLE_AA_f32(ID) [FORM_AA] = ID##_aa,
#define TABLE_AA_f64(ID) [FORM_AA] = ID##_aa,
#define STORE(ID, T, C)                                                                            \
	[OP_INDEX(OP_##ID)] = {[FORM_SS] = ID##_ss, [FORM_SI] = ID##_si, [FORM_SA] = ID##_sa,      \
			       [FORM_AS] = ID##_as, [FORM_AI] = ID##_ai, [FORM_IS] = ID##_is,      \
			       [FORM_II] = ID##_ii, [FORM_IA] = ID##_ia, TABLE_AA_##T(ID)},

const handler store_handlers[OP_INDICES][FORMS] = {
#include "ops.def"
};
