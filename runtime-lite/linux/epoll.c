/* epoll, and the other descriptors to wait on. The guest's struct epoll_event is packed, as on x86-64; on
 * most hosts it is not. */
#include "syscalls.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

struct guest_epoll_event {
	uint32_t events;
	uint64_t data;
} __attribute__((packed));

#define SAME_LAYOUT (sizeof(struct guest_epoll_event) == sizeof(struct epoll_event))

int64_t sys_epoll_create(struct thread *t, int32_t size)
{
	(void)t;
	return size <= 0 ? -EINVAL : HOST(epoll_create1, 0);
}

int64_t sys_epoll_ctl(struct thread *t, int32_t epfd, int32_t op, int32_t fd, uint32_t event)
{
	struct guest_epoll_event g;
	struct epoll_event native;

	if (op == EPOLL_CTL_DEL)
		return HOST(epoll_ctl, epfd, op, fd, NULL);
	if (copy_in(t, &g, event, sizeof(g)))
		return -EFAULT;
	native.events = g.events;
	native.data.u64 = g.data;
	return HOST(epoll_ctl, epfd, op, fd, &native);
}

/* epoll_pwait and epoll_pwait2 differ in what `timeout` is. */
static int64_t wait_for_events(struct thread *t, long nr, int32_t epfd, uint32_t events,
			       int32_t maxevents, uint64_t timeout, const sigmask_t *native_mask)
{
	struct epoll_event few[32], *native = few;
	int32_t max = maxevents;
	int64_t r;

	if (SAME_LAYOUT || maxevents <= 0)
		return host_call_blocking(t, RESTART_NEVER, nr, (uint64_t)(int64_t)epfd,
					  (uint64_t)(uintptr_t)guest_or_null(t, events),
					  (uint64_t)(int64_t)maxevents, timeout,
					  (uint64_t)(uintptr_t)native_mask, sizeof(sigmask_t));
	if (maxevents > INT_MAX / (int32_t)sizeof(*native))
		return -EINVAL;
	if (max > (int32_t)(sizeof(few) / sizeof(few[0]))) {
		/* Fewer than asked for is always an answer. */
		max = max > 4096 ? 4096 : max;
		native = malloc((size_t)max * sizeof(*native));
		if (!native)
			return -ENOMEM;
	}
	r = host_call_blocking(t, RESTART_NEVER, nr, (uint64_t)(int64_t)epfd,
			       (uint64_t)(uintptr_t)native, (uint64_t)(int64_t)max, timeout,
			       (uint64_t)(uintptr_t)native_mask, sizeof(sigmask_t));
	if (r > 0) {
		/* In place: the guest's are the smaller ones. */
		for (int64_t i = 0; i < r; i++) {
			struct guest_epoll_event g = {native[i].events, native[i].data.u64};

			memcpy((char *)native + i * sizeof(g), &g, sizeof(g));
		}
		if (copy_out(t, events, native, (size_t)r * sizeof(struct guest_epoll_event)))
			r = -EFAULT;
	}
	if (native != few)
		free(native);
	return r;
}

static int64_t wait_with_mask(struct thread *t, long nr, int32_t epfd, uint32_t events,
			      int32_t maxevents, uint64_t timeout, uint32_t sigmask,
			      uint32_t sigsetsize)
{
	const sigmask_t *native;
	sigmask_t mask;

	if (!sigmask)
		return wait_for_events(t, nr, epfd, events, maxevents, timeout, NULL);
	if (sigsetsize != sizeof(mask))
		return -EINVAL;
	if (copy_in(t, &mask, sigmask, sizeof(mask)))
		return -EFAULT;
	native = signals_wait_begin(t, mask);
	if (!native)
		return -EINTR;
	int64_t r = wait_for_events(t, nr, epfd, events, maxevents, timeout, native);
	signals_wait_end(t);
	return r;
}

int64_t sys_epoll_wait(struct thread *t, int32_t epfd, uint32_t events, int32_t maxevents,
		       int32_t timeout)
{
	return wait_for_events(t, __NR_epoll_pwait, epfd, events, maxevents,
			       (uint64_t)(int64_t)timeout, NULL);
}

int64_t sys_epoll_pwait(struct thread *t, int32_t epfd, uint32_t events, int32_t maxevents,
			int32_t timeout, uint32_t sigmask, uint32_t sigsetsize)
{
	return wait_with_mask(t, __NR_epoll_pwait, epfd, events, maxevents,
			      (uint64_t)(int64_t)timeout, sigmask, sigsetsize);
}

int64_t sys_epoll_pwait2(struct thread *t, int32_t epfd, uint32_t events, int32_t maxevents,
			 uint32_t timeout, uint32_t sigmask, uint32_t sigsetsize)
{
	return wait_with_mask(t, __NR_epoll_pwait2, epfd, events, maxevents,
			      (uint64_t)(uintptr_t)guest_or_null(t, timeout), sigmask, sigsetsize);
}

/* The forms without flags, which later ISAs do not have. */

int64_t sys_eventfd(struct thread *t, uint32_t initval)
{
	(void)t;
	return HOST(eventfd2, initval, 0);
}

int64_t sys_signalfd(struct thread *t, int32_t fd, uint32_t mask, uint32_t sizemask)
{
	return HOST(signalfd4, fd, guest_or_null(t, mask), sizemask, 0);
}

int64_t sys_inotify_init(struct thread *t)
{
	(void)t;
	return HOST(inotify_init1, 0);
}
