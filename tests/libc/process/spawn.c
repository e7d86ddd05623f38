/* posix_spawn, popen, system.
 * oracle: musl glibc
 * isa: qemu-user runs no program of another ISA that its guest executes
 */
#include "must.h"
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

static void finish(const char *what, int error, const pid_t *pid)
{
	int status = 0;

	if (!error)
		MUST(waitpid(*pid, &status, 0));
	printf("%s: %d %d %d\n", what, error, WEXITSTATUS(status),
	       WIFSIGNALED(status) ? WTERMSIG(status) : 0);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t set;
	pid_t pid = 0;
	char line[128];

	if (argc > 1) {
		sigprocmask(SIG_BLOCK, NULL, &set);
		printf("spawned: %s blocked %d group %d\n", argv[1], sigismember(&set, SIGUSR1),
		       getpgrp() == getpid());
		return argc;
	}
	char *shell[] = {"sh", "-c", "echo \"shell: $VALUE\"; pwd | grep -c spawn; cat; exit 3",
			 NULL};
	char *own[] = {argv[0], "argument", "x", NULL};
	char *envp[] = {"VALUE=given", "PATH=/usr/bin:/bin", NULL};

	finish("plain", posix_spawn(&pid, argv[0], NULL, NULL, own, environ), &pid);
	finish("missing", posix_spawn(&pid, "./none", NULL, NULL, own, environ), &pid);
	finish("spawnp", posix_spawnp(&pid, "sh", NULL, NULL, shell, envp), &pid);

	FILE *file = fopen("input", "w");
	fputs("from a file\n", file);
	fclose(file);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "input", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 5, "output", O_WRONLY | O_CREAT, 0600);
	posix_spawn_file_actions_adddup2(&actions, 5, 1);
	posix_spawn_file_actions_addclose(&actions, 5);
	finish("actions", posix_spawn(&pid, "/bin/sh", &actions, NULL, shell, envp), &pid);
	file = fopen("output", "r");
	while (fgets(line, sizeof line, file))
		printf("output: %s", line);
	fclose(file);
	posix_spawn_file_actions_addopen(&actions, 0, "none", O_RDONLY, 0);
	finish("failing action", posix_spawn(&pid, "/bin/sh", &actions, NULL, shell, envp), &pid);
	posix_spawn_file_actions_destroy(&actions);

	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
						      POSIX_SPAWN_SETSIGDEF);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	posix_spawnattr_setsigmask(&attributes, &set);
	posix_spawnattr_setsigdefault(&attributes, &set);
	posix_spawnattr_setpgroup(&attributes, 0);
	finish("attributes", posix_spawn(&pid, argv[0], NULL, &attributes, own, environ), &pid);
	posix_spawnattr_destroy(&attributes);

	SHOW(system(NULL) != 0);
	fflush(stdout);
	int status = system("echo from system; exit 4");
	SHOW(WEXITSTATUS(status));
	status = system("kill -9 $$");
	SHOW(WIFSIGNALED(status) ? WTERMSIG(status) : 0);
	FILE *reader = popen("seq 1 20000 | sort -rn | head -3; exit 9", "r");
	while (fgets(line, sizeof line, reader))
		printf("read: %s", line);
	SHOW(WEXITSTATUS(pclose(reader)));
	fflush(stdout);
	FILE *writer = popen("sort", "w");
	fputs("c\na\nb\n", writer);
	SHOW(pclose(writer));
	reader = popen("./none 2>/dev/null", "re");
	SHOW(fgetc(reader));
	SHOW(WEXITSTATUS(pclose(reader)));
	SHOW(popen("true", "x") == NULL);
	/* Two at once: the second must not hold the first one's pipe open. */
	FILE *one = popen("cat >/dev/null", "w"), *two = popen("cat >/dev/null", "w");
	SHOW(pclose(one));
	SHOW(pclose(two));
	return 0;
}
