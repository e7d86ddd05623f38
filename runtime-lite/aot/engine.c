/* The functions of exec.h for compiled code, and what an instance becomes when it is compiled. */
#include "run.h"

#include <stdlib.h>
#include <string.h>

#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

/* What abi.h says that compiled code knows. */
_Static_assert(sizeof(union global) == 16, "globals in a context");
_Static_assert(offsetof(struct aot_context, globals) == 64, "globals in a context");
_Static_assert(offsetof(struct exec, poll) % 8 == 0, "poll and unwind in one load");
_Static_assert(offsetof(struct func, key) < TABLE_POISON, "null and poison are told apart");

__asm__(AOT_ASM);

static _Atomic(const struct aot_image *) images;

const struct aot_image *image_at(uintptr_t pc)
{
	for (const struct aot_image *i = atomic_load_explicit(&images, memory_order_acquire); i;
	     i = i->next)
		if (pc >= (uintptr_t)i->text_begin && pc < (uintptr_t)i->text_end)
			return i;
	return NULL;
}

static void register_image(struct aot_image *image)
{
	const struct aot_image *head = atomic_load(&images);

	for (const struct aot_image *i = head; i; i = i->next)
		if (i == image)
			return;
	image->next = head;
	while (!atomic_compare_exchange_weak(&images, &image->next, image))
		;
}

uint32_t image_function(const struct instance *inst, const struct aot_image *image, uintptr_t start)
{
	const struct module *m = inst->module;

	for (uint32_t i = 0; i < m->nfunctions; i++)
		if ((uintptr_t)image->functions + image->functions[i] == start)
			return m->nfuncimports + i;
	return UINT32_MAX;
}

static uint32_t count_globals(const struct instance *inst)
{
	return inst->module->nglobals - inst->module->nglobalimports;
}

/*
 * The first thread's: its globals change all the time, so that fork copies the page that they are on. Here it is one
 * that is copied in any case (fork-order.txt).
 */
static struct {
	_Alignas(16) uint8_t bytes[1024];
	_Atomic bool used;
} first_context;

static void context_free(struct aot_context *c)
{
	if ((uint8_t *)c == first_context.bytes)
		atomic_store(&first_context.used, false);
	else
		free(c);
}

static struct aot_context *context_new(const struct instance *inst)
{
	const struct aot_instance *in = aot_instance_of(inst);
	struct aot_context *c;

	if (in->context_size <= sizeof(first_context.bytes) &&
	    !atomic_exchange(&first_context.used, true))
		c = memset(first_context.bytes, 0, sizeof(first_context.bytes));
	else
		c = calloc(1, in->context_size);

	if (!c)
		return NULL;
	c->self = c;
	c->helpers = &aot_helpers;
	c->shared = &in->shared;
	c->table = inst->module->ntables ? inst->tables[0]->elems : NULL;
	c->keys = in->shared.keys;
	if (inst->module->nmemories) {
		c->memory = inst->memories[0]->base;
		c->memory_bytes = &inst->memories[0]->bytes;
	}
	return c;
}

static bool same_type(const struct module *m, uint32_t a, uint32_t b)
{
	return m->types[a].id == m->types[b].id;
}

static _Atomic(struct aot_instance *) instances;

struct aot_instance *first_instance(void)
{
	return atomic_load_explicit(&instances, memory_order_acquire);
}

static void link_instance(struct aot_instance *in)
{
	in->next = atomic_load(&instances);
	while (!atomic_compare_exchange_weak(&instances, &in->next, in))
		;
}

/* Instances are freed by test programs with one thread only. */
static void unlink_instance(struct aot_instance *in)
{
	struct aot_instance *other = atomic_load(&instances);

	if (other == in)
		atomic_store(&instances, in->next);
	for (; other; other = other->next)
		if (other->next == in)
			other->next = in->next;
}

