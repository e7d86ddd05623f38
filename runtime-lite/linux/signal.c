/* Native handler, masks, and taking: signals.h has the protocol. */
#include "host.h"
#include "isa.h"
#include "profile.h"
#include "signals.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct guest_sigaction actions[NSIGNALS + 1];
static pthread_mutex_t actions_lock = PTHREAD_MUTEX_INITIALIZER;
static __thread struct thread *self;
/* Guest handlers are called on top of compiled code that a signal has interrupted; so native ones must run there. */
static bool at_once;

struct thread *thread_self(void)
{
	return self;
}

void signals_lock(void)
{
	pthread_mutex_lock(&actions_lock);
}

void signals_unlock(void)
{
	pthread_mutex_unlock(&actions_lock);
}

/* libc's wrappers keep signals 32 and 33 for themselves; the guest may have them. */
static int native_sigaction(int sig, const struct native_sigaction *sa,
			    struct native_sigaction *old)
{
	return (int)HOST(rt_sigaction, sig, sa, old, 8);
}

void native_set_mask(sigmask_t mask)
{
	HOST(rt_sigprocmask, SIG_SETMASK, &mask, NULL, 8);
}

void native_set_default(int sig)
{
	struct native_sigaction sa = {.handler = (void *)SIG_DFL};

	native_sigaction(sig, &sa, NULL);
}

/* Of what is recorded, what the guest would take now. */
sigmask_t signals_takeable(struct thread *t, enum taking how)
{
	sigmask_t ready = atomic_load_explicit(&t->pending, memory_order_relaxed) & ~t->mask;

	return how == IN_CALL ? ready : ready & ~SIGBIT(GUEST_SIGCANCEL);
}

/*
 * Tells the kernel only what is new. A signal handler that changes t->native in between changes t->pending as well, which
 * whoever reads it in order to set the mask looks at again.
 */
static void set_native(struct thread *t, sigmask_t mask)
{
	if (t->native == mask)
		return;
	native_set_mask(mask);
	t->native = mask;
}

/*
 * A signal has come in compiled code that polls, and is recorded. That code may call other code, which does not poll, before it
 * does: so another signal follows, until it has been taken.
 */
#define KICK_SIGNAL SIGILL  /* never blocked */
#define KICK_DELAY  1000000 /* nanoseconds */

static void kick_set(struct thread *t, long delay)
{
	const struct itimerspec when = {.it_value.tv_nsec = delay};

	t->kicked = HOST(timer_settime, t->kick_timer - 1, 0, &when, NULL) == 0 && delay;
}

static void kick_later(struct thread *t)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID,
				 .sigev_signo = KICK_SIGNAL,
				 .sigev_value.sival_ptr = t};
	int id;

	event._sigev_un._tid = t->tid;
	if (!t->kick_timer && HOST(timer_create, CLOCK_MONOTONIC, &event, &id) == 0)
		t->kick_timer = id + 1;
	if (t->kick_timer)
		kick_set(t, KICK_DELAY);
}

/* No guest can make a timer whose value is a native address. */
static bool is_kick(const struct thread *t, int sig, const siginfo_t *info)
{
	return sig == KICK_SIGNAL && info->si_code == SI_TIMER && info->si_ptr == t;
}

/* Once this is done none is on its way, which would interrupt a blocking call. */
static void kick_end(struct thread *t)
{
	if (t->kicked)
		kick_set(t, 0);
}

