/* Opening, stat, paths, directories, vectors, descriptors. */
#include "guest.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#define GUEST_O_TMPFILE (020000000 | GUEST_O_DIRECTORY)

static void test_open(void)
{
	uint32_t file = put_string("file"), link = put_string("link"), dot = put_string(".");
	int64_t fd;

	fd = sys_open(t, file, O_CREAT | O_RDWR | O_EXCL, 0640);
	ok(fd >= 0, "open creates");
	is(sys_fcntl(t, (int)fd, F_GETFL, 0) & ~GUEST_O_LARGEFILE, O_RDWR, "F_GETFL");
	is(sys_close(t, (int)fd), 0, "close");
	is(sys_close(t, (int)fd), -EBADF, "close again");
	is(sys_open(t, file, O_CREAT | O_EXCL, 0640), -EEXIST, "O_EXCL");
	is(sys_open(t, file, GUEST_O_DIRECTORY, 0), -ENOTDIR, "O_DIRECTORY has the guest's number");
	ok(!symlink("file", "link"), "(a link)");
	is(sys_open(t, link, GUEST_O_NOFOLLOW, 0), -ELOOP, "O_NOFOLLOW has the guest's number");
	fd = sys_open(t, dot, GUEST_O_TMPFILE | O_RDWR, 0600);
	ok(fd >= 0 || fd == -EOPNOTSUPP, "O_TMPFILE has the guest's number");
	if (fd >= 0)
		sys_close(t, (int)fd);
	fd = sys_open(t, dot, GUEST_O_DIRECTORY | O_CLOEXEC, 0);
	is(sys_fcntl(t, (int)fd, F_GETFL, 0) & GUEST_O_DIRECTORY, GUEST_O_DIRECTORY,
	   "F_GETFL converts back");
	is(sys_fcntl(t, (int)fd, F_GETFD, 0), FD_CLOEXEC, "O_CLOEXEC");
	ok(sys_openat(t, (int)fd, file, O_RDONLY, 0) >= 0, "openat");
	struct open_how how = {.flags = GUEST_O_NOFOLLOW, .resolve = RESOLVE_BENEATH};
	uint32_t phow = put(&how, sizeof(how));
	int64_t r = sys_openat2(t, (int)fd, link, phow, sizeof(how));
	ok(r == -ELOOP || r == -ENOSYS, "openat2 converts flags");
	is(sys_openat2(t, (int)fd, link, phow, 8), -EINVAL, "openat2, too small");
	is(sys_open(t, 0, 0, 0), -EFAULT, "NULL");
	is(sys_open(t, UNMAPPED, 0, 0), -EFAULT, "unmapped");
	is(sys_open(t, UINT32_MAX, 0, 0), -EFAULT, "the last byte");
	ok(sys_creat(t, put_string("created"), 0600) >= 0, "creat");
	sys_close(t, (int)fd);
}

static void refused(const char *path, const char *what)
{
	uint32_t p = put_string(path);

	is(sys_open(t, p, O_RDWR, 0), -EACCES, what);
	is(sys_open(t, p, O_RDONLY, 0), -EACCES, what);
}

