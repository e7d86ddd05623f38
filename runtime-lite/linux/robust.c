/*
 * Robust lists. The kernel would follow pointers of 8 bytes that the guest does not have, so the list is walked
 * here, when a thread ends, or the process with it, or becomes another program. A process that is killed leaves its
 * locks taken.
 */
#include "process.h"
#include "syscalls.h"

#include <linux/futex.h>

/* struct robust_list_head with 4-byte pointers. */
struct guest_robust_head {
	uint32_t next, pad;
	int64_t futex_offset;
	uint32_t pending, pad2;
};
_Static_assert(sizeof(struct guest_robust_head) == 24, "struct robust_list_head");

int64_t sys_set_robust_list(struct thread *t, uint32_t head, uint32_t len)
{
	if (len != sizeof(struct guest_robust_head))
		return -EINVAL;
	t->robust_list = head;
	return 0;
}

int64_t sys_get_robust_list(struct thread *t, int32_t pid, uint32_t head_ptr, uint32_t sizep)
{
	uint32_t size = sizeof(struct guest_robust_head);

	/* Another thread's is nobody else's business; a debugger's at most. */
	if (pid && pid != t->tid)
		return -EPERM;
	if (copy_out(t, sizep, &size, sizeof(size)) < 0)
		return -EFAULT;
	return copy_out(t, head_ptr, &t->robust_list, sizeof(t->robust_list));
}

/* The owner of this lock dies. As handle_futex_death() of the kernel. */
static void owner_died(struct thread *t, uint32_t entry, int64_t offset)
{
	uint32_t futex = (entry & ~1u) + (uint32_t)offset, word;

	if ((futex & 3) || copy_in(t, &word, futex, sizeof(word)) < 0 ||
	    (word & FUTEX_TID_MASK) != (uint32_t)t->tid)
		return;
	/* Others can only set FUTEX_WAITERS meanwhile, and waking does no harm when nobody waits. */
	word = (word & FUTEX_WAITERS) | FUTEX_OWNER_DIED;
	if (copy_out(t, futex, &word, sizeof(word)) == 0)
		HOST(futex, guest(t, futex), FUTEX_WAKE, 1);
}

void robust_list_ended(struct thread *t)
{
	struct guest_robust_head head;
	uint32_t at = t->robust_list, next;

	t->robust_list = 0;
	if (!at || copy_in(t, &head, at, sizeof(head)) < 0)
		return;
	next = head.next;
	for (unsigned limit = ROBUST_LIST_LIMIT; limit && (next & ~1u) && (next & ~1u) != at;
	     limit--) {
		uint32_t entry = next;
		/* Before the wake-up: the next owner may change the link. */
		if (copy_in(t, &next, entry & ~1u, sizeof(next)) < 0)
			next = 0;
		if (entry != head.pending)
			owner_died(t, entry, head.futex_offset);
	}
	if (head.pending)
		owner_died(t, head.pending, head.futex_offset);
}
