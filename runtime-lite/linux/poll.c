/* Waiting for descriptors: poll and select. All of them are ppoll and pselect6, which every host has. */
#include "syscalls.h"

#include <poll.h>
#include <sys/select.h>
#include <time.h>

/* A guest's array of pollfd cannot be larger than its memory; the kernel's limit on nfds may well be. */
#define MAX_POLLFDS ((UINT64_C(1) << 32) / sizeof(struct pollfd))

int64_t sys_poll(struct thread *t, uint32_t fds, int64_t nfds, int32_t timeout)
{
	struct timespec ts = {timeout / 1000, timeout % 1000 * 1000000L};

	if ((uint64_t)nfds > MAX_POLLFDS)
		return -EINVAL;
	/* The kernel leaves in ts what is left: waiting again after an interruption takes no longer. */
	return BLOCKING(t, RESTART_NEVER, ppoll, guest_or_null(t, fds), nfds,
			timeout < 0 ? NULL : &ts, NULL, 0);
}

int64_t sys_ppoll(struct thread *t, uint32_t fds, int64_t nfds, uint32_t tmo_p, uint32_t sigmask,
		  uint32_t sigsetsize)
{
	const sigmask_t *native = NULL;
	sigmask_t mask;

	if ((uint64_t)nfds > MAX_POLLFDS)
		return -EINVAL;
	if (sigmask) {
		if (sigsetsize != sizeof(mask))
			return -EINVAL;
		if (copy_in(t, &mask, sigmask, sizeof(mask)))
			return -EFAULT;
		native = signals_wait_begin(t, mask);
		if (!native)
			return -EINTR;
	}
	int64_t r = BLOCKING(t, RESTART_NEVER, ppoll, guest_or_null(t, fds), nfds,
			     guest_or_null(t, tmo_p), native, sizeof(mask));
	if (native)
		signals_wait_end(t);
	return r;
}

int64_t sys_select(struct thread *t, int32_t nfds, uint32_t readfds, uint32_t writefds,
		   uint32_t exceptfds, uint32_t timeout)
{
	struct timeval tv;
	struct timespec ts;

	if (timeout) {
		if (copy_in(t, &tv, timeout, sizeof(tv)))
			return -EFAULT;
		if (tv.tv_sec < 0 || tv.tv_usec < 0)
			return -EINVAL;
		if (__builtin_add_overflow(tv.tv_sec, tv.tv_usec / 1000000, &ts.tv_sec))
			return -EINVAL;
		ts.tv_nsec = tv.tv_usec % 1000000 * 1000;
	}
	int64_t r = BLOCKING(t, RESTART_NEVER, pselect6, nfds, guest_or_null(t, readfds),
			     guest_or_null(t, writefds), guest_or_null(t, exceptfds),
			     timeout ? &ts : NULL, NULL);
	if (timeout) {
		/* What is left, as Linux does; that it cannot be written changes nothing. */
		tv = (struct timeval){ts.tv_sec, ts.tv_nsec / 1000};
		(void)copy_out(t, timeout, &tv, sizeof(tv));
	}
	return r;
}

int64_t sys_pselect6(struct thread *t, int32_t nfds, uint32_t readfds, uint32_t writefds,
		     uint32_t exceptfds, uint32_t timeout, uint32_t sigmask)
{
	struct {
		uint64_t mask, size;
	} guest_arg = {0};
	struct {
		const sigmask_t *mask;
		size_t size;
	} arg = {NULL, sizeof(sigmask_t)};
	sigmask_t mask;

	if (sigmask && copy_in(t, &guest_arg, sigmask, sizeof(guest_arg)))
		return -EFAULT;
	if (guest_arg.mask) {
		if (guest_arg.size != sizeof(mask))
			return -EINVAL;
		if (guest_arg.mask > UINT32_MAX ||
		    copy_in(t, &mask, (uint32_t)guest_arg.mask, sizeof(mask)))
			return -EFAULT;
		arg.mask = signals_wait_begin(t, mask);
		if (!arg.mask)
			return -EINTR;
	}
	int64_t r = BLOCKING(t, RESTART_NEVER, pselect6, nfds, guest_or_null(t, readfds),
			     guest_or_null(t, writefds), guest_or_null(t, exceptfds),
			     guest_or_null(t, timeout), &arg);
	if (arg.mask)
		signals_wait_end(t);
	return r;
}