static void update_flags(struct thread *t)
{
	/* A signal that comes in between sets them again. */
	atomic_store_explicit(&t->exec.poll, 0, memory_order_relaxed);
	atomic_store_explicit(&t->interrupt, 0, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
	if (signals_takeable(t, IN_CALL))
		atomic_store_explicit(&t->interrupt, 1, memory_order_relaxed);
	if (signals_takeable(t, IN_GUEST) || t->profile_wanted)
		atomic_store_explicit(&t->exec.poll, 1, memory_order_relaxed);
	else
		kick_end(t);
}

/* Queue a signal to this process again, as it came. */
static void queue_again(struct thread *t, int sig, siginfo_t *info)
{
	/* Only the first thread may queue for the process what looks as if the kernel had sent it. */
	if (info->si_code == SI_TKILL || HOST(rt_sigqueueinfo, getpid(), sig, info) < 0)
		HOST(rt_tgsigqueueinfo, getpid(), t->tid, sig, info);
}

/* Back to the kernel's queue, in front of later instances of the same real-time signal. */
static void put_back(struct thread *t, int sig)
{
	siginfo_t queue[16] = {t->info[sig]};
	size_t n = 1;

	atomic_fetch_and_explicit(&t->pending, ~SIGBIT(sig), memory_order_relaxed);
	if (sig >= 32) {
		const sigmask_t set = SIGBIT(sig);
		const struct timespec now = {0, 0};
		while (n < sizeof(queue) / sizeof(queue[0]) &&
		       HOST(rt_sigtimedwait, &set, &queue[n], &now, 8) == sig)
			n++;
	}
	for (size_t i = 0; i < n; i++)
		queue_again(t, sig, &queue[i]);
}

static void record(struct thread *t, int sig, siginfo_t *info, ucontext_t *uc)
{
	sigmask_t bit = SIGBIT(sig);

	if (!(bit & RUNTIME_SIGNALS)) {
		memcpy(&uc->uc_sigmask, &(sigmask_t){*(sigmask_t *)&uc->uc_sigmask | bit}, 8);
		t->native |= bit;
	}
	if (atomic_load_explicit(&t->pending, memory_order_relaxed) & bit) {
		/* The mask was just being changed. An instance is lost only where the kernel would lose it. */
		if (!(bit & RUNTIME_SIGNALS))
			queue_again(t, sig, info);
		return;
	}
	t->info[sig] = *info;
	t->arrival[sig] = ++t->arrivals;
	atomic_signal_fence(memory_order_seq_cst);
	atomic_fetch_or_explicit(&t->pending, bit, memory_order_relaxed);
	if (t->mask & bit & RUNTIME_SIGNALS)
		return;
	atomic_store_explicit(&t->interrupt, 1, memory_order_relaxed);
	if (sig != GUEST_SIGCANCEL)
		atomic_store_explicit(&t->exec.poll, 1, memory_order_relaxed);

	uintptr_t pc = context_pc(uc);
	if (pc >= (uintptr_t)host_window_begin && pc < (uintptr_t)host_window_end)
		context_set_pc(uc, (uintptr_t)host_window_refuse);
}

/* What is blocked natively when the guest blocks, or we have recorded, these. */
static sigmask_t native_mask(sigmask_t mask)
{
	return mask & ~(RUNTIME_SIGNALS | (profile_on() ? SIGBIT(PROFILE_SIGNAL) : 0));
}

/* Until what was read is still true: a signal recorded before the kernel had the mask must stay blocked. */
static void apply_mask(struct thread *t)
{
	sigmask_t recorded;

	do {
		recorded = atomic_load_explicit(&t->pending, memory_order_relaxed);
		set_native(t, native_mask(t->mask | recorded));
	} while (atomic_load_explicit(&t->pending, memory_order_relaxed) != recorded);
}

enum outcome signals_resume(struct exec *x, void *context)
{
	ucontext_t *uc = context;
	struct thread *t = host_enter(x);
	enum outcome outcome;

	t->native = ~UINT64_C(0);
	for (;;) {
		if (signals_takeable(t, IN_GUEST))
			signals_take(t, IN_GUEST);
		if (x->unwind)
			break;
		/* What comes from here on comes when the guest's code goes on. */
		native_set_mask(~UINT64_C(0));
		t->native = ~UINT64_C(0);
		if (!signals_takeable(t, IN_GUEST))
			break;
	}
	atomic_store_explicit(&x->in_host, 0, memory_order_relaxed);
	outcome = x->unwind;
	x->unwind = EXEC_OK;
	if (outcome == EXEC_OK)
		memcpy(&uc->uc_sigmask,
		       &(sigmask_t){native_mask(
			       t->mask | atomic_load_explicit(&t->pending, memory_order_relaxed))},
		       sizeof(sigmask_t));
	else
		apply_mask(t);
	return outcome;
}

static void interrupt(struct thread *t, int sig, ucontext_t *uc)
{
	if (!signals_takeable(t, IN_GUEST))
		return;
	if (SIGBIT(sig) & RUNTIME_SIGNALS) { /* these have a stack of their own */
		exec_interrupted_resume(&t->exec, uc);
		return;
	}
	enum outcome outcome = signals_resume(&t->exec, uc);
	if (outcome != EXEC_OK)
		exec_interrupted_unwind(&t->exec, outcome);
}

/* All signals are blocked in here, but RUNTIME_SIGNALS where guest handlers may be called. */
static void native_handler(int sig, siginfo_t *info, void *context)
{
	int saved_errno = errno;
	struct thread *t = self;

	if ((SIGBIT(sig) & RUNTIME_SIGNALS) && info->si_code > 0) {
		fault_native(t, sig, info, context);
	} else if (t && sig == PROFILE_SIGNAL && profile_on()) {
		if (exec_interrupted(&t->exec, context))
			profile_sample(t);
		else
			profile_wanted(t);
	} else if (t) {
		if (!is_kick(t, sig, info))
			record(t, sig, info, context);
		if (exec_interrupted(&t->exec, context))
			interrupt(t, sig, context);
		else if (exec_polled(&t->exec, context) && signals_takeable(t, IN_GUEST))
			kick_later(t);
	}
	errno = saved_errno;
}

static void install(int sig, const struct guest_sigaction *action)
{
	struct native_sigaction sa = {.flags = action->flags & (SA_NOCLDSTOP | SA_NOCLDWAIT)};

	if ((SIGBIT(sig) & RUNTIME_SIGNALS) || (sig == PROFILE_SIGNAL && profile_on()))
		return;
	if (action->handler == GUEST_SIG_DFL) {
		sa.handler = (void *)SIG_DFL;
	} else if (action->handler == GUEST_SIG_IGN) {
		sa.handler = (void *)SIG_IGN;
	} else {
		sa.handler = native_handler;
		sa.flags |= SA_SIGINFO | (at_once ? 0 : SA_ONSTACK);
		sa.mask = at_once ? ~RUNTIME_SIGNALS : ~UINT64_C(0);
	}
	native_set_restorer(&sa);
	native_sigaction(sig, &sa, NULL);
}

/* What was ignored when this was executed is so until the guest changes it. Asking for all at the start would show. */
static struct guest_sigaction *action_of(int sig)
{
	static sigmask_t asked = RUNTIME_SIGNALS;
	struct native_sigaction old = {0};

	if (!(asked & SIGBIT(sig))) {
		asked |= SIGBIT(sig);
		if (native_sigaction(sig, NULL, &old) == 0 && old.handler == (void *)SIG_IGN)
			actions[sig].handler = GUEST_SIG_IGN;
	}
	return &actions[sig];
}

struct guest_sigaction signals_action(int sig, bool reset)
{
	struct guest_sigaction action;

	signals_lock();
	action = *action_of(sig);
	if (reset && (action.flags & SA_RESETHAND) && action.handler > GUEST_SIG_IGN) {
		actions[sig].handler = GUEST_SIG_DFL;
		install(sig, &actions[sig]);
	}
	signals_unlock();
	return action;
}

void signals_change_action(int sig, const struct guest_sigaction *new, struct guest_sigaction *old)
{
	signals_lock();
	*old = *action_of(sig);
	if (new) {
		actions[sig] = *new;
		install(sig, new);
	}
	signals_unlock();
}

void signals_set_mask(struct thread *t, sigmask_t mask)
{
	t->mask = mask & ~UNBLOCKABLE;
	apply_mask(t);

	sigmask_t blocked = atomic_load_explicit(&t->pending, memory_order_relaxed) & t->mask &
			    ~RUNTIME_SIGNALS;
	for (; blocked; blocked &= blocked - 1)
		put_back(t, __builtin_ctzll(blocked) + 1);
	update_flags(t);
}

void signals_put_back(struct thread *t)
{
	kick_end(t);
	if (t->kick_timer)
		HOST(timer_delete, t->kick_timer - 1);
	t->kick_timer = 0;
	set_native(t, ~UINT64_C(0));
	sigmask_t recorded = atomic_load_explicit(&t->pending, memory_order_relaxed);
	for (; recorded; recorded &= recorded - 1)
		put_back(t, __builtin_ctzll(recorded) + 1);
}

/* The action has changed since the signal was recorded, or it is one of RUNTIME_SIGNALS. */
static void act_natively(struct thread *t, int sig, siginfo_t *info, uint32_t handler)
{
	if (handler != GUEST_SIG_IGN) {
		if (SIGBIT(sig) & RUNTIME_SIGNALS)
			process_die(sig);
		queue_again(t, sig, info);
	}
	apply_mask(t);
}

/* They came in the kernel's order, which is the one in which to take them. */
static int first_of(const struct thread *t, sigmask_t ready)
{
	int first = __builtin_ctzll(ready) + 1;

	for (ready &= ready - 1; ready; ready &= ready - 1) {
		int sig = __builtin_ctzll(ready) + 1;
		if (t->arrival[sig] < t->arrival[first])
			first = sig;
	}
	return first;
}

struct taken signals_take(struct thread *t, enum taking how)
{
	struct taken taken = {false, false};
	sigmask_t ready;

	while (!t->exec.unwind && (ready = signals_takeable(t, how))) {
		int sig = first_of(t, ready);
		siginfo_t info = t->info[sig];
		struct guest_sigaction action;

		atomic_fetch_and_explicit(&t->pending, ~SIGBIT(sig), memory_order_relaxed);
		if (!signal_deliver(t, sig, &info, how, &action)) {
			act_natively(t, sig, &info, action.handler);
			continue;
		}
		if (!taken.handlers)
			taken.restart = action.flags & SA_RESTART;
		taken.handlers = true;
	}
	update_flags(t);
	return taken;
}

void host_leave_slowly(struct thread *t)
{
	atomic_store_explicit(&t->exec.in_host, 1, memory_order_relaxed);
	do {
		if (t->profile_wanted)
			profile_sample(t);
		if (!t->exec.unwind)
			signals_take(t, IN_GUEST);
		atomic_store_explicit(&t->exec.in_host, 0, memory_order_relaxed);
		atomic_signal_fence(memory_order_seq_cst);
	} while (!t->exec.unwind && atomic_load_explicit(&t->exec.poll, memory_order_relaxed));
}

const sigmask_t *signals_wait_begin(struct thread *t, sigmask_t mask)
{
	/* What comes from here on is taken under the new mask, and ends the wait. */
	if (signals_takeable(t, IN_CALL))
		signals_take(t, IN_CALL);
	if (t->exec.unwind)
		return NULL;
	t->saved_mask = t->mask;
	t->mask = mask & ~UNBLOCKABLE;
	t->restore = true;
	atomic_signal_fence(memory_order_seq_cst);
	update_flags(t);
	t->wait_mask = t->mask & ~RUNTIME_SIGNALS;
	return &t->wait_mask;
}

void signals_wait_end(struct thread *t)
{
	if (!t->restore)
		return; /* a handler has run and restored the mask when it returned */
	t->restore = false;
	t->mask = t->saved_mask;
	update_flags(t);
}

void signals_init_thread(struct thread *t, sigmask_t mask, void *native_altstack)
{
	const stack_t stack = {.ss_sp = native_altstack, .ss_size = NATIVE_ALTSTACK};

	self = t;
	t->tid = gettid();
	t->native = ~UINT64_C(0);
	t->altstack.flags = SS_DISABLE;
	HOST(sigaltstack, &stack, NULL);
	signals_set_mask(t, mask);
	profile_thread(t);
}

void signals_init(struct thread *t)
{
	static _Alignas(16) uint8_t altstack[NATIVE_ALTSTACK];
	struct native_sigaction sa = {
		.handler = native_handler, .flags = SA_SIGINFO | SA_ONSTACK, .mask = ~UINT64_C(0)};
	sigmask_t mask = 0;

	at_once = exec_is_compiled(&t->exec);
	native_set_restorer(&sa);
	for (int sig = 1; sig <= NSIGNALS; sig++) {
		struct native_sigaction old = {0};

		if ((SIGBIT(sig) & RUNTIME_SIGNALS) && native_sigaction(sig, &sa, &old) == 0 &&
		    old.handler == (void *)SIG_IGN)
			actions[sig].handler = GUEST_SIG_IGN;
	}
	if (profile_on()) {
		sa.flags = SA_SIGINFO | SA_RESTART | (at_once ? 0 : SA_ONSTACK);
		native_set_restorer(&sa);
		native_sigaction(PROFILE_SIGNAL, &sa, NULL);
	}
	HOST(rt_sigprocmask, SIG_SETMASK, NULL, &mask, 8);
	signals_init_thread(t, mask, altstack);
}

void signals_forked(struct thread *t)
{
	exec_forked(&t->exec);
	t->tid = gettid();
	t->kick_timer = 0;
	t->kicked = false;
	atomic_store_explicit(&t->pending, 0, memory_order_relaxed);
	apply_mask(t);
	update_flags(t);
}

void signals_before_exec(struct thread *t)
{
	struct native_sigaction ignore = {.handler = (void *)SIG_IGN};
	sigmask_t blocked;

	for (int sig = 1; sig <= NSIGNALS; sig++)
		if ((SIGBIT(sig) & RUNTIME_SIGNALS) && actions[sig].handler == GUEST_SIG_IGN)
			native_sigaction(sig, &ignore, NULL);
	set_native(t, t->mask | atomic_load_explicit(&t->pending, memory_order_relaxed));
	blocked = atomic_load_explicit(&t->pending, memory_order_relaxed) & t->mask;
	for (; blocked; blocked &= blocked - 1)
		put_back(t, __builtin_ctzll(blocked) + 1);
}

void signals_after_exec(struct thread *t)
{
	struct native_sigaction sa = {
		.handler = native_handler, .flags = SA_SIGINFO | SA_ONSTACK, .mask = ~UINT64_C(0)};

	native_set_restorer(&sa);
	for (int sig = 1; sig <= NSIGNALS; sig++)
		if (SIGBIT(sig) & RUNTIME_SIGNALS)
			native_sigaction(sig, &sa, NULL);
	signals_set_mask(t, t->mask);
}