static void test_memory_of_processes(void)
{
	struct open_how how = {.flags = O_RDWR};
	char path[64];
	int64_t fd;

	refused("/proc/self/mem", "/proc/self/mem");
	refused("/proc/thread-self/mem", "/proc/thread-self/mem");
	snprintf(path, sizeof(path), "/proc/%d/mem", getpid());
	refused(path, "/proc/PID/mem");
	snprintf(path, sizeof(path), "/proc/self/task/%d/mem", getpid());
	refused(path, "/proc/self/task/TID/mem");
	refused("//proc/./self/../self/mem", "crooked path");
	ok(!symlink("/proc/self/mem", "memory"), "(a link)");
	refused("memory", "by a link");
	fd = sys_open(t, put_string("/proc/self"), O_RDONLY | GUEST_O_DIRECTORY, 0);
	is(sys_openat(t, (int)fd, put_string("mem"), O_RDWR, 0), -EACCES, "by a directory");
	int64_t r = sys_openat2(t, (int)fd, put_string("mem"), put(&how, sizeof(how)), sizeof(how));
	ok(r == -EACCES || r == -ENOSYS, "by openat2");
	sys_close(t, (int)fd);
	fd = sys_open(t, put_string("/proc/self/mem"), O_PATH, 0);
	ok(fd >= 0, "O_PATH is allowed");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", (int)fd);
	refused(path, "by a descriptor");
	sys_close(t, (int)fd);

	fflush(stdout);
	pid_t pid = fork();
	if (!pid) { /* 0: refused; 77: could not be tried */
		int other = open("harmless", O_CREAT | O_WRONLY, 0600);

		close(other);
		if (unshare(CLONE_NEWNS) && unshare(CLONE_NEWUSER | CLONE_NEWNS))
			_exit(77);
		if (mount("/proc/self/mem", "harmless", NULL, MS_BIND, NULL))
			_exit(77);
		_exit(sys_open(t, put_string("harmless"), O_RDWR, 0) != -EACCES);
	}
	int status;
	waitpid(pid, &status, 0);
	if (WEXITSTATUS(status) == 77)
		skip("by a bind mount", "mounting is not possible here");
	else
		is(status, 0, "by a bind mount");
	ok(sys_open(t, put_string("/proc/self/status"), O_RDONLY, 0) >= 0,
	   "others in /proc can be had");
	ok(sys_open(t, put_string("/proc/self/maps"), O_RDONLY, 0) >= 0, "maps, too");
	ok(sys_open(t, put_string("/dev/null"), O_RDWR, 0) >= 0, "/dev/null");
}

static void test_mount(void)
{
	static const uint32_t binary[] = {6, 0, 0x400000, 0};
	uint32_t nfs = put_string("nfs"), dot = put_string("."), text = put_string("size=1m");

	is(sys_mount(t, 0, dot, nfs, 0, put(binary, sizeof(binary))), -EINVAL,
	   "mount options with pointers");
	is(sys_mount(t, 0, dot, nfs, 0, UNMAPPED), -EFAULT, "bad options");
	int64_t r = sys_mount(t, 0, put_string("nothing"), put_string("tmpfs"), 0, text);
	ok(r == -ENOENT || r == -EPERM, "options in text");
}

static void test_stat(void)
{
	uint32_t file = put_string("file"), link = put_string("link"), buf = room(144);
	struct guest_stat *g = AT(struct guest_stat, buf);
	struct stat st;
	int fd = open("file", O_RDWR);

	ok(write(fd, "12345", 5) == 5, "(write)");
	stat("file", &st);
	is(sys_stat(t, file, buf), 0, "stat");
	ok(g->dev == st.st_dev && g->ino == st.st_ino && g->nlink == st.st_nlink &&
		   g->mode == st.st_mode && g->uid == st.st_uid && g->gid == st.st_gid &&
		   g->rdev == st.st_rdev && g->size == 5 && g->blksize == st.st_blksize &&
		   g->blocks == st.st_blocks && g->mtim.tv_nsec == st.st_mtim.tv_nsec &&
		   g->ctim.tv_sec == st.st_ctim.tv_sec,
	   "fields");
	memset(g, 0, sizeof(*g));
	is(sys_fstat(t, fd, buf), 0, "fstat");
	is(g->size, 5, "size");
	is(sys_lstat(t, link, buf), 0, "lstat");
	ok(S_ISLNK(g->mode), "of the link");
	is(sys_newfstatat(t, fd, put_string(""), buf, AT_EMPTY_PATH), 0, "newfstatat");
	is(g->ino, (int64_t)st.st_ino, "of the descriptor");
	is(sys_stat(t, put_string("/dev/null"), buf), 0, "stat of a device");
	is(g->rdev, (int64_t)makedev(1, 3), "rdev");
	is(sys_stat(t, file, UNMAPPED), -EFAULT, "stat to unmapped memory");
	is(sys_stat(t, file, MAPPED - 100), -EFAULT, "stat across the end");
	is(sys_stat(t, put_string("none"), buf), -ENOENT, "ENOENT");
	is(sys_fstat(t, 999, buf), -EBADF, "EBADF");
	close(fd);
}

