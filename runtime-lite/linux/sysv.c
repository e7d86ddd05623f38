/* System V shared memory, attached inside linear memory. */
#include "address_space.h"
#include "memory.h"
#include "syscalls.h"

#include <sys/mman.h>
#include <sys/shm.h>

#define PAGE_MASK ((uint64_t)(GUEST_PAGE - 1))

/* Where the segment is to go. */
static int64_t place(const struct address_space *s, uint64_t addr, uint64_t size, int flags)
{
	if (addr & PAGE_MASK) {
		if (!(flags & SHM_RND))
			return -EINVAL;
		addr &= ~PAGE_MASK;
	}
	if (!addr) {
		addr = size > s->limit ? 0 : space_find(s, size);
		return addr ? (int64_t)addr : -ENOMEM;
	}
	if (addr < process.null_page || size > s->limit || addr + size > s->limit ||
	    (!(flags & SHM_REMAP) && !space_is_free(s, addr, addr + size)))
		return -EINVAL;
	return (int64_t)addr;
}

static int64_t attach(struct thread *t, struct address_space *s, uint64_t native, uint64_t addr,
		      uint64_t size, int flags)
{
	int prot = flags & SHM_RDONLY ? PROT_READ : PROT_READ | PROT_WRITE;
	int64_t at = place(s, addr, size, flags), r;

	if (at < 0)
		return at;
	if (!space_prepare(s))
		return -ENOMEM;
	r = HOST(mremap, native, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, guest(t, (uint32_t)at));
	if (r < 0) {
		memory_mend((uint64_t)at, (uint64_t)at + size);
		return r;
	}
	space_add(s, (uint64_t)at, (uint64_t)at + size, prot, RANGE_SYSV);
	memory_raise_top((uint64_t)at + size);
	return at;
}

/*
 * Attached where the kernel likes first: only then is it certain how large the segment is, since ids are used again
 * and another thread may be busy with that. An attached one keeps its id.
 */
int64_t sys_shmat(struct thread *t, int32_t shmid, uint32_t shmaddr, int32_t shmflg)
{
	struct shmid_ds ds;
	int64_t native = HOST(shmat, shmid, NULL, shmflg & SHM_RDONLY), r;

	if (native < 0 && native > -4096)
		return native;
	r = HOST(shmctl, shmid, IPC_STAT, &ds);
	if (r >= 0) {
		memory_lock();
		r = attach(t, process.memory->map, (uint64_t)native, shmaddr,
			   ((uint64_t)ds.shm_segsz + PAGE_MASK) & ~PAGE_MASK, shmflg);
		memory_unlock();
	}
	if (r < 0)
		HOST(shmdt, native);
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
