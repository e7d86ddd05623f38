/* Makes one call of each kind that --trace prints in its own way. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(9)};
	struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "/nowhere"};
	struct iovec v[2] = {{"one", 3}, {"two", 3}};
	struct pollfd p = {.events = POLLIN};
	struct rlimit limit;
	struct stat st;
	struct timespec ts = {0, 1};
	char buf[100];
	int fds[2], s, status;
	char *args[] = {"a", "b", NULL};
	sigset_t set;

	(void)argc;
	if (argv[1]) {
		int fd = open("/proc/self/cmdline", O_RDONLY), n = read(fd, buf, sizeof(buf));

		return n < 0 || fwrite(buf, 1, n, stdout) != (size_t)n;
	}
	syscall(SYS_open, "/no\tsuch\"file", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	syscall(SYS_openat, AT_FDCWD, "/", O_RDONLY | O_DIRECTORY, 0);
	syscall(SYS_stat, "/dev/null", &st);
	pipe(fds);
	syscall(SYS_writev, fds[1], v, 2);
	syscall(SYS_read, fds[0], buf, 100);
	syscall(SYS_read, -1, buf, 100);
	syscall(SYS_lseek, fds[0], -5L, SEEK_END);
	syscall(SYS_access, "/", R_OK | X_OK);
	syscall(SYS_access, "/", F_OK);
	p.fd = fds[0];
	syscall(SYS_poll, &p, 1L, 0);
	s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	inet_pton(AF_INET, "127.0.0.1", &in.sin_addr);
	connect(s, (void *)&in, sizeof(in));
	bind(s, (void *)&un, sizeof(un));
	syscall(SYS_ioctl, fds[0], FIONREAD, &status);
	syscall(SYS_fcntl, fds[0], F_GETFL, 0L);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, 0, 8);
	syscall(SYS_kill, 0, 0);
	syscall(SYS_prlimit64, 0, RLIMIT_CORE, 0, &limit);
	syscall(SYS_nanosleep, &ts, 0);
	syscall(SYS_clock_getres, CLOCK_MONOTONIC, 0);
	syscall(SYS_umask, 022);
	syscall(SYS_mprotect, 0x10000000L, 4096L, PROT_NONE);
	syscall(SYS_io_uring_setup, 1, 0);
	if (!fork())
		_exit(7);
	syscall(SYS_wait4, -1, &status, 0, 0);
	syscall(SYS_execve, "/no", args, args + 2);
	_exit(3);
}