static void detach(struct instance *inst)
{
	struct aot_instance *in = aot_instance_of(inst);

	if (!in)
		return;
	unlink_instance(in);
	if (in->context)
		inst->globals = NULL; /* part of it */
	context_free(in->context);
	free((void *)in->shared.imports);
	free(in->shared.tables);
	free(in->shared.table_sizes);
	free(in->shared.memories);
	free((void *)in->shared.keys);
	free(in);
	inst->compiled = NULL;
	inst->ops = NULL;
}

static void *array(uint32_t n, size_t size)
{
	return calloc(n ? n : 1, size);
}

static bool fill_shared(struct instance *inst, struct aot_shared *s)
{
	const struct module *m = inst->module;
	struct aot_import *imports = array(m->nfuncimports, sizeof(*imports));

	s->instance = inst;
	s->funcs = inst->funcs;
	s->imports = imports;
	s->tables = array(m->ntables, sizeof(*s->tables));
	s->table_sizes = array(m->ntables, sizeof(*s->table_sizes));
	s->memories = array(m->nmemories, sizeof(*s->memories));
	s->imported_globals = inst->imported_globals;
	s->tags = inst->tags;
	s->keys = array(m->ntypes, 1);
	if (!imports || !s->tables || !s->table_sizes || !s->memories || !s->keys)
		return false;
	for (uint32_t i = 0; i < m->nfuncimports; i++) {
		imports[i].func = inst->funcs[i];
		imports[i].direct = inst->funcs[i]->host ? inst->funcs[i]->host->direct : NULL;
	}
	for (uint32_t i = 0; i < m->ntables; i++) {
		s->tables[i] = inst->tables[i]->elems;
		s->table_sizes[i] = &inst->tables[i]->size;
	}
	for (uint32_t i = 0; i < m->nmemories; i++)
		s->memories[i] =
			(struct memory_view){inst->memories[i]->base, &inst->memories[i]->bytes};
	return true;
}

bool aot_attach(struct instance *inst, struct aot_image *image)
{
	const struct module *m = inst->module;
	struct aot_instance *in = calloc(1, sizeof(*in));
	uint32_t *canonical = array(m->ntypes, sizeof(*canonical));

	if (!in || !canonical)
		goto failed;
	inst->compiled = in;
	in->image = image;
	in->context_size = sizeof(struct aot_context) + count_globals(inst) * sizeof(union global);
	if (!fill_shared(inst, &in->shared))
		goto failed;
	in->context = context_new(inst);
	if (!in->context)
		goto failed;
	memcpy(in->context->globals, inst->globals, count_globals(inst) * sizeof(union global));
	free(inst->globals);
	inst->globals = in->context->globals;
	for (uint32_t i = 0; i < m->ntypes; i++)
		while (!same_type(m, i, canonical[i]))
			canonical[i]++;
	for (uint32_t i = 0; i < m->nfunctions; i++) {
		struct func *f = &inst->defined_funcs[i];

		f->key = &in->shared.keys[canonical[m->functions[i].type]];
		atomic_init(&f->code, (char *)image->functions + image->functions[i]);
	}
	free(canonical);
	register_image(image);
	link_instance(in);
	inst->ops = &aot_ops;
	return true;
failed:
	free(canonical);
	if (in)
		detach(inst);
	return false;
}

static bool init(struct exec *x, struct instance *home, size_t stack_size)
{
	struct aot_engine *e = calloc(1, sizeof(*e));

	x->home = home;
	x->unwind = EXEC_OK;
	x->trap = TRAP_NONE;
	x->trap_message = NULL;
	x->exception = NULL;
	x->globals = NULL;
	x->engine = e;
	if (!e)
		return false;
	e->stack = stack_get(&aot_stacks, stack_size ? stack_size : AOT_STACK);
	if (e->stack)
		return true;
	free(e);
	x->engine = NULL;
	return false;
}

static bool aot_init(struct exec *x, struct instance *home, size_t stack_size)
{
	if (!init(x, home, stack_size))
		return false;
	if (home) {
		struct aot_context *c = aot_instance_of(home)->context;

		c->exec = x;
		aot_engine_of(x)->context = c;
		x->globals = c->globals;
	}
	return true;
}