static void test_exe(void)
{
	uint32_t exe = put_string("/proc/self/exe"), buf = room(256);
	char path[64];

	is(sys_readlink(t, exe, buf, 256), (int64_t)strlen(process.path),
	   "readlink /proc/self/exe");
	ok(!strcmp(AT(char, buf), process.path), "is the module");
	snprintf(path, sizeof(path), "/proc/%d/exe", getpid());
	is(sys_readlinkat(t, AT_FDCWD, put_string(path), buf, 4), 4, "/proc/PID/exe, cut");
	is(sys_readlink(t, exe, buf, 0), -EINVAL, "no room");
	is(sys_readlink(t, exe, UNMAPPED, 10), -EFAULT, "bad pointer");
	is(sys_open(t, exe, O_RDONLY, 0), -ENOENT, "open goes to the module");
	is(sys_readlink(t, put_string("link"), buf, 256), 4, "other links");
}

static void test_paths(void)
{
	uint32_t a = put_string("a"), b = put_string("b"), d = put_string("d");
	struct stat st;
	int64_t fd = sys_creat(t, a, 0666);

	is(sys_close(t, (int)fd), 0, "(creat)");
	is(sys_rename(t, a, b), 0, "rename");
	is(sys_renameat(t, AT_FDCWD, b, AT_FDCWD, a), 0, "renameat");
	is(sys_link(t, a, b), 0, "link");
	is(sys_symlink(t, a, b), -EEXIST, "symlink");
	is(sys_unlink(t, b), 0, "unlink");
	is(sys_mkdir(t, d, 0755), 0, "mkdir");
	is(sys_unlink(t, d), -EISDIR, "unlink of a directory");
	is(sys_rmdir(t, d), 0, "rmdir");
	is(sys_chmod(t, a, 0421), 0, "chmod");
	is(stat("a", &st) ?: (st.st_mode & 07777), 0421, "mode");
	is(sys_access(t, a, R_OK), 0, "access");
	is(sys_access(t, b, F_OK), -ENOENT, "access of nothing");
	is(sys_chown(t, a, (uint32_t)-1, (uint32_t)-1), 0, "chown");
	is(sys_lchown(t, a, getuid(), (uint32_t)-1), 0, "lchown");
	is(sys_mknod(t, put_string("fifo"), S_IFIFO | 0600, 0), 0, "mknod");

	int64_t seconds[2] = {1000, 2000};
	is(sys_utime(t, a, put(seconds, sizeof(seconds))), 0, "utime");
	is(stat("a", &st) ?: st.st_mtim.tv_sec, 2000, "seconds");
	struct timeval tv[2] = {{1, 2}, {3, 4}};
	is(sys_utimes(t, a, put(tv, sizeof(tv))), 0, "utimes");
	is(stat("a", &st) ?: st.st_mtim.tv_nsec, 4000, "microseconds");
	tv[0].tv_usec = 1000000;
	is(sys_futimesat(t, AT_FDCWD, a, put(tv, sizeof(tv))), -EINVAL, "too many microseconds");
	is(sys_utimes(t, a, 0), 0, "now");
	is(sys_utime(t, 0, 0), -EFAULT, "no path");
}

