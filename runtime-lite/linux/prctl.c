/* prctl, by a table of what its arguments are. What would change how the runtime itself runs is not in it. */
#include "refuse.h"
#include "syscalls.h"

#include <linux/prctl.h>
#include <string.h>

enum argument {
	NUMBERS,
	POINTER, /* the first is a pointer to something without pointers */
};

/* Kernel: include/uapi/linux/prctl.h. */
static const struct {
	int option;
	enum argument argument;
} options[] = {
	{PR_SET_PDEATHSIG, NUMBERS},
	{PR_GET_PDEATHSIG, POINTER},
	{PR_GET_DUMPABLE, NUMBERS},
	{PR_SET_DUMPABLE, NUMBERS},
	{PR_GET_KEEPCAPS, NUMBERS},
	{PR_SET_KEEPCAPS, NUMBERS},
	{PR_GET_TIMING, NUMBERS},
	{PR_SET_TIMING, NUMBERS},
	{PR_SET_NAME, POINTER},
	{PR_GET_NAME, POINTER},
	{PR_GET_SECCOMP, NUMBERS},
	{PR_CAPBSET_READ, NUMBERS},
	{PR_CAPBSET_DROP, NUMBERS},
	{PR_GET_SECUREBITS, NUMBERS},
	{PR_SET_SECUREBITS, NUMBERS},
	{PR_SET_TIMERSLACK, NUMBERS},
	{PR_GET_TIMERSLACK, NUMBERS},
	{PR_MCE_KILL_GET, NUMBERS},
	{PR_SET_CHILD_SUBREAPER, NUMBERS},
	{PR_GET_CHILD_SUBREAPER, POINTER},
	{PR_SET_NO_NEW_PRIVS, NUMBERS},
	{PR_GET_NO_NEW_PRIVS, NUMBERS},
	{PR_SET_THP_DISABLE, NUMBERS},
	{PR_GET_THP_DISABLE, NUMBERS},
	{PR_CAP_AMBIENT, NUMBERS},
	{PR_GET_SPECULATION_CTRL, NUMBERS},
	{PR_SET_SPECULATION_CTRL, NUMBERS},
	{PR_SET_IO_FLUSHER, NUMBERS},
	{PR_GET_IO_FLUSHER, NUMBERS},
	{PR_SET_PTRACER, NUMBERS},
};

/* Naming a range of memory: it has to be the guest's, and its end too. */
static int64_t name_range(struct thread *t, int64_t what, int64_t start, int64_t len, int64_t name)
{
	if (what != PR_SET_VMA_ANON_NAME)
		return -EINVAL;
	if ((uint64_t)start > UINT32_MAX || (uint64_t)len > UINT32_MAX)
		return -ENOMEM;
	return HOST(prctl, PR_SET_VMA, what, guest(t, (uint32_t)start), len,
		    guest_or_null(t, (uint32_t)name));
}

int64_t sys_prctl(struct thread *t, int32_t option, int64_t arg2, int64_t arg3, int64_t arg4,
		  int64_t arg5)
{
	if (option == PR_SET_VMA)
		return name_range(t, arg2, arg3, arg4, arg5);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (options[i].option != option)
			continue;
		if (options[i].argument == NUMBERS)
			return HOST(prctl, option, arg2, arg3, arg4, arg5);
		return HOST(prctl, option, guest_or_null(t, (uint32_t)arg2), arg3, arg4, arg5);
	}
	refuse_once("prctl", (uint32_t)option, (uint64_t)arg2);
	return -EINVAL;
}
