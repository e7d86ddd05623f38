/* Guest processes are native processes: fork, wait, and the ways to end. */
#include "host.h"
#include "memory.h"
#include "process.h"
#include "profile.h"
#include "signals.h"
#include "syscalls.h"

#include <sys/wait.h>
#include <unistd.h>

struct process process = {.stack_pointer = -1};

_Noreturn void process_exit(int status)
{
	profile_write();
	for (;;)
		HOST(exit_group, status);
}

_Noreturn void process_die(int sig)
{
	native_set_mask(~SIGBIT(sig));
	native_set_default(sig);
	HOST(tgkill, getpid(), gettid(), sig);
	process_exit(128 + sig);
}

int64_t sys_exit_group(struct thread *t, int32_t status)
{
	robust_list_ended(t);
	process_exit(status);
}

/*
 * What this thread is to find usable in the child, it holds across fork. libc does the same for its own
 * locks, which is why this is libc's fork and not the system call.
 */
int64_t sys_fork(struct thread *t)
{
	/* Nobody else can have them: what is not written here need not be copied, twice. */
	const bool alone = process_threads() == 1;
	pid_t pid;

	if (!alone) {
		threads_lock();
		memory_lock();
		signals_lock();
	}
	errno = 0;
	pid = fork();
	int e = errno;
	if (pid == 0) {
		if (!alone)
			threads_forked();
		signals_forked(t);
		profile_forked(t);
	}
	if (!alone) {
		signals_unlock();
		memory_unlock();
		threads_unlock();
	}
	return pid < 0 ? -e : pid;
}

/* The child has a copy of memory, not the memory: what vfork allows a program to rely on is kept. */
int64_t sys_vfork(struct thread *t)
{
	return sys_fork(t);
}

int64_t sys_wait4(struct thread *t, int32_t pid, uint32_t wstatus, int32_t options, uint32_t rusage)
{
	/* The kernel's rusage is the first half of the guest's on every 64-bit ISA. */
	return BLOCKING(t, RESTART_SA, wait4, pid, guest_or_null(t, wstatus), options,
			guest_or_null(t, rusage));
}

int64_t sys_waitid(struct thread *t, int32_t idtype, int32_t id, uint32_t infop, int32_t options,
		   uint32_t rusage)
{
	siginfo_t info = {0};
	uint8_t out[GUEST_SIGINFO];
	int64_t r = BLOCKING(t, RESTART_SA, waitid, idtype, id, infop ? &info : NULL, options,
			     guest_or_null(t, rusage));

	if (r == 0 && infop) {
		siginfo_to_guest(t, out, &info);
		r = copy_out(t, infop, out, sizeof(out));
	}
	return r;
}
