/* execve and relatives: arguments and environment of every kind, errors, descriptors, scripts.
 * oracle: musl glibc
 * isa: qemu-user runs no program of another ISA that its guest executes
 */
#include "must.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

extern char **environ;
static char *self;

static void quoted(const char *text)
{
	putchar('<');
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			printf("\\%03o", (unsigned char)*text);
		else
			putchar(*text);
	putchar('>');
}

/* What the executed program does: shows what it got. */
static int report(int argc, char **argv)
{
	sigset_t blocked;
	struct sigaction action;

	for (int i = 0; i < argc; i++)
		quoted(argv[i]);
	printf(" env");
	for (char **e = environ; *e; e++)
		quoted(*e);
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	sigaction(SIGUSR2, NULL, &action);
	printf(" usr1 blocked %d usr2 ignored %d", sigismember(&blocked, SIGUSR1),
	       action.sa_handler == SIG_IGN);
	sigaction(SIGTERM, NULL, &action);
	printf(" term default %d fd50 %d fd51 %d\n", action.sa_handler == SIG_DFL,
	       fcntl(50, F_GETFD), fcntl(51, F_GETFD));
	return argc;
}

static void nothing(int sig)
{
	(void)sig;
}

enum how { EXECVE, EXECV, EXECVP, EXECL, EXECLE, EXECLP, EXECVPE, FEXECVE };

static void run(enum how how, const char *path, char **argv, char **envp)
{
	int status;

	fflush(stdout);
	pid_t pid = MUST(fork());
	if (!pid) {
		switch (how) {
		case EXECVE: execve(path, argv, envp); break;
		case EXECV: execv(path, argv); break;
		case EXECVP: execvp(path, argv); break;
		case EXECL: execl(path, argv[0], argv[1], (char *)NULL); break;
		case EXECLE: execle(path, argv[0], argv[1], (char *)NULL, envp); break;
		case EXECLP: execlp(path, argv[0], argv[1], (char *)NULL); break;
		case EXECVPE: execvpe(path, argv, envp); break;
		case FEXECVE: fexecve(MUST(open(path, O_RDONLY | O_CLOEXEC)), argv, envp); break;
		}
		_exit(100 + errno % 100);
	}
	MUST(waitpid(pid, &status, 0));
	printf("how %d: %d\n", how, WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
}

static void script(const char *path, const char *first_line, const char *rest)
{
	FILE *file = fopen(path, "w");

	fprintf(file, "%s\n%s", first_line, rest);
	fclose(file);
	MUST(chmod(path, 0755));
}

int main(int argc, char **argv)
{
	char line[4200];

	self = argv[0];
	if (argc > 1 && argv[1][0] == 'r')
		return report(argc, argv);

	char *args[] = {"name",		"report", "",	 "two words", "new\nline",
			"\xff\xfe\x80", "=",	  "ünï", "tab\there", NULL};
	char *envp[] = {"PLAIN=1",
			"EMPTY=",
			"EQUALS=a=b=c",
			"LINES=one\ntwo\n\nFAKE=no",
			"BYTES=\x80\xff\x01",
			"=odd",
			"NOEQUALS",
			"TRAIL=x\n",
			"WALI_ENV_NUL=2",
			NULL};
	char *none[] = {NULL};

	signal(SIGTERM, nothing);
	signal(SIGUSR2, SIG_IGN);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	MUST(dup2(1, 50));
	MUST(dup3(1, 51, O_CLOEXEC));

	run(EXECVE, self, args, envp);
	run(EXECVE, self, args, none);
	run(EXECLE, self, args, envp);
	run(FEXECVE, self, args, envp);
	clearenv();
	setenv("KEPT", "multi\nline", 1);
	run(EXECV, self, args, NULL);
	run(EXECL, self, args, NULL);
	char *old_path = "PATH=.:/usr/bin";
	putenv(old_path);
	run(EXECVP, "exec", args, NULL);
	run(EXECLP, "exec", args, NULL);
	run(EXECVPE, "exec", args, envp);
	run(EXECVP, "no-such-command", args, NULL);
	run(EXECVE, "./none", args, envp);
	MUST(mkdir("dir", 0755));
	run(EXECVE, "./dir", args, envp);
	close(MUST(creat("plain", 0644)));
	run(EXECVE, "./plain", args, envp);
	close(MUST(creat("empty", 0755)));
	run(EXECVE, "./empty", args, envp);

	snprintf(line, sizeof line, "#! %s report-option with spaces", self);
	script("script", line, "");
	run(EXECVE, "./script", args, envp);
	script("nested", "#!./script", "");
	run(EXECVE, "./nested", args, envp);
	script("native", "#!/bin/sh", "echo \"sh $0 $# $2\"; exit 6\n");
	run(EXECVE, "./native", args, envp);
	script("lost", "#!/no/such/interpreter", "");
	run(EXECVE, "./lost", args, envp);
	script("bare", "echo bare $1", "exit 5\n");
	run(EXECVE, "./bare", args, envp);

	/* Many and long arguments. */
	char *many[3002] = {"name", "report"};
	for (int i = 2; i < 3001; i++)
		many[i] = "argument number something";
	run(EXECVE, "/bin/true", many, envp);
	memset(line, 'x', sizeof line - 1);
	line[sizeof line - 1] = 0;
	run(EXECVE, self, (char *[]){"name", "report", line, NULL}, none);
	return 0;
}
