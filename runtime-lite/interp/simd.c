/*
 * Vector instructions that compute, by simd.def. Operands are in slots, two of them for a vector, or in accumulators: on
 * most ISAs the floating-point one holds a vector. The number of a lane, where there is one, is the operand after the last.
 *
 * The handlers' names end in a letter for each operand, s or a (or i for an immediate), then one for the result.
 */
#include "../wasm/opcodes.h"
#include "simd.h"
#include "tables.h"

#define GET_s_v128(n) VSLOT(n)
#if VECTOR_ACCUMULATOR
#define IF_ACC(...)   __VA_ARGS__
#define GET_a_v128(n) ((u64x2)f)
#define PUT_a_v128(v) (f = (facc)(v))
#define PUT_s_v128(v)                                                                              \
	do {                                                                                       \
		u64x2 put = (v);                                                                   \
		f = (facc)put;                                                                     \
		VSLOT(0) = put;                                                                    \
	} while (0)
#else
#define IF_ACC(...)
#define PUT_s_v128(v) (VSLOT(0) = (v))
#endif

/* To a slot, or only to the accumulator. */
#define BOTH(FORM, ...)	 FORM(__VA_ARGS__, s) FORM(__VA_ARGS__, a)
#define BOTHV(FORM, ...) FORM(__VA_ARGS__, s) IF_ACC(FORM(__VA_ARGS__, a))

