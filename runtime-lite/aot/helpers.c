/* What compiled code calls: abi.h has the contract of each. */
#include "run.h"

#include "../wasm/functype.h"

#include <signal.h>
#include <stdio.h>

/* What compiled code reads of these by itself. */
_Static_assert(sizeof(((struct func *)0)->key) == 8, "abi.h");

static inline struct aot_engine *engine(const struct aot_context *c)
{
	return c->exec->engine;
}

static inline const struct instance *instance(const struct aot_context *c)
{
	return c->shared->instance;
}

/* Returns when what has trapped is to be tried again. */
static __attribute__((cold, noinline)) void trap_at(struct aot_context *c, enum trap trap,
						    uint64_t address, int fault)
{
	enum outcome outcome = exec_trap(c->exec, trap, address, fault);

	if (outcome != EXEC_OK)
		aot_unwind(c->exec, outcome);
}

static void attend(struct aot_context *c)
{
	struct exec *x = c->exec;
	enum outcome outcome = x->unwind;

	stack_settle(engine(c), __builtin_frame_address(0));
	x->unwind = EXEC_OK;
	if (outcome == EXEC_OK)
		outcome = exec_poll(x);
	if (outcome != EXEC_OK)
		aot_unwind(x, outcome);
}

static _Noreturn void trap(struct aot_context *c, uint32_t trap)
{
	/* Nothing that it depends on can change. */
	for (;;)
		trap_at(c, trap, 0, 0);
}

static void call(struct aot_context *c, struct func *f, union slot *slots)
{
	struct exec *x = c->exec;

	if (!f->instance) {
		f->host->call(x, slots); /* who has called looks at x->unwind */
	} else if (f->instance->ops == &aot_ops) {
		call_compiled(x, f, slots);
	} else {
		x->trap_message = "a function that is not compiled";
		trap(c, TRAP_HOST);
	}
}

static void call_indirect(struct aot_context *c, uint32_t table, uint32_t index, uint32_t type,
			  union slot *slots)
{
	const struct functype *want = &instance(c)->module->types[type];
	const struct table *t = instance(c)->tables[table];

	for (;;) {
		struct func *f = NULL;

		if (index >= atomic_load_explicit(&t->size, memory_order_relaxed)) {
			trap_at(c, TRAP_UNDEFINED_ELEMENT, 0, 0);
		} else if (!(f = t->elems[index].func)) {
			trap_at(c, TRAP_UNINITIALIZED_ELEMENT, 0, 0);
		} else if (f->type->id != want->id) {
			char have[70], wanted[70];
			char *message = engine(c)->message;

			snprintf(message, sizeof(engine(c)->message), "called as %s, but it is %s",
				 functype_format(want, wanted, sizeof(wanted)),
				 functype_format(f->type, have, sizeof(have)));
			c->exec->trap_message = message;
			trap_at(c, TRAP_INDIRECT_TYPE, 0, 0);
		} else {
			call(c, f, slots);
			return;
		}
	}
}

static _Noreturn void throw(struct aot_context * c, uint32_t tag, const union slot *slots)
{
	aot_unwind(c->exec, exec_throw(c->exec, instance(c)->tags[tag], slots));
}

static _Noreturn void rethrow(struct aot_context *c, struct exception *exn)
{
	if (!exn)
		trap(c, TRAP_NULL_EXCEPTION);
	c->exec->exception = exn;
	aot_unwind(c->exec, EXEC_EXCEPTION);
}

static struct exception *caught(struct aot_context *c, void *unwind_exception)
{
	struct aot_engine *e = engine(c);
	struct exception *exn = c->exec->exception;

	(void)unwind_exception;
	c->exec->exception = NULL;
	e->guarded = false;
	stack_settle(e, __builtin_frame_address(0));
	return exn;
}

/*
 * memories
 */

static struct memory *memory(const struct aot_context *c, uint32_t index)
{
	return instance(c)->memories[index];
}

