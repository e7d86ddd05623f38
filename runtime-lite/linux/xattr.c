/* Extended attributes whose value is behind a pointer in a structure. The other calls pass through. */
#include "syscalls.h"

/* Kernel: include/uapi/linux/xattr.h, struct xattr_args. May be larger than we know. */
union xattr_args {
	struct {
		uint64_t value;
		uint32_t size, flags;
	};
	char bytes[GUEST_PAGE];
};
#define XATTR_ARGS_SIZE 16

static int64_t args_from_guest(struct thread *t, union xattr_args *native, uint32_t args,
			       uint32_t usize)
{
	if (usize < XATTR_ARGS_SIZE)
		return -EINVAL;
	if (usize > sizeof(*native))
		return -E2BIG;
	if (copy_in(t, native, args, usize))
		return -EFAULT;
	if (native->value > UINT32_MAX)
		return -EFAULT;
	native->value = (uintptr_t)guest_or_null(t, (uint32_t)native->value);
	return 0;
}

/* glibc's <sys/syscall.h> may be older than these. */
#define NR_setxattrat 463
#define NR_getxattrat 464

int64_t sys_setxattrat(struct thread *t, int32_t dirfd, uint32_t pathname, int32_t at_flags,
		       uint32_t name, uint32_t args, uint32_t usize)
{
	union xattr_args native;
	int64_t r = args_from_guest(t, &native, args, usize);

	if (r < 0)
		return r;
	return host_call(NR_setxattrat, (uint64_t)(int64_t)dirfd,
			 (uint64_t)(uintptr_t)guest_or_null(t, pathname),
			 (uint64_t)(int64_t)at_flags, (uint64_t)(uintptr_t)guest_or_null(t, name),
			 (uint64_t)(uintptr_t)&native, usize);
}

int64_t sys_getxattrat(struct thread *t, int32_t dirfd, uint32_t pathname, int32_t at_flags,
		       uint32_t name, uint32_t args, uint32_t usize)
{
	union xattr_args native;
	int64_t r = args_from_guest(t, &native, args, usize);

	if (r < 0)
		return r;
	return host_call(NR_getxattrat, (uint64_t)(int64_t)dirfd,
			 (uint64_t)(uintptr_t)guest_or_null(t, pathname),
			 (uint64_t)(int64_t)at_flags, (uint64_t)(uintptr_t)guest_or_null(t, name),
			 (uint64_t)(uintptr_t)&native, usize);
}