static void test_directories(void)
{
	uint32_t old = room(4096), new = room(4096);
	int fd = open(".", O_RDONLY);
	int64_t r = sys_getdents64(t, fd, new, 4096), at = 0, entries = 0;
	bool same = true;

	lseek(fd, 0, SEEK_SET);
	is(sys_getdents(t, fd, old, 4096), r, "getdents has as much as getdents64");
	for (; at < r; entries++) {
		struct dirent64 *n = AT(struct dirent64, new + at);
		char *o = AT(char, old + at);

		same &= !memcmp(o, n, 18) && !strcmp(o + 18, n->d_name) &&
			o[n->d_reclen - 1] == n->d_type;
		at += n->d_reclen;
	}
	ok(same && entries > 5, "the same entries");
	is(sys_getdents(t, fd, old, 8), 0, "at the end");
	lseek(fd, 0, SEEK_SET);
	is(sys_getdents(t, fd, old, 8), -EINVAL, "no room");
	is(sys_getdents(t, fd, UNMAPPED, 4096), -EFAULT, "bad pointer");
	close(fd);
}

static void test_vectors(void)
{
	struct guest_iovec v[1025];
	uint32_t text = put("0123456789", 10), back = room(2048), p;
	int fd = open("vectors", O_CREAT | O_RDWR, 0600);

	for (int i = 0; i < 1025; i++)
		v[i] = (struct guest_iovec){text + i % 10, 1};
	p = put(v, sizeof(v));
	is(sys_writev(t, fd, p, 3), 3, "writev");
	is(sys_writev(t, fd, p, 1024), 1024, "1024 buffers");
	is(sys_writev(t, fd, p, 1025), -EINVAL, "1025 buffers");
	is(sys_writev(t, fd, p, -1), -EINVAL, "-1 buffers");
	is(sys_writev(t, fd, p, 0), 0, "no buffer");
	is(sys_writev(t, fd, UNMAPPED, 1), -EFAULT, "bad vector");
	is(sys_writev(t, fd, UINT32_MAX - 7, 2), -EFAULT, "vector that wraps");
	v[0] = (struct guest_iovec){UNMAPPED, UINT32_MAX};
	is(sys_writev(t, fd, put(v, 8), 1), -EFAULT, "bad buffer");
	v[0] = (struct guest_iovec){back, 2};
	v[1] = (struct guest_iovec){back + 100, 5};
	p = put(v, 16);
	is(sys_preadv(t, fd, p, 2, 1, 0), 7, "preadv");
	ok(!memcmp(AT(char, back), "12", 2) && !memcmp(AT(char, back + 100), "01234", 5),
	   "to where it belongs");
	is(sys_pwritev(t, fd, p, 2, 2000, 0), 7, "pwritev");
	int64_t r = sys_preadv2(t, fd, p, 2, 2000, 0, 0);
	ok(r == 7 || r == -ENOSYS, "preadv2");
	is(sys_preadv(t, fd, p, 2, -1, 0), -EINVAL, "negative position");
	lseek(fd, 0, SEEK_SET);
	is(sys_readv(t, fd, p, 2), 7, "readv");
	ok(!memcmp(AT(char, back), "01", 2), "from the beginning");
	close(fd);
}

static void test_descriptors(void)
{
	uint32_t fds = room(8);
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 10};
	int fd = open("file", O_RDWR);

	is(sys_pipe2(t, fds, O_CLOEXEC | GUEST_O_DIRECT), 0, "pipe2");
	is(sys_fcntl(t, AT(int, fds)[1], F_GETFL, 0) & GUEST_O_DIRECT, GUEST_O_DIRECT,
	   "in packet mode");
	is(sys_pipe(t, fds), 0, "pipe");
	is(sys_fcntl(t, AT(int, fds)[1], F_SETFL, O_NONBLOCK | GUEST_O_DIRECT), 0, "F_SETFL");
	is(sys_fcntl(t, AT(int, fds)[1], F_GETFL, 0), O_WRONLY | O_NONBLOCK | GUEST_O_DIRECT,
	   "F_GETFL");
	is(sys_pipe(t, UNMAPPED), -EFAULT, "pipe to nowhere");
	is(sys_dup2(t, fd, fd), fd, "dup2 to itself");
	is(sys_dup2(t, 998, 998), -EBADF, "dup2 of nothing");
	is(sys_dup2(t, fd, 99), 99, "dup2");
	is(sys_fcntl(t, fd, F_DUPFD, 200), 200, "F_DUPFD");
	is(sys_fcntl(t, fd, F_SETFD, 0x100000001), 0, "an int where the kernel reads a long");
	is(sys_fcntl(t, fd, 6, put(&lock, sizeof(lock))), 0, "F_SETLK");
	is(sys_fcntl(t, fd, F_OFD_SETLK, put(&lock, sizeof(lock))), -EAGAIN, "locks are apart");
	is(sys_fcntl(t, fd, 6, 0), -EFAULT, "no lock");
	is(sys_fcntl(t, fd, 7, UNMAPPED), -EFAULT, "bad pointer");
	is(sys_fcntl(t, fd, 5000, 0), -EINVAL, "unknown command");
}

