/*
 * Calling a guest's signal handler: frames on the guest's stack, and siginfo_t.
 *
 * A frame, below the stack pointer minus the red zone or on the alternate stack, is a siginfo_t followed by a
 * ucontext_t. Only handlers with SA_SIGINFO can see it, and only for them is it written.
 */
#include "host.h"
#include "process.h"
#include "signals.h"

#include <string.h>

#define RED_ZONE 128u

/* As wali-musl's bits/signal.h has it. */
struct guest_ucontext {
	uint64_t flags;
	uint32_t link;
	struct guest_stack stack;
	struct {
		uint64_t in_call, pc, sp, fault_addr, reserved[4];
	} mcontext __attribute__((packed, aligned(4)));
	sigmask_t sigmask;
	uint8_t sigmask_rest[120];
} __attribute__((packed));
_Static_assert(offsetof(struct guest_ucontext, mcontext) == 24, "guest ucontext_t");
_Static_assert(offsetof(struct guest_ucontext, sigmask) == 88, "guest ucontext_t");
_Static_assert(sizeof(struct guest_ucontext) == 216, "guest ucontext_t");

struct frame {
	uint8_t siginfo[GUEST_SIGINFO];
	struct guest_ucontext uc;
	uint64_t pad;
};
_Static_assert(sizeof(struct frame) % 16 == 0, "stack alignment");

static void put32(uint8_t *out, size_t offset, uint32_t value)
{
	memcpy(out + offset, &value, sizeof(value));
}

static void put64(uint8_t *out, size_t offset, uint64_t value)
{
	memcpy(out + offset, &value, sizeof(value));
}

/* Which of its fields a siginfo_t carries; siginfo_layout() of the kernel. */
enum layout {
	LAYOUT_KILL,
	LAYOUT_RT,
	LAYOUT_TIMER,
	LAYOUT_CHILD,
	LAYOUT_FAULT,
	LAYOUT_POLL,
	LAYOUT_SYS
};

static enum layout layout_of(int sig, int code)
{
	if (code > SI_USER && code < SI_KERNEL) {
		switch (sig) {
		case SIGILL:
		case SIGFPE:
		case SIGSEGV:
		case SIGBUS:
		case SIGTRAP: return LAYOUT_FAULT;
		case SIGCHLD: return LAYOUT_CHILD;
		case SIGSYS: return LAYOUT_SYS;
		}
		return LAYOUT_POLL;
	}
	switch (code) {
	case SI_USER:
	case SI_KERNEL: return LAYOUT_KILL;
	case SI_TIMER: return LAYOUT_TIMER;
	case SI_SIGIO: return LAYOUT_POLL;
	}
	return LAYOUT_RT;
}

/* Of a native address or, from a trap, of one that is the guest's already. What is neither is none of the guest's business,
 * not even in part: the address of a system call instruction that a seccomp filter has trapped, for example. */
static uint32_t guest_address(const struct thread *t, const void *address)
{
	uintptr_t a = (uintptr_t)address, base = (uintptr_t)t->base;

	if (a >= base && a - base <= UINT32_MAX)
		return (uint32_t)(a - base);
	return a < MEMORY_RESERVE ? (uint32_t)a : 0;
}

