/* Reading and writing through vectors of buffers. */
#include "layout.h"
#include "syscalls.h"

/* `nr`: readv and the like, with up to three numbers after the vector. */
static int64_t vectored(struct thread *t, long nr, int32_t fd, uint32_t iov, int32_t count,
			uint64_t c, uint64_t d, uint64_t e)
{
	struct iovecs v;
	/* A negative count is a huge one to the kernel too. */
	int64_t r = iovecs_from_guest(t, &v, iov, (uint64_t)(int64_t)count);

	if (r < 0)
		return r;
	r = host_call_blocking(t, RESTART_SA, nr, (uint64_t)(int64_t)fd, (uint64_t)(uintptr_t)v.v,
			       v.count, c, d, e);
	iovecs_free(&v);
	return r;
}

int64_t sys_readv(struct thread *t, int32_t fd, uint32_t iov, int32_t iovcnt)
{
	return vectored(t, __NR_readv, fd, iov, iovcnt, 0, 0, 0);
}

int64_t sys_writev(struct thread *t, int32_t fd, uint32_t iov, int32_t iovcnt)
{
	return vectored(t, __NR_writev, fd, iov, iovcnt, 0, 0, 0);
}

/* A position is one register on all hosts; pos_h is what 32-bit kernels need. */
int64_t sys_preadv(struct thread *t, int32_t fd, uint32_t iov, int32_t iovcnt, int64_t pos_l,
		   int64_t pos_h)
{
	(void)pos_h;
	return vectored(t, __NR_preadv, fd, iov, iovcnt, (uint64_t)pos_l, 0, 0);
}

int64_t sys_pwritev(struct thread *t, int32_t fd, uint32_t iov, int32_t iovcnt, int64_t pos_l,
		    int64_t pos_h)
{
	(void)pos_h;
	return vectored(t, __NR_pwritev, fd, iov, iovcnt, (uint64_t)pos_l, 0, 0);
}

int64_t sys_preadv2(struct thread *t, int32_t fd, uint32_t iov, int32_t iovcnt, int64_t pos_l,
		    int64_t pos_h, int32_t flags)
{
	(void)pos_h;
	return vectored(t, __NR_preadv2, fd, iov, iovcnt, (uint64_t)pos_l, 0,
			(uint64_t)(int64_t)flags);
}

int64_t sys_pwritev2(struct thread *t, int32_t fd, uint32_t iov, int32_t iovcnt, int64_t pos_l,
		     int64_t pos_h, int32_t flags)
{
	(void)pos_h;
	return vectored(t, __NR_pwritev2, fd, iov, iovcnt, (uint64_t)pos_l, 0,
			(uint64_t)(int64_t)flags);
}

int64_t sys_vmsplice(struct thread *t, int32_t fd, uint32_t iov, uint32_t nr_segs, int32_t flags)
{
	struct iovecs v;
	int64_t r = iovecs_from_guest(t, &v, iov, nr_segs);

	if (r < 0)
		return r;
	r = BLOCKING(t, RESTART_SA, vmsplice, fd, v.v, v.count, flags);
	iovecs_free(&v);
	return r;
}
