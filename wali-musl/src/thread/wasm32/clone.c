#define _GNU_SOURCE
#include <stdarg.h>
#include <sched.h>
#include "pthread_impl.h"

struct thread_start {
	/* Read by __wasm_thread_start.s. */
	void *stack, *tls;

	int (*func)(void *);
	void *arg;
	int *ctid;
};

__attribute__((__import_module__("wali"), __import_name__("__wasm_thread_spawn")))
int __wali_thread_spawn(void (*)(int, void *), void *);

hidden void __wasm_thread_start_libc(int, void *);
hidden _Noreturn void __wasm_thread_start_c(int, struct thread_start *);
void __wasm_init_tls(void *);
void __wali_outermost(void (*)(void *), void *);

static void run(void *start)
{
	struct thread_start *s = start;
	int r = s->func(s->arg);
	for (;;) __syscall(SYS_exit, r);
}

/* Entered with __stack_pointer and __tls_base set and all signals blocked. */
_Noreturn void __wasm_thread_start_c(int tid, struct thread_start *s)
{
	__wasm_init_tls(s->tls);
	__pthread_self()->tid = tid;
	__syscall(SYS_set_tid_address, s->ctid);
	__wali_outermost(run, s);
	for (;;);
}

/* A thread for pthread_create, or a process for posix_spawn. There are no processes that share their
 * parent's memory; posix_spawn, which reports errors through a pipe, needs none. */
int __clone(int (*func)(void *), void *stack, int flags, void *arg, ...)
{
	if (!(flags & CLONE_THREAD)) {
		int vm = flags & (CLONE_VM | CLONE_VFORK);
		if (vm == CLONE_VM || flags & ~(CLONE_VM | CLONE_VFORK | 0xff)) return -ENOSYS;
		int pid = __syscall(SYS_fork);
		if (!pid) for (;;) __syscall(SYS_exit_group, func(arg));
		return pid;
	}

	va_list ap;
	va_start(ap, arg);
	int *ptid = va_arg(ap, int *);
	void *tls = va_arg(ap, void *);
	int *ctid = va_arg(ap, int *);
	va_end(ap);

	stack = (void *)((uintptr_t)stack & -16);
	struct thread_start *s = (void *)((uintptr_t)stack - (sizeof *s + 15 & -16));
	*s = (struct thread_start){
		.stack = s, .tls = tls, .func = func, .arg = arg, .ctid = ctid
	};

	/* The thread inherits the mask, and no signal handler can run in it before it has a stack.
	 * The caller holds the thread list lock, so that no __synccall waits for us. */
	sigset_t set;
	__block_all_sigs(&set);
	int tid = __wali_thread_spawn(__wasm_thread_start_libc, s);
	if (tid > 0) *ptid = tid;
	__restore_sigs(&set);
	return tid;
}