static void aot_free(struct exec *x)
{
	struct aot_engine *e = x->engine;

	stack_close(e->stack);
	stack_put(&aot_stacks, e->stack);
	if (e->owns_context)
		context_free(e->context);
	free(e->frames);
	free(e);
	x->engine = NULL;
	x->globals = NULL;
}

static bool aot_init_thread(struct exec *x, struct instance *home, size_t stack_size)
{
	struct aot_engine *e;

	if (!init(x, home, stack_size))
		return false;
	e = x->engine;
	e->context = context_new(home);
	if (!e->context) {
		aot_free(x);
		return false;
	}
	e->owns_context = true;
	e->context->exec = x;
	instance_init_globals(home, e->context->globals);
	x->globals = e->context->globals;
	return true;
}

struct aot_context *context_of(struct exec *x, struct instance *inst)
{
	struct aot_context *c;

	if (inst == x->home)
		return aot_engine_of(x)->context;
	c = aot_instance_of(inst)->context;
	c->exec = x;
	return c;
}

/* Where GS points, in this thread. */
static _Thread_local const struct aot_context *entered;

const struct aot_context *enter_context(const struct aot_context *c)
{
	const struct aot_context *before = entered;

	if (c != before) {
		entered = c;
		load_segment(c);
	}
	return before;
}

static aot_entry *entry_of(const struct func *f)
{
	const struct aot_image *image = aot_instance_of(f->instance)->image;
	size_t type = f->type - f->instance->module->types;

	return (aot_entry *)((char *)image->entries + image->entries[type]);
}

void leave_crossings(struct aot_engine *e, uintptr_t sp)
{
	for (; e->crossing && (uintptr_t)e->crossing < sp; e->crossing = e->crossing->outer)
		enter_context(e->crossing->before);
}

/* The sanitizer would have what it looks after elsewhere than on this stack. */
__attribute__((no_sanitize("address"))) void call_compiled(struct exec *x, struct func *f,
							   union slot *slots)
{
	struct aot_engine *e = aot_engine_of(x);
	struct aot_context *c = context_of(x, f->instance);
	struct crossing crossing = {.outer = e->crossing, .before = enter_context(c)};

	e->crossing = &crossing;
	entry_of(f)(c, f->code, slots);
	e->crossing = crossing.outer;
	enter_context(crossing.before);
}

/* Nested activations are native recursion, which has to stop before C code runs into the guard. */
static bool fits(const struct aot_engine *e)
{
	const char *here = __builtin_frame_address(0);

	return !e->activation || here - (e->stack->low - e->stack->opened) > (256 << 10);
}

static enum outcome overflow(struct exec *x)
{
	struct aot_engine *e = x->engine;
	enum outcome outcome;

	if (!stack_open(e->stack))
		return x->trap = TRAP_STACK, EXEC_TRAP;
	outcome = exec_trap(x, TRAP_STACK, 0, 0);
	return outcome == EXEC_OK ? EXEC_TRAP : outcome;
}

struct bounds {
	const void *low;
	size_t size;
};

/* Tells the sanitizer which stack is in use from now on. Returns which one it was. */
static struct bounds name_stack(struct bounds now)
{
	struct bounds before = now;
#if __has_feature(address_sanitizer)
	void *fake;

	__sanitizer_start_switch_fiber(&fake, now.low, now.size);
	__sanitizer_finish_switch_fiber(fake, &before.low, &before.size);
#endif
	return before;
}

static enum outcome aot_call(struct exec *x, struct func *f, union slot *slots)
{
	struct aot_engine *e = aot_engine_of(x);
	const struct aot_context *outer;
	struct aot_context *c;
	struct activation a = {.prev = e->activation,
			       .exception = x->exception,
			       .fault = e->fault,
			       .crossing = e->crossing,
			       .guarded = e->guarded};
	const struct bounds stack = {e->stack->low, (size_t)(e->stack->high - e->stack->low)};
	struct bounds before;
	enum outcome outcome;

