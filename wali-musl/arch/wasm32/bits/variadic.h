/* syscall() and prctl() are declared without the types of their arguments, and a variadic int takes
 * four bytes where a long takes eight: a callee that is given one for the other misreads it and
 * all that follow. On other systems that does no harm, so programs do it all the time. Calls
 * therefore go to functions whose parameters are all long: by a template in C++; by a macro in C, which
 * ISO C and POSIX permit for any function, so that the function is (syscall) or needs #undef. */

#ifndef __WALI_VARIADIC_H
#define __WALI_VARIADIC_H

#ifdef __cplusplus

#define __WALI_LONGS_TEMPLATE(type, name, callee, first) \
	extern "C++" { \
	static inline type callee##_pad(first n, long a = 0, long b = 0, long c = 0, long d = 0, \
		long e = 0, long f = 0) \
	{ \
		return callee(n, a, b, c, d, e, f); \
	} \
	template<class... A> static inline type name(first n, A... a) \
	{ \
		return callee##_pad(n, (long)a...); \
	} \
	}

#else

#define __WALI_LONGS_0(f, n) f(n, 0, 0, 0, 0, 0, 0)
#define __WALI_LONGS_1(f, n, a) f(n, (long)(a), 0, 0, 0, 0, 0)
#define __WALI_LONGS_2(f, n, a, b) f(n, (long)(a), (long)(b), 0, 0, 0, 0)
#define __WALI_LONGS_3(f, n, a, b, c) f(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define __WALI_LONGS_4(f, n, a, b, c, d) \
	f(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define __WALI_LONGS_5(f, n, a, b, c, d, e) \
	f(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define __WALI_LONGS_6(f, n, a, b, c, d, e, g) \
	f(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(g))
#define __WALI_LONGS_PICK(n, a, b, c, d, e, f, x, ...) x
#define __WALI_LONGS(f, ...) \
	__WALI_LONGS_PICK(__VA_ARGS__, __WALI_LONGS_6, __WALI_LONGS_5, __WALI_LONGS_4, \
		__WALI_LONGS_3, __WALI_LONGS_2, __WALI_LONGS_1, __WALI_LONGS_0, 0)(f, __VA_ARGS__)

#endif

#endif
