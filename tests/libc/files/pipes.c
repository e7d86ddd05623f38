/* Pipes and fifos: capacity, blocking, end of file, SIGPIPE, large transfers through chains.
 * oracle: musl glibc
 */
#include "must.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

static volatile sig_atomic_t broken;

static void on_pipe(int sig)
{
	broken = sig;
}

static void chain(void)
{
	enum { STAGES = 5, BYTES = 3000000 };
	int in = -1, fds[2];
	char block[5000];
	uint64_t state = 1, hash = HASH_START;
	long total = 0;

	for (int stage = 0; stage < STAGES; stage++) {
		MUST(pipe(fds));
		if (!MUST(fork())) {
			close(fds[0]);
			if (stage == 0)
				for (int i = 0; i < BYTES; i += 1000) {
					for (int j = 0; j < 1000; j++)
						block[j] = random_next(&state);
					MUST(write(fds[1], block, 1000));
				}
			else
				for (ssize_t got; (got = MUST(read(in, block, sizeof block)));) {
					for (ssize_t j = 0; j < got; j++)
						block[j]++;
					for (ssize_t done = 0; done < got;)
						done += MUST(
							write(fds[1], block + done, got - done));
				}
			_exit(0);
		}
		close(fds[1]);
		if (in >= 0)
			close(in);
		in = fds[0];
	}
	for (ssize_t got; (got = MUST(read(in, block, sizeof block))); total += got)
		hash = hash_bytes(hash, block, got);
	while (wait(NULL) > 0)
		;
	printf("%ld %016llx\n", total, (unsigned long long)hash);
}

int main(void)
{
	int fds[2], waiting, status;
	char data[10];

	MUST(pipe2(fds, O_NONBLOCK | O_CLOEXEC));
	SHOW(fcntl(fds[0], F_GETFD));
	TRY(read(fds[0], data, 10));
	SHOW(fcntl(fds[1], F_SETPIPE_SZ, 4096));
	long filled = 0;
	ssize_t got;
	while ((got = write(fds[1], data, 10)) > 0)
		filled += got;
	SHOW(errno);
	SHOW(filled);
	MUST(ioctl(fds[0], FIONREAD, &waiting));
	SHOW(waiting);
	close(fds[1]);
	while (read(fds[0], data, 10) > 0)
		;
	TRY(read(fds[0], data, 10));
	TRY(write(fds[0], data, 10));
	close(fds[0]);

	MUST(pipe(fds));
	close(fds[0]);
	signal(SIGPIPE, on_pipe);
	TRY(write(fds[1], data, 1));
	SHOW(broken);
	signal(SIGPIPE, SIG_IGN);
	TRY(write(fds[1], data, 1));
	fflush(stdout);
	if (!MUST(fork())) {
		signal(SIGPIPE, SIG_DFL);
		MUST(write(fds[1], data, 1));
		_exit(1);
	}
	MUST(wait(&status));
	SHOW(WIFSIGNALED(status) ? WTERMSIG(status) : -1);
	fflush(stdout);
	chain();

	MUST(mkfifo("fifo", 0600));
	TRY(open("fifo", O_WRONLY | O_NONBLOCK));
	fflush(stdout);
	if (!MUST(fork())) {
		int fd = MUST(open("fifo", O_WRONLY));
		MUST(write(fd, "through it", 10));
		_exit(0);
	}
	int fd = MUST(open("fifo", O_RDONLY));
	TRY(read(fd, data, 10));
	printf("%.10s\n", data);
	TRY(read(fd, data, 10));
	MUST(wait(NULL));
	return 0;
}
