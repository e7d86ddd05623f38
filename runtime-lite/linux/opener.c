/*
 * Opening files in a process with several threads. What has been opened is looked at before the guest may have it, but
 * for that moment its other threads could use the descriptor: they need only guess the number. So a native thread is
 * made for the purpose, which has a table of descriptors of its own, and only what is harmless is sent from there.
 */
#include "host.h"
#include "path.h"
#include "process.h"
#include "signals.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/futex.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define STACK (128u << 10)
#define OUT_OF_WAY                                                                                 \
	64 /* descriptors of ours are from here on, if possible, so that the guest's is the lowest free one */

struct opening {
	long nr;
	const uint64_t *args;
	int sockets[2];		 /* ours, the opener's */
	_Atomic uint32_t copied; /* the opener has a table of its own */
	_Atomic uint32_t done;
	pid_t opener;
	int64_t result; /* when done: 0, and the descriptor is in the socket, or an error */
};

union rights {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static void set(_Atomic uint32_t *word)
{
	atomic_store(word, 1);
	HOST(futex, word, FUTEX_WAKE_PRIVATE, 1);
}

static int64_t send_descriptor(int socket, int fd)
{
	union rights rights = {.header = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	struct iovec one = {"", 1};
	struct msghdr message = {.msg_iov = &one,
				 .msg_iovlen = 1,
				 .msg_control = &rights,
				 .msg_controllen = sizeof(rights)};
	int64_t r;

	memcpy(CMSG_DATA(&rights.header), &fd, sizeof(fd));
	r = HOST(sendmsg, socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
	return r < 0 ? r : 0;
}

/* Other threads may have done anything to our end: at worst we get what the guest has already. */
static int64_t receive_descriptor(int socket, bool close_on_exec)
{
	union rights rights;
	char byte;
	struct iovec one = {&byte, 1};
	struct msghdr message = {.msg_iov = &one,
				 .msg_iovlen = 1,
				 .msg_control = &rights,
				 .msg_controllen = sizeof(rights)};
	int64_t r = HOST(recvmsg, socket, &message,
			 MSG_DONTWAIT | (close_on_exec ? MSG_CMSG_CLOEXEC : 0));
	int fd;

	if (r < 0)
		return r;
	if (message.msg_controllen < CMSG_LEN(sizeof(int)) || rights.header.cmsg_type != SCM_RIGHTS)
		return -EMFILE;
	memcpy(&fd, CMSG_DATA(&rights.header), sizeof(fd));
	return fd;
}

/* Keeps the two, closes all others: they would keep files open, pipes and sockets for example, that the guest closes. */
static void close_others(int a, int b)
{
	const unsigned low = (unsigned)(a < b ? a : b), high = (unsigned)(a < b ? b : a);

	if (a >= 0 && b >= 0 && low > 0)
		HOST(close_range, 0, low - 1, 0);
	if (a >= 0 && b >= 0 && high > low + 1)
		HOST(close_range, low + 1, high - 1, 0);
	if ((a < 0 || b < 0) && high > 0)
		HOST(close_range, 0, high - 1, 0);
}

static void *open_apart(void *arg)
{
	struct opening *o = arg;
	const int dirfd = (int)o->args[0], socket = o->sockets[1];
	const unsigned last = (unsigned)(dirfd > socket ? dirfd : socket);
	const sigmask_t interrupt = SIGBIT(SIGBUS);
	int64_t r;

	o->opener = gettid();
	r = HOST(close_range, last + 1, ~0u, CLOSE_RANGE_UNSHARE);
	if (r < 0)
		r = HOST(unshare, CLONE_FILES);
	set(&o->copied);
	if (r == 0) {
		close_others(dirfd, socket);
		HOST(rt_sigprocmask, SIG_UNBLOCK, &interrupt, NULL, sizeof(interrupt));
		r = guard_opened(
			host_call(o->nr, o->args[0], o->args[1], o->args[2], o->args[3], 0, 0));
		HOST(rt_sigprocmask, SIG_BLOCK, &interrupt, NULL, sizeof(interrupt));
	}
	o->result = r < 0 ? r : send_descriptor(socket, (int)r);
	set(&o->done);
	return NULL;
}

static bool start(struct opening *o, pthread_t *thread)
{
	const sigmask_t all = ~UINT64_C(0);
	pthread_attr_t attr;
	sigmask_t mask;
	bool started;

	if (pthread_attr_init(&attr))
		return false;
	pthread_attr_setstacksize(&attr, STACK);
	HOST(rt_sigprocmask, SIG_SETMASK, &all, &mask, sizeof(mask));
	threads_lock();
	started = pthread_create(thread, &attr, open_apart, o) == 0;
	threads_unlock();
	HOST(rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof(mask));
	pthread_attr_destroy(&attr);
	return started;
}

/* The runtime's own handler of SIGBUS does nothing in a thread that is none of the guest's. Again and again, since the
 * first may come before the call is entered. */
static void interrupt(struct opening *o)
{
	const struct timespec moment = {0, 1000000};

	while (!atomic_load(&o->done)) {
		HOST(tgkill, getpid(), o->opener, SIGBUS);
		HOST(futex, &o->done, FUTEX_WAIT_PRIVATE, 0, &moment);
	}
}

static int64_t open_by_opener(struct thread *t, struct opening *o, bool close_on_exec)
{
	pthread_t thread;

	if (!start(o, &thread))
		return -ENOMEM;
	while (!atomic_load(&o->copied))
		HOST(futex, &o->copied, FUTEX_WAIT_PRIVATE, 0, NULL);
	HOST(close, o->sockets[1]);
	o->sockets[1] = -1;
	while (!atomic_load(&o->done) &&
	       BLOCKING(t, RESTART_SA, futex, &o->done, FUTEX_WAIT_PRIVATE, 0, NULL) != -EINTR)
		;
	interrupt(o);
	pthread_join(thread, NULL);
	if (o->result < 0)
		return o->result;
	return t->exec.unwind ? -EINTR : receive_descriptor(o->sockets[0], close_on_exec);
}

int64_t open_guarded(struct thread *t, long nr, const uint64_t args[4], bool close_on_exec)
{
	struct opening o = {.nr = nr, .args = args};
	int low[2];
	int64_t r;

	if (process_threads() == 1)
		return guard_opened(host_call_blocking(t, RESTART_SA, nr, args[0], args[1], args[2],
						       args[3], 0, 0));
	r = HOST(socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, low);
	if (r < 0)
		return r;
	for (int i = 0; i < 2; i++) {
		r = HOST(fcntl, low[i], F_DUPFD_CLOEXEC, OUT_OF_WAY);
		o.sockets[i] = r < 0 ? low[i] : (int)r;
		if (r >= 0)
			HOST(close, low[i]);
	}
	r = open_by_opener(t, &o, close_on_exec);
	for (int i = 0; i < 2; i++)
		if (o.sockets[i] >= 0)
			HOST(close, o.sockets[i]);
	return r;
}
