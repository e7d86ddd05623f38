/*
 * The guest's process and its threads, as the Linux layer sees them.
 *
 * Processes and threads are 1:1: a guest thread is a native thread with the same id, guest fork is fork.
 * There is one guest process in a native process, so struct process is a global variable.
 */
#ifndef LINUX_THREAD_H
#define LINUX_THREAD_H

#include "../wasm/exec.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define GUEST_PAGE 4096u
#define NSIGNALS   64

/* A signal set is the kernel's: 8 bytes, bit n-1 for signal n, the same in guest and host. */
typedef uint64_t sigmask_t;
#define SIGBIT(sig) (UINT64_C(1) << ((sig) - 1))

struct process {
	struct instance *instance;
	struct memory *memory; /* memory 0 */
	const char *path;      /* absolute path of the .wasm file: what /proc/self/exe names */
	int argc;
	char **argv; /* the guest's; argv[0] as it was given */
	char **envp;
	bool trace;	       /* --trace: table.c's calls go through the printer */
	size_t stack_size;     /* of the engine, a thread; 0: its default */
	uint32_t null_page;    /* bytes at address 0 that are kept inaccessible */
	int64_t stack_pointer; /* index of __stack_pointer among the defined globals, or -1 */
};
extern struct process process;

/* stack_t as the guest has it. */
struct guest_stack {
	uint32_t sp;
	int32_t flags;
	uint32_t size;
};

struct thread {
	struct exec exec; /* first: hooks and host functions get a struct exec * */
	uint8_t *base;	  /* of the guest's memory; see guest() */
	pid_t tid;
	bool is_main; /* the thread that the process began with: its stack is the process's */

	/* Signals; signals.h says how these hang together. */
	sigmask_t mask;	      /* what the guest believes is blocked */
	sigmask_t saved_mask; /* with `restore`: the mask from before a temporary one */
	sigmask_t wait_mask;  /* the temporary mask as the kernel gets it */
	sigmask_t native;     /* what the kernel has been told to block; all: it is not known */
	bool restore;	      /* a temporary mask is in force (sigsuspend, ppoll, ...) */
	bool fail_call;	      /* a handler wants the call it interrupted to fail */
	_Atomic sigmask_t pending;  /* recorded by the native handler, not taken yet */
	_Atomic uint32_t interrupt; /* a blocking call must not be entered */
	struct guest_stack altstack;
	uint64_t arrivals;

	uint32_t clear_child_tid; /* guest address, 0 is none */
	uint32_t robust_list;	  /* guest address, 0 is none */
	int exit_status;	  /* with EXEC_EXIT */

	int profile_timer;   /* the kernel's id; -1 is none */
	bool profile_wanted; /* a sample is to be taken at the next poll */

	int kick_timer; /* the kernel's id + 1; 0 is none. signal.c */
	bool kicked;	/* it runs */

	uint32_t start, arg;	    /* what a new thread is to call */
	_Atomic uint32_t announced; /* the creator is done with this structure */

	/* Last, since it is large and rarely used: fork copies what is written to, page by page. */
	siginfo_t info[NSIGNALS + 1];	/* of pending signals, by number */
	uint64_t arrival[NSIGNALS + 1]; /* of pending signals: the order in which they came */
};

static inline struct thread *thread_of(struct exec *x)
{
	return (struct thread *)x;
}

/* The calling thread's; NULL before there is one. Good in signal handlers. */
struct thread *thread_self(void);

/*
 * Every call of a host function from guest code is
 *
 *	struct thread *t = host_enter(x);
 *	slots[0].i64 = sys_foo(t, ...);
 *	host_leave(t);
 *
 * Between the two the guest sees no signal, except where a blocking call takes one. host_leave takes those
 * that came meanwhile; afterwards x->unwind says whether the guest is to be unwound.
 */
static inline struct thread *host_enter(struct exec *x)
{
	atomic_store_explicit(&x->in_host, 1, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
	return thread_of(x);
}

void host_leave_slowly(struct thread *t);

static inline void host_leave(struct thread *t)
{
	/* In this order: a signal that comes in between is taken by who sees in_host unset. */
	atomic_signal_fence(memory_order_seq_cst);
	atomic_store_explicit(&t->exec.in_host, 0, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
	if (__builtin_expect(atomic_load_explicit(&t->exec.poll, memory_order_relaxed), 0))
		host_leave_slowly(t);
}

/*
 * For calls that wait under a temporary signal mask (ppoll, pselect6, epoll_pwait, ...):
 *
 *	const sigmask_t *native = signals_wait_begin(t, mask);
 *	if (!native)
 *		return -EINTR;		// unwinding
 *	r = BLOCKING(t, RESTART_NEVER, ppoll, p, n, timeout, native, 8);
 *	signals_wait_end(t);
 *
 * The pointer is good until signals_wait_end, in this thread.
 */
const sigmask_t *signals_wait_begin(struct thread *t, sigmask_t mask);
void signals_wait_end(struct thread *t);

/* How many guest threads there are. */
unsigned process_threads(void);

/* Ends the process: writes what is buffered, and does not return. */
_Noreturn void process_exit(int status);
/* The guest dies of a signal, as if by the kernel's default action. */
_Noreturn void process_die(int sig);
/* Reports a trap on behalf of a host function and dies: "host function refused". */
_Noreturn void process_refuse(struct thread *t, const char *message);

#endif
