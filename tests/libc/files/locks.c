/* Record locks between processes, flock, open file description locks, lockf.
 * oracle: musl glibc
 */
#include "must.h"
#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>

static int in_child(int (*action)(int), int fd)
{
	int status;
	pid_t pid = MUST(fork());

	if (!pid)
		_exit(action(fd));
	MUST(waitpid(pid, &status, 0));
	return WEXITSTATUS(status);
}

static struct flock range(short type, off_t start, off_t length)
{
	return (struct flock){
		.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
}

static int set(int fd, short type, off_t start, off_t length)
{
	struct flock lock = range(type, start, length);
	return fcntl(fd, F_SETLK, &lock) ? errno : 0;
}

static int try_overlap(int fd)
{
	return set(fd, F_WRLCK, 50, 100);
}

static int try_beside(int fd)
{
	return set(fd, F_WRLCK, 200, 0);
}

static int read_part(int fd)
{
	return set(fd, F_RDLCK, 0, 10);
}

static int ask(int fd)
{
	struct flock lock = range(F_WRLCK, 0, 0);

	MUST(fcntl(fd, F_GETLK, &lock));
	return lock.l_pid == getppid()
		       ? lock.l_type * 100 + (int)lock.l_start + (int)lock.l_len / 10
		       : 255;
}

static int try_flock(int fd)
{
	(void)fd;
	int other = MUST(open("file", O_RDWR));
	return flock(other, LOCK_EX | LOCK_NB) ? errno : 0;
}

static int try_description(int fd)
{
	(void)fd;
	int other = MUST(open("file", O_RDWR));
	struct flock lock = range(F_WRLCK, 0, 0);
	return fcntl(other, F_OFD_SETLK, &lock) ? errno : 0;
}

int main(void)
{
	int status, fd = MUST(open("file", O_RDWR | O_CREAT, 0600)), steps[2];
	char byte;

	SHOW(set(fd, F_WRLCK, 10, 90));
	SHOW(in_child(try_overlap, fd));
	SHOW(in_child(try_beside, fd));
	SHOW(in_child(read_part, fd));
	SHOW(in_child(ask, fd));
	SHOW(set(fd, F_RDLCK, 10, 90));
	SHOW(in_child(ask, fd));
	SHOW(set(fd, F_UNLCK, 0, 0));
	SHOW(in_child(try_overlap, fd));

	/* A waiting lock is granted on release. */
	MUST(pipe(steps));
	SHOW(set(fd, F_WRLCK, 0, 0));
	pid_t pid = MUST(fork());
	if (!pid) {
		struct flock lock = range(F_WRLCK, 0, 0);
		MUST(write(steps[1], "w", 1));
		MUST(fcntl(fd, F_SETLKW, &lock));
		MUST(read(fd, &byte, 1));
		_exit(byte);
	}
	MUST(read(steps[0], &byte, 1));
	usleep(30000);
	MUST(write(fd, "A", 1));
	MUST(lseek(fd, 0, SEEK_SET));
	SHOW(set(fd, F_UNLCK, 0, 0));
	MUST(waitpid(pid, &status, 0));
	SHOW(WEXITSTATUS(status));

	TRY(flock(fd, LOCK_EX));
	SHOW(in_child(try_flock, fd));
	TRY(flock(fd, LOCK_UN));
	SHOW(in_child(try_flock, fd));
	struct flock lock = range(F_WRLCK, 0, 0);
	TRY(fcntl(fd, F_OFD_SETLK, &lock));
	SHOW(in_child(try_description, fd));
	lock.l_type = F_UNLCK;
	TRY(fcntl(fd, F_OFD_SETLK, &lock));
	SHOW(in_child(try_description, fd));
	MUST(lseek(fd, 0, SEEK_SET));
	TRY(lockf(fd, F_LOCK, 10));
	SHOW(in_child(read_part, fd));
	TRY(lockf(fd, F_ULOCK, 10));
	TRY(lockf(fd, F_TEST, 10));
	SHOW(set(fd, 99, 0, 0));
	return 0;
}
