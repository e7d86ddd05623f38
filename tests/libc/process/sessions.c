/* Process groups, sessions, priorities, limits, identities, names.
 * oracle: musl glibc
 */
#include "must.h"
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>

static void in_child(void (*action)(void))
{
	fflush(stdout);
	if (!MUST(fork())) {
		action();
		exit(0);
	}
	MUST(wait(NULL));
}

static void groups(void)
{
	TRY(getpgrp() == getppid());
	TRY(setpgid(0, 0));
	SHOW(getpgid(0) == getpid());
	TRY(setsid());
	TRY(setpgid(0, 999999));
}

static void sessions(void)
{
	SHOW(setsid() == getpid());
	SHOW(getsid(0) == getpid());
	SHOW(getpgrp() == getpid());
	TRY(setpgid(0, 0));
	TRY(getsid(999999));
}

static void limits(void)
{
	struct rlimit limit, old;

	MUST(getrlimit(RLIMIT_NOFILE, &old));
	limit = old;
	limit.rlim_cur = 20;
	TRY(setrlimit(RLIMIT_NOFILE, &limit));
	int opened = 0;
	while (open("/dev/null", O_RDONLY) >= 0)
		opened++;
	SHOW(errno);
	SHOW(opened > 0 && opened <= 17);
	SHOW(sysconf(_SC_OPEN_MAX));
	for (int fd = 3; fd < 20; fd++)
		close(fd);
	limit.rlim_cur = 1000;
	limit.rlim_max = 10;
	TRY(setrlimit(RLIMIT_NOFILE, &limit));
	TRY(getrlimit(999, &limit));
	MUST(setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}));
	MUST(prlimit(0, RLIMIT_CORE, NULL, &limit));
	printf("%llu %llu\n", (unsigned long long)limit.rlim_cur,
	       (unsigned long long)limit.rlim_max);
	MUST(getrlimit(RLIMIT_CPU, &limit));
	SHOW(limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > 0);
	int fd = MUST(open("limited", O_WRONLY | O_CREAT, 0600));
	MUST(getrlimit(RLIMIT_FSIZE, &old));
	MUST(setrlimit(RLIMIT_FSIZE, &(struct rlimit){100, old.rlim_max}));
	char data[200] = "";
	signal(SIGXFSZ, SIG_IGN);
	TRY(write(fd, data, 200));
	TRY(write(fd, data, 200));
	MUST(setrlimit(RLIMIT_FSIZE, &old));
}

static void priorities(void)
{
	cpu_set_t set;

	SHOW(getpriority(PRIO_PROCESS, 0));
	TRY(nice(3));
	SHOW(getpriority(PRIO_PROCESS, 0));
	TRY(setpriority(PRIO_PROCESS, 0, 10));
	errno = 0;
	SHOW(getpriority(PRIO_PROCESS, 0));
	SHOW(sched_get_priority_max(SCHED_FIFO));
	TRY(sched_getaffinity(0, sizeof set, &set));
	SHOW(CPU_COUNT(&set) > 0);
	SHOW(CPU_COUNT(&set) == sysconf(_SC_NPROCESSORS_ONLN));
	TRY(sched_yield());
	SHOW(sched_getcpu() >= 0);
}

static void names(void)
{
	struct utsname name;
	char text[64] = "";

	TRY(uname(&name));
	SHOW(strcmp(name.sysname, "Linux"));
	SHOW(strlen(name.machine) > 0);
	TRY(gethostname(text, sizeof text));
	SHOW(strcmp(text, name.nodename));
	TRY(prctl(PR_SET_NAME, "renamed"));
	TRY(prctl(PR_GET_NAME, text));
	puts(text);
	TRY(prctl(PR_SET_PDEATHSIG, 9));
	int sig = 0;
	TRY(prctl(PR_GET_PDEATHSIG, &sig));
	SHOW(sig);
	TRY(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	TRY(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	TRY(prctl(99999));
	uid_t r, e, s;
	TRY(getresuid(&r, &e, &s));
	SHOW(r == getuid() && e == geteuid());
	SHOW(getgroups(0, NULL) >= 0);
	SHOW(getlogin_r(text, 1) != 0);
}

int main(void)
{
	in_child(groups);
	in_child(sessions);
	in_child(limits);
	in_child(priorities);
	in_child(names);
	SHOW(sysconf(_SC_NPROCESSORS_CONF) > 0);
	SHOW(sysconf(_SC_CLK_TCK));
	SHOW(sysconf(_SC_ARG_MAX) > 4096);
	SHOW(sysconf(_SC_PHYS_PAGES) > 0);
	SHOW(sysconf(-5));
	SHOW(confstr(_CS_PATH, NULL, 0) > 0);
	return 0;
}
