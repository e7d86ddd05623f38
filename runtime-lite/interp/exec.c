/* Execution from outside: the functions of exec.h, faults and backtraces. */
#include "../wasm/stack.h"
#include "handler.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STACK_DEFAULT (UINT64_C(64) << 20)
#define GUARD	      (UINT64_C(64) << 10)
/* Nested exec_call()s, each of which is native recursion. */
#define MAX_DEPTH     256
#define DEPTH_RESERVE 8

static struct stack_kind stacks = {.above = GUARD, .upwards = true};

static void interp_free(struct exec *x)
{
	struct engine *e = x->engine;

	if (e->owns_globals)
		free(x->globals);
	if (e->stack)
		stack_put(&stacks, e->stack);
	free(e->crossings);
	free(e);
	x->engine = NULL;
	x->globals = NULL;
}

static bool init(struct exec *x, struct instance *home, size_t stack_size)
{
	struct engine *e = calloc(1, sizeof(*e));

	x->engine = e;
	x->home = home;
	x->unwind = EXEC_OK;
	x->trap = TRAP_NONE;
	x->trap_message = NULL;
	x->exception = NULL;
	x->globals = home ? home->globals : NULL;
	if (!e)
		return false;
	e->stack = stack_get(&stacks, (stack_size ? stack_size : STACK_DEFAULT) +
					      STACK_RESERVE * sizeof(union slot));
	if (!e->stack) {
		interp_free(x);
		return false;
	}
	e->top = (union slot *)e->stack->low;
	e->limit = (union slot *)e->stack->high - STACK_RESERVE;
	return true;
}

static bool interp_init(struct exec *x, struct instance *home, size_t stack_size)
{
	return init(x, home, stack_size);
}

static bool interp_init_thread(struct exec *x, struct instance *home, size_t stack_size)
{
	const struct module *m = home->module;
	union global *globals = calloc(m->nglobals - m->nglobalimports + 1, sizeof(*globals));

	if (!globals || !init(x, home, stack_size)) {
		free(globals);
		return false;
	}
	instance_init_globals(home, globals);
	x->globals = globals;
	engine_of(x)->owns_globals = true;
	return true;
}

bool crossing_push(struct exec *x, const uint64_t *pc, struct instance *inst)
{
	struct engine *e = engine_of(x);

	if (e->ncrossings == e->crossings_size) {
		uint32_t size = e->crossings_size ? 2 * e->crossings_size : 16;
		struct crossing *p = realloc(e->crossings, size * sizeof(*p));

		if (!p)
			return false;
		e->crossings = p;
		e->crossings_size = size;
	}
	e->crossings[e->ncrossings++] = (struct crossing){pc, inst};
	return true;
}

const uint64_t *crossing_pop(struct exec *x)
{
	struct engine *e = engine_of(x);
	struct crossing *c = &e->crossings[--e->ncrossings];

	e->mem = enter_instance(x, c->instance);
	return c->pc;
}

static uint32_t count_slots(const uint8_t *types, uint32_t n)
{
	uint32_t slots = n;

	for (uint32_t i = 0; i < n; i++)
		slots += types[i] == TYPE_V128;
	return slots;
}

/* From C into handlers, with the registers as the engine has them. */
static enum outcome run(struct exec *x)
{
	struct engine *e = engine_of(x);

	return (*(const handler *)e->pc)(e->pc, e->fp, e->mem, x, e->globals, e->a, e->f);
}

/* A fault in guest code, at e->pc. */
static enum outcome after_fault(struct exec *x)
{
	struct engine *e = engine_of(x);
	enum outcome outcome;

	e->guarded = false;
	e->top = e->fp + frame_code(e->fp)->nslots;
	outcome = raise_trap(x, e->fault_trap, e->fault_address, e->fault_signal);
	if (outcome == EXEC_EXCEPTION && exception_unwind(x, e->pc, e->fp))
		return EXEC_OK;
	return outcome;
}

static enum outcome interp_call(struct exec *x, struct func *f, union slot *slots)
{
	struct engine *e = engine_of(x);
	union slot *base = e->top, *fp;
	enum outcome outcome;
	struct code *code;

	code = code_of(x, f);
	if (!code)
		return raise_trap(x, TRAP_HOST, 0, 0) == EXEC_EXIT ? EXEC_EXIT : EXEC_TRAP;
	if (e->depth >= MAX_DEPTH + (e->in_reserve ? DEPTH_RESERVE : 0) ||
	    base + code->nargs + code->nslots > e->limit) {
		outcome = raise_trap(x, TRAP_STACK, 0, 0);
		return outcome == EXEC_OK ? EXEC_TRAP : outcome;
	}

	struct activation act = {.prev = e->activation,
				 .pc = e->pc,
				 .fp = e->fp,
				 .top = e->top,
				 .mem = e->mem,
				 .a = e->a,
				 .f = e->f,
				 .globals = e->globals,
				 .instance = e->instance,
				 .ncrossings = e->ncrossings,
				 .guarded = e->guarded};

