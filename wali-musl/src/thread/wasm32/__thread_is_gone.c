#include <fcntl.h>
#include <string.h>
#include "pthread_impl.h"

/* Whether there is no thread with this id, or only what its parent has yet to wait for. */
int __thread_is_gone(int tid)
{
	char buf[128], *p = buf + 6 + 3*sizeof tid;
	int r = __syscall(SYS_tkill, tid, 0);
	if (r) return r == -ESRCH;

	/* "/proc/<tid>/stat" */
	memcpy(p, "/stat", 6);
	for (; tid; tid /= 10) *--p = '0' + tid%10;
	p = memcpy(p-6, "/proc/", 6);

	int fd = __sys_open(p, O_RDONLY|O_CLOEXEC);
	if (fd < 0) return 0;
	r = __syscall(SYS_read, fd, buf, sizeof buf - 1);
	__syscall(SYS_close, fd);
	if (r <= 0) return 0;

	/* The state follows the name, which may itself contain parentheses. */
	buf[r] = 0;
	p = strrchr(buf, ')');
	return p && p[1] && (p[2]=='Z' || p[2]=='X');
}
