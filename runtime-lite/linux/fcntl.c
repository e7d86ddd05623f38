/* fcntl, by a table of what the argument is, and the calls on descriptors that take open's flags. */
#include "layout.h"
#include "refuse.h"
#include "syscalls.h"

#include <fcntl.h>

enum argument {
	NONE,
	NUMBER, /* an int: unmodified programs pass no more than that where the kernel reads a long */
	PLAIN, /* a pointer to something without pointers, of the same layout everywhere */
	LOCK,  /* struct flock, and the call waits */
	FLAGS, /* of open */
};

/* Kernel: include/uapi/asm-generic/fcntl.h, include/uapi/linux/fcntl.h. Locks have the numbers of 64-bit
 * kernels, and struct flock is the same on all of those. */
static const struct {
	int command;
	enum argument argument;
} commands[] = {
	{F_DUPFD, NUMBER},
	{F_GETFD, NONE},
	{F_SETFD, NUMBER},
	{F_GETFL, FLAGS},
	{F_SETFL, FLAGS},
	{5 /* F_GETLK */, PLAIN},
	{6 /* F_SETLK */, PLAIN},
	{7 /* F_SETLKW */, LOCK},
	{F_SETOWN, NUMBER},
	{F_GETOWN, NONE},
	{F_SETSIG, NUMBER},
	{F_GETSIG, NONE},
	{F_SETOWN_EX, PLAIN},
	{F_GETOWN_EX, PLAIN},
	{17 /* F_GETOWNER_UIDS */, PLAIN},
	{F_OFD_GETLK, PLAIN},
	{F_OFD_SETLK, PLAIN},
	{F_OFD_SETLKW, LOCK},
	{F_SETLEASE, NUMBER},
	{F_GETLEASE, NONE},
	{F_NOTIFY, NUMBER},
	{1027 /* F_DUPFD_QUERY */, NUMBER},
	{1028 /* F_CREATED_QUERY */, NONE},
	{F_DUPFD_CLOEXEC, NUMBER},
	{F_SETPIPE_SZ, NUMBER},
	{F_GETPIPE_SZ, NONE},
	{F_ADD_SEALS, NUMBER},
	{F_GET_SEALS, NONE},
	{1035 /* F_GET_RW_HINT */, PLAIN},
	{1036 /* F_SET_RW_HINT */, PLAIN},
	{1037 /* F_GET_FILE_RW_HINT */, PLAIN},
	{1038 /* F_SET_FILE_RW_HINT */, PLAIN},
};

int64_t sys_fcntl(struct thread *t, int32_t fd, int32_t cmd, int64_t arg)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		int64_t r;

		if (commands[i].command != cmd)
			continue;
		switch (commands[i].argument) {
		case NONE: return HOST(fcntl, fd, cmd, 0);
		case NUMBER: return HOST(fcntl, fd, cmd, (int64_t)(int32_t)arg);
		case PLAIN: return HOST(fcntl, fd, cmd, guest_or_null(t, (uint32_t)arg));
		case LOCK:
			return BLOCKING(t, RESTART_SA, fcntl, fd, cmd,
					guest_or_null(t, (uint32_t)arg));
		case FLAGS:
			if (cmd == F_SETFL)
				return HOST(fcntl, fd, cmd, open_flags_to_host((uint32_t)arg));
			r = HOST(fcntl, fd, cmd, 0);
			return r < 0 ? r : (int64_t)open_flags_to_guest((uint64_t)r);
		}
	}
	refuse_once("fcntl", (uint32_t)cmd, (uint64_t)arg);
	return -EINVAL;
}

int64_t sys_dup2(struct thread *t, int32_t oldfd, int32_t newfd)
{
	(void)t;
	if (oldfd == newfd) { /* dup3 says EINVAL */
		int64_t r = HOST(fcntl, oldfd, F_GETFD);

		return r < 0 ? r : newfd;
	}
	return HOST(dup3, oldfd, newfd, 0);
}

int64_t sys_pipe2(struct thread *t, uint32_t pipefd, int32_t flags)
{
	return HOST(pipe2, guest_or_null(t, pipefd), open_flags_to_host((uint32_t)flags));
}

int64_t sys_pipe(struct thread *t, uint32_t pipefd)
{
	return HOST(pipe2, guest_or_null(t, pipefd), 0);
}