	if (f->instance->ops != &aot_ops) {
		x->trap_message = "a function that is not compiled";
		outcome = exec_trap(x, TRAP_HOST, 0, 0);
		return outcome == EXEC_OK ? EXEC_TRAP : outcome;
	}
	if (!fits(e))
		return overflow(x);
	c = context_of(x, f->instance);
	outer = enter_context(c);
	e->guarded = false;
	e->activation = &a;
	atomic_signal_fence(memory_order_seq_cst);
	before = name_stack(stack);
	outcome = aot_enter(&a, entry_of(f), c, f->code, slots, a.prev ? NULL : e->stack->high);
	name_stack(before);
	atomic_signal_fence(memory_order_seq_cst);
	e->activation = a.prev;
	e->guarded = a.guarded;
	e->fault = a.fault;
	e->crossing = a.crossing;
	if (outcome != EXEC_EXCEPTION)
		x->exception = a.exception;
	enter_context(outer);
	stack_settle(e, __builtin_frame_address(0));
	return outcome;
}

void stack_settle(struct aot_engine *e, const void *frame)
{
	const char *here = frame;

#if __has_feature(address_sanitizer)
	/* Of the frames that have been left nobody has taken the marks away. */
	__asan_unpoison_memory_region(here - (256 << 10), 256 << 10);
#endif
	while (e->fault && (const char *)e->fault < here)
		e->fault = e->fault->outer;
	if (e->stack->opened && (here > e->stack->low || !e->activation))
		stack_close(e->stack);
}

static bool is_polled(const struct aot_image *image, uintptr_t pc)
{
	return pc >= (uintptr_t)image->polled_begin && pc < (uintptr_t)image->polled_end;
}

static bool aot_interrupted(struct exec *x, const void *ucontext)
{
	const uintptr_t pc = signal_pc(ucontext);
	const struct aot_image *image = image_at(pc);

	return aot_engine_of(x)->activation && image && !is_polled(image, pc);
}

static bool aot_polled(struct exec *x, const void *ucontext)
{
	const uintptr_t pc = signal_pc(ucontext);
	const struct aot_image *image = image_at(pc);

	return aot_engine_of(x)->activation && image && is_polled(image, pc);
}

/* Called with everything in memory that callers keep in registers. */
static __attribute__((noinline)) size_t
visit_stack(struct exec *x,
	    void (*visit)(void *context, const uint64_t *begin, const uint64_t *end), void *context)
{
	const struct aot_engine *e = x->engine;
	const uint64_t *begin = __builtin_frame_address(0);
	const uint64_t *end = (const uint64_t *)e->stack->high;

	if (!e->activation)
		return 0;
	if (visit) {
		visit(context, begin, end);
		for (const struct aot_fault *fault = e->fault; fault; fault = fault->outer)
			visit(context, fault->begin, fault->end);
	}
	return end - begin;
}

static size_t aot_roots(struct exec *x,
			void (*visit)(void *context, const uint64_t *begin, const uint64_t *end),
			void *context)
{
	size_t n;

	__builtin_unwind_init();
	n = visit_stack(x, visit, context);
	__asm__ volatile(""); /* no tail call: this frame is what holds the registers */
	return n;
}

static void aot_forked(struct exec *x)
{
	stacks_forked(&aot_stacks, aot_engine_of(x)->stack);
}

const struct engine_ops aot_ops = {
	.init = aot_init,
	.init_thread = aot_init_thread,
	.free = aot_free,
	.call = aot_call,
	.fault = aot_fault,
	.interrupted = aot_interrupted,
	.polled = aot_polled,
	.interrupted_unwind = aot_unwind,
	.interrupted_resume = aot_interrupted_resume,
	.backtrace = aot_backtrace,
	.roots = aot_roots,
	.forked = aot_forked,
	.instance_free = detach,
};