/* Around accesses to guest memory: what faults there is the guest's fault. */
static inline void guard(const struct aot_context *c)
{
	atomic_store_explicit(&engine(c)->guarded, true, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
}

static inline void unguard(const struct aot_context *c)
{
	atomic_signal_fence(memory_order_seq_cst);
	atomic_store_explicit(&engine(c)->guarded, false, memory_order_relaxed);
}

static bool in_range(uint64_t at, uint64_t n, uint64_t size)
{
	return at <= size && n <= size - at;
}

static void check(struct aot_context *c, const struct memory *m, uint32_t at, uint32_t n)
{
	while (!in_range(at, n, atomic_load_explicit(&m->bytes, memory_order_relaxed)))
		trap_at(c, TRAP_MEMORY, at, SIGSEGV);
}

static int32_t grow_memory(struct aot_context *c, uint32_t index, uint32_t pages)
{
	return (int32_t)memory_grow(memory(c, index), pages);
}

static void copy_memory(struct aot_context *c, uint32_t to_memory, uint32_t from_memory,
			uint32_t to, uint32_t from, uint32_t n)
{
	const struct memory *dst = memory(c, to_memory), *src = memory(c, from_memory);

	check(c, dst, to, n);
	check(c, src, from, n);
	guard(c);
	guest_copy(dst->base + to, src->base + from, n);
	unguard(c);
}

static void fill_memory(struct aot_context *c, uint32_t index, uint32_t at, uint32_t value,
			uint32_t n)
{
	const struct memory *m = memory(c, index);

	check(c, m, at, n);
	guard(c);
	guest_fill(m->base + at, (int)value, n);
	unguard(c);
}

static void init_memory(struct aot_context *c, uint32_t index, uint32_t segment, uint32_t to,
			uint32_t from, uint32_t n)
{
	const struct datasegment *data = &instance(c)->module->data[segment];
	const struct memory *m = memory(c, index);

	while (!in_range(from, n,
			 atomic_load(&instance(c)->data_dropped[segment]) ? 0 : data->size))
		trap_at(c, TRAP_MEMORY, to, SIGSEGV);
	check(c, m, to, n);
	if (!n)
		return;
	guard(c);
	guest_copy(m->base + to, data->bytes + from, n);
	unguard(c);
}

static void drop_data(struct aot_context *c, uint32_t segment)
{
	atomic_store(&instance(c)->data_dropped[segment], true);
}

/* The native address of an atomic access, which is aligned, or traps. It has been read, so that nothing that holds a lock
 * is the first to fault. */
static void *atomic_address(struct aot_context *c, uint32_t index, uint64_t address, unsigned size)
{
	uint8_t *p = memory(c, index)->base + address;

	while (address % size)
		trap_at(c, TRAP_UNALIGNED, 0, 0);
	guard(c);
	if (size == 4)
		(void)*(volatile uint32_t *)p;
	else
		(void)*(volatile uint64_t *)p;
	unguard(c);
	return p;
}

static uint32_t notify(struct aot_context *c, uint32_t index, uint64_t address, uint32_t count)
{
	void *p = atomic_address(c, index, address, 4);

	return memory(c, index)->type.limits.shared ? atomic_notify(p, count) : 0;
}

static uint32_t wait(struct aot_context *c, uint32_t index, uint64_t address, uint64_t expected,
		     unsigned size, int64_t timeout)
{
	enum outcome outcome;
	int result;
	void *p;

	/* Alignment first, as the interpreter has it. */
	while (address % size)
		trap_at(c, TRAP_UNALIGNED, 0, 0);
	if (!memory(c, index)->type.limits.shared)
		trap(c, TRAP_SHARED_WAIT);
	p = atomic_address(c, index, address, size);
	result = atomic_wait(c->exec, p, expected, size, timeout, &outcome);
	if (result < 0)
		aot_unwind(c->exec, outcome);
	return (uint32_t)result;
}

static uint32_t wait32(struct aot_context *c, uint32_t index, uint64_t address, uint32_t expected,
		       int64_t timeout)
{
	return wait(c, index, address, expected, 4, timeout);
}

static uint32_t wait64(struct aot_context *c, uint32_t index, uint64_t address, uint64_t expected,
		       int64_t timeout)
{
	return wait(c, index, address, expected, 8, timeout);
}

/*
 * tables
 */

static union slot *element(struct aot_context *c, uint32_t index, uint32_t at)
{
	struct table *t = instance(c)->tables[index];

	while (at >= atomic_load_explicit(&t->size, memory_order_relaxed))
		trap_at(c, TRAP_TABLE, 0, 0);
	return &t->elems[at];
}

/* Other threads see what is in a table. */
static union slot shared_value(struct aot_context *c, const struct table *t, void *value)
{
	if (t->type.elem == TYPE_EXNREF && value)
		exception_pin(c->exec, value);
	return (union slot){.externref = value};
}

static void *get_element(struct aot_context *c, uint32_t index, uint32_t at)
{
	return element(c, index, at)->externref;
}

static void set_element(struct aot_context *c, uint32_t index, uint32_t at, void *value)
{
	union slot *p = element(c, index, at);

	*p = shared_value(c, instance(c)->tables[index], value);
}

static int32_t grow_table(struct aot_context *c, uint32_t index, void *value, uint32_t n)
{
	struct table *t = instance(c)->tables[index];

	return (int32_t)table_grow(t, n, shared_value(c, t, value));
}

static void fill_table(struct aot_context *c, uint32_t index, uint32_t at, void *value, uint32_t n)
{
	struct table *t = instance(c)->tables[index];
	union slot v = shared_value(c, t, value);

	while (!table_fill(t, at, v, n))
		trap_at(c, TRAP_TABLE, 0, 0);
}

static void copy_table(struct aot_context *c, uint32_t to_table, uint32_t from_table, uint32_t to,
		       uint32_t from, uint32_t n)
{
	while (!table_copy(instance(c)->tables[to_table], to, instance(c)->tables[from_table], from,
			   n))
		trap_at(c, TRAP_TABLE, 0, 0);
}

static void init_table(struct aot_context *c, uint32_t index, uint32_t segment, uint32_t to,
		       uint32_t from, uint32_t n)
{
	while (!table_init(c->shared->instance, index, segment, to, from, n))
		trap_at(c, TRAP_TABLE, 0, 0);
}

static void drop_elem(struct aot_context *c, uint32_t segment)
{
	atomic_store(&instance(c)->elem_dropped[segment], true);
}

static void pin(struct aot_context *c, struct exception *exn)
{
	if (exn)
		exception_pin(c->exec, exn);
}

const struct aot_helpers aot_helpers = {
	.attend = attend,
	.trap = trap,
	.call = call,
	.call_indirect = call_indirect,
	.throw = throw,
	.rethrow = rethrow,
	.caught = caught,
	.memory_grow = grow_memory,
	.memory_copy = copy_memory,
	.memory_fill = fill_memory,
	.memory_init = init_memory,
	.data_drop = drop_data,
	.notify = notify,
	.wait32 = wait32,
	.wait64 = wait64,
	.table_get = get_element,
	.table_set = set_element,
	.table_grow = grow_table,
	.table_fill = fill_table,
	.table_copy = copy_table,
	.table_init = init_table,
	.elem_drop = drop_elem,
	.global_pin = pin,
};
