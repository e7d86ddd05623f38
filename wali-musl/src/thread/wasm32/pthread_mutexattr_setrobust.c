#include "pthread_impl.h"

/* Needs no help from the kernel as long as the process lives: pthread_exit walks the list. A mutex
 * shared with another process stays locked when its owner is killed. */
int pthread_mutexattr_setrobust(pthread_mutexattr_t *a, int robust)
{
	if (robust > 1U) return EINVAL;
	if (robust) a->__attr |= 4;
	else a->__attr &= ~4;
	return 0;
}
