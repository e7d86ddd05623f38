/*
 * mremap, without ever leaving a hole in the reservation: the kernel's own would unmap the old place, and a
 * mapping of the runtime (a thread's stack, malloc) could land there before it is covered.
 */
#include "address_space.h"
#include "host.h"
#include "isa.h"
#include "memory.h"
#include "syscalls.h"

#include <sys/mman.h>

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif
#define PAGE_MASK ((uint64_t)(GUEST_PAGE - 1))
#define FRESH	  (MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED)

struct move {
	struct range range; /* that the old place is in */
	uint64_t old, old_size, new, new_size;
};

static uint64_t page_up(uint64_t n)
{
	return (n + PAGE_MASK) & ~PAGE_MASK;
}

static uint8_t *native(uint64_t addr)
{
	return process.memory->base + addr;
}

static int native_prot(int prot)
{
	return prot & (PROT_READ | PROT_WRITE);
}

static int64_t fresh(uint64_t start, uint64_t end, int prot)
{
	return start < end ? HOST(mmap, native(start), end - start, native_prot(prot), FRESH, -1, 0)
			   : 0;
}

/* For kernels and emulators without MREMAP_DONTUNMAP. */
static int64_t move_by_copying(const struct move *m, uint64_t keep)
{
	int64_t r = fresh(m->new, m->new + keep, PROT_READ | PROT_WRITE);

	if (r < 0)
		return r;
	r = HOST(mprotect, native(m->old), keep, PROT_READ);
	if (r == 0)
		r = host_copy(native(m->new), native(m->old), keep);
	if (r == 0)
		r = HOST(mprotect, native(m->new), keep, native_prot(m->range.prot));
	return r;
}

/*
 * What is one mapping to the guest may be several to the kernel, which moves only within one: the pieces are
 * found by halving.
 */
static int64_t move_pages(uint64_t old, uint64_t new, uint64_t size)
{
	int64_t r = HOST(mremap, native(old), size, size,
			 MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, native(new));

	if (r == -EFAULT && size > GUEST_PAGE) {
		uint64_t half = page_up(size / 2);
		r = move_pages(old, new, half);
		if (r >= 0)
			r = move_pages(old + half, new + half, size - half);
	}
	return r;
}

static int64_t move_private(const struct move *m, bool anonymous)
{
	uint64_t keep = m->old_size < m->new_size ? m->old_size : m->new_size;
	int64_t r;

	/* Only the kernel knows how a file mapping goes on: let it move, and cover the hole at once. */
	if (!anonymous && keep < m->new_size) {
		if (process_threads() > 1)
			return -ENOMEM;
		return HOST(mremap, native(m->old), m->old_size, m->new_size,
			    MREMAP_MAYMOVE | MREMAP_FIXED, native(m->new));
	}
	r = move_pages(m->old, m->new, keep);
	if (r == -EINVAL && anonymous)
		r = move_by_copying(m, keep);
	if (r < 0)
		return r;
	return fresh(m->new + keep, m->new + m->new_size, m->range.prot);
}

/* An old size of 0 makes a second mapping of the same pages. */
static int64_t move_shared(const struct move *m)
{
	return HOST(mremap, native(m->old), 0, m->new_size, MREMAP_MAYMOVE | MREMAP_FIXED,
		    native(m->new));
}

static int64_t move(struct address_space *s, const struct move *m, bool keep_old)
{
	enum range_kind kind = m->range.kind;
	int64_t r = kind == RANGE_SHARED ? move_shared(m)
					 : move_private(m, kind == RANGE_ANONYMOUS);

	if (r < 0) {
		memory_mend(m->new, m->new + m->new_size);
		return r;
	}
	if (!space_prepare(s))
		return -ENOMEM;
	space_add(s, m->new, m->new + m->new_size, m->range.prot, kind);
	memory_raise_top(m->new + m->new_size);
	if (!keep_old)
		memory_cover(m->old, m->old + m->old_size);
	return (int64_t)m->new;
}

static int64_t resize(struct address_space *s, struct move *m, int flags)
{
	uint64_t old_end = m->old + m->old_size, new_end = m->old + m->new_size;
	int64_t r;

	if (m->new_size <= m->old_size) {
		r = memory_cover(new_end, old_end);
		return r < 0 ? r : (int64_t)m->old;
	}
	if (m->range.kind == RANGE_ANONYMOUS && space_is_free(s, old_end, new_end)) {
		r = fresh(old_end, new_end, m->range.prot);
		if (r < 0)
			return r;
		space_add(s, old_end, new_end, m->range.prot, RANGE_ANONYMOUS);
		memory_raise_top(new_end);
		return (int64_t)m->old;
	}
	if (!(flags & MREMAP_MAYMOVE))
		return -ENOMEM;
	m->new = space_find(s, m->new_size);
	return m->new ? move(s, m, false) : -ENOMEM;
}

static int64_t remap(struct address_space *s, struct move *m, int flags)
{
	size_t i = space_at(s, m->old);

	if (i == s->count || s->ranges[i].start > m->old || s->ranges[i].end < m->old + m->old_size)
		return -EFAULT;
	m->range = s->ranges[i];
	if (!space_prepare(s))
		return -ENOMEM;
	if (!m->old_size && m->range.kind != RANGE_SHARED)
		return -EINVAL;
	if (!(flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) && m->old_size)
		return resize(s, m, flags);
	if (!(flags & MREMAP_FIXED)) {
		m->new = space_find(s, m->new_size);
		if (!m->new)
			return -ENOMEM;
	} else {
		if (m->new &PAGE_MASK || m->new + m->new_size > s->limit ||
		    m->new < process.null_page)
			return -EINVAL;
		if (m->new < m->old + m->old_size && m->old < m->new + m->new_size)
			return -EINVAL;
	}
	return move(s, m, !m->old_size || flags & MREMAP_DONTUNMAP);
}

int64_t sys_mremap(struct thread *t, uint32_t old_address, uint32_t old_size, uint32_t new_size,
		   int32_t flags, uint32_t new_address)
{
	struct move m = {.old = old_address,
			 .old_size = page_up(old_size),
			 .new = new_address,
			 .new_size = page_up(new_size)};
	int64_t r;

	(void)t;
	if (flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP) ||
	    old_address & PAGE_MASK || !new_size)
		return -EINVAL;
	if (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP) && !(flags & MREMAP_MAYMOVE))
		return -EINVAL;
	if (flags & MREMAP_DONTUNMAP && m.old_size != m.new_size)
		return -EINVAL;
	memory_lock();
	r = remap(process.memory->map, &m, flags);
	memory_unlock();
	return r;
}
