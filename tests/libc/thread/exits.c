/* Ends of a process with threads: exit from a thread, main leaving by pthread_exit, a fault in a thread, exec.
 * oracle: musl glibc
 * stderr: ignore
 * isa: qemu-user runs no program of another ISA that its guest executes
 */
#include "must.h"
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

static char *self;

static void at_end(void)
{
	printf("atexit ran\n");
}

static void *forever(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void *exits(void *arg)
{
	(void)arg;
	usleep(5000);
	exit(31);
}

static void *quietly(void *arg)
{
	usleep(20000);
	printf("last thread ends\n");
	return arg;
}

static void *faults(void *arg)
{
	(void)arg;
	volatile int *volatile nowhere = NULL;
	*nowhere = 1;
	return NULL;
}

static void *executes(void *arg)
{
	(void)arg;
	execl(self, self, "executed", (char *)NULL);
	_exit(99);
}

static void *raises(void *arg)
{
	(void)arg;
	raise(SIGTERM);
	return NULL;
}

static void *stops_all(void *arg)
{
	(void)arg;
	_exit(8);
}

static void start(void *(*function)(void *))
{
	pthread_t id;
	MUST0(pthread_create(&id, NULL, function, NULL));
}

static void child(int how)
{
	start(forever);
	switch (how) {
	case 0:
		start(exits);
		pause();
		break;
	case 1: return; /* main returns while a thread runs */
	case 3:
		start(faults);
		pause();
		break;
	case 4:
		start(executes);
		pause();
		break;
	case 5:
		start(raises);
		pause();
		break;
	case 6:
		start(stops_all);
		pause();
		break;
	}
}

int main(int argc, char **argv)
{
	int status;

	self = argv[0];
	if (argc > 2) {
		atexit(at_end);
		start(quietly);
		pthread_exit(NULL);
	}
	if (argc > 1) {
		pthread_t id;
		printf("executed, alone %d\n", getpid() == gettid());
		MUST0(pthread_create(&id, NULL, quietly, NULL));
		MUST0(pthread_join(id, NULL));
		return 5;
	}
	for (int how = 0; how < 7; how++) {
		fflush(stdout);
		pid_t pid = MUST(fork());
		if (!pid) {
			atexit(at_end);
			if (how == 2) /* by exec: musl 1.2.3 hangs here in a forked child */
				execl(self, self, "main", "leaves", (char *)NULL);
			child(how);
			return 3;
		}
		MUST(waitpid(pid, &status, 0));
		int result = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
		printf("%d: %d\n", how, result);
	}
	return 0;
}
