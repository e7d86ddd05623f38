/*
 * Opening files. Names cannot say what will be opened (links, mounts, descriptors in /proc), so what must not be
 * had is recognised after the fact, by what it is.
 */
#include "layout.h"
#include "path.h"
#include "syscalls.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* /dev/mem, /dev/kmem and /dev/port. Kernel: Documentation/admin-guide/devices.txt */
static bool is_memory_device(dev_t dev)
{
	return major(dev) == 1 && (minor(dev) == 1 || minor(dev) == 2 || minor(dev) == 4);
}

/* No errno, which are -4095 to -1, and no offset of a file. */
#define ADDRESS_OFFSET (-4096)

/* Under /proc: `mem` and `pagemap` of a process, and kcore. */
static bool is_memory_in_proc(int fd)
{
	char link[32], target[PATH_MAX];
	const char *name;

	/* Files whose offsets are addresses are the only ones that take a negative one, and that is so
	 * whatever they are called where they have been mounted. */
	if (HOST(lseek, fd, ADDRESS_OFFSET, SEEK_SET) == ADDRESS_OFFSET)
		return true;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	int64_t n = HOST(readlinkat, AT_FDCWD, link, target, sizeof(target) - 1);
	if (n < 0)
		return n == -ENAMETOOLONG;
	target[n] = 0;
	name = strrchr(target, '/');
	name = name ? name + 1 : target;
	return !strcmp(name, "mem") || !strcmp(name, "mem (deleted)") || !strcmp(name, "kcore");
}

int64_t guard_opened(int64_t fd)
{
	struct stat st;
	struct statfs fs;
	bool refuse = false;

	if (fd < 0 || HOST(fstat, fd, &st) < 0)
		return fd;
	if (S_ISCHR(st.st_mode))
		refuse = is_memory_device(st.st_rdev);
	else if (S_ISREG(st.st_mode) && major(st.st_dev) == 0 && !HOST(fstatfs, fd, &fs))
		refuse = fs.f_type == PROC_SUPER_MAGIC && is_memory_in_proc((int)fd);
	if (!refuse)
		return fd;
	HOST(close, fd);
	return -EACCES;
}

int64_t sys_openat(struct thread *t, int32_t dirfd, uint32_t pathname, int32_t flags, uint32_t mode)
{
	const void *path = guest_or_null(t, pathname);
	uint64_t host_flags = open_flags_to_host((uint32_t)flags);

	if (path_is_self_exe(t, pathname))
		path = process.path;
	const uint64_t args[4] = {(uint64_t)(int64_t)dirfd, (uintptr_t)path, host_flags, mode};
	/* A path only: nothing is opened. */
	if (host_flags & O_PATH)
		return BLOCKING(t, RESTART_SA, openat, dirfd, path, host_flags);
	return open_guarded(t, __NR_openat, args, host_flags & O_CLOEXEC);
}

int64_t sys_open(struct thread *t, uint32_t pathname, int32_t flags, uint32_t mode)
{
	return sys_openat(t, AT_FDCWD, pathname, flags, mode);
}

int64_t sys_creat(struct thread *t, uint32_t pathname, uint32_t mode)
{
	return sys_openat(t, AT_FDCWD, pathname, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int64_t sys_openat2(struct thread *t, int32_t dirfd, uint32_t pathname, uint32_t how, uint32_t size)
{
	/* May be larger than we know: the kernel looks whether the rest is zero. */
	union {
		struct open_how how;
		char bytes[GUEST_PAGE];
	} copy;

	if (size < sizeof(copy.how))
		return -EINVAL;
	if (size > sizeof(copy))
		return -E2BIG;
	if (copy_in(t, &copy, how, size))
		return -EFAULT;
	copy.how.flags = open_flags_to_host(copy.how.flags);
	const uint64_t args[4] = {(uint64_t)(int64_t)dirfd, (uintptr_t)guest_or_null(t, pathname),
				  (uintptr_t)&copy, size};
	if (copy.how.flags & O_PATH)
		return BLOCKING(t, RESTART_SA, openat2, dirfd, guest_or_null(t, pathname), &copy,
				size);
	return open_guarded(t, __NR_openat2, args, copy.how.flags & O_CLOEXEC);
}

int64_t sys_open_by_handle_at(struct thread *t, int32_t mount_fd, uint32_t handle, int32_t flags)
{
	const uint64_t host_flags = open_flags_to_host((uint32_t)flags);
	const uint64_t args[4] = {(uint64_t)(int64_t)mount_fd, (uintptr_t)guest_or_null(t, handle),
				  host_flags};

	return open_guarded(t, __NR_open_by_handle_at, args, host_flags & O_CLOEXEC);
}
