/* The signal system calls that need more than passing on. */
#include "host.h"
#include "signals.h"
#include "syscalls.h"

#define FLAGS                                                                                      \
	((uint32_t)(SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_ONSTACK | SA_RESTART |           \
		    SA_NODEFER) |                                                                  \
	 (uint32_t)SA_RESETHAND)
#define GUEST_MINSIGSTKSZ 2048

/* What has come before a call that changes masks or actions belongs to those of before. */
static bool take_earlier(struct thread *t)
{
	if (signals_takeable(t, IN_GUEST))
		signals_take(t, IN_GUEST);
	return !t->exec.unwind;
}

int64_t sys_rt_sigaction(struct thread *t, int32_t signum, uint32_t act, uint32_t oldact,
			 uint32_t sigsetsize)
{
	struct guest_sigaction new, old;

	if (sigsetsize != 8 || signum < 1 || signum > NSIGNALS)
		return -EINVAL;
	if (act) {
		if (copy_in(t, &new, act, sizeof(new)) < 0)
			return -EFAULT;
		if (SIGBIT(signum) & UNBLOCKABLE)
			return -EINVAL;
		if (!take_earlier(t))
			return -EINTR;
		new.flags &= FLAGS;
		new.restorer = 0;
		new.mask &= ~UNBLOCKABLE;
	}
	signals_change_action(signum, act ? &new : NULL, &old);
	return oldact ? copy_out(t, oldact, &old, sizeof(old)) : 0;
}

int64_t sys_rt_sigprocmask(struct thread *t, int32_t how, uint32_t set, uint32_t oldset,
			   uint32_t sigsetsize)
{
	sigmask_t given, old = t->mask;

	if (sigsetsize != 8)
		return -EINVAL;
	if (set) {
		if (copy_in(t, &given, set, sizeof(given)) < 0)
			return -EFAULT;
		if (how != SIG_BLOCK && how != SIG_UNBLOCK && how != SIG_SETMASK)
			return -EINVAL;
		if (!take_earlier(t))
			return -EINTR;
		old = t->mask;
		given &= ~UNBLOCKABLE;
		sigmask_t new = how == SIG_BLOCK     ? old | given
				: how == SIG_UNBLOCK ? old & ~given
						     : given;
		if (new != old)
			signals_set_mask(t, new);
	}
	return oldset ? copy_out(t, oldset, &old, sizeof(old)) : 0;
}

int64_t sys_rt_sigpending(struct thread *t, uint32_t set, uint32_t sigsetsize)
{
	sigmask_t pending = 0;

	if (sigsetsize > 8)
		return -EINVAL;
	HOST(rt_sigpending, &pending, 8);
	pending |= atomic_load_explicit(&t->pending, memory_order_relaxed) & t->mask;
	return copy_out(t, set, &pending, sigsetsize);
}

int64_t sys_rt_sigsuspend(struct thread *t, uint32_t mask, uint32_t sigsetsize)
{
	sigmask_t wanted;
	const sigmask_t *native;
	int64_t r;

	if (sigsetsize != 8)
		return -EINVAL;
	if (copy_in(t, &wanted, mask, sizeof(wanted)) < 0)
		return -EFAULT;
	native = signals_wait_begin(t, wanted);
	if (!native)
		return -EINTR;
	r = BLOCKING(t, RESTART_NEVER, rt_sigsuspend, native, 8);
	signals_wait_end(t);
	return r;
}

int64_t sys_pause(struct thread *t)
{
	return BLOCKING(t, RESTART_NEVER, ppoll, NULL, 0, NULL, NULL, 8);
}

/* RUNTIME_SIGNALS that the guest blocks stay recorded: the kernel does not know of them. */
static int take_emulated(struct thread *t, sigmask_t set, siginfo_t *info)
{
	sigmask_t ready = atomic_load_explicit(&t->pending, memory_order_relaxed) & t->mask & set;
	int sig;

	if (!ready)
		return 0;
	sig = __builtin_ctzll(ready) + 1;
	*info = t->info[sig];
	atomic_fetch_and_explicit(&t->pending, ~SIGBIT(sig), memory_order_relaxed);
	return sig;
}

