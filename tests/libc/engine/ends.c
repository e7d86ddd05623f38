/* Threads and processes that end, fork or execute in handlers on top of interrupted code.
 * oracle: musl glibc
 * timeout: 60
 * isa: qemu-user runs no program of another ISA that its guest executes
 */
#include "must.h"
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

static char **arguments;
static volatile unsigned spun;

static void on_exit_thread(int sig)
{
	(void)sig;
	pthread_exit((void *)7L);
}

static void on_exit_process(int sig)
{
	(void)sig;
	_exit(21);
}

static void on_fork(int sig)
{
	(void)sig;
	if (fork() == 0)
		return; /* the child goes on where the parent was interrupted */
	signal(SIGUSR1, on_exit_process);
	int status;
	wait(&status);
	_exit(WEXITSTATUS(status) + 1);
}

static void on_execute(int sig)
{
	sigset_t none;

	(void)sig;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execl("/proc/self/exe", arguments[0], "again", (char *)NULL);
	_exit(1);
}

static void nest(int sig)
{
	(void)sig;
	signal(SIGUSR2, on_exit_process);
	raise(SIGUSR2);
}

static void *spin(void *argument)
{
	(void)argument;
	for (;;)
		spun++;
	return NULL;
}

static void *soon(void *handler)
{
	signal(SIGALRM, (void (*)(int))handler);
	setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 20000}}, NULL);
	return spin(NULL);
}

static int child(void (*handler)(int))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (handler == on_fork) {
			/* The child of the fork in the handler sees this end. */
			signal(SIGALRM, on_fork);
			setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 20000}}, NULL);
			pid_t self = getpid();
			while (getpid() == self)
				spun++;
			_exit(30);
		}
		soon((void *)handler);
	}
	TRUE(waitpid(pid, &status, 0) == pid);
	return status;
}

int main(int argc, char **argv)
{
	pthread_t threads[4];
	void *result;
	long sum = 0;

	(void)argc;
	arguments = argv;
	if (argv[1])
		return 40;
	MUST(sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_exit_thread}, NULL));
	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < 4; i++)
			pthread_create(&threads[i], NULL, spin, NULL);
		for (int i = 0; i < 4; i++)
			pthread_kill(threads[i], SIGUSR1);
		for (int i = 0; i < 4; i++) {
			pthread_join(threads[i], &result);
			sum += (long)result;
		}
	}
	printf("threads: %ld\n", sum);
	printf("exit: %d\n", child(on_exit_process));
	printf("nested: %d\n", child(nest));
	printf("fork: %d\n", child(on_fork));
	printf("exec: %d\n", child(on_execute));
	return 0;
}
