/* Blocking, pending, sigsuspend, sigwait, sigwaitinfo, sigtimedwait, queued values in order.
 * oracle: musl
 */
#include "must.h"
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

static volatile int received, values;

static void handler(int sig, siginfo_t *info, void *context)
{
	(void)context;
	received = received * 10 + (sig == SIGUSR1 ? 1 : 2);
	if (info->si_code == SI_QUEUE)
		values = values * 10 + info->si_value.sival_int;
}

int main(void)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
	int rt = SIGRTMIN + 1, sig;
	sigset_t set, old, pending;
	siginfo_t info;

	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	sigaction(rt, &action, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigaddset(&set, rt);
	MUST(sigprocmask(SIG_BLOCK, &set, &old));
	raise(SIGUSR1);
	raise(SIGUSR1); /* standard signals do not queue */
	SHOW(received);
	MUST(sigpending(&pending));
	printf("pending %d %d\n", sigismember(&pending, SIGUSR1), sigismember(&pending, SIGUSR2));
	MUST(sigprocmask(SIG_SETMASK, &old, NULL));
	SHOW(received);

	MUST(sigprocmask(SIG_BLOCK, &set, NULL));
	for (int i = 1; i <= 5; i++)
		MUST(sigqueue(getpid(), rt, (union sigval){.sival_int = i}));
	SHOW(values);
	received = 0;
	MUST(sigprocmask(SIG_UNBLOCK, &set, NULL));
	SHOW(values);
	SHOW(received);

	/* sigsuspend lets one in and restores the mask. */
	received = 0;
	MUST(sigprocmask(SIG_BLOCK, &set, NULL));
	kill(getpid(), SIGUSR2);
	sigset_t all_but;
	sigfillset(&all_but);
	sigdelset(&all_but, SIGUSR2);
	TRY(sigsuspend(&all_but));
	SHOW(received);
	sigprocmask(SIG_BLOCK, NULL, &old);
	SHOW(sigismember(&old, SIGUSR2));
	if (!MUST(fork())) {
		usleep(30000);
		kill(getppid(), SIGUSR2);
		_exit(0);
	}
	TRY(sigsuspend(&all_but));
	MUST(wait(NULL));

	received = 0;
	kill(getpid(), SIGUSR1);
	SHOW(sigwait(&set, &sig));
	SHOW(sig == SIGUSR1);
	MUST(sigqueue(getpid(), rt, (union sigval){.sival_int = 42}));
	SHOW(sigwaitinfo(&set, &info) == rt);
	printf("%d %d %d %d\n", info.si_value.sival_int, info.si_code, info.si_pid == getpid(),
	       info.si_uid == getuid());
	struct timespec wait = {0, 20000000};
	TRY(sigtimedwait(&set, &info, &wait));
	wait.tv_nsec = -1;
	TRY(sigtimedwait(&set, &info, &wait));
	wait = (struct timespec){5, 0};
	pid_t pid = MUST(fork());
	if (!pid) {
		usleep(20000);
		kill(getppid(), SIGUSR1);
		_exit(0);
	}
	SHOW(sigtimedwait(&set, &info, &wait) == SIGUSR1);
	printf("%d %d\n", info.si_code, info.si_pid == pid);
	SHOW(received);
	MUST(waitpid(pid, NULL, 0));

	/* A signal outside the set interrupts the wait. */
	signal(SIGALRM, SIG_IGN);
	MUST(sigprocmask(SIG_UNBLOCK, &set, NULL));
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	MUST(sigprocmask(SIG_BLOCK, &set, NULL));
	pid = MUST(fork());
	if (!pid) {
		usleep(30000);
		kill(getppid(), SIGUSR1);
		_exit(0);
	}
	TRY(sigtimedwait(&set, &info, &wait));
	SHOW(received);
	/* Unsettable ones stay out of the mask. */
	sigfillset(&set);
	MUST(sigprocmask(SIG_SETMASK, &set, NULL));
	sigprocmask(SIG_BLOCK, NULL, &old);
	printf("%d %d %d\n", sigismember(&old, SIGKILL), sigismember(&old, SIGSTOP),
	       sigismember(&old, SIGTERM));
	TRY(sigprocmask(77, &set, NULL));
	return 0;
}
