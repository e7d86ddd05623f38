/*
 * Floating-point instructions that C has no operator for. Baseline x86-64 has
 * no rounding instruction; there, adding and subtracting 2^52 (2^23) rounds to
 * the nearest, and the rest follows from that. A NaN comes out quiet.
 */
#ifndef INTERP_FLOAT_H
#define INTERP_FLOAT_H

#include "handler.h"

#define FLOAT_MIN_MAX(T, C)                                                                        \
	static inline C T##_min(C x, C y)                                                          \
	{                                                                                          \
		if (UNLIKELY(x != x || y != y))                                                    \
			return x + y;                                                              \
		if (x == y) /* -0 is less than 0 */                                                \
			return __builtin_signbit(x) ? x : y;                                       \
		return x < y ? x : y;                                                              \
	}                                                                                          \
	static inline C T##_max(C x, C y)                                                          \
	{                                                                                          \
		if (UNLIKELY(x != x || y != y))                                                    \
			return x + y;                                                              \
		if (x == y)                                                                        \
			return __builtin_signbit(x) ? y : x;                                       \
		return x > y ? x : y;                                                              \
	}
FLOAT_MIN_MAX(f32, float)
FLOAT_MIN_MAX(f64, double)

#if defined(__x86_64__) && !defined(__SSE4_1__)
#define FLOAT_ROUND(T, C, abs, copysign, two)                                                      \
	static inline C T##_nearest(C x)                                                           \
	{                                                                                          \
		C magic = copysign(two, x);                                                        \
                                                                                                   \
		if (!(abs(x) < two)) /* whole already, or NaN */                                   \
			return x == x ? x : x + x;                                                 \
		return copysign((x + magic) - magic, x);                                           \
	}                                                                                          \
	static inline C T##_floor(C x)                                                             \
	{                                                                                          \
		C r = T##_nearest(x);                                                              \
                                                                                                   \
		return r > x ? r - 1 : r;                                                          \
	}                                                                                          \
	static inline C T##_ceil(C x)                                                              \
	{                                                                                          \
		C r = T##_nearest(x);                                                              \
                                                                                                   \
		return r < x ? copysign(r + 1, x) : r;                                             \
	}                                                                                          \
	static inline C T##_trunc(C x)                                                             \
	{                                                                                          \
		C r = T##_nearest(x);                                                              \
                                                                                                   \
		return abs(r) > abs(x) ? copysign(abs(r) - 1, x) : r;                              \
	}
FLOAT_ROUND(f32, float, __builtin_fabsf, __builtin_copysignf, 0x1p23f)
FLOAT_ROUND(f64, double, __builtin_fabs, __builtin_copysign, 0x1p52)
#else
/* What RISC-V makes of these leaves a NaN as it is. */
#if defined(__riscv)
#define ROUNDED(x, r) ((x) == (x) ? (r) : (x) + (x))
#else
#define ROUNDED(x, r) (r)
#endif
#define FLOAT_ROUND(T, C)                                                                          \
	static inline C T##_nearest(C x)                                                           \
	{                                                                                          \
		return ROUNDED(x, __builtin_elementwise_roundeven(x));                             \
	}                                                                                          \
	static inline C T##_floor(C x)                                                             \
	{                                                                                          \
		return ROUNDED(x, __builtin_elementwise_floor(x));                                 \
	}                                                                                          \
	static inline C T##_ceil(C x)                                                              \
	{                                                                                          \
		return ROUNDED(x, __builtin_elementwise_ceil(x));                                  \
	}                                                                                          \
	static inline C T##_trunc(C x)                                                             \
	{                                                                                          \
		return ROUNDED(x, __builtin_elementwise_trunc(x));                                 \
	}
FLOAT_ROUND(f32, float)
FLOAT_ROUND(f64, double)
#endif

#endif
