/* env [-i] [NAME=VALUE]... COMMAND [ARGUMENT]...: what bash's tests need of env(1), to be had as a module, too. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	static char *environment[4096];
	size_t n = 0, same;
	int at = 1;

	if (at < argc && (!strcmp(argv[at], "-i") || !strcmp(argv[at], "-")))
		at++;
	else
		for (; environ[n] && n < 2048; n++)
			environment[n] = environ[n];
	for (; at < argc && strchr(argv[at], '='); at++) {
		size_t length = strchr(argv[at], '=') - argv[at] + 1;

		for (same = 0; same < n && strncmp(environment[same], argv[at], length); same++)
			;
		environment[same] = argv[at];
		if (same == n && n < sizeof(environment) / sizeof(*environment) - 2)
			n++;
	}
	environment[n] = NULL;
	environ = environment;
	if (at == argc) {
		for (size_t i = 0; i < n; i++)
			puts(environ[i]);
		return 0;
	}
	execvp(argv[at], argv + at);
	fprintf(stderr, "env: %s: %s\n", argv[at], strerror(errno));
	return errno == ENOENT ? 127 : 126;
}
