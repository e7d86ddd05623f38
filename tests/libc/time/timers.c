/* setitimer, alarm, timer_create by signal and by thread, timerfd.
 * oracle: musl glibc
 * link: -lrt
 */
#include "must.h"
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>

static volatile sig_atomic_t alarms, queued, value;
static sem_t called;
static int thread_value;

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

static void on_timer(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	queued += info->si_code == SI_TIMER;
	value = info->si_value.sival_int;
}

static void on_thread(union sigval given)
{
	thread_value = given.sival_int;
	sem_post(&called);
}

static void wait_until(volatile sig_atomic_t *count, int wanted)
{
	for (int i = 0; i < 5000 && *count < wanted; i++)
		usleep(1000);
}

int main(void)
{
	struct itimerval every = {{0, 5000}, {0, 5000}}, old;
	struct itimerspec spec = {{0, 5000000}, {0, 5000000}}, left;
	timer_t timer;

	signal(SIGALRM, on_alarm);
	MUST(setitimer(ITIMER_REAL, &every, NULL));
	wait_until(&alarms, 3);
	MUST(setitimer(ITIMER_REAL, &(struct itimerval){0}, &old));
	SHOW(alarms >= 3);
	SHOW(old.it_interval.tv_usec);
	alarms = 0;
	SHOW(alarm(100));
	SHOW(alarm(1));
	SHOW(alarms == 0);
	MUST(getitimer(ITIMER_REAL, &old));
	SHOW(old.it_value.tv_sec <= 1 && (old.it_value.tv_usec || old.it_value.tv_sec));
	pause();
	SHOW(alarms);
	SHOW(ualarm(1000, 0));
	wait_until(&alarms, 2);
	SHOW(alarms);

	signal(SIGVTALRM, on_alarm);
	alarms = 0;
	MUST(setitimer(ITIMER_VIRTUAL, &every, NULL));
	volatile unsigned long spin = 0;
	while (!alarms)
		spin++;
	MUST(setitimer(ITIMER_VIRTUAL, &(struct itimerval){0}, NULL));
	SHOW(alarms > 0);

	sigaction(SIGRTMIN + 3,
		  &(struct sigaction){.sa_sigaction = on_timer, .sa_flags = SA_SIGINFO}, NULL);
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL,
				 .sigev_signo = SIGRTMIN + 3,
				 .sigev_value.sival_int = 77};
	MUST(timer_create(CLOCK_MONOTONIC, &event, &timer));
	MUST(timer_settime(timer, 0, &spec, NULL));
	wait_until(&queued, 3);
	MUST(timer_gettime(timer, &left));
	SHOW(left.it_interval.tv_nsec);
	SHOW(timer_getoverrun(timer) >= 0);
	MUST(timer_delete(timer));
	SHOW(queued >= 3);
	SHOW(value);
	TRY(timer_create(999, &event, &timer));

	sem_init(&called, 0, 0);
	event = (struct sigevent){.sigev_notify = SIGEV_THREAD,
				  .sigev_notify_function = on_thread,
				  .sigev_value.sival_int = 88};
	MUST(timer_create(CLOCK_REALTIME, &event, &timer));
	MUST(timer_settime(timer, 0, &spec, NULL));
	sem_wait(&called);
	sem_wait(&called);
	MUST(timer_delete(timer));
	SHOW(thread_value);

	int fd = MUST(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
	uint64_t ticks;
	TRY(read(fd, &ticks, sizeof ticks));
	MUST(timerfd_settime(fd, 0, &(struct itimerspec){.it_value.tv_nsec = 20000000}, NULL));
	struct pollfd poll_fd = {fd, POLLIN, 0};
	TRY(poll(&poll_fd, 1, 5000));
	TRY(read(fd, &ticks, sizeof ticks));
	SHOW(ticks);
	MUST(timerfd_settime(fd, 0, &spec, NULL));
	usleep(40000);
	TRY(read(fd, &ticks, sizeof ticks));
	SHOW(ticks >= 2);
	MUST(timerfd_gettime(fd, &left));
	SHOW(left.it_interval.tv_nsec);
	TRY(read(fd, &ticks, 4));
	return 0;
}
