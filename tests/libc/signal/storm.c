/* Many signals while computing, allocating, printing and forking: nothing is lost or torn.
 * oracle: musl glibc
 * link: -lm
 */
#include "must.h"
#include <math.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

static volatile sig_atomic_t ticks, children;
static volatile double in_handler;

static void on_tick(int sig)
{
	(void)sig;
	int saved = errno;
	double x = 0;

	ticks++;
	for (int i = 1; i < 50; i++)
		x += 1.0 / i;
	in_handler = x;
	getpid();
	errno = saved;
}

static void on_child(int sig)
{
	(void)sig;
	int saved = errno;

	while (waitpid(-1, NULL, WNOHANG) > 0)
		children++;
	errno = saved;
}

int main(void)
{
	uint64_t state = 3, hash = HASH_START;
	sigset_t set, old;

	MUST(sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_tick, .sa_flags = SA_RESTART},
		       NULL));
	MUST(sigaction(SIGCHLD, &(struct sigaction){.sa_handler = on_child, .sa_flags = SA_RESTART},
		       NULL));
	MUST(setitimer(ITIMER_REAL, &(struct itimerval){{0, 500}, {0, 500}}, NULL));
	double sum = 0;
	int parsed = 0;
	for (int i = 0; i < 60000 || ticks < 100; i++) {
		size_t size = random_next(&state) % 3000;
		char *p = malloc(size + 32);
		memset(p, i, size + 32);
		int n = snprintf(p, 32, "%d %.10f", i, sqrt(i));
		if (i < 60000)
			hash = hash_bytes(hash, p, n);
		parsed += atoi(p) == i;
		sum += 1 / (1.0 + i);
		free(p);
		if (i >= 60000)
			parsed--;
	}
	printf("%016llx %d\n", (unsigned long long)hash, parsed);
	SHOW(sum > 11.5);
	for (int i = 0; i < 100; i++) {
		pid_t pid = MUST(fork());
		if (!pid)
			_exit(0);
		if (i % 10 == 0)
			usleep(2000);
	}
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &old);
	while (children < 100)
		sigsuspend(&old);
	SHOW(children);
	MUST(setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL));
	SHOW(ticks > 50);
	SHOW(in_handler > 4.4);
	return 0;
}