int64_t sys_rt_sigtimedwait(struct thread *t, uint32_t set, uint32_t info, uint32_t timeout,
			    uint32_t sigsetsize)
{
	sigmask_t wanted;
	siginfo_t native;
	uint8_t out[GUEST_SIGINFO];
	int64_t r;

	if (sigsetsize != 8)
		return -EINVAL;
	if (copy_in(t, &wanted, set, sizeof(wanted)) < 0)
		return -EFAULT;
	wanted &= ~UNBLOCKABLE;
	r = take_emulated(t, wanted, &native);
	if (!r)
		r = BLOCKING(t, RESTART_NEVER, rt_sigtimedwait, &wanted, &native,
			     guest_or_null(t, timeout), 8);
	if (r > 0 && info) {
		siginfo_to_guest(t, out, &native);
		if (copy_out(t, info, out, sizeof(out)) < 0)
			return -EFAULT;
	}
	return r;
}

/* A fault is told from a signal that was sent by its code: nobody may send what looks like a fault. */
static int64_t siginfo_to_send(struct thread *t, int32_t sig, uint32_t info, siginfo_t *native)
{
	uint8_t in[GUEST_SIGINFO];

	if (copy_in(t, in, info, sizeof(in)) < 0)
		return -EFAULT;
	siginfo_from_guest(native, in);
	native->si_signo = sig;
	if (sig >= 1 && sig <= NSIGNALS && (SIGBIT(sig) & RUNTIME_SIGNALS) && native->si_code > 0)
		return -EPERM;
	return 0;
}

int64_t sys_rt_sigqueueinfo(struct thread *t, int32_t pid, int32_t sig, uint32_t info)
{
	siginfo_t native;
	int64_t r = siginfo_to_send(t, sig, info, &native);

	return r < 0 ? r : HOST(rt_sigqueueinfo, pid, sig, &native);
}

int64_t sys_rt_tgsigqueueinfo(struct thread *t, int32_t tgid, int32_t tid, int32_t sig,
			      uint32_t info)
{
	siginfo_t native;
	int64_t r = siginfo_to_send(t, sig, info, &native);

	return r < 0 ? r : HOST(rt_tgsigqueueinfo, tgid, tid, sig, &native);
}

int64_t sys_pidfd_send_signal(struct thread *t, int32_t pidfd, int32_t sig, uint32_t info,
			      uint32_t flags)
{
	siginfo_t native;
	int64_t r = info ? siginfo_to_send(t, sig, info, &native) : 0;

	return r < 0 ? r : HOST(pidfd_send_signal, pidfd, sig, info ? &native : NULL, flags);
}

int64_t sys_sigaltstack(struct thread *t, uint32_t ss, uint32_t old_ss)
{
	struct guest_stack new, old = t->altstack;
	bool on = signal_on_altstack(t);

	if (ss) {
		if (copy_in(t, &new, ss, sizeof(new)) < 0)
			return -EFAULT;
		if (on)
			return -EPERM;
		int32_t mode = new.flags & ~GUEST_AUTODISARM;
		if (mode != 0 && mode != SS_DISABLE && mode != SS_ONSTACK)
			return -EINVAL;
		if (mode == SS_DISABLE)
			new = (struct guest_stack){.flags = SS_DISABLE};
		else if (new.size < GUEST_MINSIGSTKSZ)
			return -ENOMEM;
		else
			new.flags &= GUEST_AUTODISARM;
		t->altstack = new;
	}
	if (!old_ss)
		return 0;
	if (on)
		old.flags |= SS_ONSTACK;
	return copy_out(t, old_ss, &old, sizeof(old));
}

int64_t sys_rt_sigreturn(struct thread *t, int64_t unused)
{
	(void)unused;
	process_refuse(t, "rt_sigreturn: a signal handler returns by returning");
}
