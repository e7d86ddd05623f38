/* Leaving the straight path: traps, polls and unwinding, as handlers that hot
 * ones end in. */
#include "handler.h"

#include <signal.h>

enum outcome raise_trap(struct exec *x, enum trap trap, uint64_t address, int fault)
{
	struct engine *e = engine_of(x);
	enum outcome outcome;

	if (trap != TRAP_STACK)
		return exec_trap(x, trap, address, fault);
	/* Who handles it needs a stack as well. */
	if (e->in_reserve)
		return x->trap = TRAP_STACK, EXEC_TRAP;
	e->in_reserve = true;
	e->limit += STACK_RESERVE;
	outcome = exec_trap(x, trap, address, fault);
	e->limit -= STACK_RESERVE;
	e->in_reserve = false;
	return outcome;
}

COLD_HANDLER(unwind_exception)
{
	struct engine *e = engine_of(x);

	SAVE();
	SAVE_TOP();
	if (!exception_unwind(x, pc, fp)) {
		/* Nobody is left to catch it: say so while the stack still stands. */
		if (e->activation->prev || !x->hooks || !x->hooks->trap)
			return EXEC_EXCEPTION;
		enum outcome outcome = raise_trap(x, TRAP_EXCEPTION, 0, 0);

		return outcome == EXEC_OK ? EXEC_EXCEPTION : outcome;
	}
	pc = e->pc;
	fp = e->fp;
	mem = e->mem;
	g = e->globals;
	if (poll_wanted(x))
		GOTO(poll_slowly);
	DISPATCH();
}

/* After a hook or a host function has spoken, with the registers saved. */
static HANDLER_CC enum outcome proceed(REGISTERS)
{
	struct engine *e = engine_of(x);
	enum outcome outcome = a;

	if (outcome == EXEC_EXCEPTION)
		GOTO(unwind_exception);
	if (outcome != EXEC_OK)
		return outcome;
	pc = e->pc;
	fp = e->fp;
	mem = e->mem;
	g = e->globals;
	a = e->a;
	f = e->f;
	DISPATCH();
}

COLD_HANDLER(poll_slowly)
{
	SAVE();
	SAVE_TOP();
	a = exec_poll(x);
	GOTO(proceed);
}

COLD_HANDLER(unwind_host)
{
	UNUSED_REGISTERS;
	a = x->unwind;
	x->unwind = EXEC_OK;
	GOTO(proceed);
}

COLD_HANDLER(trap_memory)
{
	SAVE();
	SAVE_TOP();
	a = raise_trap(x, TRAP_MEMORY, engine_of(x)->fault_address, SIGSEGV);
	GOTO(proceed);
}

#define TRAP_HANDLER(name, trap)                                                                   \
	COLD_HANDLER(name)                                                                         \
	{                                                                                          \
		SAVE();                                                                            \
		SAVE_TOP();                                                                        \
		a = raise_trap(x, trap, 0, 0);                                                     \
		GOTO(proceed);                                                                     \
	}
TRAP_HANDLER(trap_unreachable, TRAP_UNREACHABLE)
TRAP_HANDLER(trap_unaligned, TRAP_UNALIGNED)
TRAP_HANDLER(trap_table, TRAP_TABLE)
TRAP_HANDLER(trap_undefined_element, TRAP_UNDEFINED_ELEMENT)
TRAP_HANDLER(trap_uninitialized_element, TRAP_UNINITIALIZED_ELEMENT)
TRAP_HANDLER(trap_indirect_type, TRAP_INDIRECT_TYPE)
TRAP_HANDLER(trap_divide, TRAP_DIVIDE)
TRAP_HANDLER(trap_overflow, TRAP_OVERFLOW)
TRAP_HANDLER(trap_conversion, TRAP_CONVERSION)
TRAP_HANDLER(trap_stack, TRAP_STACK)
TRAP_HANDLER(trap_null_exception, TRAP_NULL_EXCEPTION)
TRAP_HANDLER(trap_shared_wait, TRAP_SHARED_WAIT)
