/* What the system and the process are called, and what else there is to know about them. */
#include "syscalls.h"

#include <linux/kcmp.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/utsname.h>

int64_t sys_uname(struct thread *t, uint32_t buf)
{
	struct utsname u;
	int64_t r = HOST(uname, &u);

	if (r < 0)
		return r;
	memset(u.machine, 0, sizeof(u.machine));
	strcpy(u.machine, "wasm32");
	return copy_out(t, buf, &u, sizeof(u));
}

int64_t sys_getpgrp(struct thread *t)
{
	(void)t;
	return HOST(getpgid, 0);
}

/* Those that would change how the runtime's own memory is laid out or read are refused. */
int64_t sys_personality(struct thread *t, int64_t persona)
{
	const uint32_t harmless = ADDR_NO_RANDOMIZE | STICKY_TIMEOUTS | WHOLE_SECONDS |
				  SHORT_INODE | UNAME26;

	(void)t;
	if ((uint32_t)persona != UINT32_MAX && ((uint32_t)persona & ~harmless))
		return -EINVAL;
	return HOST(personality, (uint32_t)persona);
}

int64_t sys_kcmp(struct thread *t, int32_t pid1, int32_t pid2, int32_t type, int64_t idx1,
		 int64_t idx2)
{
	(void)t;
	if (type < 0 || type >= KCMP_EPOLL_TFD) /* whose second index is a pointer */
		return -EINVAL;
	return HOST(kcmp, pid1, pid2, type, idx1, idx2);
}
