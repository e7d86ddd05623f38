/* The functions of <math.h> by shape, for programs that go through all of them.
 * Each list is X(name); float variants have an f appended by the user of the list.
 */
#ifndef TESTS_LIBC_MATH_FUNCTIONS_H
#define TESTS_LIBC_MATH_FUNCTIONS_H

/* Results are defined to the last bit, so all libcs agree. */
/* clang-format off */
#define EXACT_UNARY(X) X(ceil) X(fabs) X(floor) X(nearbyint) X(rint) X(round) X(sqrt) X(trunc) X(logb)
/* clang-format on */
#define EXACT_BINARY(X) X(copysign) X(fdim) X(fmax) X(fmin) X(fmod) X(nextafter) X(remainder)

/* Each libc has its own last bits. */
/* clang-format off */
#define UNARY(X)                                                                                   \
	X(acos) X(acosh) X(asin) X(asinh) X(atan) X(atanh) X(cbrt) X(cos) X(cosh) X(erf) X(erfc)   \
	X(exp) X(exp10) X(exp2) X(expm1) X(lgamma) X(log) X(log10) X(log1p) X(log2) X(sin)         \
	X(sinh) X(tan) X(tanh) X(tgamma) X(j0) X(j1) X(y0) X(y1)
/* clang-format on */
#define BINARY(X) X(atan2) X(hypot) X(pow)

#endif
