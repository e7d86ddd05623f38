/*
 * Guest memory: mmap and its relatives, inside linear memory.
 *
 * Everything is mapped with MAP_FIXED over a part of the reservation, so that no range of it is ever free for the
 * runtime's own mappings: what the guest gives back is covered with PROT_NONE in one step, never
 * unmapped. mremap, which would unmap, is composed of steps that do not.
 */
#include "address_space.h"
#include "host.h"
#include "memory.h"
#include "syscalls.h"

#include <assert.h>
#include <sys/mman.h>

#ifndef MADV_SOFT_OFFLINE
#define MADV_SOFT_OFFLINE 101
#endif
#define PAGE_MASK	  ((uint64_t)(GUEST_PAGE - 1))
#define PROT_MASK	  (PROT_READ | PROT_WRITE | PROT_EXEC | 8 /* PROT_SEM */)
#define GUEST_MAP_TYPE	  0x0f
#define GUEST_MAP_32BIT	  0x40
#define GUEST_MAP_HUGETLB 0x40000

/* For what the guest does not have: address space is all it costs. */
#define COVER (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED)

static uint64_t page_up(uint64_t n)
{
	return (n + PAGE_MASK) & ~PAGE_MASK;
}

static struct address_space *space(void)
{
	return process.memory->map;
}

void memory_lock(void)
{
	pthread_mutex_lock(&process.memory->lock);
}

void memory_unlock(void)
{
	pthread_mutex_unlock(&process.memory->lock);
}

/* Guest code never runs from memory. */
static int native_prot(int prot)
{
	return prot & (PROT_READ | PROT_WRITE);
}

static int64_t native_mmap(uint64_t at, uint64_t size, int prot, int flags, int fd, int64_t offset)
{
	assert(at + size <= MEMORY_RESERVE);
	return HOST(mmap, process.memory->base + at, size, native_prot(prot), flags, fd, offset);
}

int64_t memory_cover(uint64_t start, uint64_t end)
{
	if (start >= end)
		return 0;
	if (!space_prepare(space()))
		return -ENOMEM;
	/* Fails for want of kernel memory or of mappings, as munmap may. */
	int64_t r = native_mmap(start, end - start, PROT_NONE, COVER, -1, 0);
	if (r < 0)
		return r;
	space_remove(space(), start, end);
	return 0;
}

void memory_mend(uint64_t start, uint64_t end)
{
	const int flags = (COVER & ~MAP_FIXED) | MAP_FIXED_NOREPLACE;

	if (native_mmap(start, end - start, PROT_NONE, flags, -1, 0) >= 0)
		space_remove(space(), start, end);
}

/* memory.size is the top of all that has ever been mapped. */
void memory_raise_top(uint64_t end)
{
	struct memory *mem = process.memory;
	uint64_t top = (end + WASM_PAGE - 1) & ~(uint64_t)(WASM_PAGE - 1);

	if (top > atomic_load(&mem->bytes))
		atomic_store(&mem->bytes, top);
}

/* memory.grow has mapped something. */
static void grown(struct memory *mem, uint64_t old_bytes, uint64_t new_bytes)
{
	struct address_space *s = mem->map;

	/* Without bookkeeping the range looks free, and may be given out once more: the guest's own harm. */
	if (space_prepare(s))
		space_add(s, old_bytes, new_bytes, PROT_READ | PROT_WRITE, RANGE_ANONYMOUS);
}

bool memory_init(void)
{
	struct memory *mem = process.memory;
	uint64_t initial = atomic_load(&mem->bytes);

	if (process.null_page > initial)
		process.null_page = 0;
	mem->map = space_new(initial, mem->max_bytes, process.null_page);
	if (!mem->map)
		return false;
	mem->grown = grown;
	if (process.null_page)
		HOST(mprotect, mem->base, process.null_page, PROT_NONE);
	return true;
}

bool memory_is_mapped(uint64_t addr)
{
	bool mapped;

	memory_lock();
	mapped = space_is_mapped(space(), addr, addr + 1);
	memory_unlock();
	return mapped;
}

/* Maps over whatever is there; the caller has chosen the place and prepared the list. */
static int64_t map_at(uint64_t at, uint64_t size, int prot, int flags, int fd, int64_t offset)
{
	enum range_kind kind = (flags & GUEST_MAP_TYPE) != MAP_PRIVATE ? RANGE_SHARED
			       : flags & MAP_ANONYMOUS		       ? RANGE_ANONYMOUS
								       : RANGE_FILE;
	int64_t r = native_mmap(at, size, prot, flags, fd, offset);

	if (r < 0) {
		memory_mend(at, at + size);
		return r;
	}
	space_add(space(), at, at + size, prot, kind);
	memory_raise_top(at + size);
	return (int64_t)at;
}

