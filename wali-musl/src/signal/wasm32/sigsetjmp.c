#include <setjmp.h>
#include "atomic.h"

#undef setjmp
#undef _setjmp
#undef sigsetjmp

/* For configure scripts that look for the symbols. setjmp has to be known to the compiler by name
 * in the function that calls it, which <setjmp.h> takes care of, so these can do nothing. */

int sigsetjmp(sigjmp_buf env, int save)
{
	a_crash();
	return 0;
}

int _setjmp(jmp_buf env)
{
	a_crash();
	return 0;
}