void siginfo_to_guest(const struct thread *t, uint8_t out[GUEST_SIGINFO], const siginfo_t *info)
{
	memset(out, 0, GUEST_SIGINFO);
	put32(out, 0, (uint32_t)info->si_signo);
	put32(out, 4, (uint32_t)info->si_errno);
	put32(out, 8, (uint32_t)info->si_code);
	switch (layout_of(info->si_signo, info->si_code)) {
	case LAYOUT_RT:
		put32(out, 24, (uint32_t)(uintptr_t)info->si_ptr);
		/* fall through */
	case LAYOUT_KILL:
		put32(out, 16, (uint32_t)info->si_pid);
		put32(out, 20, info->si_uid);
		break;
	case LAYOUT_TIMER:
		put32(out, 16, (uint32_t)info->si_timerid);
		put32(out, 20, (uint32_t)info->si_overrun);
		put32(out, 24, (uint32_t)(uintptr_t)info->si_ptr);
		break;
	case LAYOUT_CHILD:
		put32(out, 16, (uint32_t)info->si_pid);
		put32(out, 20, info->si_uid);
		put32(out, 24, (uint32_t)info->si_status);
		put64(out, 32, (uint64_t)info->si_utime);
		put64(out, 40, (uint64_t)info->si_stime);
		break;
	case LAYOUT_FAULT:
		put32(out, 16, guest_address(t, info->si_addr));
		out[20] = (uint8_t)info->si_addr_lsb;
		break;
	case LAYOUT_POLL:
		put64(out, 16, (uint64_t)info->si_band);
		put32(out, 24, (uint32_t)info->si_fd);
		break;
	case LAYOUT_SYS:
		put32(out, 16, guest_address(t, info->si_call_addr));
		put32(out, 20, (uint32_t)info->si_syscall);
		put32(out, 24, info->si_arch);
		break;
	}
}

void siginfo_from_guest(siginfo_t *info, const uint8_t in[GUEST_SIGINFO])
{
	uint32_t value;

	memset(info, 0, sizeof(*info));
	memcpy(&info->si_signo, in + 0, 4);
	memcpy(&info->si_errno, in + 4, 4);
	memcpy(&info->si_code, in + 8, 4);
	memcpy(&info->si_pid, in + 16, 4);
	memcpy(&info->si_uid, in + 20, 4);
	memcpy(&value, in + 24, 4);
	info->si_ptr = (void *)(uintptr_t)value;
}

/* The __stack_pointer of this thread, or NULL if the module has none that we know of. */
static uint32_t *stack_pointer(struct thread *t)
{
	if (process.stack_pointer < 0)
		return NULL;
	return &t->exec.globals[process.stack_pointer].slot[0].u32;
}

bool signal_on_altstack(struct thread *t)
{
	const struct guest_stack *stack = &t->altstack;
	const uint32_t *sp = stack_pointer(t);

	if (!sp || (stack->flags & (SS_DISABLE | GUEST_AUTODISARM)))
		return false;
	return *sp > stack->sp && *sp - stack->sp <= stack->size;
}

static bool all_i32(const uint8_t *types, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (types[i] != TYPE_I32)
			return false;
	return true;
}

/*
 * The function a handler's table index names. Programs install handlers with and without SA_SIGINFO through casts,
 * so that as many arguments are passed as it takes.
 */
static struct func *handler_function(uint32_t index)
{
	struct func *f = process_function(index);

	if (!f || f->type->nparams > 3 || f->type->nresults > 1 ||
	    !all_i32(f->type->params, f->type->nparams))
		return NULL;
	return f;
}

static const char no_room[] = "no room for its frame on the stack";

static siginfo_t segv(uint32_t address)
{
	siginfo_t info;

	memset(&info, 0, sizeof(info));
	info.si_signo = SIGSEGV;
	info.si_code = SEGV_MAPERR;
	info.si_addr = (void *)(uintptr_t)address;
	return info;
}

/* The frame could not be written, or there is no such function: what the kernel does then is a SIGSEGV. */
static void bad_frame(struct thread *t, int sig, uint32_t address, const char *message)
{
	siginfo_t info = segv(address);

	if (sig == SIGSEGV || !signal_force(t, &info))
		fault_in_frame(t, sig, message);
}

/* sigaltstack's state as it was when the handler was called; the handler may have changed it in the frame. */
static void restore_altstack(struct thread *t, const struct guest_stack *stack)
{
	t->altstack = *stack;
	if (!(stack->flags & SS_DISABLE))
		t->altstack.flags &= GUEST_AUTODISARM;
}

