/*
 * Messages on sockets. The guest's struct msghdr has pointers of 32 bits. Its control messages have the layout
 * of the host's, since lengths there are padded to 64 bits; only the padding cannot be trusted.
 */
#include "layout.h"
#include "refuse.h"
#include "syscalls.h"

#include <limits.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

struct guest_msghdr {
	uint32_t name, namelen;
	uint32_t iov, iovlen;
	int32_t pad1;
	uint32_t control, controllen;
	int32_t pad2;
	int32_t flags;
};
_Static_assert(sizeof(struct guest_msghdr) == 36, "struct msghdr of the interface");

struct guest_mmsghdr {
	struct guest_msghdr hdr;
	uint32_t len;
};

struct guest_cmsghdr {
	uint32_t len;
	uint32_t pad;
	int32_t level, type;
};
_Static_assert(sizeof(struct guest_cmsghdr) == sizeof(struct cmsghdr), "control messages");

#ifndef SOL_TLS
#define SOL_TLS 282
#endif

#define MAX_CONTROL (1u << 20) /* far above net.core.optmem_max */

/* The guest's message as the kernel wants it. */
struct message {
	struct msghdr native;
	struct iovecs iov;
	void *control; /* a copy, to be freed */
};

static int64_t message_from_guest(struct thread *t, struct message *m, const struct guest_msghdr *g)
{
	int64_t r = iovecs_from_guest(t, &m->iov, g->iov, g->iovlen);

	if (r < 0)
		return r;
	if (g->iovlen > UIO_MAXIOV) {
		iovecs_free(&m->iov);
		return -EMSGSIZE;
	}
	m->control = NULL;
	m->native = (struct msghdr){
		.msg_name = guest_or_null(t, g->name),
		.msg_namelen = g->namelen,
		.msg_iov = m->iov.v,
		.msg_iovlen = g->iovlen,
		.msg_control = guest_or_null(t, g->control),
		.msg_controllen = g->controllen,
	};
	return 0;
}

static void message_free(struct message *m)
{
	iovecs_free(&m->iov);
	free(m->control);
}

/*
 * By protocol, those whose control messages are known to have no pointers in them. (Those of RDS do, which the kernel
 * then reads and writes.)
 */
static bool is_plain_control(int level)
{
	switch (level) {
	case SOL_SOCKET:
	case IPPROTO_IP:
	case IPPROTO_IPV6:
	case IPPROTO_UDP:
	case IPPROTO_SCTP:
	case SOL_TLS:
	case SOL_ALG:
	case SOL_RXRPC: return true;
	}
	return false;
}

/* For sending: control messages in a copy, with lengths that are the guest's and nothing else. */
static int64_t copy_control(struct thread *t, struct message *m, const struct guest_msghdr *g)
{
	size_t size = g->controllen;
	char *control;

	if (!g->control || !size)
		return 0;
	if (size > MAX_CONTROL)
		return -ENOBUFS;
	control = m->control = malloc(size);
	if (!control)
		return -ENOMEM;
	if (copy_in(t, control, g->control, size))
		return -EFAULT;
	for (size_t at = 0; at + sizeof(struct guest_cmsghdr) <= size;) {
		struct guest_cmsghdr c;

		memcpy(&c, control + at, sizeof(c));
		c.pad = 0;
		memcpy(control + at, &c, sizeof(c));
		if (c.len < sizeof(c))
			break; /* the kernel says EINVAL */
		if (!is_plain_control(c.level)) {
			refuse_once("control message", (uint32_t)c.level, (uint32_t)c.type);
			return -EINVAL;
		}
		at += ((size_t)c.len + 7) & ~(size_t)7;
	}
	m->native.msg_control = control;
	return 0;
}

static int64_t send_message(struct thread *t, int32_t fd, const struct guest_msghdr *g,
			    int32_t flags)
{
	struct message m;
	int64_t r = message_from_guest(t, &m, g);

	if (r < 0)
		return r;
	r = copy_control(t, &m, g);
	if (!r)
		r = BLOCKING(t, RESTART_SA, sendmsg, fd, &m.native, flags);
	message_free(&m);
	return r;
}

