/*
 * /proc/PID/cmdline as the guest's: ps and pidof should see a program, not the runtime. The arguments are where
 * exec has put them, one after the other, the guest's last; the kernel only has to be told where they begin.
 */
#include "process.h"
#include "thread.h"

#include <fcntl.h>
#include <linux/prctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Fields of /proc/self/stat from the 26th on, proc(5); false when there is no such file. */
enum {
	STARTCODE,
	ENDCODE,
	STARTSTACK,
	START_DATA = 19,
	END_DATA,
	START_BRK,
	ARG_START,
	ARG_END,
	ENV_START,
	ENV_END,
	NFIELDS
};

static bool read_fields(unsigned long long fields[NFIELDS])
{
	char text[1024], *p;
	int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC), skipped;
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = 0;
	p = strrchr(text, ')'); /* the second field is a name that may contain anything */
	for (skipped = 0; p && skipped < 24; skipped++)
		p = strchr(p + 1, ' ');
	for (int i = 0; i < NFIELDS; i++) {
		int used;

		if (!p || sscanf(p, "%llu%n", &fields[i], &used) != 1)
			return false;
		p += used;
	}
	return true;
}

void cmdline_publish(void)
{
	unsigned long long f[NFIELDS];
	char **argv = process.argv, *end, *start;
	size_t len;

	if (!process.argc || !read_fields(f))
		return;
	/* argv[0] can be an option's value: move it to before the others, over what only the runtime read. */
	len = strlen(argv[0]) + 1;
	end = argv[1] ? argv[1] : (char *)(uintptr_t)f[ARG_END];
	start = end - len;
	if ((uintptr_t)start < f[ARG_START] || (uintptr_t)end > f[ARG_END] ||
	    (uintptr_t)argv[0] < f[ARG_START] || (uintptr_t)argv[0] > (uintptr_t)start)
		return;
	for (int i = 0; i < PROCESS_OPTIONS; i++) /* these will still be read */
		if (process_options[i] >= start && process_options[i] < end)
			return;
	memmove(start, argv[0], len);
	argv[0] = start;

	struct prctl_mm_map map = {
		.start_code = f[STARTCODE],
		.end_code = f[ENDCODE],
		.start_data = f[START_DATA],
		.end_data = f[END_DATA],
		.start_brk = f[START_BRK],
		.brk = (uintptr_t)sbrk(0),
		.start_stack = f[STARTSTACK],
		.arg_start = (uintptr_t)start,
		.arg_end = f[ARG_END],
		.env_start = f[ENV_START],
		.env_end = f[ENV_END],
		.exe_fd = (uint32_t)-1,
	};
	/* Kernels without CONFIG_CHECKPOINT_RESTORE cannot, and that is all right. */
	prctl(PR_SET_MM, PR_SET_MM_MAP, &map, sizeof(map), 0);
}
