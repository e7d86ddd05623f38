/*
 * Calls on paths. Those that later ISAs have only with a directory descriptor are made that way on all of
 * them.
 */
#include "path.h"
#include "syscalls.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool path_is_self_exe(struct thread *t, uint32_t path)
{
	char name[40];
	const char *rest;

	if (!path || copy_in_string(t, name, path, sizeof(name)) < 0 || strncmp(name, "/proc/", 6))
		return false;
	rest = name + 6;
	if (!strncmp(rest, "self/", 5)) {
		rest += 5;
	} else if (!strncmp(rest, "thread-self/", 12)) {
		rest += 12;
	} else {
		char *end;

		if (strtol(rest, &end, 10) != getpid() || *end != '/')
			return false;
		rest = end + 1;
	}
	return !strcmp(rest, "exe");
}

int64_t sys_readlinkat(struct thread *t, int32_t dirfd, uint32_t pathname, uint32_t buf,
		       uint32_t bufsiz)
{
	if (path_is_self_exe(t, pathname)) {
		size_t len = strlen(process.path);

		if ((int32_t)bufsiz <= 0)
			return -EINVAL;
		if (len > bufsiz)
			len = bufsiz;
		return copy_out(t, buf, process.path, len) ? -EFAULT : (int64_t)len;
	}
	return HOST(readlinkat, dirfd, guest_or_null(t, pathname), guest_or_null(t, buf), bufsiz);
}

int64_t sys_readlink(struct thread *t, uint32_t pathname, uint32_t buf, uint32_t bufsiz)
{
	return sys_readlinkat(t, AT_FDCWD, pathname, buf, bufsiz);
}

int64_t sys_access(struct thread *t, uint32_t pathname, int32_t mode)
{
	return HOST(faccessat, AT_FDCWD, guest_or_null(t, pathname), mode);
}

/* renameat is not everywhere, renameat2 is. */
int64_t sys_renameat(struct thread *t, int32_t olddirfd, uint32_t oldpath, int32_t newdirfd,
		     uint32_t newpath)
{
	return HOST(renameat2, olddirfd, guest_or_null(t, oldpath), newdirfd,
		    guest_or_null(t, newpath), 0);
}

int64_t sys_rename(struct thread *t, uint32_t oldpath, uint32_t newpath)
{
	return sys_renameat(t, AT_FDCWD, oldpath, AT_FDCWD, newpath);
}

int64_t sys_mkdir(struct thread *t, uint32_t pathname, uint32_t mode)
{
	return HOST(mkdirat, AT_FDCWD, guest_or_null(t, pathname), mode);
}

int64_t sys_rmdir(struct thread *t, uint32_t pathname)
{
	return HOST(unlinkat, AT_FDCWD, guest_or_null(t, pathname), AT_REMOVEDIR);
}

int64_t sys_unlink(struct thread *t, uint32_t pathname)
{
	return HOST(unlinkat, AT_FDCWD, guest_or_null(t, pathname), 0);
}

int64_t sys_link(struct thread *t, uint32_t oldpath, uint32_t newpath)
{
	return HOST(linkat, AT_FDCWD, guest_or_null(t, oldpath), AT_FDCWD,
		    guest_or_null(t, newpath), 0);
}

int64_t sys_symlink(struct thread *t, uint32_t target, uint32_t linkpath)
{
	return HOST(symlinkat, guest_or_null(t, target), AT_FDCWD, guest_or_null(t, linkpath));
}

int64_t sys_chmod(struct thread *t, uint32_t pathname, uint32_t mode)
{
	return HOST(fchmodat, AT_FDCWD, guest_or_null(t, pathname), mode);
}

int64_t sys_chown(struct thread *t, uint32_t pathname, uint32_t owner, uint32_t group)
{
	return HOST(fchownat, AT_FDCWD, guest_or_null(t, pathname), owner, group, 0);
}

int64_t sys_lchown(struct thread *t, uint32_t pathname, uint32_t owner, uint32_t group)
{
	return HOST(fchownat, AT_FDCWD, guest_or_null(t, pathname), owner, group,
		    AT_SYMLINK_NOFOLLOW);
}

int64_t sys_mknod(struct thread *t, uint32_t pathname, uint32_t mode, int64_t dev)
{
	return HOST(mknodat, AT_FDCWD, guest_or_null(t, pathname), mode, dev);
}

/* Options are text. Those in binary, which begin with a small number as their version, may hold pointers: NFS's do. */
int64_t sys_mount(struct thread *t, uint32_t source, uint32_t target, uint32_t filesystemtype,
		  int64_t mountflags, uint32_t data)
{
	char options[GUEST_PAGE] = ""; /* of which the kernel reads all */
	int64_t r = data ? copy_in_string(t, options, data, sizeof(options)) : 0;

	if (r == -ENAMETOOLONG || (r > 0 && (unsigned char)options[0] < ' '))
		return -EINVAL;
	if (r < 0)
		return r;
	memset(options + r, 0, sizeof(options) - (size_t)r);
	return HOST(mount, guest_or_null(t, source), guest_or_null(t, target),
		    guest_or_null(t, filesystemtype), mountflags, data ? options : NULL);
}

/*
 * Times: all forms are utimensat with nanoseconds.
 */
int64_t sys_futimesat(struct thread *t, int32_t dirfd, uint32_t pathname, uint32_t times)
{
	struct timeval tv[2];
	struct timespec ts[2];

	if (!times)
		return HOST(utimensat, dirfd, guest_or_null(t, pathname), NULL, 0);
	if (copy_in(t, tv, times, sizeof(tv)))
		return -EFAULT;
	for (int i = 0; i < 2; i++) {
		if (tv[i].tv_usec < 0 || tv[i].tv_usec >= 1000000)
			return -EINVAL;
		ts[i] = (struct timespec){tv[i].tv_sec, tv[i].tv_usec * 1000};
	}
	return HOST(utimensat, dirfd, guest_or_null(t, pathname), ts, 0);
}

int64_t sys_utimes(struct thread *t, uint32_t filename, uint32_t times)
{
	return sys_futimesat(t, AT_FDCWD, filename, times);
}

int64_t sys_utime(struct thread *t, uint32_t filename, uint32_t times)
{
	int64_t seconds[2];
	struct timespec ts[2] = {0};

	if (!times)
		return HOST(utimensat, AT_FDCWD, guest_or_null(t, filename), NULL, 0);
	if (copy_in(t, seconds, times, sizeof(seconds)))
		return -EFAULT;
	ts[0].tv_sec = seconds[0];
	ts[1].tv_sec = seconds[1];
	return HOST(utimensat, AT_FDCWD, guest_or_null(t, filename), ts, 0);
}