/* On success *g has the lengths and flags that the guest is to see. */
static int64_t receive_message(struct thread *t, int32_t fd, struct guest_msghdr *g, int32_t flags)
{
	struct message m;
	int64_t r = message_from_guest(t, &m, g);

	if (r < 0)
		return r;
	r = BLOCKING(t, RESTART_SA, recvmsg, fd, &m.native, flags);
	if (r >= 0) {
		g->namelen = m.native.msg_namelen;
		g->controllen = (uint32_t)m.native.msg_controllen;
		g->flags = m.native.msg_flags;
	}
	message_free(&m);
	return r;
}

int64_t sys_sendmsg(struct thread *t, int32_t sockfd, uint32_t msg, int32_t flags)
{
	struct guest_msghdr g;

	if (copy_in(t, &g, msg, sizeof(g)))
		return -EFAULT;
	return send_message(t, sockfd, &g, flags);
}

int64_t sys_recvmsg(struct thread *t, int32_t sockfd, uint32_t msg, int32_t flags)
{
	struct guest_msghdr g;
	int64_t r;

	if (copy_in(t, &g, msg, sizeof(g)))
		return -EFAULT;
	r = receive_message(t, sockfd, &g, flags);
	if (r >= 0 && copy_out(t, msg, &g, sizeof(g)))
		return -EFAULT;
	return r;
}

/*
 * Several messages: one call each, as the kernel does it. What goes wrong after the first is not reported; what
 * was done until then is.
 */
int64_t sys_sendmmsg(struct thread *t, int32_t sockfd, uint32_t msgvec, uint32_t vlen,
		     int32_t flags)
{
	uint32_t max = vlen > UIO_MAXIOV ? UIO_MAXIOV : vlen;

	for (uint32_t i = 0; i < max; i++) {
		uint32_t at = msgvec + i * (uint32_t)sizeof(struct guest_mmsghdr);
		struct guest_mmsghdr g;
		int64_t r = -EFAULT;

		if (!copy_in(t, &g, at, sizeof(g)))
			r = send_message(t, sockfd, &g.hdr, flags);
		g.len = (uint32_t)r;
		if (r >= 0 &&
		    copy_out(t, at + offsetof(struct guest_mmsghdr, len), &g.len, sizeof(g.len)))
			r = -EFAULT;
		if (r < 0)
			return i ? (int64_t)i : r;
	}
	return max;
}

static int64_t remaining(const struct timespec *end)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (end->tv_sec - now.tv_sec) * 1000000000 + end->tv_nsec - now.tv_nsec;
}

int64_t sys_recvmmsg(struct thread *t, int32_t sockfd, uint32_t msgvec, uint32_t vlen,
		     int32_t flags, uint32_t timeout)
{
	uint32_t max = vlen > UIO_MAXIOV ? UIO_MAXIOV : vlen, i;
	struct timespec limit, end;
	int64_t r = 0;

	if (timeout) {
		if (copy_in(t, &limit, timeout, sizeof(limit)))
			return -EFAULT;
		if (limit.tv_sec < 0 || limit.tv_nsec < 0 || limit.tv_nsec >= 1000000000)
			return -EINVAL;
		if (limit.tv_sec > INT_MAX)
			limit.tv_sec = INT_MAX;
		clock_gettime(CLOCK_MONOTONIC, &end);
		end.tv_sec += limit.tv_sec;
		end.tv_nsec += limit.tv_nsec;
	}
	for (i = 0; i < max; i++) {
		uint32_t at = msgvec + i * (uint32_t)sizeof(struct guest_mmsghdr);
		struct guest_mmsghdr g;

		r = -EFAULT;
		if (!copy_in(t, &g, at, sizeof(g)))
			r = receive_message(t, sockfd, &g.hdr, flags & ~MSG_WAITFORONE);
		g.len = (uint32_t)r;
		if (r >= 0 && copy_out(t, at, &g, sizeof(g)))
			r = -EFAULT;
		if (r < 0)
			break;
		if (flags & MSG_WAITFORONE)
			flags |= MSG_DONTWAIT;
		/* Looked at after each message only: so it is in Linux. */
		if (timeout && remaining(&end) <= 0) {
			i++;
			break;
		}
		if (g.hdr.flags & MSG_OOB) {
			i++;
			break;
		}
	}
	if (timeout && (i || r >= 0)) {
		int64_t left = remaining(&end);

		left = left < 0 ? 0 : left;
		limit = (struct timespec){left / 1000000000, left % 1000000000};
		if (copy_out(t, timeout, &limit, sizeof(limit)))
			return -EFAULT;
	}
	return i ? (int64_t)i : r;
}
