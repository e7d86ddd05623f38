/* latency WHAT COUNT: nanoseconds that one of them takes, on average of COUNT; printed as one number. */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void system_call(void)
{
	getppid();
}

static void *nothing(void *arg)
{
	return arg;
}

static void thread(void)
{
	pthread_t t;

	if (pthread_create(&t, NULL, nothing, NULL) || pthread_join(t, NULL))
		die("thread");
}

static void process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		die("fork");
}

static volatile sig_atomic_t handled;

static void handler(int sig)
{
	(void)sig;
	handled++;
}

static void signal_to_self(void)
{
	sig_atomic_t before = handled;

	kill(getpid(), SIGUSR1);
	while (handled == before)
		;
}

static const struct {
	const char *name;
	void (*run)(void);
} all[] = {{"syscall", system_call},
	   {"thread", thread},
	   {"fork", process},
	   {"signal", signal_to_self}};

int main(int argc, char **argv)
{
	const struct sigaction sa = {.sa_handler = handler};
	unsigned count = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 0) : 1;

	sigaction(SIGUSR1, &sa, NULL);
	for (size_t i = 0; argc > 1 && i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(all[i].name, argv[1]) != 0)
			continue;
		for (unsigned n = count / 10 + 1; n; n--)
			all[i].run();
		uint64_t begin = now();
		for (unsigned n = count; n; n--)
			all[i].run();
		printf("%.1f\n", (double)(now() - begin) / count);
		return 0;
	}
	fputs("latency: syscall|thread|fork|signal COUNT\n", stderr);
	return 2;
}
