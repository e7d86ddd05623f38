/* The stat family. The guest's structure is that of x86-64 on all hosts; see layout.h. */
#include "layout.h"
#include "path.h"
#include "syscalls.h"

#include <fcntl.h>

int64_t sys_newfstatat(struct thread *t, int32_t dirfd, uint32_t pathname, uint32_t statbuf,
		       int32_t flags)
{
	const void *path = guest_or_null(t, pathname);
	struct stat st;

	/* Following the link, that is the program; not following it, the link in /proc. */
	if (!(flags & AT_SYMLINK_NOFOLLOW) && path_is_self_exe(t, pathname))
		path = process.path;
	int64_t r = HOST(newfstatat, dirfd, path, &st, flags);
	return r < 0 ? r : stat_to_guest(t, statbuf, &st);
}

int64_t sys_stat(struct thread *t, uint32_t pathname, uint32_t statbuf)
{
	return sys_newfstatat(t, AT_FDCWD, pathname, statbuf, 0);
}

int64_t sys_lstat(struct thread *t, uint32_t pathname, uint32_t statbuf)
{
	return sys_newfstatat(t, AT_FDCWD, pathname, statbuf, AT_SYMLINK_NOFOLLOW);
}

int64_t sys_fstat(struct thread *t, int32_t fd, uint32_t statbuf)
{
	struct stat st;
	int64_t r = HOST(fstat, fd, &st);

	return r < 0 ? r : stat_to_guest(t, statbuf, &st);
}

int64_t sys_statx(struct thread *t, int32_t dirfd, uint32_t pathname, int32_t flags, int32_t mask,
		  uint32_t statxbuf)
{
	const void *path = guest_or_null(t, pathname);

	if (!(flags & AT_SYMLINK_NOFOLLOW) && path_is_self_exe(t, pathname))
		path = process.path;
	return HOST(statx, dirfd, path, flags, mask, guest_or_null(t, statxbuf));
}
