/*
 * futex. The kernel does all of it on guest addresses; what is left is to know which arguments are addresses.
 * Thread ids in a word are native ones, so that the operations with priority inheritance work as they are.
 */
#include "syscalls.h"

#include <linux/futex.h>

int64_t sys_futex(struct thread *t, uint32_t uaddr, int32_t futex_op, int32_t val, uint32_t timeout,
		  uint32_t uaddr2, int32_t val3)
{
	uint32_t value = (uint32_t)val, value3 = (uint32_t)val3;

	switch (futex_op & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
	case FUTEX_WAIT_BITSET:
		return BLOCKING(t, timeout ? RESTART_NEVER : RESTART_SA, futex, guest(t, uaddr),
				futex_op, value, guest_or_null(t, timeout), NULL, value3);
	case FUTEX_LOCK_PI:
	case FUTEX_LOCK_PI2:
	case FUTEX_WAIT_REQUEUE_PI:
		return BLOCKING(t, RESTART_SA, futex, guest(t, uaddr), futex_op, value,
				guest_or_null(t, timeout), guest(t, uaddr2), value3);
	case FUTEX_WAKE:
	case FUTEX_WAKE_BITSET:
	case FUTEX_UNLOCK_PI:
	case FUTEX_TRYLOCK_PI:
		return HOST(futex, guest(t, uaddr), futex_op, value, NULL, NULL, value3);
	case FUTEX_REQUEUE:
	case FUTEX_CMP_REQUEUE:
	case FUTEX_CMP_REQUEUE_PI:
	case FUTEX_WAKE_OP:
		/* The fourth argument is a second number here. */
		return HOST(futex, guest(t, uaddr), futex_op, value, (int32_t)timeout,
			    guest(t, uaddr2), value3);
	}
	return -ENOSYS;
}
