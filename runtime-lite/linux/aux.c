/* The support imports: start-up, arguments, environment. Threads are in thread.c, the old setjmp in table.c. */
#include "process.h"
#include "syscalls.h"

#include <fcntl.h>
#include <linux/memfd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* First line of an environment whose entries end in zero bytes, because a value has a newline in it. */
#define NUL_MARK "WALI_ENV_NUL=1\n"

static int environment = -1; /* between __get_init_envfile and the next support call */

static void close_environment(void)
{
	if (environment < 0)
		return;
	HOST(close, environment);
	environment = -1;
}

int32_t aux_init(struct thread *t)
{
	(void)t;
	return 0;
}

int32_t aux_deinit(struct thread *t)
{
	(void)t;
	return 0;
}

void aux_proc_exit(struct thread *t, int32_t status)
{
	(void)t;
	process_exit(status);
}

int32_t aux_cl_get_argc(struct thread *t)
{
	(void)t;
	close_environment();
	return process.argc;
}

int32_t aux_cl_get_argv_len(struct thread *t, uint32_t arg_index)
{
	(void)t;
	return arg_index < (uint32_t)process.argc ? (int32_t)strlen(process.argv[arg_index]) : 0;
}

int32_t aux_cl_copy_argv(struct thread *t, uint32_t argbuf, uint32_t arg_index)
{
	const char *arg = arg_index < (uint32_t)process.argc ? process.argv[arg_index] : "";

	return copy_out(t, argbuf, arg, strlen(arg) + 1) < 0 ? -1 : 0;
}

static bool write_all(int fd, const char *data, size_t n)
{
	while (n) {
		int64_t done = HOST(write, fd, data, n);
		if (done <= 0)
			return false;
		data += done;
		n -= (size_t)done;
	}
	return true;
}

static bool write_environment(int fd)
{
	char buffer[8192], separator = '\n';
	size_t used = 0;

	for (char **e = process.envp; *e; e++)
		if (strchr(*e, '\n'))
			separator = '\0';
	if (!separator) {
		used = strlen(NUL_MARK);
		memcpy(buffer, NUL_MARK, used);
	}
	for (char **e = process.envp; *e; e++) {
		size_t n = strlen(*e);
		if (used + n + 1 > sizeof(buffer)) {
			if (!write_all(fd, buffer, used))
				return false;
			used = 0;
		}
		if (n + 1 > sizeof(buffer)) {
			if (!write_all(fd, *e, n))
				return false;
		} else {
			memcpy(buffer + used, *e, n);
			used += n;
		}
		buffer[used++] = separator;
	}
	return write_all(fd, buffer, used);
}

int32_t aux_get_init_envfile(struct thread *t, uint32_t pathbuf, uint32_t bufsize)
{
	char path[32];
	int length;

	close_environment();
	environment = (int)HOST(memfd_create, "environment", MFD_CLOEXEC);
	if (environment < 0)
		return 0;
	length = snprintf(path, sizeof(path), "/proc/self/fd/%d", environment);
	if (!write_environment(environment) || (uint32_t)length >= bufsize ||
	    copy_out(t, pathbuf, path, (size_t)length + 1) < 0) {
		close_environment();
		return 0;
	}
	return 1;
}
