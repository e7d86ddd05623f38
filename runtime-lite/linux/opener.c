/*
 * Opening files in a process with several threads. What has been opened is looked at before the guest may have it, but
 * for that moment its other threads could use the descriptor: they need only guess the number. So a native thread is
 * made for the purpose, which has a table of descriptors of its own, and only what is harmless is sent from there.
 */
#include "host.h"
#include "isa.h"
#include "path.h"
#include "process.h"
#include "signals.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/futex.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#define STACK		       (128u << 10)
#define INITIAL_USER_NAMESPACE 0xEFFFFFFD /* kernel: PROC_USER_INIT_INO */
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

/*
 * Whether an absolute name can lead to the memory of a process or of the machine without crossing a mount. For that somebody
 * with capabilities must make a part of /proc the root, or use a device file. Who has none gets none as long as there
 * are other threads, nor another user namespace.
 */
static bool plain_root;

void open_before_threads(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct caps[2];
	struct statfs root;
	struct stat ns;

	plain_root = HOST(capget, &header, caps) == 0 && !caps[0].permitted && !caps[1].permitted &&
		     HOST(newfstatat, AT_FDCWD, "/proc/self/ns/user", &ns, 0) == 0 &&
		     ns.st_ino == INITIAL_USER_NAMESPACE && HOST(statfs, "/", &root) == 0 &&
		     root.f_type != PROC_SUPER_MAGIC;
}

/*
 * What nobody has to look at. Only what does not wait, so that no guest's handler need be called. -EXDEV: the file is
 * elsewhere, or of another kind.
 */
static int64_t open_at_root(const uint64_t args[4])
{
	const uint64_t flags = args[2];
	struct open_how how = {.flags = flags, .resolve = RESOLVE_NO_XDEV};
	char path[PATH_MAX];
	struct stat st;
	int64_t r;

	/* A copy: the guest's could become a relative one. */
	if (host_copy_string(path, (const char *)(uintptr_t)args[1], sizeof(path)) < 0 ||
	    *path != '/')
		return -EXDEV;
	r = HOST(newfstatat, AT_FDCWD, path, &st, flags & O_NOFOLLOW ? AT_SYMLINK_NOFOLLOW : 0);
	if (r == -ENOENT && !(flags & O_CREAT))
		return r;
	if (r == 0 ? !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode) : r != -ENOENT)
		return -EXDEV;
	if (flags & (O_CREAT | __O_TMPFILE))
		how.mode = args[3] & 07777;
	r = HOST(openat2, AT_FDCWD, path, &how, sizeof(how));
	return r >= 0 || r == -ENOENT || r == -EEXIST || r == -EACCES ? r : -EXDEV;
}

int64_t open_guarded(struct thread *t, long nr, const uint64_t args[4], bool close_on_exec)
{
	struct opening o = {.nr = nr, .args = args};
	int low[2];
	int64_t r;

	if (process_threads() == 1)
		return guard_opened(host_call_blocking(t, RESTART_SA, nr, args[0], args[1], args[2],
						       args[3], 0, 0));
	if (nr == __NR_openat && plain_root) {
		r = open_at_root(args);
		if (r != -EXDEV)
			return r;
	}
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
