/*
 * Vector instructions that compute, by simd.def. Vectors are in slots, two each; what is not a vector may be in an
 * accumulator. The number of a lane, where there is one, is the operand after the last.
 */
#include "../wasm/opcodes.h"
#include "simd.h"
#include "tables.h"

/* In functions, where x, y, z and n are what the list says. */
#define VUNARY(ID, V, expr)                                                                        \
	static inline u64x2 ID##_of(V x)                                                           \
	{                                                                                          \
		return (u64x2)(expr);                                                              \
	}                                                                                          \
	HANDLER(ID##_v)                                                                            \
	{                                                                                          \
		VSLOT(0) = ID##_of((V)VSLOT(1));                                                   \
		NEXT(2);                                                                           \
	}
#define VBINARY(ID, V, expr)                                                                       \
	static inline u64x2 ID##_of(V x, V y)                                                      \
	{                                                                                          \
		return (u64x2)(expr);                                                              \
	}                                                                                          \
	HANDLER(ID##_v)                                                                            \
	{                                                                                          \
		VSLOT(0) = ID##_of((V)VSLOT(1), (V)VSLOT(2));                                      \
		NEXT(2);                                                                           \
	}
#define VTERNARY(ID, V, expr)                                                                      \
	static inline u64x2 ID##_of(V x, V y, V z)                                                 \
	{                                                                                          \
		return (u64x2)(expr);                                                              \
	}                                                                                          \
	HANDLER(ID##_v)                                                                            \
	{                                                                                          \
		VSLOT(0) = ID##_of((V)VSLOT(1), (V)VSLOT(2), (V)VSLOT(3));                         \
		NEXT(2);                                                                           \
	}

#define COUNT_s SLOT(2).u32
#define COUNT_a ((uint32_t)a)
#define COUNT_i ((uint32_t)OPERAND(2))
#define VSHIFT_FORM(ID, V, p)                                                                      \
	HANDLER(ID##_##p)                                                                          \
	{                                                                                          \
		VSLOT(0) = ID##_of((V)VSLOT(1), COUNT_##p);                                        \
		NEXT(2);                                                                           \
	}
#define VSHIFT(ID, V, C, expr)                                                                     \
	static inline u64x2 ID##_of(V x, uint32_t count)                                           \
	{                                                                                          \
		C n = count % (8 * sizeof(C));                                                     \
                                                                                                   \
		return (u64x2)(expr);                                                              \
	}                                                                                          \
	VSHIFT_FORM(ID, V, s) VSHIFT_FORM(ID, V, a) VSHIFT_FORM(ID, V, i)

#define VTEST_FORM(ID, V, d)                                                                       \
	HANDLER(ID##_##d)                                                                          \
	{                                                                                          \
		PUT_##d##_i32(ID##_of((V)VSLOT(1)));                                               \
		NEXT(2);                                                                           \
	}
#define VTEST(ID, V, expr)                                                                         \
	static inline uint32_t ID##_of(V x)                                                        \
	{                                                                                          \
		return expr;                                                                       \
	}                                                                                          \
	VTEST_FORM(ID, V, s) VTEST_FORM(ID, V, a)

#define VSPLAT_FORM(ID, T, V, AS, p)                                                               \
	HANDLER(ID##_##p)                                                                          \
	{                                                                                          \
		VSLOT(0) = (u64x2)ALL(V, AS(GET_##p##_##T(1)));                                    \
		NEXT(2);                                                                           \
	}
#define VSPLAT(ID, T, V, AS) VSPLAT_FORM(ID, T, V, AS, s) VSPLAT_FORM(ID, T, V, AS, a)

/* A lane is read where it is in memory. */
#define EXTRACT_FORM(ID, R, C, d)                                                                  \
	HANDLER(ID##_##d)                                                                          \
	{                                                                                          \
		C lane_;                                                                           \
		memcpy(&lane_, (const C *)&SLOT(1) + OPERAND(2), sizeof(lane_));                   \
		PUT_##d##_##R(lane_);                                                              \
		NEXT(2);                                                                           \
	}
#define EXTRACT(ID, R, C) EXTRACT_FORM(ID, R, C, s) EXTRACT_FORM(ID, R, C, a)

/* But is not written there: the vector would be read whole soon after, which is slow after a narrower store. */
#define REPLACE_FORM(ID, T, V, AS, p)                                                              \
	HANDLER(ID##_##p)                                                                          \
	{                                                                                          \
		VSLOT(0) = REPLACED(V, VSLOT(1), OPERAND(3), AS(GET_##p##_##T(2)));                \
		NEXT(2);                                                                           \
	}
#define REPLACE(ID, T, V, AS) REPLACE_FORM(ID, T, V, AS, s) REPLACE_FORM(ID, T, V, AS, a)

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

#define VLOAD_FORM(ID, C, p)                                                                       \
	HANDLER(ID##_##p)                                                                          \
	{                                                                                          \
		NUMBER(C) number;                                                                  \
		ACCESS();                                                                          \
		memcpy(&number, ADDRESS_##p, sizeof(number));                                      \
		LOADED_i64((uint64_t)number);                                                      \
		VSLOT(0) = ID##_of(__builtin_bit_cast(C, number));                                 \
		NEXT(2);                                                                           \
	}
#define VLOAD(ID, C, expr)                                                                         \
	static inline u64x2 ID##_of(C x)                                                           \
	{                                                                                          \
		return (u64x2)(expr);                                                              \
	}                                                                                          \
	VLOAD_FORM(ID, C, s) VLOAD_FORM(ID, C, a)

/* The halves of WORD(2): the vector, the lane. */
#define LOAD_LANE_FORM(ID, V, C, p)                                                                \
	HANDLER(ID##_##p)                                                                          \
	{                                                                                          \
		C number;                                                                          \
		ACCESS();                                                                          \
		memcpy(&number, ADDRESS_##p, sizeof(number));                                      \
		LOADED_i64((uint64_t)number);                                                      \
		u64x2 v = *(slot_v128 *)&fp[(int32_t)WORD(2)];                                     \
		VSLOT(0) = REPLACED(V, v, WORD(2) >> 32, number);                                  \
		NEXT(3);                                                                           \
	}
#define LOAD_LANE(ID, V, C) LOAD_LANE_FORM(ID, V, C, s) LOAD_LANE_FORM(ID, V, C, a)

#define STORE_LANE_FORM(ID, C, p)                                                                  \
	HANDLER(ID##_##p)                                                                          \
	{                                                                                          \
		C number;                                                                          \
		memcpy(&number, (const C *)&SLOT(0) + WORD(2), sizeof(number));                    \
		ACCESS();                                                                          \
		memcpy(ADDRESS_##p, &number, sizeof(number));                                      \
		ACCESSED();                                                                        \
		NEXT(3);                                                                           \
	}
#define STORE_LANE(ID, C) STORE_LANE_FORM(ID, C, s) STORE_LANE_FORM(ID, C, a)
#include "simd.def"

#define V128_LOAD_FORM(p)                                                                          \
	HANDLER(V128_LOAD_##p)                                                                     \
	{                                                                                          \
		u64x2 loaded;                                                                      \
		ACCESS();                                                                          \
		memcpy(&loaded, ADDRESS_##p, sizeof(loaded));                                      \
		LOADED_v128(loaded);                                                               \
		VSLOT(0) = loaded;                                                                 \
		NEXT(2);                                                                           \
	}
V128_LOAD_FORM(s)
V128_LOAD_FORM(a)

#define V128_STORE_FORM(p)                                                                         \
	HANDLER(V128_STORE_##p)                                                                    \
	{                                                                                          \
		u64x2 stored = VSLOT(0);                                                           \
		ACCESS();                                                                          \
		memcpy(ADDRESS_##p, &stored, sizeof(stored));                                      \
		ACCESSED();                                                                        \
		NEXT(2);                                                                           \
	}
V128_STORE_FORM(s)
V128_STORE_FORM(a)

HANDLER(op_const128)
{
	VSLOT(0) = *(const slot_v128 *)(pc + 2);
	NEXT(4);
}

HANDLER(op_shuffle)
{
	VSLOT(0) = (u64x2)shuffle((u8x16)VSLOT(1), (u8x16)VSLOT(2),
				  (u8x16) * (const slot_v128 *)(pc + 2));
	NEXT(4);
}

/* The same list once more, as a table. */
#define NUMBER_OF(ID)	       ((OP_##ID) & 0xfff)
#define VUNARY(ID, ...)	       [NUMBER_OF(ID)] = {[SIMD_SLOTS] = ID##_v},
#define VBINARY(ID, ...)       VUNARY(ID)
#define VTERNARY(ID, ...)      VUNARY(ID)
#define BOTH_FORMS(ID)	       [SIMD_SLOTS] = ID##_s, [SIMD_SCALAR] = ID##_a
#define VSHIFT(ID, ...)	       [NUMBER_OF(ID)] = {BOTH_FORMS(ID), [SIMD_COUNT] = ID##_i},
#define VSPLAT(ID, ...)	       [NUMBER_OF(ID)] = {BOTH_FORMS(ID)},
#define REPLACE(ID, ...)       VSPLAT(ID)
#define VLOAD(ID, ...)	       VSPLAT(ID)
#define LOAD_LANE(ID, ...)     VSPLAT(ID)
#define STORE_LANE(ID, ...)    VSPLAT(ID)
#define VTEST(ID, ...)	       [NUMBER_OF(ID)] = {[SIMD_SLOTS] = ID##_s, [SIMD_BARE] = ID##_a},
#define EXTRACT(ID, ...)       VTEST(ID)
#define RELAXED_FORM(ID, SAME) [NUMBER_OF(ID)] = {[SIMD_SLOTS] = SAME##_v},
#define RELAXED(ID, SAME)      RELAXED_FORM(ID, SAME)

const handler simd_handlers[SIMD_NUMBERS][SIMD_FORMS] = {
	VSPLAT(V128_LOAD) VSPLAT(V128_STORE)[NUMBER_OF(V128_CONST)] = {op_const128},
	[NUMBER_OF(I8X16_SHUFFLE)] = {op_shuffle},
#include "simd.def"
#include "../wasm/relaxed-simd.h"
};
