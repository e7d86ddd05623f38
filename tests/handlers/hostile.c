/*
 * Calls every handler that is linked in here, many times, with arguments that nobody means well with. Nothing may
 * crash, hang, or (with sanitizers) touch what it should not; results do not matter.
 */
#include "guest.h"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define CALLS	       200000
#define CANNOT_CONFINE 77 /* the child's exit status */

static uint64_t state = 88172645463325252;

static uint32_t pick(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 32) % n;
}

static int fds[16];
static int nfds;

static uint64_t any_pointer(void)
{
	switch (pick(8)) {
	case 0: return 0;
	case 1: return UNMAPPED + pick(100);
	case 2: return UINT32_MAX - pick(64);
	case 3: return MAPPED - pick(64);
	case 4: return GUEST_PAGE - pick(16);
	default: return GUEST_PAGE + pick(MAPPED - GUEST_PAGE) / 8 * 8;
	}
}

static uint64_t any_number(void)
{
	static const uint64_t edges[] = {0,	     1,		2,	    8,		16,
					 1024,	     4096,	65536,	    INT32_MAX,	0x80000000,
					 UINT32_MAX, INT64_MAX, 1ULL << 33, UINT64_MAX, 1ULL << 63};

	switch (pick(4)) {
	case 0: return edges[pick(sizeof(edges) / sizeof(edges[0]))];
	case 1: return any_pointer();
	default: return pick(64);
	}
}

static uint64_t any_fd(void)
{
	return pick(8) ? (uint64_t)fds[pick((uint32_t)nfds)] : 999;
}

/* By the first letters of the kind: what makes calls go far enough to be interesting, and leaves the machine
 * alone. */
static uint64_t argument(const char *kind)
{
	if (!strcmp(kind, "FD") || !strcmp(kind, "DIRFD"))
		return any_fd();
	if (!strcmp(kind, "PID") || !strcmp(kind, "SIGNO"))
		return pick(2) ? 0 : 999999999;
	if (!strncmp(kind, "PATH", 4) || !strncmp(kind, "STR", 3) || !strncmp(kind, "IN", 2) ||
	    !strncmp(kind, "OUT", 3) || !strncmp(kind, "IOVEC", 5) || !strncmp(kind, "SOCKADDR", 8))
		return pick(16) ? any_pointer() : any_number();
	return any_number();
}

