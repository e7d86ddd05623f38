#include "pthread_impl.h"

/* Always possible: pthread_exit walks the list of a thread's mutexes, and those that processes share
 * watch their owner (pthread_mutex_timedlock.c). */
int pthread_mutexattr_setrobust(pthread_mutexattr_t *a, int robust)
{
	if (robust > 1U) return EINVAL;
	if (robust) a->__attr |= 4;
	else a->__attr &= ~4;
	return 0;
}
