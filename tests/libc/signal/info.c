/* siginfo_t and ucontext_t of the kinds of signal: kill, queue, child, fault, timer, pipe.
 * oracle: musl glibc
 * isa: qemu-user does not pass SA_NOCLDSTOP and SA_NOCLDWAIT on
 */
#include "must.h"
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <ucontext.h>

static siginfo_t last;
static volatile int seen;
static sigjmp_buf out;
static sigset_t context_mask;

static void keep(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	last = *info;
	context_mask = ((ucontext_t *)context)->uc_sigmask;
	seen++;
}

static void leave(int sig, siginfo_t *info, void *context)
{
	keep(sig, info, context);
	siglongjmp(out, 1);
}

/* A handler can change the mask that is in force once it has returned. */
static void change_mask(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)info;
	sigaddset(&((ucontext_t *)context)->uc_sigmask, SIGHUP);
}

static void install(int sig, void (*handler)(int, siginfo_t *, void *), int flags)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};
	MUST(sigaction(sig, &action, NULL));
}

int main(void)
{
	sigset_t set;
	pid_t pid;

	install(SIGUSR1, keep, 0);
	kill(getpid(), SIGUSR1);
	printf("kill: %d %d %d %d\n", last.si_signo, last.si_code, last.si_pid == getpid(),
	       last.si_uid == getuid());
	raise(SIGUSR1);
	printf("raise: %d %d\n", last.si_code, last.si_pid == getpid());
	sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 1234567});
	printf("queue: %d %d\n", last.si_code, last.si_value.sival_int);
	static int object;
	sigqueue(getpid(), SIGUSR1, (union sigval){.sival_ptr = &object});
	printf("pointer: %d\n", last.si_value.sival_ptr == &object);

	install(SIGCHLD, keep, 0);
	for (int how = 0; how < 2; how++) {
		seen = 0;
		pid = MUST(fork());
		if (!pid) {
			if (how)
				raise(SIGKILL);
			_exit(21);
		}
		while (!seen)
			usleep(1000);
		printf("child: %d %d %d\n", last.si_code, last.si_status, last.si_pid == pid);
		MUST(waitpid(pid, NULL, 0));
	}
	seen = 0;
	pid = MUST(fork());
	if (!pid) {
		raise(SIGSTOP);
		_exit(0);
	}
	while (!seen)
		usleep(1000);
	printf("stopped: %d %d\n", last.si_code, last.si_status);
	kill(pid, SIGKILL);
	MUST(waitpid(pid, NULL, 0));
	install(SIGCHLD, keep, SA_NOCLDSTOP);
	seen = 0;
	pid = MUST(fork());
	if (!pid) {
		raise(SIGSTOP);
		_exit(0);
	}
	MUST(waitpid(pid, NULL, WUNTRACED));
	usleep(20000);
	printf("no stop: %d\n", seen);
	kill(pid, SIGKILL);
	MUST(waitpid(pid, NULL, 0));
	install(SIGCHLD, keep, SA_NOCLDWAIT);
	pid = MUST(fork());
	if (!pid)
		_exit(0);
	TRY(waitpid(pid, NULL, 0));

	install(SIGSEGV, leave, 0);
	char *page = MUST(mmap(NULL, 65536, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	if (!sigsetjmp(out, 1))
		((volatile char *)page)[300] = 1;
	printf("fault: %d %d %ld\n", last.si_signo, last.si_code,
	       (long)((char *)last.si_addr - page));
	MUST(munmap(page, 65536));
	if (!sigsetjmp(out, 1))
		((volatile char *)page)[300] = 1;
	printf("unmapped: %d %ld\n", last.si_code, (long)((char *)last.si_addr - page));

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_SETMASK, &set, NULL);
	raise(SIGUSR1);
	printf("mask in context: %d %d\n", sigismember(&context_mask, SIGTERM),
	       sigismember(&context_mask, SIGUSR1));
	install(SIGUSR2, change_mask, 0);
	raise(SIGUSR2);
	sigprocmask(SIG_BLOCK, NULL, &set);
	printf("mask after: %d %d\n", sigismember(&set, SIGHUP), sigismember(&set, SIGTERM));
	return 0;
}