	memcpy(base, slots, count_slots(f->type->params, f->type->nparams) * sizeof(*slots));
	fp = base + code->nargs;
	fp[FRAME_RETURN].u64 = (uintptr_t)exit_code;
	fp[FRAME_CALLER].u64 = 0;
	fp[FRAME_CODE].u64 = (uintptr_t)code;
	memset(fp + FRAME_HEADER, 0, code->clear);
	e->depth++;
	e->activation = &act;
	e->guarded = false;
	e->mem = enter_instance(x, f->instance);
	e->pc = code->words;
	e->fp = fp;
	outcome = EXEC_OK;
	if (sigsetjmp(act.landing, 0)) {
		e = engine_of(x);
		outcome = after_fault(x);
	}
	if (outcome == EXEC_OK)
		outcome = run(x);

	e->activation = act.prev;
	e->depth--;
	e->pc = act.pc;
	e->fp = act.fp;
	e->top = act.top;
	e->mem = act.mem;
	e->a = act.a;
	e->f = act.f;
	e->globals = act.globals;
	e->instance = act.instance;
	e->ncrossings = act.ncrossings;
	e->guarded = act.guarded;
	if (outcome == EXEC_OK)
		memcpy(slots, base,
		       count_slots(f->type->results, f->type->nresults) * sizeof(*slots));
	return outcome;
}

/* The bounds of the section that handlers are in, by the linker. */
extern const char __start_interp_handlers[], __stop_interp_handlers[];

static bool interp_fault(struct exec *x, int sig, void *address, void *ucontext)
{
	struct engine *e = x->engine;
	uintptr_t native = machine_native_pc(ucontext);
	bool in_handler = native >= (uintptr_t)__start_interp_handlers &&
			  native < (uintptr_t)__stop_interp_handlers;
	uintptr_t guard;

	if (!e->activation || !(in_handler || e->guarded))
		return false;
	guard = (uintptr_t)e->stack->high;
	if ((uintptr_t)address - guard < GUARD) {
		e->fault_trap = TRAP_STACK;
		e->fault_signal = 0;
		e->fault_address = 0;
	} else {
		const struct instance *inst = e->instance;
		uint32_t i, n = inst->module->nmemories;

		for (i = 0; i < n; i++)
			if ((uintptr_t)address - (uintptr_t)inst->memories[i]->base <
			    MEMORY_RESERVE)
				break;
		if (i == n)
			return false;
		e->fault_trap = TRAP_MEMORY;
		e->fault_signal = sig;
		e->fault_address = (uintptr_t)address - (uintptr_t)inst->memories[i]->base;
	}
	/* Guarded, they have been saved, and the compiler may have put C code into the handler that uses them. */
	if (in_handler && !e->guarded && !INTERP_SAVES_REGISTERS) {
		struct machine_registers r;

		machine_read_registers(ucontext, &r);
		e->pc = (const uint64_t *)(uintptr_t)r.pc;
		e->fp = (union slot *)(uintptr_t)r.fp;
		e->mem = (uint8_t *)(uintptr_t)r.mem;
		e->a = r.a;
		e->f = r.f;
	}
	/* The system call, since libc's function never blocks signals 32 and 33,
   * which a guest may. */
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &((ucontext_t *)ucontext)->uc_sigmask, NULL, 8);
	siglongjmp(e->activation->landing, 1);
}

static struct backtrace_entry describe(const uint64_t *pc, const struct code *code, bool offset)
{
	const struct module *m = code->instance->module;

	return (struct backtrace_entry){
		.module = m,
		.func = m->nfuncimports + (code->func->function - m->functions),
		.offset = offset ? code_source_offset(code, pc - code->words) : 0,
	};
}

static size_t interp_backtrace(struct exec *x, struct backtrace_entry *entries, size_t max,
			       bool offsets)
{
	struct engine *e = engine_of(x);
	const struct activation *act = e->activation;
	uint32_t ncrossings = e->ncrossings;
	const uint64_t *pc = e->pc;
	const union slot *fp = e->fp;
	size_t n = 0;

	while (act && n < max) {
		uint64_t ret;

		entries[n++] = describe(pc, frame_code(fp), offsets);
		ret = fp[FRAME_RETURN].u64;
		fp = (const union slot *)(uintptr_t)fp[FRAME_CALLER].u64;
		if (ret == (uintptr_t)cross_code)
			ret = (uintptr_t)e->crossings[--ncrossings].pc;
		/* Within the call instruction, not after it. */
		pc = (const uint64_t *)(uintptr_t)ret - 1;
		if (ret == (uintptr_t)exit_code) {
			pc = act->pc;
			fp = act->fp;
			act = act->prev;
		}
	}
	return n;
}

static size_t interp_roots(struct exec *x,
			   void (*visit)(void *context, const uint64_t *begin, const uint64_t *end),
			   void *context)
{
	const struct engine *e = engine_of(x);

	if (visit)
		visit(context, (uint64_t *)e->stack->low, &e->top->u64);
	return e->top - (union slot *)e->stack->low;
}

static void interp_forked(struct exec *x)
{
	stacks_forked(&stacks, engine_of(x)->stack);
}

const struct engine_ops interp_ops = {
	.init = interp_init,
	.init_thread = interp_init_thread,
	.free = interp_free,
	.call = interp_call,
	.fault = interp_fault,
	.backtrace = interp_backtrace,
	.roots = interp_roots,
	.forked = interp_forked,
};
