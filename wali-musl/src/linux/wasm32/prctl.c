#include <sys/prctl.h>
#include <stdarg.h>
#include <stdint.h>
#include "syscall.h"

#undef prctl

/* What the macro (C) or template (C++) of the header calls: all arguments converted. */
int __prctl_long(int op, long a, long b, long c, long d, long e, long f)
{
	return syscall(SYS_prctl, op, a, b, c, d);
}

/* For callers by address or from other languages, who did not say whether they pass int, long or
 * pointers: takes them to be of 32 bits each. */
int prctl(int op, ...)
{
	int x[4] = { 0 };
	va_list ap;
	va_start(ap, op);
	if (ap) for (int i=0; i<4; i++) x[i] = va_arg(ap, int);
	va_end(ap);
	/* PR_SET_PTRACER_ANY is -1. */
	return __prctl_long(op, op == PR_SET_PTRACER ? x[0] : (long)(unsigned)x[0],
		(unsigned)x[1], (unsigned)x[2], (unsigned)x[3], 0, 0);
}
