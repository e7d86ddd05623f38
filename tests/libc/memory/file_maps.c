/* Files in memory: shared and private, written back, offsets, growth, past the end, between processes.
 * oracle: musl glibc
 */
#include "must.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

static size_t page;
static sigjmp_buf out;

static void on_fault(int sig)
{
	siglongjmp(out, sig);
}

static void show(int fd, off_t at)
{
	char data[9] = "";
	ssize_t got = pread(fd, data, 8, at);
	printf("at %lld: %zd %s\n", (long long)at, got, data);
}

static int make_file(const char *path, int pages)
{
	int fd = MUST(open(path, O_RDWR | O_CREAT | O_TRUNC, 0644));

	for (int i = 0; i < pages; i++) {
		char text[16];
		snprintf(text, sizeof text, "page %03d", i);
		MUST(pwrite(fd, text, 8, i * page));
	}
	MUST(ftruncate(fd, pages * page));
	return fd;
}

int main(void)
{
	int status;

	page = sysconf(_SC_PAGESIZE);
	int fd = make_file("file", 4);
	char *shared = MUST(mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	char *private = MUST(mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));
	char *third = MUST(mmap(NULL, page, PROT_READ, MAP_SHARED, fd, 2 * page));

	printf("%.8s %.8s %.8s\n", shared, private + page, third);
	memcpy(shared + page, "written!", 8);
	show(fd, page);
	printf("%.8s\n", private + page); /* not copied yet, so the file's */
	memcpy(private + 2 * page, "private!", 8);
	show(fd, 2 * page);
	printf("%.8s\n", shared + 2 * page);
	memcpy(shared + 2 * page, "visible!", 8);
	printf("%.8s %.8s\n", third, private + 2 * page);
	MUST(pwrite(fd, "by write", 8, 3 * page));
	printf("%.8s %.8s\n", shared + 3 * page, private + 3 * page);
	TRY(msync(shared, 4 * page, MS_SYNC));
	TRY(msync(shared, 4 * page, MS_ASYNC | MS_SYNC));
	close(fd);
	memcpy(shared, "fd shut!", 8);

	pid_t pid = MUST(fork());
	if (!pid) {
		memcpy(shared, "by child", 8);
		memcpy(private, "childown", 8);
		_exit(0);
	}
	MUST(waitpid(pid, &status, 0));
	printf("%.8s %.8s\n", shared, private);
	MUST(munmap(shared, 4 * page));
	fd = MUST(open("file", O_RDONLY));
	show(fd, 0);
	show(fd, page);
	SHOW(mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED);
	SHOW(errno);
	SHOW(mmap(NULL, page, PROT_READ, MAP_SHARED, 99, 0) == MAP_FAILED);
	SHOW(errno);
	SHOW(mmap(NULL, page, PROT_READ, MAP_SHARED, fd, 17) == MAP_FAILED);
	SHOW(errno);

	/* An end within a page reads as zeroes; past the last page is SIGBUS. */
	fd = make_file("short", 1);
	MUST(ftruncate(fd, 100));
	char *p = MUST(mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	SHOW(p[100] + p[page - 1]);
	p[200] = 'x';
	signal(SIGBUS, on_fault);
	int sig = sigsetjmp(out, 1);
	if (!sig)
		printf("%d\n", ((volatile char *)p)[page]);
	SHOW(sig == SIGBUS);
	MUST(ftruncate(fd, 2 * page));
	SHOW(p[page]);
	show(fd, 200);

	/* Fixed over an anonymous range. */
	char *range = MUST(
		mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	memset(range, 'r', 3 * page);
	int file = MUST(open("file", O_RDWR));
	SHOW(mmap(range + page, page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, page) ==
	     range + page);
	printf("%c%.8s%c\n", range[page - 1], range + page, range[2 * page]);
	MUST(munmap(range + page, page));
	SHOW(mmap(range + page, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
	     range + page);
	SHOW(range[page]);
	return 0;
}
