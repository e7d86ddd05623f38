/* Which guest pages are in core, and keeping them there. To the kernel all of the reservation is mapped; what the
 * guest has not mapped has to look like a hole. */
#include "address_space.h"
#include "memory.h"
#include "syscalls.h"

static bool is_mapped(uint32_t addr, uint32_t length)
{
	uint64_t start = addr & ~(uint64_t)(GUEST_PAGE - 1);
	uint64_t end = ((uint64_t)addr + length + GUEST_PAGE - 1) & ~(uint64_t)(GUEST_PAGE - 1);
	bool mapped;

	memory_lock();
	mapped = space_is_mapped(process.memory->map, start, end);
	memory_unlock();
	return mapped;
}

int64_t sys_mincore(struct thread *t, uint32_t addr, uint32_t length, uint32_t vec)
{
	if (addr % GUEST_PAGE)
		return -EINVAL;
	if (!is_mapped(addr, length))
		return -ENOMEM;
	return HOST(mincore, guest(t, addr), length, guest_or_null(t, vec));
}

int64_t sys_mlock(struct thread *t, uint32_t addr, uint32_t len)
{
	return is_mapped(addr, len) ? HOST(mlock, guest(t, addr), len) : -ENOMEM;
}

int64_t sys_mlock2(struct thread *t, uint32_t addr, uint32_t len, uint32_t flags)
{
	if (flags & ~1u) /* MLOCK_ONFAULT */
		return -EINVAL;
	return is_mapped(addr, len) ? HOST(mlock2, guest(t, addr), len, flags) : -ENOMEM;
}

int64_t sys_munlock(struct thread *t, uint32_t addr, uint32_t len)
{
	return is_mapped(addr, len) ? HOST(munlock, guest(t, addr), len) : -ENOMEM;
}
