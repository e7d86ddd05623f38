/*
 * Loads and stores, atomic ones too. None checks bounds: what is outside
 * faults, and exec_fault() reads the registers off the signal context.
 */
#include "../wasm/opcodes.h"
#include "handler.h"
#include "semantics.h"
#include "tables.h"

/* The address: base in slot or accumulator plus offset, or an immediate that is
 * already their sum. */
#define ADDRESS_s (mem + (uint64_t)SLOT(1).u32 + (uint32_t)WIDE1)
#define ADDRESS_a (mem + (uint64_t)(uint32_t)a + (uint32_t)WIDE1)
#define ADDRESS_i (mem + (uint32_t)WIDE1)

#define LOAD_FORM(ID, R, p, d)                                                                     \
	HANDLER(ID##_##p##_##d)                                                                    \
	{                                                                                          \
		CTYPE_##R loaded;                                                                  \
		ACCESS();                                                                          \
		loaded = ID##_from(ADDRESS_##p);                                                   \
		LOADED_##R(loaded);                                                                \
		PUT_##d##_##R(loaded);                                                             \
		NEXT(2);                                                                           \
	}

#define LOAD(ID, R, C)                                                                             \
	LOAD_FORM(ID, R, s, s)                                                                     \
	LOAD_FORM(ID, R, s, a)                                                                     \
	LOAD_FORM(ID, R, a, s)                                                                     \
	LOAD_FORM(ID, R, a, a) LOAD_FORM(ID, R, i, s) LOAD_FORM(ID, R, i, a)

/* Two loads: nothing is written before both are done. */
#define SLOTS_OF(n) (mem + (uint64_t)SLOT(n).u32 + ((const uint32_t *)pc)[4 + (n) / 2])
#define LOAD_LOAD(ID, R)                                                                           \
	HANDLER(ID##_##ID)                                                                         \
	{                                                                                          \
		CTYPE_##R loaded, second;                                                          \
		ACCESS();                                                                          \
		loaded = ID##_from(SLOTS_OF(1));                                                   \
		LOADED_##R(loaded);                                                                \
		second = ID##_from(SLOTS_OF(3));                                                   \
		LOADED_##R(second);                                                                \
		PUT_s_##R(loaded);                                                                 \
		PUT_SECOND_##R(second);                                                            \
		NEXT(3);                                                                           \
	}
#define PUT_SECOND_i32(v) (a = (v), SLOT(2).u64 = a)
#define PUT_SECOND_i64(v) (a = (v), SLOT(2).u64 = a)
#define PUT_SECOND_f64(v) (f = acc_of_f64(v), SLOT(2).f64 = (v))
LOAD_LOAD(I32_LOAD, i32)
LOAD_LOAD(I64_LOAD, i64)
LOAD_LOAD(F64_LOAD, f64)
const handler load_load_handlers[OP_INDICES] = {[OP_I32_LOAD] = I32_LOAD_I32_LOAD,
						[OP_I64_LOAD] = I64_LOAD_I64_LOAD,
						[OP_F64_LOAD] = F64_LOAD_F64_LOAD};

/* What is stored: slot, accumulator, or the word after. */
#define STORED_s_i32	SLOT(0).u32
#define STORED_s_i64	SLOT(0).u64
#define STORED_s_f32	SLOT(0).f32
#define STORED_s_f64	SLOT(0).f64
#define STORED_a_i32	((uint32_t)a)
#define STORED_a_i64	a
#define STORED_a_f32	acc_f32(f)
#define STORED_a_f64	acc_f64(f)
#define STORED_i_i32	((uint32_t)WORD(2))
#define STORED_i_i64	WORD(2)
#define STORED_i_f32	f32_from_bits(WORD(2))
#define STORED_i_f64	f64_from_bits(WORD(2))
#define STORED_LENGTH_s 2
#define STORED_LENGTH_a 2
#define STORED_LENGTH_i 3

#define STORE_FORM(ID, T, p, q)                                                                    \
	HANDLER(ID##_##p##q)                                                                       \
	{                                                                                          \
		CTYPE_##T stored = STORED_##q##_##T;                                               \
		ACCESS();                                                                          \
		ID##_to(ADDRESS_##p, stored);                                                      \
		ACCESSED();                                                                        \
		NEXT(STORED_LENGTH_##q);                                                           \
	}

#define STORE_AA_i32(ID, T, C)
#define STORE_AA_i64(ID, T, C)
#define STORE_AA_f32(ID, T, C) STORE_FORM(ID, T, a, a)
#define STORE_AA_f64(ID, T, C) STORE_FORM(ID, T, a, a)

#define STORE(ID, T, C)                                                                            \
	STORE_FORM(ID, T, s, s)                                                                    \
	STORE_FORM(ID, T, s, i)                                                                    \
	STORE_FORM(ID, T, s, a)                                                                    \
	STORE_FORM(ID, T, a, s)                                                                    \
	STORE_FORM(ID, T, a, i)                                                                    \
	STORE_FORM(ID, T, i, s)                                                                    \
	STORE_FORM(ID, T, i, i) STORE_FORM(ID, T, i, a) STORE_AA_##T(ID, T, C)

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
