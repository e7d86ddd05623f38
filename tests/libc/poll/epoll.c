/* epoll: level and edge triggered, one-shot, data, nesting, masks; eventfd and signalfd.
 * oracle: musl glibc
 */
#include "must.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

static int epoll;

static int compare(const void *a, const void *b)
{
	const struct epoll_event *x = a, *y = b;
	return (x->data.u64 > y->data.u64) - (x->data.u64 < y->data.u64);
}

static void show(const char *what)
{
	struct epoll_event events[8];
	int count = epoll_wait(epoll, events, 8, 20);

	if (count > 0)
		qsort(events, count, sizeof *events, compare);
	printf("%s: %d", what, count);
	for (int i = 0; i < count; i++)
		printf(" %llx:%x", (unsigned long long)events[i].data.u64, events[i].events);
	putchar('\n');
}

static int control(int op, int fd, uint32_t events, uint64_t data)
{
	struct epoll_event event = {.events = events, .data.u64 = data};
	return epoll_ctl(epoll, op, fd, &event) ? errno : 0;
}

static volatile sig_atomic_t hits;

static void handler(int sig)
{
	(void)sig;
	hits++;
}

int main(void)
{
	int a[2], b[2], more[3][2];
	char text[8];
	sigset_t set, none;

	epoll = MUST(epoll_create1(EPOLL_CLOEXEC));
	SHOW(fcntl(epoll, F_GETFD));
	MUST(pipe(a));
	MUST(pipe(b));
	SHOW(control(EPOLL_CTL_ADD, a[0], EPOLLIN, 0x123456789abcdef0));
	SHOW(control(EPOLL_CTL_ADD, a[0], EPOLLIN, 1));
	SHOW(control(EPOLL_CTL_ADD, b[0], EPOLLIN | EPOLLET, 2));
	SHOW(control(EPOLL_CTL_MOD, 777, EPOLLIN, 2));
	SHOW(control(EPOLL_CTL_ADD, MUST(open("file", O_RDWR | O_CREAT, 0600)), EPOLLIN, 2));
	SHOW(control(EPOLL_CTL_ADD, epoll, EPOLLIN, 2));
	SHOW(control(99, a[0], EPOLLIN, 2));
	show("idle");
	MUST(write(a[1], "xx", 2));
	MUST(write(b[1], "xx", 2));
	show("both");
	show("level only");
	MUST(read(b[0], text, 1));
	show("edge: part is left");
	MUST(write(b[1], "y", 1));
	show("edge: more came");
	SHOW(control(EPOLL_CTL_MOD, a[0], EPOLLIN | EPOLLONESHOT, 3));
	show("one-shot");
	show("once only");
	SHOW(control(EPOLL_CTL_MOD, a[0], EPOLLIN | EPOLLONESHOT, 4));
	show("armed again");
	SHOW(control(EPOLL_CTL_DEL, a[0], 0, 0));
	SHOW(control(EPOLL_CTL_DEL, a[0], 0, 0));
	close(b[1]);
	show("hang-up");
	SHOW(control(EPOLL_CTL_DEL, b[0], 0, 0));
	for (int i = 0; i < 3; i++) {
		MUST(pipe(more[i]));
		SHOW(control(EPOLL_CTL_ADD, more[i][1], EPOLLOUT, 0x10 + i));
	}
	show("writable");
	struct epoll_event two[2];
	SHOW(epoll_wait(epoll, two, 2, 0));
	TRY(epoll_wait(epoll, two, 0, 0));
	TRY(epoll_wait(a[0], two, 2, 0));
	close(more[0][1]);
	show("closed leaves");
	struct pollfd nested = {epoll, POLLIN, 0};
	SHOW(poll(&nested, 1, 0));

	sigemptyset(&set);
	sigemptyset(&none);
	sigaddset(&set, SIGUSR1);
	signal(SIGUSR1, handler);
	sigprocmask(SIG_BLOCK, &set, NULL);
	int empty = MUST(epoll_create(5));
	raise(SIGUSR1);
	TRY(epoll_pwait(empty, two, 2, 3000, &none));
	SHOW(hits);

	int event = MUST(eventfd(3, EFD_NONBLOCK));
	uint64_t value;
	TRY(eventfd_write(event, 4));
	TRY(eventfd_read(event, &value));
	SHOW(value);
	TRY(read(event, &value, 8));
	TRY(read(event, &value, 4));
	value = UINT64_MAX;
	TRY(write(event, &value, 8));
	event = MUST(eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK));
	for (int i = 0; i < 3; i++) {
		TRY(eventfd_read(event, &value));
		SHOW(value);
	}
	epoll = empty;
	SHOW(control(EPOLL_CTL_ADD, event, EPOLLIN | EPOLLET, 9));
	if (!MUST(fork())) {
		eventfd_write(event, 1);
		_exit(0);
	}
	MUST(wait(NULL));
	show("from a child");

	int signals = MUST(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
	struct signalfd_siginfo info;
	TRY(read(signals, &info, sizeof info));
	sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 55});
	SHOW(control(EPOLL_CTL_ADD, signals, EPOLLIN, 8));
	show("signal");
	TRY(read(signals, &info, sizeof info));
	printf("%d %d %d %d\n", info.ssi_signo, info.ssi_code, info.ssi_int,
	       info.ssi_pid == (unsigned)getpid());
	return 0;
}
