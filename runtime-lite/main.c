/* wali-run: options, then the program. */
#include "aot/cache.h"
#include "linux/load.h"
#include "linux/process.h"
#include "linux/profile.h"
#include "linux/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef WALI_VERSION
#define WALI_VERSION "0.1"
#endif

extern char **environ;

static const char usage[] =
	"Usage: wali-run [OPTION]... PROGRAM [ARGUMENT]...\n"
	"Run a WebAssembly program that makes Linux system calls (WALI).\n"
	"\n"
	"  --aot[=MODE]        compiled code: always (compile first if need be), auto, or never\n"
	"  --argv0 NAME        pass NAME to the program as argv[0]\n"
	"  --cache list|clean  show or remove the images of compiled programs, and exit\n"
	"  --fd NUMBER         read PROGRAM from this file descriptor, and close it\n"
	"  --stack-size BYTES  room for the call stack of each thread\n"
	"  --profile[=FILE]    write where the time goes to FILE (wali-profile.PID), as folded stacks\n"
	"  --trace[=FILE]      print the program's system calls, as strace does, to FILE (standard error)\n"
	"  --trace-append=FILE the same, but keep what FILE holds\n"
	"  --help, --version   print this text, or the version, and exit\n"
	"\n"
	"PROGRAM without a slash is looked for in the current directory, then in PATH. Exit status: that of\n"
	"the program; 126 if it cannot be run, 127 if it is not found; 2 for a wrong option.\n";

static _Noreturn void bad_usage(const char *what, const char *option)
{
	fprintf(stderr, "wali-run: %s '%s' (see wali-run --help)\n", what, option);
	exit(2);
}

static void pass_on(char *option)
{
	for (size_t i = 0; i < process_noptions; i++)
		if (!strcmp(process_options[i], option))
			return;
	if (process_noptions < PROCESS_OPTIONS)
		process_options[process_noptions++] = option;
}

static size_t stack_size(const char *text)
{
	char *end;
	unsigned long long n = strtoull(text, &end, 0);

	if (*end == 'K' || *end == 'M' || *end == 'G')
		n <<= *end == 'K' ? 10 : *end == 'M' ? 20 : 30, end++;
	if (*text < '0' || *text > '9' || *end || !n || n > UINT64_C(1) << 40)
		bad_usage("not a size:", text);
	return n;
}

/* %p in the name is the process's id. What this process executes later writes to files of its own. */
static void profile(const char *name)
{
	const char *id = strstr(name, "%p");
	char *directory = *name == '/' ? strdup("") : getcwd(NULL, 0);
	char *path = NULL, *option = NULL;
	int fixed = id ? (int)(id - name) : (int)strlen(name);

	if (!*name)
		bad_usage("no file name in", "--profile=");
	if (!directory || asprintf(&option, "--profile=%s%s%s%s", directory, *directory ? "/" : "",
				   name, id ? "" : ".%p") < 0)
		option = NULL;
	if (!option || (id ? asprintf(&path, "%s%s%.*s%d%s", directory, *directory ? "/" : "",
				      fixed, name, getpid(), id + 2)
			   : asprintf(&path, "%s%s%s", directory, *directory ? "/" : "", name)) < 0)
		path = NULL;
	free(directory);
	if (!path || !profile_start(path))
		exit(126);
	pass_on(option);
}

static void trace(void)
{
	process.trace = true;
	trace_to(STDERR_FILENO); /* which may be closed: then nobody wants to know */
	pass_on("--trace");
}

/* What this process executes later goes on in the same file. */
static void trace_file(const char *name, int flags)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | flags, 0666);
	char *path = fd < 0 ? NULL : realpath(name, NULL), *option;

	if (!path || !trace_to(fd) || asprintf(&option, "--trace-append=%s", path) < 0) {
		fprintf(stderr, "wali-run: %s: %s\n", name, strerror(errno));
		exit(126);
	}
	close(fd);
	free(path);
	process.trace = true;
	pass_on(option);
}

