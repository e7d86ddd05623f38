/*
 * How a signal gets from the kernel to a guest handler.
 *
 * Signals that the guest ignores or leaves to the default action are set so natively: the kernel does it all.
 * For those with a guest handler the native handler records the siginfo in the thread (t->info), sets the
 * bit in t->pending and leaves that signal blocked natively until the guest handler has been called, so
 * that further instances queue in the kernel. Recorded signals are taken (the guest handler is called)
 * by signals_take: when the engine polls, inside a blocking call, and before a host call returns. Compiled code does not
 * poll: where it is interrupted, signals_resume takes them at once, on top of it.
 *
 * Invariants, outside this module:
 * - the native mask is (t->mask | t->pending) without RUNTIME_SIGNALS;
 * - no signal is both recorded and blocked by the guest, RUNTIME_SIGNALS apart: when the guest's mask grows, what
 *   is recorded goes back to the kernel's queue. So sigpending, sigtimedwait, signalfd and exec see
 *   it where they look for it, and another thread can have it.
 * - t->exec.poll and t->interrupt are set if a recorded signal can be taken.
 *
 * RUNTIME_SIGNALS are never blocked natively, since the runtime itself lives on them: guest faults, and copies of
 * guest memory. What the guest sees of them is emulated.
 *
 * SIGCANCEL, which musl uses for cancellation, is only taken inside a blocking call that has had no effect yet.
 */
#ifndef LINUX_SIGNALS_H
#define LINUX_SIGNALS_H

#include "thread.h"

#include <ucontext.h>

#define RUNTIME_SIGNALS (SIGBIT(SIGSEGV) | SIGBIT(SIGBUS) | SIGBIT(SIGFPE) | SIGBIT(SIGILL))
#define UNBLOCKABLE	(SIGBIT(SIGKILL) | SIGBIT(SIGSTOP))
#define GUEST_SIGCANCEL 33

/* What rt_sigaction reads and writes. */
struct guest_sigaction {
	uint32_t handler; /* table index; 0 is SIG_DFL, 1 is SIG_IGN */
	uint64_t flags;
	uint32_t restorer;
	sigmask_t mask;
} __attribute__((packed));
_Static_assert(sizeof(struct guest_sigaction) == 24, "struct k_sigaction");

#define GUEST_SIG_DFL 0
#define GUEST_SIG_IGN 1

/* In mcontext.in_call, see guest_ucontext: what `enum taking` says, or, written by the handler, that the call is not to
 * be entered again but to fail with EINTR, SA_RESTART or not. musl's cancellation needs it. */
#define CALL_MUST_FAIL 2

enum taking {
	IN_GUEST, /* between two guest instructions, or after a call's effect */
	IN_CALL,  /* in a system call that has had no effect so far */
};

struct taken {
	bool handlers; /* at least one guest handler has run */
	bool restart;  /* the first of them had SA_RESTART */
};

/* Calls the handlers of all recorded signals that the guest does not block. Stops when one unwinds. */
struct taken signals_take(struct thread *t, enum taking how);

/*
 * In a native handler, on the stack of compiled code that is about to go on at `context`: takes signals until there are
 * none, and has `context` restore the mask. How to unwind, if a handler does not return.
 */
enum outcome signals_resume(struct exec *x, void *context);

/* Of what is recorded, what would be taken now. */
sigmask_t signals_takeable(struct thread *t, enum taking how);

/* Change what the guest blocks, keeping the invariants. */
void signals_set_mask(struct thread *t, sigmask_t mask);

/* Everything recorded goes back to the kernel, natively blocked: before execve and a thread's end. */
void signals_put_back(struct thread *t);

/* Once a process: installs the runtime's handlers, takes over inherited dispositions and mask. */
void signals_init(struct thread *t);
/* A further thread, which starts with all signals blocked natively. `native_altstack` is on its own stack. */
void signals_init_thread(struct thread *t, sigmask_t mask, void *native_altstack);
#define NATIVE_ALTSTACK (64u << 10)
/* After fork, in the child: nothing is recorded. */
void signals_forked(struct thread *t);
/* Mask and ignored dispositions as exec is to inherit them, and back if it has failed. What is recorded and not
 * blocked must be taken first, and must keep exec from being entered. */
void signals_before_exec(struct thread *t);
void signals_after_exec(struct thread *t);

void signals_lock(void);
void signals_unlock(void);

/* Sets an action, NULL to leave it. */
void signals_change_action(int sig, const struct guest_sigaction *new, struct guest_sigaction *old);
/* The action; with `reset`, SA_RESETHAND takes its effect. */
struct guest_sigaction signals_action(int sig, bool reset);

/*
 * Calls the guest's handler for a signal, whose siginfo is `info`, on the guest's stack. False when there
 * is none: *action says what else is to be done. t->exec.unwind as for host functions.
 */
bool signal_deliver(struct thread *t, int sig, const siginfo_t *info, enum taking how,
		    struct guest_sigaction *action);

/*
 * A synchronous signal (a trap): delivered if there is a handler and the guest does not block it. False
 * otherwise: the process is to die of it.
 */
bool signal_force(struct thread *t, const siginfo_t *info);

#define GUEST_AUTODISARM ((int32_t)(1u << 31))
/* Does the guest run on its alternate stack? */
bool signal_on_altstack(struct thread *t);

/* siginfo_t as the guest has it: x86-64's layout with 4-byte pointers. Addresses are guest addresses. */
#define GUEST_SIGINFO 128
void siginfo_to_guest(const struct thread *t, uint8_t out[GUEST_SIGINFO], const siginfo_t *info);
void siginfo_from_guest(siginfo_t *info, const uint8_t in[GUEST_SIGINFO]);

/* fault.c: a synchronous RUNTIME_SIGNALS signal. Returns when execution can go on at the context's pc. */
void fault_native(struct thread *t, int sig, siginfo_t *info, ucontext_t *uc);

/* fault.c: reports that a guest handler could not be called, and dies of SIGSEGV. */
_Noreturn void fault_in_frame(struct thread *t, int sig, const char *message);

void native_set_mask(sigmask_t mask);
void native_set_default(int sig);

#endif
