/* Signals during blocking calls: EINTR without SA_RESTART, going on with it, and calls never restarted.
 * oracle: musl glibc
 * timeout: 60
 */
#include "must.h"
#include <fcntl.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

static volatile sig_atomic_t hits;
static int data_pipe[2], full_pipe[2], pair[2], lock_fd, queue;
static pid_t child;

static void on_alarm(int sig)
{
	(void)sig;
	hits++;
	if (hits == 3) { /* end a call that was restarted twice */
		char block[65536];
		MUST(write(data_pipe[1], "x", 1));
		MUST(write(pair[1], "y", 1));
		MUST(read(full_pipe[0], block, sizeof block));
		kill(child, SIGTERM);
	}
}

static long call_read(void)
{
	char c;
	return read(data_pipe[0], &c, 1);
}

static long call_write(void)
{
	static char block[4096];
	return write(full_pipe[1], block, sizeof block);
}

static long call_recv(void)
{
	char c;
	return recv(pair[0], &c, 1, 0);
}

static long call_wait(void)
{
	int status;
	return waitpid(child, &status, 0) == child ? WTERMSIG(status) : -1;
}

static long call_poll(void)
{
	struct pollfd fd = {.fd = data_pipe[0], .events = 0};
	return poll(&fd, 1, 3000);
}

static long call_select(void)
{
	struct timeval wait = {3, 0};
	return select(0, NULL, NULL, NULL, &wait);
}

static long call_epoll(void)
{
	struct epoll_event event;
	int fd = MUST(epoll_create1(0));
	long result = epoll_wait(fd, &event, 1, 3000);
	int error = errno;
	close(fd);
	errno = error;
	return result;
}

static long call_nanosleep(void)
{
	struct timespec wait = {3, 0}, left = {9, 0};
	long result = nanosleep(&wait, &left);
	int error = errno;
	if (left.tv_sec >= 3)
		printf("nothing was subtracted\n");
	errno = error;
	return result;
}

static long call_clock_nanosleep(void)
{
	struct timespec wait;
	clock_gettime(CLOCK_MONOTONIC, &wait);
	wait.tv_sec += 3;
	errno = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wait, NULL);
	return errno ? -1 : 0;
}

static long call_pause(void)
{
	return pause();
}

static long call_semaphore(void)
{
	sem_t sem;
	struct timespec until;

	sem_init(&sem, 0, 0);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 1;
	long result = sem_timedwait(&sem, &until);
	return result;
}

static long call_flock(void)
{
	return flock(lock_fd, LOCK_EX);
}

static long call_message(void)
{
	char message[64];
	return msgrcv(queue, message, 10, 0, 0);
}

static void try(const char *name, long (*call)(void), int flags)
{
	struct sigaction action = {.sa_handler = on_alarm, .sa_flags = flags};
	char block[65536];

	fcntl(data_pipe[0], F_SETFL, O_NONBLOCK);
	while (read(data_pipe[0], block, sizeof block) > 0)
		;
	fcntl(data_pipe[0], F_SETFL, 0);
	while (recv(pair[0], block, 10, MSG_DONTWAIT) > 0)
		;
	fcntl(full_pipe[1], F_SETFL, O_NONBLOCK);
	while (write(full_pipe[1], block, 4096) > 0)
		;
	fcntl(full_pipe[1], F_SETFL, 0);
	child = MUST(fork());
	if (!child) {
		MUST(setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL));
		for (;;)
			pause();
	}
	hits = 0;
	sigaction(SIGALRM, &action, NULL);
	MUST(setitimer(ITIMER_REAL, &(struct itimerval){{0, 20000}, {0, 20000}}, NULL));
	errno = 0;
	long result = call();
	int error = result < 0 ? errno : 0;
	MUST(setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL));
	printf("%s, flags %x: %ld errno %d %s\n", name, flags, result, error,
	       hits >= 3 ? "went on"
	       : hits	 ? "at once"
			 : "no signal");
	fflush(stdout);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

int main(void)
{
	MUST(pipe(data_pipe));
	MUST(pipe(full_pipe));
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	lock_fd = MUST(open("lock", O_RDWR | O_CREAT, 0600));
	int other = MUST(open("lock", O_RDWR));
	MUST(flock(other, LOCK_EX));
	queue = MUST(msgget(IPC_PRIVATE, 0600));
	for (int i = 0; i < 2; i++) {
		int flags = i ? SA_RESTART : 0;
		try("read", call_read, flags);
		try("write", call_write, flags);
		try("recv", call_recv, flags);
		try("waitpid", call_wait, flags);
		try("poll", call_poll, flags);
		try("select", call_select, flags);
		try("epoll_wait", call_epoll, flags);
		try("nanosleep", call_nanosleep, flags);
		try("clock_nanosleep", call_clock_nanosleep, flags);
		try("pause", call_pause, flags);
		try("msgrcv", call_message, flags);
		if (!i)
			try("flock", call_flock, flags);
		if (!i)
			try("sem_timedwait", call_semaphore, flags);
	}
	msgctl(queue, IPC_RMID, NULL);
	return 0;
}
