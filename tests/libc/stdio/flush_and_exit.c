/* What is flushed when: fork, exit, _exit, atexit, abort; order between descriptors.
 * oracle: musl glibc
 */
#include "must.h"
#include <signal.h>
#include <sys/wait.h>

static void child(const char *how)
{
	int status;
	pid_t pid;

	printf("[%s]", how);
	fflush(stdout);
	pid = MUST(fork());
	if (!pid) {
		printf("buffered by child");
		if (!strcmp(how, "exit"))
			exit(3);
		if (!strcmp(how, "_exit"))
			_exit(4);
		if (!strcmp(how, "quick_exit"))
			quick_exit(5);
		if (!strcmp(how, "abort"))
			abort();
		raise(SIGKILL);
	}
	MUST(waitpid(pid, &status, 0));
	printf(" -> %d %d\n", WIFEXITED(status),
	       WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

static void at_end(void)
{
	printf("atexit handler\n");
}

int main(void)
{
	int status;

	child("exit");
	child("_exit");
	child("quick_exit");
	child("abort");
	child("kill");
	atexit(at_end);
	printf("twice by fork\n");
	pid_t pid = MUST(fork()); /* the line is in the buffer still: both write it */
	if (!pid)
		return 7;
	MUST(waitpid(pid, &status, 0));
	SHOW(WEXITSTATUS(status));
	return 8;
}
