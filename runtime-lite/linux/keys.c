/* keyctl, by a table of which arguments are pointers. */
#include "refuse.h"
#include "syscalls.h"

#include <linux/keyctl.h>

#define ARG2 1
#define ARG3 2
#define ARG4 4

static const struct {
	int operation;
	unsigned pointers; /* all of them to strings or bytes; the argument after bytes is their length */
} operations[] = {
	{KEYCTL_GET_KEYRING_ID, 0},
	{KEYCTL_JOIN_SESSION_KEYRING, ARG2},
	{KEYCTL_UPDATE, ARG3},
	{KEYCTL_REVOKE, 0},
	{KEYCTL_CHOWN, 0},
	{KEYCTL_SETPERM, 0},
	{KEYCTL_DESCRIBE, ARG3},
	{KEYCTL_CLEAR, 0},
	{KEYCTL_LINK, 0},
	{KEYCTL_UNLINK, 0},
	{KEYCTL_SEARCH, ARG3 | ARG4},
	{KEYCTL_READ, ARG3},
	{KEYCTL_INSTANTIATE, ARG3},
	{KEYCTL_NEGATE, 0},
	{KEYCTL_SET_REQKEY_KEYRING, 0},
	{KEYCTL_SET_TIMEOUT, 0},
	{KEYCTL_ASSUME_AUTHORITY, 0},
	{KEYCTL_GET_SECURITY, ARG3},
	{KEYCTL_SESSION_TO_PARENT, 0},
	{KEYCTL_REJECT, 0},
	{KEYCTL_INVALIDATE, 0},
	{KEYCTL_GET_PERSISTENT, 0},
};

static uint64_t argument(struct thread *t, int64_t value, bool pointer)
{
	return pointer ? (uint64_t)(uintptr_t)guest_or_null(t, (uint32_t)value) : (uint64_t)value;
}

int64_t sys_keyctl(struct thread *t, int32_t operation, int64_t arg2, int64_t arg3, int64_t arg4,
		   int64_t arg5)
{
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
		unsigned pointers = operations[i].pointers;

		if (operations[i].operation != operation)
			continue;
		/* A length that reaches beyond the guest's memory. */
		if (pointers == ARG3 && (uint64_t)arg4 > UINT32_MAX)
			return -EINVAL;
		return HOST(keyctl, operation, argument(t, arg2, pointers & ARG2),
			    argument(t, arg3, pointers & ARG3), argument(t, arg4, pointers & ARG4),
			    arg5);
	}
	refuse_once("keyctl", (uint32_t)operation, 0);
	return -EOPNOTSUPP;
}