static void call_handler(struct thread *t, struct func *f, int sig, uint32_t siginfo, uint32_t uc)
{
	union slot slots[4] = {{.i32 = sig}, {.u32 = siginfo}, {.u32 = uc}};
	uint32_t in_host = atomic_load_explicit(&t->exec.in_host, memory_order_relaxed);
	enum outcome outcome;

	atomic_store_explicit(&t->exec.in_host, 0, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
	outcome = exec_call(&t->exec, f, slots);
	atomic_signal_fence(memory_order_seq_cst);
	atomic_store_explicit(&t->exec.in_host, in_host, memory_order_relaxed);
	t->exec.unwind = outcome;
}

bool signal_deliver(struct thread *t, int sig, const siginfo_t *info, enum taking how,
		    struct guest_sigaction *action)
{
	struct frame frame;
	struct guest_stack stack = t->altstack;
	sigmask_t mask_before;
	struct func *f;
	bool on_altstack = signal_on_altstack(t);
	uint32_t *sp_global = stack_pointer(t);
	uint32_t sp_before = sp_global ? *sp_global : 0, sp = sp_before, address = 0;

	*action = signals_action(sig, true);
	if (action->handler <= GUEST_SIG_IGN)
		return false;
	f = handler_function(action->handler);

	mask_before = t->restore ? t->saved_mask : t->mask;
	t->restore = false;
	if ((action->flags & SA_ONSTACK) && !(stack.flags & SS_DISABLE) && !on_altstack)
		sp = stack.sp + stack.size;
	else
		sp = sp < RED_ZONE ? 0 : sp - RED_ZONE;
	sp = sp < sizeof(frame) ? 0 : (sp - (uint32_t)sizeof(frame)) & ~15u;
	if (sp_global && !sp) {
		bad_frame(t, sig, sp_before, no_room);
		return true;
	}
	if (on_altstack)
		stack.flags |= SS_ONSTACK;

	if (sp_global && (action->flags & SA_SIGINFO)) {
		memset(&frame, 0, sizeof(frame));
		siginfo_to_guest(t, frame.siginfo, info);
		frame.uc.stack = stack;
		frame.uc.mcontext.in_call = how == IN_CALL;
		frame.uc.mcontext.sp = sp_before;
		if (layout_of(sig, info->si_code) == LAYOUT_FAULT)
			frame.uc.mcontext.fault_addr = guest_address(t, info->si_addr);
		frame.uc.sigmask = mask_before;
		address = sp;
		if (copy_out(t, sp, &frame, sizeof(frame)) < 0) {
			bad_frame(t, sig, sp, no_room);
			return true;
		}
	}
	if (!f) {
		bad_frame(t, sig, action->handler,
			  "its handler is no function, or not of such a type");
		return true;
	}
	if (t->altstack.flags & GUEST_AUTODISARM)
		t->altstack = (struct guest_stack){.flags = SS_DISABLE};
	if (sp_global)
		*sp_global = sp;
	signals_set_mask(t,
			 t->mask | action->mask | (action->flags & SA_NODEFER ? 0 : SIGBIT(sig)));

	/* As in Linux, what else is pending interrupts this handler at its first instruction. */
	if (signals_takeable(t, how))
		signals_take(t, how);
	if (!t->exec.unwind)
		call_handler(t, f, sig, address,
			     address ? address + (uint32_t)sizeof(frame.siginfo) : 0);
	if (t->exec.unwind)
		return true; /* whoever catches restores mask and stack pointer: siglongjmp */

	if (address) {
		if (copy_in(t, &frame.uc, address + offsetof(struct frame, uc), sizeof(frame.uc)) <
		    0) {
			bad_frame(t, SIGSEGV, address, "its frame is gone");
			return true;
		}
		mask_before = frame.uc.sigmask;
		if (how == IN_CALL && frame.uc.mcontext.in_call == CALL_MUST_FAIL)
			t->fail_call = true;
		restore_altstack(t, &frame.uc.stack);
	}
	if (sp_global)
		*sp_global = sp_before;
	signals_set_mask(t, mask_before);
	return true;
}

bool signal_force(struct thread *t, const siginfo_t *info)
{
	struct guest_sigaction action = signals_action(info->si_signo, false);

	if (action.handler <= GUEST_SIG_IGN || (t->mask & SIGBIT(info->si_signo)))
		return false;
	return signal_deliver(t, info->si_signo, info, IN_GUEST, &action);
}
