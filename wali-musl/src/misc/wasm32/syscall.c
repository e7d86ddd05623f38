#define _BSD_SOURCE
#include <unistd.h>
#include <stdarg.h>
#include "syscall.h"

#undef syscall

/* What the macro (C) or template (C++) of <unistd.h> calls: all arguments converted to long, absent
 * ones zero. */
long __syscall_long(long n, long a, long b, long c, long d, long e, long f)
{
	return __syscall_ret(__wali_syscall(n, a, b, c, d, e, f));
}

/* The wasm type of each parameter, four bits for their number and one for each that is I64. */
static unsigned signature(long n)
{
	switch (n) {
#define __WALI_WIDE_I32 0
#define __WALI_WIDE_I64 1
#define __WALI_WIDE(type, cname, kind) __WALI_WIDE_##type,
#define SYS(name, x86_64, aarch64, riscv64, status, how, n, ...) \
	case x86_64: return n | WIDE(WALI_EACH_##n(__WALI_WIDE, ##__VA_ARGS__) 0,0,0,0,0,0);
#define WIDE(...) WIDE_X(__VA_ARGS__)
#define WIDE_X(a, b, c, d, e, f, ...) ((a|b<<1|c<<2|d<<3|e<<4|f<<5) << 4)
#include "wali.def"
#undef SYS
	}
	return 0;
}

/* For callers by address or from other languages. Each argument is read with the size that its
 * parameter has in wali.def: pass int or a pointer where that says I32, long where it says I64. */
long syscall(long n, ...)
{
	long x[6] = { 0 };
	unsigned sig = signature(n);
	va_list ap;
	va_start(ap, n);
	/* Without any argument there is no area to read them from. */
	if (ap) for (unsigned i=0; i < (sig & 15); i++)
		x[i] = sig & 16<<i ? va_arg(ap, long) : va_arg(ap, int);
	va_end(ap);
	return __syscall_long(n, x[0], x[1], x[2], x[3], x[4], x[5]);
}
