/* open flags, read, write, positions, vectors, dup, fcntl, truncation, holes.
 * oracle: musl glibc
 */
#include "must.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>

static void show(const char *path)
{
	char data[128];
	int fd = MUST(open(path, O_RDONLY));
	ssize_t size = MUST(read(fd, data, sizeof data));

	printf("%s: %zd ", path, size);
	for (ssize_t i = 0; i < size; i++)
		putchar(data[i] ? data[i] : '.');
	putchar('\n');
	close(fd);
}

int main(void)
{
	char a[8] = "", b[8] = "";
	struct iovec parts[2] = {{a, 3}, {b, 4}};

	umask(022);
	int fd = MUST(open("file", O_RDWR | O_CREAT, 0666));
	TRY(open("file", O_WRONLY | O_CREAT | O_EXCL, 0666));
	TRY(open("none", O_RDONLY));
	TRY(open("file/below", O_RDONLY));
	TRY(open("file", O_RDONLY | O_DIRECTORY));
	TRY(open(".", O_WRONLY));
	TRY(open("", O_RDONLY));
	TRY(write(fd, "0123456789", 10));
	TRY(lseek(fd, 2, SEEK_SET));
	TRY(lseek(fd, 3, SEEK_CUR));
	TRY(lseek(fd, -1, SEEK_END));
	TRY(lseek(fd, -100, SEEK_CUR));
	TRY(lseek(fd, 0, 77));
	TRY(pread(fd, a, 4, 3));
	printf("%.4s\n", a);
	TRY(pwrite(fd, "PW", 2, 20));
	show("file");
	TRY(lseek(fd, 1, SEEK_SET));
	TRY(readv(fd, parts, 2));
	printf("%.3s %.4s\n", a, b);
	TRY(writev(fd, parts, 2));
	TRY(preadv(fd, parts, 2, 0));
	TRY(pwritev(fd, parts, 2, 30));
	printf("%.3s %.4s\n", a, b);
	show("file");
	TRY(ftruncate(fd, 5));
	show("file");
	TRY(ftruncate(fd, -1));
	TRY(truncate("none", 5));
	TRY(read(fd, a, 0));
	TRY(read(99, a, 1));
	TRY(write(fd, NULL, 0));
	int append = MUST(open("file", O_WRONLY | O_APPEND));
	TRY(write(append, "app", 3));
	TRY(lseek(append, 0, SEEK_CUR));
	TRY(read(append, a, 1));
	show("file");

	int copy = MUST(dup(fd));
	TRY(lseek(fd, 4, SEEK_SET));
	TRY(lseek(copy, 0, SEEK_CUR));
	TRY(dup2(fd, 50));
	TRY(dup2(fd, fd));
	TRY(dup2(99, 51));
	TRY(dup3(fd, 52, O_CLOEXEC));
	TRY(dup3(fd, fd, 0));
	TRY(fcntl(52, F_GETFD));
	TRY(fcntl(50, F_GETFD));
	TRY(fcntl(50, F_SETFD, FD_CLOEXEC));
	TRY(fcntl(50, F_GETFD));
	TRY(fcntl(fd, F_DUPFD, 60));
	TRY(fcntl(fd, F_DUPFD_CLOEXEC, 60));
	TRY(fcntl(61, F_GETFD));
	TRY(fcntl(append, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK));
	TRY(fcntl(append, F_SETFL, O_NONBLOCK));
	TRY(fcntl(append, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK));
	TRY(fcntl(fd, 12345));
	TRY(close(50));
	TRY(close(50));

	/* Holes and space. */
	fd = MUST(open("hole", O_RDWR | O_CREAT | O_TRUNC, 0600));
	TRY(pwrite(fd, "x", 1, 1 << 20));
	struct stat status;
	TRY(fstat(fd, &status));
	SHOW(status.st_size);
	TRY(lseek(fd, 0, SEEK_HOLE));
	TRY(lseek(fd, (1 << 20) + 1, SEEK_DATA));
	TRY(lseek(fd, 5000000000, SEEK_SET));
	TRY(write(fd, "far", 3));
	TRY(lseek(fd, 0, SEEK_END));
	TRY(pread(fd, a, 3, 5000000000));
	printf("%.3s\n", a);
	SHOW(posix_fallocate(fd, 0, 100));
	SHOW(posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM));
	TRY(fsync(fd));
	TRY(fdatasync(fd));
	sync();
	TRY(creat("created", 0640) >= 0);
	TRY(stat("created", &status));
	SHOW(status.st_mode);
	int tmp = open(".", O_TMPFILE | O_RDWR, 0600);
	if (tmp >= 0)
		MUST(write(tmp, "t", 1));
	return 0;
}
