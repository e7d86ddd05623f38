/* The border between handlers and kernel: plain calls, calls that may block, and copies of guest memory. */
#include "host.h"
#include "isa.h"
#include "signals.h"

#include <sys/socket.h>
#include <sys/time.h>

__asm__(ISA_ASM);

int64_t host_call(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	return native_syscall(nr, a, b, c, d, e, f);
}

/* Calls on a socket that has a timeout end with EINTR even with SA_RESTART: signal(7). */
static bool socket_has_timeout(long nr, int fd)
{
	struct timeval timeout = {0};
	socklen_t size = sizeof(timeout);
	int option;

	switch (nr) {
	case __NR_read:
	case __NR_readv:
	case __NR_recvfrom:
	case __NR_recvmsg:
	case __NR_recvmmsg:
	case __NR_accept:
	case __NR_accept4: option = SO_RCVTIMEO; break;
	case __NR_write:
	case __NR_writev:
	case __NR_sendto:
	case __NR_sendmsg:
	case __NR_sendmmsg:
	case __NR_connect: option = SO_SNDTIMEO; break;
	default: return false;
	}
	return HOST(getsockopt, fd, SOL_SOCKET, option, &timeout, &size) == 0 &&
	       (timeout.tv_sec || timeout.tv_usec);
}

int64_t host_call_blocking(struct thread *t, enum restart restart, long nr, uint64_t a, uint64_t b,
			   uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	const uint64_t args[6] = {a, b, c, d, e, f};
	bool waiting = t->restore; /* under a temporary mask, which the first handler ends */

	for (;;) {
		int64_t r = host_window_call(&t->interrupt, nr, args);
		if (r != NOT_ENTERED && r != -EINTR)
			return r;
		/* The kernel's own EINTR, without a handler: epoll_wait after a stop, for example. */
		if (!atomic_load_explicit(&t->interrupt, memory_order_relaxed))
			return -EINTR;
		t->fail_call = false;
		struct taken taken = signals_take(t, IN_CALL);
		if (t->exec.unwind || t->fail_call)
			return -EINTR;
		if (!taken.handlers)
			continue;
		if (waiting && !t->restore)
			return -EINTR;
		if (r == -EINTR &&
		    (restart == RESTART_NEVER || !taken.restart || socket_has_timeout(nr, (int)a)))
			return -EINTR;
		/* Not entered: as if the signal had come just before the call. */
	}
}

int copy_in(struct thread *t, void *dst, uint32_t src, size_t n)
{
	return (int)host_copy(dst, t->base + src, n);
}

int copy_out(struct thread *t, uint32_t dst, const void *src, size_t n)
{
	return (int)host_copy(t->base + dst, src, n);
}

int64_t copy_in_string(struct thread *t, char *dst, uint32_t src, size_t size)
{
	return host_copy_string(dst, (const char *)t->base + src, size);
}
