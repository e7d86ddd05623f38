/* A tree of processes, exit statuses, every way to wait, reparenting.
 * oracle: musl glibc
 */
#include "must.h"
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static int status; /* of the last wait */

static int tree(int depth)
{
	int sum = 1;

	if (!depth)
		return 1;
	for (int i = 0; i < 3; i++) {
		pid_t pid = MUST(fork());
		if (!pid)
			_exit(tree(depth - 1));
	}
	while (wait(&status) > 0)
		sum += WEXITSTATUS(status);
	return sum;
}

static void show(const char *what, pid_t pid)
{
	printf("%s: pid %d", what, pid > 0 ? 1 : pid);
	if (WIFEXITED(status))
		printf(" exited %d", WEXITSTATUS(status));
	if (WIFSIGNALED(status))
		printf(" signalled %d core %d", WTERMSIG(status), !!WCOREDUMP(status));
	if (WIFSTOPPED(status))
		printf(" stopped %d", WSTOPSIG(status));
	if (WIFCONTINUED(status))
		printf(" continued");
	putchar('\n');
}

int main(void)
{
	int fds[2];
	siginfo_t info;
	struct rusage usage;

	SHOW(tree(4));
	TRY(wait(&status));
	TRY(waitpid(999999, &status, 0));

	pid_t pid = MUST(fork());
	if (!pid)
		for (;;)
			pause();
	SHOW(waitpid(pid, &status, WNOHANG));
	kill(pid, SIGSTOP);
	show("stop", waitpid(pid, &status, WUNTRACED));
	kill(pid, SIGCONT);
	show("continue", waitpid(pid, &status, WCONTINUED));
	kill(pid, SIGTERM);
	show("term", waitpid(pid, &status, 0));
	for (int how = 0; how < 4; how++) {
		pid = MUST(fork());
		if (!pid) {
			if (how == 1)
				_exit(300);
			if (how == 2)
				raise(SIGUSR1);
			if (how == 3)
				abort();
			_exit(0);
		}
		show("wait4", wait4(pid, &status, 0, &usage));
	}
	pid = MUST(fork());
	if (!pid)
		_exit(7);
	TRY(waitid(P_PID, pid, &info, WEXITED | WNOWAIT));
	printf("%d %d %d %d\n", info.si_pid == pid, info.si_signo, info.si_code, info.si_status);
	TRY(waitid(P_ALL, 0, &info, WEXITED));
	printf("%d %d %d\n", info.si_pid == pid, info.si_uid == getuid(), info.si_status);
	TRY(waitid(P_PID, pid, &info, WEXITED));

	/* By process group. */
	pid = MUST(fork());
	if (!pid) {
		setpgid(0, 0);
		_exit(9);
	}
	setpgid(pid, pid);
	show("group", waitpid(-pid, &status, 0));

	/* An orphan gets another parent and lives on. */
	MUST(pipe(fds));
	pid = MUST(fork());
	if (!pid) {
		if (!MUST(fork())) {
			pid_t parent = getppid();
			MUST(kill(parent, SIGKILL));
			while (getppid() == parent)
				usleep(1000);
			MUST(write(fds[1], "orphan", 6));
			_exit(0);
		}
		pause();
	}
	close(fds[1]);
	char text[10] = "";
	SHOW(read(fds[0], text, 6));
	puts(text);
	show("parent", waitpid(pid, &status, 0));
	SHOW(getpid() != getppid());
	MUST(getrusage(RUSAGE_CHILDREN, &usage));
	SHOW(usage.ru_minflt >= 0);
	/* vfork shares nothing that a correct program sees. */
	pid = vfork();
	if (!pid)
		_exit(11);
	show("vfork", waitpid(pid, &status, 0));
	return 0;
}
