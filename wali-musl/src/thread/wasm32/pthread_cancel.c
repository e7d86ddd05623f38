#define _GNU_SOURCE
#include <string.h>
#include "pthread_impl.h"
#include "syscall.h"

/* SIGCANCEL is taken only inside system calls (the runtime holds it back elsewhere), for what
 * deferred cancellation needs to know is whether a cancellation point has had an effect yet.
 * Threads with asynchronous cancelability get SIGTIMER as well, which is taken at once. */
#define SIGASYNC SIGTIMER

hidden long __cancel();

long __cancel()
{
	pthread_t self = __pthread_self();
	self->cancel_sp = 0;
	if (self->canceldisable == PTHREAD_CANCEL_ENABLE || self->cancelasync)
		pthread_exit(PTHREAD_CANCELED);
	self->canceldisable = PTHREAD_CANCEL_DISABLE;
	return -ECANCELED;
}

long __cp_enter(long n, unsigned sp)
{
	pthread_t self = __pthread_self();
	int st = self->canceldisable;

	if (st && (st==PTHREAD_CANCEL_DISABLE || n==SYS_close))
		return 0;

	/* Set the mark first: either the signal is taken inside the call, and the handler
	 * sees the mark, or the flag was set before it, and is seen here. */
	self->cancel_sp = sp;
	a_barrier();
	return self->cancel ? __cancel() : 0;
}

long __cp_leave(long n, long r)
{
	pthread_t self = __pthread_self();
	if (!self->cancel_sp) return r;
	self->cancel_sp = 0;
	if (r==-EINTR && n!=SYS_close && self->cancel &&
	    self->canceldisable != PTHREAD_CANCEL_DISABLE)
		r = __cancel();
	return r;
}

/* For SIGCANCEL and SIGTIMER, whether this or timer_create is first to install it. */
void __sigtimer_handler(int sig, siginfo_t *si, void *ctx)
{
	pthread_t self = __pthread_self();
	ucontext_t *uc = ctx;

	a_barrier();
	if (!self->cancel || self->canceldisable == PTHREAD_CANCEL_DISABLE) return;

	/* SIGTIMER also comes from timers and, late, to threads that have become deferred. */
	if (sig == SIGASYNC && !self->cancelasync) return;

	uc->uc_sigmask.__bits[0] |= 1UL<<(SIGCANCEL-1);

	int at_cp = uc->uc_mcontext.__in_call && self->cancel_sp
		&& uc->uc_mcontext.__sp == self->cancel_sp;

	/* The wait of a condition variable must return and take the mutex again: make the call
	 * fail with EINTR, and __cp_leave does the rest. */
	if (at_cp && self->canceldisable && !self->cancelasync) {
		uc->uc_mcontext.__in_call = 2;
		return;
	}

	if (at_cp || self->cancelasync) {
		pthread_sigmask(SIG_SETMASK, &uc->uc_sigmask, 0);
		__cancel();
	}

	/* Pending and blocked until the interrupted context is left: if that is a signal handler,
	 * the cancellation point that it interrupted still has to know. */
	__syscall(SYS_tkill, self->tid, SIGCANCEL);
}

void __testcancel()
{
	pthread_t self = __pthread_self();
	if (self->cancel && !self->canceldisable)
		__cancel();
}

static void init_cancellation()
{
	struct sigaction sa = {
		.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK,
		.sa_sigaction = __sigtimer_handler
	};
	memset(&sa.sa_mask, -1, _NSIG/8);
	__libc_sigaction(SIGCANCEL, &sa, 0);
	__libc_sigaction(SIGASYNC, &sa, 0);
}

int pthread_cancel(pthread_t t)
{
	static int init;
	if (!init) {
		init_cancellation();
		init = 1;
	}
	a_store(&t->cancel, 1);
	if (t == pthread_self()) {
		if (t->canceldisable == PTHREAD_CANCEL_ENABLE && t->cancelasync)
			pthread_exit(PTHREAD_CANCELED);
		return 0;
	}
	int r = pthread_kill(t, SIGCANCEL);
	if (!r && t->cancelasync) r = pthread_kill(t, SIGASYNC);
	return r;
}
