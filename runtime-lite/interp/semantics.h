/*
 * What the instructions of ops.def compute, as functions: ID_value(), and for
 * those that can trap ID_overflows() and ID_fits(); ID_from() and ID_to() for
 * loads and stores.
 */
#ifndef INTERP_SEMANTICS_H
#define INTERP_SEMANTICS_H

#include "float.h"

/*
 * A store that may fault writes all or nothing. Where it becomes several (of bytes, on RISC-V), the end of what it writes
 * is looked at first.
 */
static inline void before_store(const uint8_t *address, size_t bytes)
{
#if defined(__riscv)
	(void)*(const volatile uint8_t *)(address + bytes - 1);
#else
	(void)address, (void)bytes;
#endif
}

#define BINARY(ID, T, R, COMMUTES, expr)                                                           \
	static inline CTYPE_##R ID##_value(CTYPE_##T x, CTYPE_##T y)                               \
	{                                                                                          \
		return expr;                                                                       \
	}
#define COMPARE(ID, T, S, INVERSE, op)                                                             \
	static inline uint32_t ID##_value(CTYPE_##T x, CTYPE_##T y)                                \
	{                                                                                          \
		return (S)x op(S) y;                                                               \
	}
#define COMPARE_FLOAT(ID, T, op)                                                                   \
	static inline uint32_t ID##_value(CTYPE_##T x, CTYPE_##T y)                                \
	{                                                                                          \
		return x op y;                                                                     \
	}
#define DIVISION(ID, T, S, overflow, expr)                                                         \
	static inline bool ID##_overflows(S x, S y)                                                \
	{                                                                                          \
		(void)x, (void)y;                                                                  \
		return overflow;                                                                   \
	}                                                                                          \
	static inline S ID##_value(S x, S y)                                                       \
	{                                                                                          \
		return expr;                                                                       \
	}
#define UNARY(ID, T, R, expr)                                                                      \
	static inline CTYPE_##R ID##_value(CTYPE_##T x)                                            \
	{                                                                                          \
		return expr;                                                                       \
	}
#define TRUNCATION(ID, T, R, C, above, below)                                                      \
	static inline bool ID##_fits(CTYPE_##T x)                                                  \
	{                                                                                          \
		return x > above && x < below;                                                     \
	}                                                                                          \
	static inline CTYPE_##R ID##_value(CTYPE_##T x)                                            \
	{                                                                                          \
		return (CTYPE_##R)(C)x;                                                            \
	}
#define SATURATION(ID, T, R, C, above, below, min, max)                                            \
	static inline CTYPE_##R ID##_value(CTYPE_##T x)                                            \
	{                                                                                          \
		if (x > above && x < below)                                                        \
			return (CTYPE_##R)(C)x;                                                    \
		if (x != x)                                                                        \
			return 0;                                                                  \
		return x < 0 ? (CTYPE_##R)min : (CTYPE_##R)max;                                    \
	}
#define LOAD(ID, R, C)                                                                             \
	static inline CTYPE_##R ID##_from(const uint8_t *address)                                  \
	{                                                                                          \
		C v;                                                                               \
                                                                                                   \
		memcpy(&v, address, sizeof(v));                                                    \
		return (CTYPE_##R)v;                                                               \
	}
#define STORE(ID, T, C)                                                                            \
	static inline void ID##_to(uint8_t *address, CTYPE_##T v)                                  \
	{                                                                                          \
		C narrow = (C)v;                                                                   \
                                                                                                   \
		before_store(address, sizeof(narrow));                                             \
		memcpy(address, &narrow, sizeof(narrow));                                          \
	}
#include "ops.def"

#endif
