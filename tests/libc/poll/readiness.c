/* poll, ppoll, select, pselect: readiness, hang-up, errors, timeouts, masks.
 * oracle: musl glibc
 */
#include "must.h"
#include <poll.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

static volatile sig_atomic_t hits;

static void handler(int sig)
{
	(void)sig;
	hits++;
}

static void show(const char *what, struct pollfd *fds, int n, int timeout)
{
	int result = poll(fds, n, timeout);

	printf("%s: %d", what, result);
	for (int i = 0; i < n; i++)
		printf(" %x", fds[i].revents);
	putchar('\n');
}

int main(void)
{
	int a[2], b[2], pair[2];
	fd_set readable, writable;
	sigset_t none, set;
	struct timespec start, end, wait = {5, 0};

	MUST(pipe(a));
	MUST(pipe(b));
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	struct pollfd fds[] = {{a[0], POLLIN, 0},
			       {a[1], POLLOUT, 0},
			       {b[0], POLLIN, 0},
			       {-1, POLLIN, 0},
			       {pair[0], POLLIN | POLLOUT | POLLRDHUP, 0},
			       {777, POLLIN, 0}};
	show("idle", fds, 6, 0);
	MUST(write(a[1], "x", 1));
	show("one", fds, 6, -1);
	close(b[1]);
	show("hang-up", fds, 6, 1000);
	close(pair[1]);
	show("peer gone", fds, 6, 1000);
	close(a[0]);
	show("no reader", fds + 1, 1, 1000);
	struct pollfd quiet = {pair[0], 0, 0};
	show("unasked", &quiet, 1, 0);
	clock_gettime(CLOCK_MONOTONIC, &start);
	TRY(poll(NULL, 0, 30));
	clock_gettime(CLOCK_MONOTONIC, &end);
	SHOW((end.tv_sec - start.tv_sec) * 1000000000ll + end.tv_nsec - start.tv_nsec >= 30000000);

	MUST(pipe(a));
	FD_ZERO(&readable);
	FD_ZERO(&writable);
	FD_SET(a[0], &readable);
	FD_SET(a[1], &writable);
	struct timeval tv = {1, 0};
	TRY(select(20, &readable, &writable, NULL, &tv));
	printf("%d %d\n", !!FD_ISSET(a[0], &readable), !!FD_ISSET(a[1], &writable));
	FD_SET(a[0], &readable);
	tv = (struct timeval){0, 20000};
	TRY(select(20, &readable, NULL, NULL, &tv));
	MUST(write(a[1], "x", 1));
	FD_SET(a[0], &readable);
	FD_CLR(a[1], &writable);
	TRY(select(a[0] + 1, &readable, NULL, &writable, NULL));
	FD_SET(999, &readable);
	TRY(select(1000, &readable, NULL, NULL, &tv));
	TRY(select(-1, NULL, NULL, NULL, &tv));

	/* A blocked signal is let in for the wait only, without a gap. */
	sigaction(SIGUSR1, &(struct sigaction){.sa_handler = handler, .sa_flags = SA_RESTART},
		  NULL);
	sigemptyset(&none);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGUSR1);
	SHOW(hits);
	TRY(pselect(0, NULL, NULL, NULL, &wait, &none));
	SHOW(hits);
	raise(SIGUSR1);
	TRY(ppoll(NULL, 0, &wait, &none));
	SHOW(hits);
	if (!MUST(fork())) {
		usleep(30000);
		kill(getppid(), SIGUSR1);
		_exit(0);
	}
	TRY(ppoll(NULL, 0, &wait, &none));
	SHOW(hits);
	MUST(waitpid(-1, NULL, 0));
	sigprocmask(SIG_BLOCK, NULL, &set);
	SHOW(sigismember(&set, SIGUSR1));
	wait = (struct timespec){0, 10000000};
	TRY(ppoll(NULL, 0, &wait, NULL));
	SHOW(wait.tv_nsec);
	return 0;
}
