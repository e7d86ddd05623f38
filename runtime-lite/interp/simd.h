/*
 * Vectors as C has them, and what the expressions of simd.def are made of. Generic vectors of the compiler: every ISA
 * computes the same, with the instructions that it has.
 */
#ifndef INTERP_SIMD_H
#define INTERP_SIMD_H

#include "float.h"
#include "semantics.h"

/* No product is fused with a sum, on no ISA. */
#pragma STDC FP_CONTRACT OFF

typedef uint8_t u8x16 __attribute__((vector_size(16)));
typedef int8_t i8x16 __attribute__((vector_size(16)));
typedef uint16_t u16x8 __attribute__((vector_size(16)));
typedef int16_t i16x8 __attribute__((vector_size(16)));
typedef uint32_t u32x4 __attribute__((vector_size(16)));
typedef int32_t i32x4 __attribute__((vector_size(16)));
typedef uint64_t u64x2 __attribute__((vector_size(16)));
typedef int64_t i64x2 __attribute__((vector_size(16)));
typedef float f32x4 __attribute__((vector_size(16)));
typedef double f64x2 __attribute__((vector_size(16)));
/* Half as many lanes, or lanes twice as wide. */
typedef uint8_t u8x8 __attribute__((vector_size(8)));
typedef int8_t i8x8 __attribute__((vector_size(8)));
typedef uint16_t u16x4 __attribute__((vector_size(8)));
typedef int16_t i16x4 __attribute__((vector_size(8)));
typedef uint32_t u32x2 __attribute__((vector_size(8)));
typedef int32_t i32x2 __attribute__((vector_size(8)));
typedef float f32x2 __attribute__((vector_size(8)));
typedef int32_t i32x8 __attribute__((vector_size(32)));

/* Slots are aligned to 8 bytes. */
typedef u64x2 __attribute__((aligned(8), may_alias)) slot_v128;
#define VSLOT(n) (*(slot_v128 *)&SLOT(n))

#define SHUFFLE __builtin_shufflevector
#define CONVERT __builtin_convertvector
/* x in all lanes; not for floating point, where adding 0 changes some. */
#define ALL(V, x) ((V){} + (typeof((V){}[0]))(x))

/* Lanes, low and high half. */
#define LOW8(x)		    SHUFFLE(x, x, 0, 1, 2, 3, 4, 5, 6, 7)
#define HIGH8(x)	    SHUFFLE(x, x, 8, 9, 10, 11, 12, 13, 14, 15)
#define LOW4(x)		    SHUFFLE(x, x, 0, 1, 2, 3)
#define HIGH4(x)	    SHUFFLE(x, x, 4, 5, 6, 7)
#define LOW2(x)		    SHUFFLE(x, x, 0, 1)
#define HIGH2(x)	    SHUFFLE(x, x, 2, 3)
#define JOIN8(x, y)	    SHUFFLE(x, y, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
#define JOIN4(x, y)	    SHUFFLE(x, y, 0, 1, 2, 3, 4, 5, 6, 7)
#define WITH_ZEROS(x, zero) SHUFFLE(x, zero, 0, 1, 2, 3)

static inline u64x2 bitselect(u64x2 yes, u64x2 no, u64x2 mask)
{
	return (yes & mask) | (no & ~mask);
}
#define CHOOSE(mask, yes, no) bitselect((u64x2)(yes), (u64x2)(no), (u64x2)(mask))

/* Saturated from twice the width; lanes of x, then of y. */
#define CLAMP(V, x, low, high)                                                                     \
	__builtin_elementwise_min(__builtin_elementwise_max(x, ALL(V, low)), ALL(V, high))
#define NARROW8(R, x, y, low, high)                                                                \
	JOIN8(CONVERT(CLAMP(i16x8, x, low, high), R), CONVERT(CLAMP(i16x8, y, low, high), R))
#define NARROW16(R, x, y, low, high)                                                               \
	JOIN4(CONVERT(CLAMP(i32x4, x, low, high), R), CONVERT(CLAMP(i32x4, y, low, high), R))