/* What is computed is in functions, where x, y, z and n are what the list says. */
#define VUNARY_FORM(ID, V, p, d)                                                                   \
	HANDLER(ID##_##p##_##d)                                                                    \
	{                                                                                          \
		PUT_##d##_v128(ID##_of((V)GET_##p##_v128(1)));                                     \
		NEXT(2);                                                                           \
	}
#define VUNARY(ID, V, expr)                                                                        \
	static inline u64x2 ID##_of(V x)                                                           \
	{                                                                                          \
		return (u64x2)(expr);                                                              \
	}                                                                                          \
	BOTHV(VUNARY_FORM, ID, V, s) IF_ACC(BOTHV(VUNARY_FORM, ID, V, a))

#define VBINARY_FORM(ID, V, p, q, d)                                                               \
	HANDLER(ID##_##p##q##_##d)                                                                 \
	{                                                                                          \
		PUT_##d##_v128(ID##_of((V)GET_##p##_v128(1), (V)GET_##q##_v128(2)));               \
		NEXT(2);                                                                           \
	}
#define VBINARY(ID, V, expr)                                                                       \
	static inline u64x2 ID##_of(V x, V y)                                                      \
	{                                                                                          \
		return (u64x2)(expr);                                                              \
	}                                                                                          \
	BOTHV(VBINARY_FORM, ID, V, s, s)                                                           \
	IF_ACC(BOTHV(VBINARY_FORM, ID, V, a, s) BOTHV(VBINARY_FORM, ID, V, s, a))

#define VTERNARY_FORM(ID, V, p, q, r, d)                                                           \
	HANDLER(ID##_##p##q##r##_##d)                                                              \
	{                                                                                          \
		PUT_##d##_v128(ID##_of((V)GET_##p##_v128(1), (V)GET_##q##_v128(2),                 \
				       (V)GET_##r##_v128(3)));                                     \
		NEXT(2);                                                                           \
	}
#define VTERNARY(ID, V, expr)                                                                      \
	static inline u64x2 ID##_of(V x, V y, V z)                                                 \
	{                                                                                          \
		return (u64x2)(expr);                                                              \
	}                                                                                          \
	BOTHV(VTERNARY_FORM, ID, V, s, s, s)                                                       \
	IF_ACC(BOTHV(VTERNARY_FORM, ID, V, a, s, s) BOTHV(VTERNARY_FORM, ID, V, s, s, a))

#define COUNT_s SLOT(2).u32
#define COUNT_i ((uint32_t)OPERAND(2))
#define VSHIFT_FORM(ID, V, p, q, d)                                                                \
	HANDLER(ID##_##p##q##_##d)                                                                 \
	{                                                                                          \
		PUT_##d##_v128(ID##_of((V)GET_##p##_v128(1), COUNT_##q));                          \
		NEXT(2);                                                                           \
	}
#define VSHIFT(ID, V, C, expr)                                                                     \
	static inline u64x2 ID##_of(V x, uint32_t count)                                           \
	{                                                                                          \
		C n = count % (8 * sizeof(C));                                                     \
                                                                                                   \
		return (u64x2)(expr);                                                              \
	}                                                                                          \
	BOTHV(VSHIFT_FORM, ID, V, s, s)                                                            \
	BOTHV(VSHIFT_FORM, ID, V, s, i)                                                            \
	IF_ACC(BOTHV(VSHIFT_FORM, ID, V, a, s) BOTHV(VSHIFT_FORM, ID, V, a, i))

#define VTEST_FORM(ID, V, p, d)                                                                    \
	HANDLER(ID##_##p##_##d)                                                                    \
	{                                                                                          \
		PUT_##d##_i32(ID##_of((V)GET_##p##_v128(1)));                                      \
		NEXT(2);                                                                           \
	}
#define VTEST(ID, V, expr)                                                                         \
	static inline uint32_t ID##_of(V x)                                                        \
	{                                                                                          \
		return expr;                                                                       \
	}                                                                                          \
	BOTH(VTEST_FORM, ID, V, s) IF_ACC(BOTH(VTEST_FORM, ID, V, a))

#define VSPLAT_FORM(ID, T, V, AS, p, d)                                                            \
	HANDLER(ID##_##p##_##d)                                                                    \
	{                                                                                          \
		PUT_##d##_v128((u64x2)ALL(V, AS(GET_##p##_##T(1))));                               \
		NEXT(2);                                                                           \
	}
#define VSPLAT(ID, T, V, AS) BOTHV(VSPLAT_FORM, ID, T, V, AS, s) BOTHV(VSPLAT_FORM, ID, T, V, AS, a)

/* A lane is read where it is in memory. */
#define EXTRACT_FORM(ID, R, C, d)                                                                  \
	HANDLER(ID##_s_##d)                                                                        \
	{                                                                                          \
		C lane_;                                                                           \
		memcpy(&lane_, (const C *)&SLOT(1) + OPERAND(2), sizeof(lane_));                   \
		PUT_##d##_##R(lane_);                                                              \
		NEXT(2);                                                                           \
	}
#define EXTRACT(ID, R, C) BOTH(EXTRACT_FORM, ID, R, C)

/* But is not written there: the vector would be read whole soon after, which is slow after a narrower store. */
#define REPLACE_FORM(ID, T, V, AS, p, q, d)                                                        \
	HANDLER(ID##_##p##q##_##d)                                                                 \
	{                                                                                          \
		PUT_##d##_v128(REPLACED(V, GET_##p##_v128(1), OPERAND(3), AS(GET_##q##_##T(2))));  \
		NEXT(2);                                                                           \
	}
#define REPLACE(ID, T, V, AS)                                                                      \
	BOTHV(REPLACE_FORM, ID, T, V, AS, s, s)                                                    \
	BOTHV(REPLACE_FORM, ID, T, V, AS, s, a) IF_ACC(BOTHV(REPLACE_FORM, ID, T, V, AS, a, s))

/* The address, as in access.c. */
#define ADDRESS_s (mem + (uint64_t)SLOT(1).u32 + (uint32_t)WIDE1)
#define ADDRESS_a (mem + (uint64_t)(uint32_t)a + (uint32_t)WIDE1)

#if defined(__x86_64__)
#define LOADED_v128(v) __asm__ volatile("" : "+r"(pc), "+r"(fp), "+r"(a) : "x"(v))
#elif defined(__aarch64__)
#define LOADED_v128(v) __asm__ volatile("" : "+r"(pc), "+r"(fp), "+r"(a) : "w"(v))
#else
#define LOADED_v128(v) __asm__ volatile("" : "+r"(pc), "+r"(fp), "+r"(a) : "r"(v[0]), "r"(v[1]))
#endif

/* Memory is read as a number, which fits a register. */
#define NUMBER(C)                                                                                  \
	typeof(__builtin_choose_expr(sizeof(C) == 8, (uint64_t)0,                                  \
				     __builtin_choose_expr(sizeof(C) == 4, (uint32_t)0,            \
							   __builtin_choose_expr(sizeof(C) == 2,   \
										 (uint16_t)0,      \
										 (uint8_t)0))))

#define VLOAD_FORM(ID, C, p, d)                                                                    \
	HANDLER(ID##_##p##_##d)                                                                    \
	{                                                                                          \
		NUMBER(C) number;                                                                  \
		ACCESS();                                                                          \
		memcpy(&number, ADDRESS_##p, sizeof(number));                                      \
		LOADED_i64((uint64_t)number);                                                      \
		PUT_##d##_v128(ID##_of(__builtin_bit_cast(C, number)));                            \
		NEXT(2);                                                                           \
	}
#define VLOAD(ID, C, expr)                                                                         \
	static inline u64x2 ID##_of(C x)                                                           \
	{                                                                                          \
		return (u64x2)(expr);                                                              \
	}                                                                                          \
	BOTHV(VLOAD_FORM, ID, C, s) BOTHV(VLOAD_FORM, ID, C, a)

/* The halves of WORD(2): the vector, the lane. */
#define LOAD_LANE_FORM(ID, V, C, p, d)                                                             \
	HANDLER(ID##_##p##s_##d)                                                                   \
	{                                                                                          \
		C number;                                                                          \
		ACCESS();                                                                          \
		memcpy(&number, ADDRESS_##p, sizeof(number));                                      \
		LOADED_i64((uint64_t)number);                                                      \
		u64x2 v = *(slot_v128 *)&fp[(int32_t)WORD(2)];                                     \
		PUT_##d##_v128(REPLACED(V, v, WORD(2) >> 32, number));                             \
		NEXT(3);                                                                           \
	}
#define LOAD_LANE(ID, V, C) BOTHV(LOAD_LANE_FORM, ID, V, C, s) BOTHV(LOAD_LANE_FORM, ID, V, C, a)

#define STORE_LANE_FORM(ID, C, p)                                                                  \
	HANDLER(ID##_##p##s)                                                                       \
	{                                                                                          \
		C number;                                                                          \
		memcpy(&number, (const C *)&SLOT(0) + WORD(2), sizeof(number));                    \
		ACCESS();                                                                          \
		before_store(ADDRESS_##p, sizeof(number));                                         \
		memcpy(ADDRESS_##p, &number, sizeof(number));                                      \
		ACCESSED();                                                                        \
		NEXT(3);                                                                           \
	}
#define STORE_LANE(ID, C) STORE_LANE_FORM(ID, C, s) STORE_LANE_FORM(ID, C, a)
#include "simd.def"

#define V128_LOAD_FORM(ID, p, d)                                                                   \
	HANDLER(ID##_##p##_##d)                                                                    \
	{                                                                                          \
		u64x2 loaded;                                                                      \
		ACCESS();                                                                          \
		memcpy(&loaded, ADDRESS_##p, sizeof(loaded));                                      \
		LOADED_v128(loaded);                                                               \
		PUT_##d##_v128(loaded);                                                            \
		NEXT(2);                                                                           \
	}
BOTHV(V128_LOAD_FORM, V128_LOAD, s)
BOTHV(V128_LOAD_FORM, V128_LOAD, a)

#define V128_STORE_FORM(p, q)                                                                      \
	HANDLER(V128_STORE_##p##q)                                                                 \
	{                                                                                          \
		u64x2 stored = GET_##q##_v128(0);                                                  \
		ACCESS();                                                                          \
		before_store(ADDRESS_##p, sizeof(stored));                                         \
		memcpy(ADDRESS_##p, &stored, sizeof(stored));                                      \
		ACCESSED();                                                                        \
		NEXT(2);                                                                           \
	}
V128_STORE_FORM(s, s)
V128_STORE_FORM(a, s)
IF_ACC(V128_STORE_FORM(s, a) V128_STORE_FORM(a, a))

/* The 16 bytes that follow the operands. */
#define IMMEDIATE (*(const slot_v128 *)(pc + 2))

#define CONST_FORM(ID, d)                                                                          \
	HANDLER(ID##_##d)                                                                          \
	{                                                                                          \
		PUT_##d##_v128(IMMEDIATE);                                                         \
		NEXT(4);                                                                           \
	}
BOTHV(CONST_FORM, V128_CONST)

#define SHUFFLE_FORM(ID, p, q, d)                                                                  \
	HANDLER(ID##_##p##q##_##d)                                                                 \
	{                                                                                          \
		u8x16 from = (u8x16)GET_##p##_v128(1), second = (u8x16)GET_##q##_v128(2);          \
		PUT_##d##_v128((u64x2)shuffle(from, second, (u8x16)IMMEDIATE));                    \
		NEXT(4);                                                                           \
	}
BOTHV(SHUFFLE_FORM, I8X16_SHUFFLE, s, s)
IF_ACC(BOTHV(SHUFFLE_FORM, I8X16_SHUFFLE, a, s) BOTHV(SHUFFLE_FORM, I8X16_SHUFFLE, s, a))

HANDLER(op_set_v)
{
#if VECTOR_ACCUMULATOR
	*(slot_v128 *)&fp[WIDE0] = (u64x2)f;
#endif
	NEXT(2);
}

/* The same list once more, as a table. */
#define NUMBER_OF(ID)	 ((OP_##ID) & 0xfff)
#define PAIR(name)	 {name##_s, name##_a}
#define PAIRV(name)	 {name##_s, IF_ACC(name##_a)}
#define VUNARY_TABLE(ID) {[0] = PAIRV(ID##_s), IF_ACC([ACC_FIRST] = PAIRV(ID##_a))}
#define VBINARY_TABLE(ID)                                                                          \
	{[0] = PAIRV(ID##_ss), IF_ACC([ACC_FIRST] = PAIRV(ID##_as), [ACC_SECOND] = PAIRV(ID##_sa))}
#define VTERNARY_TABLE(ID)                                                                         \
	{[0] = PAIRV(ID##_sss),                                                                    \
	 IF_ACC([ACC_FIRST] = PAIRV(ID##_ass), [ACC_THIRD] = PAIRV(ID##_ssa))}
#define VUNARY(ID, ...)	  [NUMBER_OF(ID)] = VUNARY_TABLE(ID),
#define VBINARY(ID, ...)  [NUMBER_OF(ID)] = VBINARY_TABLE(ID),
#define VTERNARY(ID, ...) [NUMBER_OF(ID)] = VTERNARY_TABLE(ID),
#define VSHIFT(ID, ...)                                                                            \
	[NUMBER_OF(ID)] = {[0] = PAIRV(ID##_ss),                                                   \
			   [COUNT_IMMEDIATE] = PAIRV(ID##_si),                                     \
			   IF_ACC([ACC_FIRST] = PAIRV(ID##_as),                                    \
				  [ACC_FIRST | COUNT_IMMEDIATE] = PAIRV(ID##_ai))},
#define VTEST(ID, ...)	 [NUMBER_OF(ID)] = {[0] = PAIR(ID##_s), IF_ACC([ACC_FIRST] = PAIR(ID##_a))},
#define EXTRACT(ID, ...) [NUMBER_OF(ID)] = {[0] = PAIR(ID##_s)},
#define VSPLAT(ID, ...)	 [NUMBER_OF(ID)] = {[0] = PAIRV(ID##_s), [ACC_FIRST] = PAIRV(ID##_a)},
#define VLOAD(ID, ...)	 VSPLAT(ID)
#define REPLACE(ID, ...)                                                                           \
	[NUMBER_OF(ID)] = {[0] = PAIRV(ID##_ss),                                                   \
			   [ACC_SECOND] = PAIRV(ID##_sa),                                          \
			   IF_ACC([ACC_FIRST] = PAIRV(ID##_as))},
#define LOAD_LANE(ID, ...)  [NUMBER_OF(ID)] = {[0] = PAIRV(ID##_ss), [ACC_FIRST] = PAIRV(ID##_as)},
#define STORE_LANE(ID, ...) [NUMBER_OF(ID)] = {[0] = {ID##_ss}, [ACC_FIRST] = {ID##_as}},

/* Relaxed instructions have the same operands as what they are. */
#define RELAXED(ID, SAME)		     RELAXED_##SAME(ID, SAME)
#define RELAXED_UNARY(ID, SAME)		     [NUMBER_OF(ID)] = VUNARY_TABLE(SAME),
#define RELAXED_BINARY(ID, SAME)	     [NUMBER_OF(ID)] = VBINARY_TABLE(SAME),
#define RELAXED_I8X16_SWIZZLE		     RELAXED_BINARY
#define RELAXED_I32X4_TRUNC_SAT_F32X4_S	     RELAXED_UNARY
#define RELAXED_I32X4_TRUNC_SAT_F32X4_U	     RELAXED_UNARY
#define RELAXED_I32X4_TRUNC_SAT_F64X2_S_ZERO RELAXED_UNARY
#define RELAXED_I32X4_TRUNC_SAT_F64X2_U_ZERO RELAXED_UNARY
#define RELAXED_V128_BITSELECT(ID, SAME)     [NUMBER_OF(ID)] = VTERNARY_TABLE(SAME),
#define RELAXED_F32X4_MIN		     RELAXED_BINARY
#define RELAXED_F32X4_MAX		     RELAXED_BINARY
#define RELAXED_F64X2_MIN		     RELAXED_BINARY
#define RELAXED_F64X2_MAX		     RELAXED_BINARY
#define RELAXED_I16X8_Q15MULR_SAT_S	     RELAXED_BINARY

const handler simd_handlers[SIMD_NUMBERS][SIMD_FORMS][2] = {
	VLOAD(V128_LOAD)[NUMBER_OF(V128_STORE)] = {[0] = {V128_STORE_ss},
						   [ACC_FIRST] = {V128_STORE_as},
						   IF_ACC([ACC_SECOND] = {V128_STORE_sa},
							  [ACC_FIRST |
								  ACC_SECOND] = {V128_STORE_aa})},
	[NUMBER_OF(V128_CONST)] = {PAIRV(V128_CONST)}, VBINARY(I8X16_SHUFFLE)
#include "simd.def"
#include "../wasm/relaxed-simd.h"
};
