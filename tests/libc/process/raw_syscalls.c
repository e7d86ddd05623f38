/* syscall(): int arguments where the kernel wants long, pointers, errors in errno.
 * oracle: musl glibc
 */
#include "must.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

int main(void)
{
	char text[32] = "";
	struct timespec now;
	int status;

	SHOW(syscall(SYS_getpid) == getpid());
	SHOW(syscall(SYS_gettid) == getpid());
	fflush(stdout);
	SHOW(syscall(SYS_write, 1, "raw write\n", 10));
	int fd = syscall(SYS_openat, AT_FDCWD, "file", O_RDWR | O_CREAT, 0600);
	SHOW(fd);
	SHOW(syscall(SYS_write, fd, "contents", 8));
	SHOW(syscall(SYS_lseek, fd, 2, SEEK_SET));
	SHOW(syscall(SYS_read, fd, text, sizeof text));
	puts(text);
	SHOW(syscall(SYS_pread64, fd, text, 4, 1));
	printf("%.4s\n", text);
	SHOW(syscall(SYS_ftruncate, fd, 3));
	struct stat st;
	MUST(fstat(fd, &st));
	SHOW(st.st_size);
	SHOW(syscall(SYS_close, fd));
	SHOW(syscall(SYS_close, fd));
	SHOW(errno);
	SHOW(syscall(SYS_clock_gettime, CLOCK_REALTIME, &now));
	SHOW(now.tv_sec > 1500000000);
	SHOW(syscall(99999));
	SHOW(errno);
	SHOW(syscall(-1));
	SHOW(errno);
	void *map = (void *)(uintptr_t)syscall(SYS_mmap, NULL, 65536, PROT_READ | PROT_WRITE,
					       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	SHOW(map != MAP_FAILED);
	memset(map, 1, 65536);
	SHOW(syscall(SYS_munmap, map, 65536));
	SHOW(syscall(SYS_getrandom, text, 8, 0));
	pid_t pid = fork();
	if (!pid)
		syscall(SYS_exit_group, 42);
	SHOW(syscall(SYS_wait4, pid, &status, 0, NULL) == pid);
	SHOW(WEXITSTATUS(status));
	SHOW(syscall(SYS_kill, getpid(), 0));
	SHOW(syscall(SYS_kill, -999999, 0));
	SHOW(errno);
	return 0;
}
