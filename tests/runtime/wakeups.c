/*
 * A signal that comes just before a call blocks must not be lost. One-shot timers of random length against
 * every way to wait; a lost wake-up is a hang, which the alarm at the end reports.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 3000

static int pipes[2], epoll;
static sem_t semaphore;
static volatile sig_atomic_t got;
static const char *volatile now = "start";
static uint64_t seed = 7;

static void on_alarm(int sig)
{
	char c = 1;

	(void)sig;
	got++;
	if (write(pipes[1], &c, 1) != 1)
		_exit(3);
	sem_post(&semaphore);
}

static void on_hang(int sig)
{
	(void)sig;
	dprintf(1, "not ok 1 - hangs in %s\n1..1\n", now);
	_exit(1);
}

static void arm(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	struct itimerval t = {.it_value.tv_usec = 1 + (seed >> 33) % 60};

	setitimer(ITIMER_REAL, &t, NULL);
}

static void drain(void)
{
	char c;

	while (read(pipes[0], &c, 1) != 1)
		if (errno != EINTR)
			_exit(4);
	while (sem_wait(&semaphore) < 0)
		;
}

static void check(int restarted)
{
	if (!got || (!restarted && errno != EINTR)) {
		printf("not ok 1 - %s: got %d errno %d\n1..1\n", now, (int)got, errno);
		exit(1);
	}
	got = 0;
}

int main(void)
{
	sigset_t block, empty;
	struct epoll_event event;

	if (pipe(pipes) || sem_init(&semaphore, 0, 0) || (epoll = epoll_create1(0)) < 0)
		return 2;
	sigemptyset(&empty);
	sigemptyset(&block);
	sigaddset(&block, SIGALRM);
	struct sigaction hang = {.sa_handler = on_hang};
	sigaction(SIGUSR1, &hang, NULL);
	timer_t timer;
	struct sigevent sev = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	timer_create(CLOCK_MONOTONIC, &sev, &timer);
	timer_settime(timer, 0, &(struct itimerspec){.it_value.tv_sec = 100}, NULL);

	for (int i = 0; i < ROUNDS; i++) {
		struct sigaction action = {.sa_handler = on_alarm,
					   .sa_flags = i % 2 ? SA_RESTART : 0};

		sigaction(SIGALRM, &action, NULL);
		sigprocmask(SIG_BLOCK, &block, NULL);
		now = "sigsuspend";
		arm();
		sigsuspend(&empty);
		check(0);
		drain();
		now = "ppoll";
		arm();
		if (ppoll(NULL, 0, NULL, &empty) != -1)
			return 5;
		check(0);
		drain();
		now = "pselect";
		arm();
		if (pselect(0, NULL, NULL, NULL, NULL, &empty) != -1)
			return 5;
		check(0);
		drain();
		now = "epoll_pwait";
		arm();
		if (epoll_pwait(epoll, &event, 1, -1, &empty) != -1)
			return 5;
		check(0);
		drain();
		now = "sigwaitinfo";
		arm();
		if (sigwaitinfo(&block, NULL) != SIGALRM)
			return 5;
		sigprocmask(SIG_SETMASK, &empty, NULL);
		now = "read";
		arm();
		drain();
		check(1);
		now = "sem_wait";
		arm();
		while (sem_wait(&semaphore) < 0)
			;
		check(1);
		sem_post(&semaphore);
		drain();
	}
	puts("ok 1 - wake-ups\n1..1");
	return 0;
}