static void test_process(void)
{
	uint32_t buf = room(512);
	struct rlimit limit = {1 << 20, 1 << 20};

	is(sys_uname(t, buf), 0, "uname");
	ok(!strcmp(AT(struct utsname, buf)->machine, "wasm32"), "machine");
	is(sys_uname(t, UNMAPPED), -EFAULT, "uname to nowhere");
	is(sys_getpgrp(t), getpgrp(), "getpgrp");
	is(sys_setrlimit(t, RLIMIT_AS, put(&limit, sizeof(limit))), 0, "RLIMIT_AS");
	is(sys_getrlimit(t, RLIMIT_AS, buf), 0, "getrlimit");
	is((int64_t)AT(struct rlimit, buf)->rlim_cur, 1 << 20, "is remembered");
	is(sys_prlimit64(t, 0, RLIMIT_NOFILE, 0, buf), 0, "prlimit64");
	is(sys_getrlimit(t, RLIMIT_NOFILE, 0), -EFAULT, "getrlimit to nowhere");
	is(sys_getrlimit(t, 77, buf), -EINVAL, "unknown resource");
	is(sys_clock_gettime(t, CLOCK_MONOTONIC, buf), 0, "clock_gettime");
	is(sys_clock_gettime(t, CLOCK_MONOTONIC, 0), -EFAULT, "clock_gettime to nowhere");
	is(sys_clock_gettime(t, 77, buf), -EINVAL, "unknown clock");
	is(sys_gettimeofday(t, buf, 0), 0, "gettimeofday");
	is(sys_time(t, 0) - time(NULL), 0, "time");
	is(sys_prctl(t, 15, put_string("name"), 0, 0, 0), 0, "PR_SET_NAME");
	is(sys_prctl(t, 16, buf, 0, 0, 0), 0, "PR_GET_NAME");
	ok(!strcmp(AT(char, buf), "name"), "name");
	is(sys_prctl(t, 22, 2, 0, 0, 0), -EINVAL, "PR_SET_SECCOMP is refused");
	is(sys_prctl(t, 59, 1, 0, 0, 0), -EINVAL, "PR_SET_SYSCALL_USER_DISPATCH is refused");
	is(sys_ptrace(t, 0, 0, 0, 0), -EPERM, "ptrace is refused");
	is(sys_io_uring_setup(t, 1, buf), -EPERM, "io_uring is refused");
	is(sys_clone3(t, buf, 88), -ENOSYS, "clone3 is not there");
	is(sys_personality(t, 0x0400000), -EINVAL, "READ_IMPLIES_EXEC is refused");
	is(sys_keyctl(t, 20, 0, 0, 0, 0), -EOPNOTSUPP, "unknown keyctl");
}

int main(void)
{
	begin();
	test_open();
	test_memory_of_processes();
	test_mount();
	test_stat();
	test_exe();
	test_paths();
	test_directories();
	test_vectors();
	test_descriptors();
	test_process();
	return finish();
}