/* The value of an option that needs one, in `--name=value` or in the next argument; else NULL. */
static char *value_of(char **argv, int *i, const char *name)
{
	size_t n = strlen(name);

	if (strncmp(argv[*i], name, n))
		return NULL;
	if (argv[*i][n] == '=')
		return argv[*i] + n + 1;
	if (argv[*i][n])
		return NULL;
	if (!argv[*i + 1])
		bad_usage("no value for", name);
	return argv[++*i];
}

static int cache(const char *command)
{
	if (!strcmp(command, "list"))
		return cache_list();
	if (strcmp(command, "clean"))
		bad_usage("not list or clean:", command);
	return cache_clean();
}

/* Index of the program in argv. */
static int parse(char **argv, char **argv0, int *fd)
{
	int i;

	for (i = 1; argv[i] && argv[i][0] == '-'; i++) {
		char *value;
		if (!strcmp(argv[i], "--")) {
			i++;
			break;
		}
		if (!strcmp(argv[i], "--help")) {
			fputs(usage, stdout);
			exit(fflush(stdout) ? 1 : 0);
		} else if (!strcmp(argv[i], "--version")) {
			puts("wali-run " WALI_VERSION);
			exit(fflush(stdout) ? 1 : 0);
		} else if (!strcmp(argv[i], "--trace")) {
			trace();
		} else if (!strncmp(argv[i], "--trace=", 8)) {
			trace_file(argv[i] + 8, O_TRUNC);
		} else if ((value = value_of(argv, &i, "--trace-append"))) {
			trace_file(value, 0);
		} else if (!strcmp(argv[i], "--profile") || !strncmp(argv[i], "--profile=", 10)) {
			profile(argv[i][9] ? argv[i] + 10 : "wali-profile.%p");
		} else if (!strcmp(argv[i], "--aot") || !strncmp(argv[i], "--aot=", 6)) {
			if (!aot_mode_parse(argv[i][5] ? argv[i] + 6 : "always"))
				bad_usage("unknown mode in", argv[i]);
			pass_on(argv[i]);
		} else if ((value = value_of(argv, &i, "--cache"))) {
			exit(cache(value));
		} else if ((value = value_of(argv, &i, "--argv0"))) {
			*argv0 = value;
		} else if ((value = value_of(argv, &i, "--fd"))) {
			char *end;
			*fd = (int)strtol(value, &end, 10);
			if (*end || *fd < 0)
				bad_usage("not a file descriptor:", value);
		} else if ((value = value_of(argv, &i, "--stack-size"))) {
			static char option[64];
			process.stack_size = stack_size(value);
			snprintf(option, sizeof(option), "--stack-size=%zu", process.stack_size);
			pass_on(option);
		} else {
			bad_usage("unknown option", argv[i]);
		}
	}
	if (!argv[i]) {
		fputs("wali-run: no program given (see wali-run --help)\n", stderr);
		exit(2);
	}
	return i;
}

/* As a shell would find it, but the current directory comes first. Returns the name itself if nowhere. */
static const char *find(const char *name)
{
	const char *path = getenv("PATH");

	if (strchr(name, '/') || access(name, F_OK) == 0 || !path)
		return name;
	for (; *path; path += strcspn(path, ":"), path += *path == ':') {
		int n = (int)strcspn(path, ":");
		char *file;
		if (asprintf(&file, "%.*s%s%s", n, path, n ? "/" : "", name) < 0)
			break;
		if (access(file, R_OK) == 0)
			return file;
		free(file);
	}
	return name;
}

int main(int argc, char **argv)
{
	char *argv0 = NULL;
	const char *mode = getenv("WALI_AOT");

	if (mode && *mode && !aot_mode_parse(mode))
		bad_usage("WALI_AOT is not never, auto or always:", mode);
	int fd = -1, i = parse(argv, &argv0, &fd);
	const char *path = fd < 0 ? find(argv[i]) : argv[i];

	process.argc = argc - i;
	process.argv = argv + i;
	process.envp = environ;
	if (argv0)
		process.argv[0] = argv0;
	return process_start(path, fd);
}
