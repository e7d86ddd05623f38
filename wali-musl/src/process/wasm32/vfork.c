#define _GNU_SOURCE
#include <unistd.h>

/* A child cannot run on its parent's stack here; POSIX let vfork be fork. */
pid_t vfork(void)
{
	return _Fork();
}
