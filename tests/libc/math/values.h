/* The inputs of the math programs: edges, then random values of several distributions. */
#ifndef TESTS_LIBC_MATH_VALUES_H
#define TESTS_LIBC_MATH_VALUES_H

#include "must.h"
#include <float.h>
#include <math.h>

/* clang-format off */
static const double edges[] = {
	0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.0, -2.0, 3.0, 10.0, 100.0, -100.0, 0.1, -0.1, 1e-10, 1e10,
	1e300, -1e300, 1e-300, DBL_MAX, -DBL_MAX, DBL_MIN, DBL_EPSILON, 5e-324, -5e-324, HUGE_VAL, -HUGE_VAL,
	FLT_MAX, FLT_MIN, 1e-45, 88.0, 709.0, 710.0, -745.0, -746.0, 171.0, 172.0, M_PI, M_PI_2, M_E, M_LN2,
	0.49999999999999994, 4503599627370496.5, 9007199254740993.0, 2147483647.5, -2147483648.5,
};
/* clang-format on */
#define EDGES (sizeof edges / sizeof *edges)

/* The i-th input; the same sequence everywhere. */
static inline double input(size_t i, uint64_t *state)
{
	union {
		uint64_t bits;
		double value;
	} any = {.bits = random_next(state)};

	if (i < EDGES)
		return edges[i];
	switch (i % 4) {
	case 0:
		if (any.value == any.value)
			return any.value; /* every exponent */
		return 1;
	case 1: return (int64_t)any.bits * 0x1p-63;	 /* -1 to 1 */
	case 2: return (int64_t)any.bits * 0x1p-56;	 /* -128 to 128 */
	default: return (int64_t)any.bits % 2000 * 0.25; /* integers and quarters */
	}
}

/* NaNs count as one value: their sign and payload are not defined. */
static inline uint64_t hash_double(uint64_t hash, double value)
{
	uint64_t bits = 0x7ff8000000000000;

	if (value == value)
		memcpy(&bits, &value, sizeof bits);
	return hash_bytes(hash, &bits, sizeof bits);
}

static inline uint64_t hash_float(uint64_t hash, float value)
{
	uint32_t bits = 0x7fc00000;

	if (value == value)
		memcpy(&bits, &value, sizeof bits);
	return hash_bytes(hash, &bits, sizeof bits);
}

#endif
