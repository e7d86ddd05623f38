/* System V semaphores: what semctl's argument is depends on the command, and its structure on the ISA. */
#include "syscalls.h"

#include <string.h>
#include <sys/sem.h>

/* struct semid64_ds of x86-64, which pads times where the others do not. */
struct guest_semid_ds {
	struct ipc_perm perm;
	int64_t otime, unused1, ctime, unused2;
	uint64_t nsems, unused3, unused4;
};
_Static_assert(sizeof(struct guest_semid_ds) == 104, "struct semid64_ds of x86-64");

static int64_t get_semid_ds(struct thread *t, int32_t semid, int32_t cmd, uint32_t dst)
{
	struct guest_semid_ds g = {0};
	struct semid_ds native;
	int64_t r = HOST(semctl, semid, 0, cmd, &native);

	if (r < 0)
		return r;
	memcpy(&g.perm, &native.sem_perm, sizeof(g.perm));
	g.otime = native.sem_otime;
	g.ctime = native.sem_ctime;
	g.nsems = native.sem_nsems;
	return copy_out(t, dst, &g, sizeof(g)) ? -EFAULT : r;
}

static int64_t set_semid_ds(struct thread *t, int32_t semid, uint32_t src)
{
	struct guest_semid_ds g;
	struct semid_ds native;

	if (copy_in(t, &g, src, sizeof(g)))
		return -EFAULT;
	memset(&native, 0, sizeof(native));
	memcpy(&native.sem_perm, &g.perm, sizeof(g.perm));
	return HOST(semctl, semid, 0, IPC_SET, &native);
}

int64_t sys_semctl(struct thread *t, int32_t semid, int32_t semnum, int32_t cmd, int64_t arg)
{
	switch (cmd) {
	case IPC_STAT:
	case SEM_STAT:
	case SEM_STAT_ANY: return get_semid_ds(t, semid, cmd, (uint32_t)arg);
	case IPC_SET: return set_semid_ds(t, semid, (uint32_t)arg);
	case IPC_INFO:
	case SEM_INFO:
	case GETALL:
	case SETALL: return HOST(semctl, semid, semnum, cmd, guest_or_null(t, (uint32_t)arg));
	case SETVAL: return HOST(semctl, semid, semnum, cmd, (int64_t)(int32_t)arg);
	case IPC_RMID:
	case GETPID:
	case GETVAL:
	case GETNCNT:
	case GETZCNT: return HOST(semctl, semid, semnum, cmd, 0);
	}
	return -EINVAL;
}