/* Of two that are equal, the bits tell -0 from 0. */
#define FLOAT_VECTOR(V)                                                                            \
	static inline V V##_min(V x, V y)                                                          \
	{                                                                                          \
		u64x2 equal = (u64x2)x | (u64x2)y;                                                 \
		u64x2 ordered = CHOOSE(x < y, x, CHOOSE(y < x, y, equal));                         \
                                                                                                   \
		return (V)CHOOSE((x == x) & (y == y), ordered, x + y);                             \
	}                                                                                          \
	static inline V V##_max(V x, V y)                                                          \
	{                                                                                          \
		u64x2 equal = (u64x2)x & (u64x2)y;                                                 \
		u64x2 ordered = CHOOSE(x > y, x, CHOOSE(y > x, y, equal));                         \
                                                                                                   \
		return (V)CHOOSE((x == x) & (y == y), ordered, x + y);                             \
	}
FLOAT_VECTOR(f32x4)
FLOAT_VECTOR(f64x2)

/* Lane by lane, by what the scalar instruction does. */
#define EACH4(f, x) f((x)[0]), f((x)[1]), f((x)[2]), f((x)[3])
#define EACH2(f, x) f((x)[0]), f((x)[1])

static inline u16x8 q15mulr(i16x8 x, i16x8 y)
{
	i32x8 product = (CONVERT(x, i32x8) * CONVERT(y, i32x8) + 0x4000) >> 15;

	return CONVERT(__builtin_elementwise_min(product, ALL(i32x8, 0x7fff)), u16x8);
}

/* Products of neighbours, added. */
static inline u32x4 dot_i16(i16x8 x, i16x8 y)
{
	i32x4 a = (i32x4)x, b = (i32x4)y;

	return (u32x4)((a << 16 >> 16) * (b << 16 >> 16)) + (u32x4)((a >> 16) * (b >> 16));
}

static inline u16x8 dot_i8(i8x16 x, i8x16 y)
{
	i16x8 a = (i16x8)x, b = (i16x8)y;

	return (u16x8)((a << 8 >> 8) * (b << 8 >> 8)) + (u16x8)((a >> 8) * (b >> 8));
}

static inline u32x4 add_pairs_s(u16x8 x)
{
	i32x4 v = (i32x4)x;

	return (u32x4)((v << 16 >> 16) + (v >> 16));
}

/* x with another value in one lane; V is of unsigned integers. */
#define REPLACED(V, x, lane, value) CHOOSE(LANES_##V == ALL(V, lane), ALL(V, value), x)
#define LANES_u8x16		    ((u8x16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
#define LANES_u16x8		    ((u16x8){0, 1, 2, 3, 4, 5, 6, 7})
#define LANES_u32x4		    ((u32x4){0, 1, 2, 3})
#define LANES_u64x2		    ((u64x2){0, 1})

/* Bytes of x by index, 0 for an index that is too large. */
static inline u8x16 swizzle(u8x16 x, u8x16 y)
{
	u8x16 r;

	for (int i = 0; i < 16; i++)
		r[i] = y[i] < 16 ? x[y[i] & 15] : 0;
	return r;
}

static inline u8x16 shuffle(u8x16 x, u8x16 y, u8x16 lanes)
{
	union {
		u8x16 v[2];
		uint8_t bytes[32];
	} from = {.v = {x, y}};
	u8x16 r;

	for (int i = 0; i < 16; i++)
		r[i] = from.bytes[lanes[i] & 31];
	return r;
}

/* The sign of each lane as a bit. */
typedef bool lanes16 __attribute__((ext_vector_type(16)));
typedef bool lanes8 __attribute__((ext_vector_type(8)));
#define BITMASK16(x) __builtin_bit_cast(uint16_t, CONVERT((i8x16)(x) < 0, lanes16))
#define BITMASK8(x)  __builtin_bit_cast(uint8_t, CONVERT((i16x8)(x) < 0, lanes8))

static inline uint32_t bitmask4(u32x4 x)
{
	return x[0] >> 31 | x[1] >> 31 << 1 | x[2] >> 31 << 2 | x[3] >> 31 << 3;
}

static inline uint32_t bitmask2(u64x2 x)
{
	return x[0] >> 63 | x[1] >> 63 << 1;
}

static inline bool any_true(u64x2 x)
{
	return x[0] | x[1];
}

#endif
