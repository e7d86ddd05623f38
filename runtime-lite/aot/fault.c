/*
 * Faults of compiled code, and of the C that works for it.
 *
 * The native handler runs on a signal stack of its own, since the fault may be that the stack is at its end. What follows,
 * the guest's own handler in the end, is called on the guest's native stack, below what was interrupted there, so that
 * it can take as long and nest as deep as it likes.
 */
#include "run.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Below an interrupted frame: room for what stack_settle() compares. */
#define GAP 512

struct fault {
	struct exec *x;
	enum trap trap; /* TRAP_NONE: only a signal */
	uint64_t address;
	int signal;
	void *ucontext;
	struct aot_fault roots;
};

static void set_mask(const void *mask)
{
	/* Not libc's function, which never blocks signals 32 and 33, as a guest may. */
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, mask, NULL, 8);
}

/* On the guest's native stack. */
static void handle(void *argument)
{
	struct fault *f = argument;
	struct exec *x = f->x;
	struct aot_engine *e = x->engine;
	ucontext_t *uc = f->ucontext;
	struct aot_fault fault = {.outer = e->fault, .begin = f->roots.begin, .end = f->roots.end};
	const bool guarded = e->guarded;
	enum outcome outcome = EXEC_OK;
	stack_t previous;
	_Alignas(16) uint8_t signal_stack[AOT_SIGNAL_STACK];

	/* The one that we came from is still needed, but not in the kernel's eyes. */
	sigaltstack(&(stack_t){.ss_sp = signal_stack, .ss_size = sizeof(signal_stack)}, &previous);
	e->fault = &fault;
	e->guarded = false;
	set_mask(&uc->uc_sigmask);
	if (f->trap)
		outcome = exec_trap(x, f->trap, f->address, f->signal);
	if (outcome == EXEC_OK && x->hooks && x->hooks->resume)
		outcome = x->hooks->resume(x, uc);
	sigaltstack(&previous, NULL);
	if (outcome != EXEC_OK)
		aot_unwind(x, outcome);
	e->guarded = guarded;
	e->fault = fault.outer;
}

/* What compiled code accesses without a check: memories, and tables as abi.h says. */
static bool classify(struct fault *f, uintptr_t address, int sig)
{
	for (const struct aot_instance *in = first_instance(); in; in = in->next) {
		const struct instance *inst = in->shared.instance;

		for (uint32_t i = 0; i < inst->module->nmemories; i++) {
			uint64_t at = address - (uintptr_t)inst->memories[i]->base;

			if (at >= MEMORY_RESERVE)
				continue;
			f->trap = TRAP_MEMORY;
			f->address = at;
			f->signal = sig;
			return true;
		}
		for (uint32_t i = 0; i < inst->module->ntables; i++) {
			const struct table *table = inst->tables[i];

			if (!table->type.unchecked ||
			    address - (uintptr_t)table->elems >= AOT_TABLE_RESERVE)
				continue;
			f->trap = TRAP_UNDEFINED_ELEMENT;
			return true;
		}
	}
	if (address < TABLE_POISON)
		f->trap = TRAP_UNINITIALIZED_ELEMENT;
	else if (address < 2 * TABLE_POISON)
		f->trap = TRAP_UNDEFINED_ELEMENT;
	else
		return false;
	return true;
}

/* The kernel says nothing about the address when it had no room to push the frame of another signal. */
static bool is_overflow(const struct stack *s, uintptr_t address, uintptr_t sp)
{
	if (!address)
		return sp < (uintptr_t)s->low + AOT_SIGNAL_STACK;
	return address >= (uintptr_t)s->low - AOT_GUARD && address < (uintptr_t)s->low;
}

static void handle_below(uintptr_t sp, struct fault *f)
{
	struct stack *s = aot_engine_of(f->x)->stack;
	stack_t signal_stack;

	sp = (sp - RED_ZONE - GAP) & ~UINT64_C(63);
	sigaltstack(NULL, &signal_stack);
	f->roots.begin = __builtin_frame_address(0);
	f->roots.end = (const uint64_t *)((char *)signal_stack.ss_sp + signal_stack.ss_size);
	aot_call_on_stack((void *)sp, handle, f);
	if (sp > (uintptr_t)s->low)
		stack_close(s);
}

bool aot_fault(struct exec *x, int sig, void *address, void *ucontext)
{
	struct aot_engine *e = x->engine;
	struct stack *s = e->stack;
	struct fault f = {.x = x, .ucontext = ucontext};
	const bool in_text = image_at(signal_pc(ucontext));
	uintptr_t sp = signal_sp(ucontext);

	if (!e->activation)
		return false;
	if (is_overflow(s, (uintptr_t)address, sp)) {
		bool more = stack_open(s);

		if (!in_text) {
			/* C may go on; compiled code is told when it has returned, in order to close it again. */
			atomic_store_explicit(&x->poll, 1, memory_order_relaxed);
			return more;
		}
		if (!more) {
			set_mask(&((ucontext_t *)ucontext)->uc_sigmask);
			x->trap = TRAP_STACK;
			aot_unwind(x, EXEC_TRAP);
		}
		f.trap = TRAP_STACK;
	} else if (!(in_text || e->guarded) || !classify(&f, (uintptr_t)address, sig)) {
		return false;
	}

	/* Where it has overflown there is nothing to be preserved below. */
	if (sp < (uintptr_t)s->low && f.trap == TRAP_STACK)
		sp = (uintptr_t)s->low - (s->opened - AOT_RESERVE);
	handle_below(sp, &f);
	return true;
}

void aot_interrupted_resume(struct exec *x, void *ucontext)
{
	struct fault f = {.x = x, .ucontext = ucontext};

	handle_below(signal_sp(ucontext), &f);
}