static int64_t map(uint64_t addr, uint64_t length, int prot, int flags, int fd, int64_t offset)
{
	struct address_space *s = space();
	uint64_t size = page_up(length), at;
	bool fixed = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);

	if (!length || (addr & PAGE_MASK && fixed))
		return -EINVAL;
	if (flags & GUEST_MAP_HUGETLB || size > s->limit)
		return -ENOMEM;
	if (fixed) {
		if (addr + size > s->limit)
			return -ENOMEM;
		if (addr < process.null_page)
			return -EPERM;
		if (flags & MAP_FIXED_NOREPLACE && !space_is_free(s, addr, addr + size))
			return -EEXIST;
		at = addr;
	} else {
		at = page_up(addr);
		if (!at || !space_is_free(s, at, at + size))
			at = space_find(s, size);
		if (!at)
			return -ENOMEM;
	}
	if (!space_prepare(s))
		return -ENOMEM;
	flags &= ~(MAP_FIXED_NOREPLACE | GUEST_MAP_32BIT | MAP_GROWSDOWN | MAP_EXECUTABLE |
		   MAP_DENYWRITE);
	return map_at(at, size, prot, flags | MAP_FIXED, fd, offset);
}

int64_t sys_mmap(struct thread *t, uint32_t addr, uint32_t length, int32_t prot, int32_t flags,
		 int32_t fd, int64_t offset)
{
	int type = flags & GUEST_MAP_TYPE;
	int64_t r;

	(void)t;
	if (type != MAP_SHARED && type != MAP_PRIVATE && type != MAP_SHARED_VALIDATE)
		return -EINVAL;
	memory_lock();
	r = map(addr, length, prot & PROT_MASK, flags, fd, offset);
	memory_unlock();
	return r;
}

int64_t sys_munmap(struct thread *t, uint32_t addr, uint32_t length)
{
	struct address_space *s = space();
	uint64_t end = addr + page_up(length);
	int64_t r;

	(void)t;
	if (addr & PAGE_MASK || !length || end > UINT64_C(1) << 32)
		return -EINVAL;
	memory_lock();
	r = memory_cover(addr, end < s->limit ? end : s->limit);
	memory_unlock();
	return r;
}

int64_t sys_mprotect(struct thread *t, uint32_t addr, uint32_t length, int32_t prot)
{
	struct address_space *s = space();
	uint64_t end = addr + page_up(length);
	int64_t r = -ENOMEM;

	if (addr & PAGE_MASK || prot & ~PROT_MASK)
		return -EINVAL;
	if (!length)
		return 0;
	memory_lock();
	if (space_is_mapped(s, addr, end) && space_prepare(s)) {
		r = HOST(mprotect, guest(t, addr), end - addr, native_prot(prot));
		if (r == 0)
			space_protect(s, addr, end, prot);
	}
	memory_unlock();
	return r;
}

/* The address, or the break as it is when that cannot be had. */
int64_t sys_brk(struct thread *t, uint32_t addr)
{
	struct address_space *s = space();
	int64_t r;

	(void)t;
	memory_lock();
	uint64_t old = page_up(s->brk), new = page_up(addr);
	if (addr >= s->brk_start && new <= s->limit &&space_prepare(s)) {
		if (new < old) {
			if (memory_cover(new, old) == 0)
				s->brk = addr;
		} else if (new == old ||
			   (space_is_free(s, old, new) &&
			    map_at(old, new - old, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) >= 0)) {
			s->brk = addr;
		}
	}
	r = (int64_t)s->brk;
	memory_unlock();
	return r;
}

int64_t sys_msync(struct thread *t, uint32_t addr, uint32_t length, int32_t flags)
{
	bool mapped;

	if (addr & PAGE_MASK)
		return -EINVAL;
	memory_lock();
	mapped = space_is_mapped(space(), addr, addr + page_up(length));
	memory_unlock();
	/* Not under the lock: it may take long. */
	int64_t r = HOST(msync, guest(t, addr), length, flags);
	return r == 0 && !mapped ? -ENOMEM : r;
}

int64_t sys_madvise(struct thread *t, uint32_t addr, uint32_t length, int32_t advice)
{
	int64_t r;
	bool mapped;

	switch (advice) {
	case MADV_HWPOISON:
	case MADV_SOFT_OFFLINE: return -EPERM;
	case MADV_DONTFORK: /* would leave a hole in the child's reservation, for its runtime to map into */
	case MADV_DOFORK: return addr & PAGE_MASK ? -EINVAL : 0;
	}
	if (addr & PAGE_MASK)
		return -EINVAL;
	memory_lock();
	mapped = space_is_mapped(space(), addr, addr + page_up(length));
	r = HOST(madvise, guest(t, addr), length, advice);
	memory_unlock();
	return r == 0 && !mapped ? -ENOMEM : r;
}
