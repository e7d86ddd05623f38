/* System V shared memory, attached inside linear memory. */
#include "address_space.h"
#include "memory.h"
#include "syscalls.h"

#include <sys/mman.h>
#include <sys/shm.h>

#define PAGE_MASK ((uint64_t)(GUEST_PAGE - 1))

static int64_t attach(struct thread *t, struct address_space *s, int32_t id, uint64_t addr,
		      uint64_t size, int flags)
{
	int prot = flags & SHM_RDONLY ? PROT_READ : PROT_READ | PROT_WRITE;
	int64_t r;

	if (addr & PAGE_MASK) {
		if (!(flags & SHM_RND))
			return -EINVAL;
		addr &= ~PAGE_MASK;
	}
	if (!addr)
		addr = space_find(s, size);
	else if (addr < process.null_page || addr + size > s->limit ||
		 (!(flags & SHM_REMAP) && !space_is_free(s, addr, addr + size)))
		return -EINVAL;
	if (!addr || !space_prepare(s))
		return -ENOMEM;
	r = HOST(shmat, id, guest(t, (uint32_t)addr), (flags & SHM_RDONLY) | SHM_REMAP);
	if (r < 0)
		return r;
	space_add(s, addr, addr + size, prot, RANGE_SYSV);
	memory_raise_top(addr + size);
	return (int64_t)addr;
}

int64_t sys_shmat(struct thread *t, int32_t shmid, uint32_t shmaddr, int32_t shmflg)
{
	struct shmid_ds ds;
	int64_t r = HOST(shmctl, shmid, IPC_STAT, &ds);

	if (r < 0)
		return r;
	memory_lock();
	r = attach(t, process.memory->map, shmid, shmaddr, (ds.shm_segsz + PAGE_MASK) & ~PAGE_MASK,
		   shmflg);
	memory_unlock();
	return r;
}

int64_t sys_shmdt(struct thread *t, uint32_t shmaddr)
{
	struct address_space *s = process.memory->map;
	int64_t r = -EINVAL;

	(void)t;
	memory_lock();
	size_t i = space_at(s, shmaddr);
	if (i < s->count && s->ranges[i].start == shmaddr && s->ranges[i].kind == RANGE_SYSV)
		r = memory_cover(s->ranges[i].start, s->ranges[i].end);
	memory_unlock();
	return r;
}
