#include <stdlib.h>
#include "pthread_impl.h"

/* Destructors of C++'s thread_local objects. libc++abi can do without, but then the main thread's
 * run among those of static objects, where the language wants them before. exit and pthread_exit call
 * __run_thread_dtors. */

struct dtor {
	void (*func)(void *);
	void *arg;
	struct dtor *next;
};

static _Thread_local struct dtor *dtors;

int __cxa_thread_atexit_impl(void (*func)(void *), void *arg, void *dso)
{
	struct dtor *d = malloc(sizeof *d);
	if (!d) return -1;
	d->func = func;
	d->arg = arg;
	d->next = dtors;
	dtors = d;
	return 0;
}

void __run_thread_dtors(void)
{
	struct dtor *d;
	while ((d = dtors)) {
		dtors = d->next;
		d->func(d->arg);
		free(d);
	}
}
