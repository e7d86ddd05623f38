/* The functions of exec.h, by whichever engine an exec belongs to. */
#include "engine.h"

#include <stdlib.h>

/* Programs that only decode modules are linked without it. */
extern const struct engine_ops interp_ops __attribute__((weak));
const struct engine_ops *engine_default = &interp_ops;

static void choose(struct exec *x, const struct instance *home)
{
	x->ops = home && home->ops ? home->ops : engine_default;
	x->exceptions = NULL;
	x->nexceptions = x->exceptions_goal = 0;
}

bool exec_init(struct exec *x, struct instance *home, size_t stack_size)
{
	choose(x, home);
	return x->ops->init(x, home, stack_size);
}

bool exec_init_thread(struct exec *x, struct instance *home, size_t stack_size)
{
	choose(x, home);
	return x->ops->init_thread(x, home, stack_size);
}

void exec_free(struct exec *x)
{
	if (!x->engine)
		return;
	exceptions_free(x);
	x->ops->free(x);
}

enum outcome exec_call(struct exec *x, struct func *f, union slot *slots)
{
	enum outcome outcome;

	if (f->instance)
		return x->ops->call(x, f, slots);
	f->host->call(x, slots);
	outcome = x->unwind;
	x->unwind = EXEC_OK;
	return outcome;
}

enum outcome exec_throw(struct exec *x, struct tag *tag, const union slot *slots)
{
	x->exception = exception_new(x, tag, slots);
	if (x->exception)
		return EXEC_EXCEPTION;
	x->trap = TRAP_HOST;
	x->trap_message = "out of memory for an exception";
	return EXEC_TRAP;
}

bool exec_fault(struct exec *x, int sig, void *address, void *ucontext)
{
	return x->engine && x->ops->fault(x, sig, address, ucontext);
}

bool exec_is_compiled(const struct exec *x)
{
	return x->ops->interrupted;
}

bool exec_interrupted(struct exec *x, const void *ucontext)
{
	return x->engine && exec_is_compiled(x) && x->ops->interrupted(x, ucontext);
}

bool exec_polled(struct exec *x, const void *ucontext)
{
	return x->engine && exec_is_compiled(x) && x->ops->polled(x, ucontext);
}

_Noreturn void exec_interrupted_unwind(struct exec *x, enum outcome outcome)
{
	x->ops->interrupted_unwind(x, outcome);
	abort();
}

void exec_interrupted_resume(struct exec *x, void *ucontext)
{
	x->ops->interrupted_resume(x, ucontext);
}

void exec_forked(struct exec *x)
{
	atomic_wait_forked(x);
	if (x->ops->forked)
		x->ops->forked(x);
}

size_t exec_backtrace(struct exec *x, struct backtrace_entry *entries, size_t max, bool offsets)
{
	return x->ops->backtrace(x, entries, max, offsets);
}

enum outcome exec_trap(struct exec *x, enum trap trap, uint64_t address, int fault)
{
	x->trap = trap;
	if (trap != TRAP_HOST && trap != TRAP_INDIRECT_TYPE)
		x->trap_message = NULL;
	if (x->hooks && x->hooks->trap)
		return x->hooks->trap(x, trap, address, fault);
	return EXEC_TRAP;
}

enum outcome exec_poll(struct exec *x)
{
	if (x->hooks && x->hooks->poll)
		return x->hooks->poll(x);
	atomic_store_explicit(&x->poll, 0, memory_order_relaxed);
	return EXEC_OK;
}