#define WEAK(name, x, a, r, st, how, n, ...)                                                       \
	__attribute__((weak)) int64_t sys_##name(                                                  \
		struct thread *t WALI_COMMA(n, SYS_PARAM, ##__VA_ARGS__));
#define SYS WEAK
#include "wali.def"
#undef SYS

#define KIND(type, cname, kind) #kind,
#define NAME(type, cname, kind) cname
#define TAKE(type, cname, kind)                                                                    \
	SYS_PARAM(type, cname, kind) = (WALI_CTYPE(type, cname, kind)) * argument++;
#define SYS(name, x, a, r, st, how, n, ...)                                                        \
	static int64_t call_##name(const uint64_t *argument)                                       \
	{                                                                                          \
		(void)argument;                                                                    \
		WALI_EACH(n, TAKE, ##__VA_ARGS__)                                                  \
		return sys_##name(t WALI_COMMA(n, NAME, ##__VA_ARGS__));                           \
	}
#include "wali.def"
#undef SYS

static struct {
	const char *name;
	int64_t (*call)(const uint64_t *);
	void *handler;
	const char *kinds[7];
} calls[] = {
#define SYS(name, x, a, r, st, how, n, ...)                                                        \
	{#name, call_##name, (void *)sys_##name, {WALI_EACH(n, KIND, ##__VA_ARGS__) NULL}},
#include "wali.def"
#undef SYS
};
#define NCALLS (sizeof(calls) / sizeof(calls[0]))

/* Those that end, stop or change this process or the machine. Paths are left in: what memory holds names
 * nothing that exists. */
static const char skipped[] =
	" kill tkill tgkill reboot sethostname setdomainname settimeofday clock_settime adjtimex clock_adjtime mount "
	"umount2 mount_setattr move_mount swapon swapoff pivot_root chroot setuid setgid setreuid setregid setresuid "
	"setresgid setgroups setfsuid setfsgid capset vhangup close close_range dup2 dup3 setrlimit prlimit64 setitimer "
	"sched_setaffinity sched_setparam sched_setscheduler sched_setattr setpriority ioprio_set syslog quotactl "
	"quotactl_fd personality setns unshare landlock_restrict_self prctl keyctl add_key request_key setsid setpgid "
	"chdir fchdir umask sync syncfs memfd_secret process_mrelease pidfd_send_signal exit exit_group mlockall "
	"munlockall timer_create shmget msgget semget shmctl msgctl semctl mq_open fsopen fsmount fsconfig fallocate "
	"ftruncate truncate open_tree open_tree_attr chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat "
	"lsm_set_self_attr ";

static bool is_skipped(const char *name)
{
	char word[64];

	snprintf(word, sizeof(word), " %s ", name);
	return strstr(skipped, word) != NULL;
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void open_descriptors(void)
{
	int p[2];

	fds[nfds++] = open("file", O_CREAT | O_RDWR, 0600);
	fds[nfds++] = open(".", O_RDONLY);
	fds[nfds++] = epoll_create1(0);
	fds[nfds++] = eventfd(0, EFD_NONBLOCK);
	fds[nfds++] = socket(AF_INET, SOCK_DGRAM, 0);
	fds[nfds++] = socket(AF_INET, SOCK_STREAM, 0);
	if (!pipe(p)) {
		fds[nfds++] = p[0];
		fds[nfds++] = p[1];
	}
	if (!socketpair(AF_UNIX, SOCK_STREAM, 0, p)) {
		fds[nfds++] = p[0];
		fds[nfds++] = p[1];
	}
}

static int run(void)
{
	/* Ends whatever waits. */
	struct sigaction action = {.sa_handler = on_alarm};
	struct itimerval often = {{0, 2000}, {0, 2000}};
	struct rlimit small = {1 << 20, 1 << 20};

	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGIO, SIG_IGN);
	signal(SIGURG, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	open_descriptors();
	for (int i = 0; i < CALLS; i++) {
		size_t c = pick(NCALLS);
		uint64_t args[7] = {0};

		if (!calls[c].handler || is_skipped(calls[c].name))
			continue;
		for (int k = 0; calls[c].kinds[k]; k++)
			args[k] = argument(calls[c].kinds[k]);
		/* Small structures here and there. */
		for (int k = 0; k < 8; k++)
			*AT(uint32_t, GUEST_PAGE + pick(MAPPED - GUEST_PAGE) / 8 * 8) =
				(uint32_t)any_number();
		if (getenv("HOSTILE_VERBOSE")) {
			fprintf(stderr, "%s", calls[c].name);
			for (int k = 0; calls[c].kinds[k]; k++)
				fprintf(stderr, " %#llx", (unsigned long long)args[k]);
			fprintf(stderr, "\n");
		}
		calls[c].call(args);
		/* What was opened: descriptors must not run out. */
		if (i % 100 == 0)
			close_range(64, ~0u, 0);
	}
	return 0;
}

/* Random bytes make paths, and some of those name something: let that be in an empty directory, and by nobody. */
static bool confine(void)
{
	const id_t nobody = 65534;

	if (geteuid() && unshare(CLONE_NEWUSER))
		return false;
	if (chmod(".", 0777) || chroot("."))
		return false;
	/* Within a user namespace without a map this is what we are already. */
	return geteuid() == nobody || (!setgroups(0, NULL) && !setresgid(nobody, nobody, nobody) &&
				       !setresuid(nobody, nobody, nobody));
}

int main(void)
{
	int status;

	begin();
	fflush(stdout);
	pid_t pid = fork();
	if (!pid) {
		/* Out of the way of what the calls open. */
		setsid();
		_exit(confine() ? run() : CANNOT_CONFINE);
	}
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT_CONFINE) {
		skip("calls with any arguments",
		     "neither root nor user namespaces, so no way to confine them");
		return finish();
	}
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "calls with any arguments");
	if (status)
		printf("# status %#x\n", status);
	return finish();
}
