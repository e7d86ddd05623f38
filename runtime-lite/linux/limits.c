/*
 * Resource limits. Those on memory are meant for the guest, whose address space is not the process's: they are
 * remembered and shown, but the kernel does not get them, since the runtime could not even start under them.
 */
#include "syscalls.h"

#include <sys/resource.h>
#include <unistd.h>

static struct rlimit64 address_space = {RLIM64_INFINITY, RLIM64_INFINITY};
static struct rlimit64 data = {RLIM64_INFINITY, RLIM64_INFINITY};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int64_t own_limit(struct rlimit64 *limit, const struct rlimit64 *new, struct rlimit64 *old)
{
	int64_t r = 0;

	pthread_mutex_lock(&lock);
	*old = *limit;
	if (new && new->rlim_cur > new->rlim_max)
		r = -EINVAL;
	else if (new && new->rlim_max > limit->rlim_max &&geteuid() != 0)
		r = -EPERM;
	else if (new)
		*limit = *new;
	pthread_mutex_unlock(&lock);
	return r;
}

int64_t sys_prlimit64(struct thread *t, int32_t pid, int32_t resource, uint32_t new_limit,
		      uint32_t old_limit)
{
	struct rlimit64 new, old;
	bool own = pid == 0 || pid == getpid();
	int64_t r;

	if (new_limit && copy_in(t, &new, new_limit, sizeof(new)))
		return -EFAULT;
	if (own && (resource == RLIMIT_AS || resource == RLIMIT_DATA))
		r = own_limit(resource == RLIMIT_AS ? &address_space : &data,
			      new_limit ? &new : NULL, &old);
	else
		r = HOST(prlimit64, pid, resource, new_limit ? &new : NULL,
			 old_limit ? &old : NULL);
	if (r >= 0 && old_limit && copy_out(t, old_limit, &old, sizeof(old)))
		return -EFAULT;
	return r;
}

int64_t sys_getrlimit(struct thread *t, int32_t resource, uint32_t rlim)
{
	return rlim ? sys_prlimit64(t, 0, resource, 0, rlim) : -EFAULT;
}

int64_t sys_setrlimit(struct thread *t, int32_t resource, uint32_t rlim)
{
	return rlim ? sys_prlimit64(t, 0, resource, rlim, 0) : -EFAULT;
}
