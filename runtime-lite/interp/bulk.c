/*
 * What works on whole ranges of memories and tables, references, and throwing:
 * instructions that cost enough for a C call not to matter. Operands are in
 * slots.
 */
#include "handler.h"
#include "tables.h"

static bool in_range(uint64_t at, uint64_t n, uint64_t size)
{
	return at <= size && n <= size - at;
}

static uint64_t bytes_of(struct memory *m)
{
	return atomic_load_explicit(&m->bytes, memory_order_relaxed);
}

/* For memory.copy onto itself: were it to fault half-way and be executed again,
 * it would copy what it has written. So any fault comes first. */
static void touch(volatile uint8_t *p, uint64_t n)
{
	if (!n)
		return;
	for (uint64_t at = 0; at < n; at += 4096)
		__atomic_fetch_or(p + at, 0, __ATOMIC_RELAXED);
	__atomic_fetch_or(p + n - 1, 0, __ATOMIC_RELAXED);
}

/* These return false when out of bounds, with the address in e->fault_address.
 * Holes fault. */
static bool copy(struct engine *e, struct memory *to, uint32_t at, struct memory *from,
		 uint32_t start, uint32_t n)
{
	uint8_t *dst = to->base + at, *src = from->base + start;

	if (!in_range(at, n, bytes_of(to)) || !in_range(start, n, bytes_of(from))) {
		e->fault_address = in_range(at, n, bytes_of(to)) ? start : at;
		return false;
	}
	guard(e);
	if (dst < src + n && src < dst + n)
		touch(dst, n);
	memmove(dst, src, n);
	unguard(e);
	return true;
}

static bool fill(struct engine *e, struct memory *to, uint32_t at, int value, uint32_t n)
{
	if (!in_range(at, n, bytes_of(to))) {
		e->fault_address = at;
		return false;
	}
	guard(e);
	memset(to->base + at, value, n);
	unguard(e);
	return true;
}

static bool init(struct engine *e, uint32_t segment, struct memory *to, uint32_t at, uint32_t start,
		 uint32_t n)
{
	const struct datasegment *data = &e->instance->module->data[segment];
	uint32_t size = atomic_load(&e->instance->data_dropped[segment]) ? 0 : data->size;

	if (!in_range(start, n, size) || !in_range(at, n, bytes_of(to))) {
		e->fault_address = at;
		return false;
	}
	if (!n)
		return true;
	guard(e);
	memcpy(to->base + at, data->bytes + start, n);
	unguard(e);
	return true;
}

/* After C code: what it may have changed, except the registers that survive
 * calls. */
#define CONTINUE(words)                                                                            \
	do {                                                                                       \
		g = engine_of(x)->globals;                                                         \
		NEXT(words);                                                                       \
	} while (0)

HANDLER(op_memory_copy)
{
	SAVE();
	if (!copy(engine_of(x), POINTER(struct memory, 2), SLOT(0).u32, POINTER(struct memory, 3),
		  SLOT(1).u32, SLOT(2).u32))
		GOTO(trap_memory);
	CONTINUE(4);
}

HANDLER(op_memory_fill)
{
	SAVE();
	if (!fill(engine_of(x), POINTER(struct memory, 2), SLOT(0).u32, SLOT(1).i32, SLOT(2).u32))
		GOTO(trap_memory);
	CONTINUE(3);
}

HANDLER(op_memory_init)
{
	SAVE();
	if (!init(engine_of(x), WORD(3), POINTER(struct memory, 2), SLOT(0).u32, SLOT(1).u32,
		  SLOT(2).u32))
		GOTO(trap_memory);
	CONTINUE(4);
}

HANDLER(op_data_drop)
{
	atomic_store(&engine_of(x)->instance->data_dropped[WIDE1], true);
	NEXT(2);
}

HANDLER(op_memory_size)
{
	a = bytes_of(POINTER(struct memory, 2)) / WASM_PAGE;
	SLOT(0).u64 = a;
	NEXT(3);
}

HANDLER(op_memory_grow)
{
	int64_t pages;

	SAVE();
	pages = memory_grow(POINTER(struct memory, 2), SLOT(1).u32);
	SLOT(0).u64 = (uint32_t)pages;
	CONTINUE(3);
}

/* WIDE1 is the index of the table. */
#define TABLE (engine_of(x)->instance->tables[WIDE1])

HANDLER(op_table_get)
{
	const struct table *table = TABLE;
	uint32_t i = SLOT(1).u32;

	if (UNLIKELY(i >= atomic_load_explicit(&table->size, memory_order_relaxed)))
		GOTO(trap_table);
	a = table->elems[i].u64;
	SLOT(0).u64 = a;
	NEXT(2);
}

HANDLER(op_table_set)
{
	const struct table *table = TABLE;
	uint32_t i = SLOT(0).u32;

	if (UNLIKELY(i >= atomic_load_explicit(&table->size, memory_order_relaxed)))
		GOTO(trap_table);
	table->elems[i] = SLOT(1);
	NEXT(2);
}

HANDLER(op_table_size)
{
	a = atomic_load_explicit(&TABLE->size, memory_order_relaxed);
	SLOT(0).u64 = a;
	NEXT(2);
}

/* More than two slots and a table: the table's index is in the next word. */
#define TABLE_FAR (engine_of(x)->instance->tables[(uint32_t)WORD(2)])

HANDLER(op_table_grow)
{
	int64_t old;

	SAVE();
	old = table_grow(TABLE_FAR, SLOT(2).u32, SLOT(1));
	SLOT(0).u64 = (uint32_t)old;
	CONTINUE(3);
}

HANDLER(op_table_fill)
{
	SAVE();
	if (!table_fill(TABLE_FAR, SLOT(0).u32, SLOT(1), SLOT(2).u32))
		GOTO(trap_table);
	CONTINUE(3);
}

/* The second index is in the high half. */
HANDLER(op_table_copy)
{
	SAVE();
	if (!table_copy(TABLE_FAR, SLOT(0).u32, engine_of(x)->instance->tables[WORD(2) >> 32],
			SLOT(1).u32, SLOT(2).u32))
		GOTO(trap_table);
	CONTINUE(3);
}

HANDLER(op_table_init)
{
	SAVE();
	if (!table_init(engine_of(x)->instance, WORD(2), WORD(2) >> 32, SLOT(0).u32, SLOT(1).u32,
			SLOT(2).u32))
		GOTO(trap_table);
	CONTINUE(3);
}

HANDLER(op_elem_drop)
{
	atomic_store(&engine_of(x)->instance->elem_dropped[WIDE1], true);
	NEXT(2);
}

HANDLER(op_is_null)
{
	a = SLOT(1).u64 == 0;
	SLOT(0).u64 = a;
	NEXT(2);
}

/* An exnref that is about to be put where other threads can see it. */
HANDLER(op_pin)
{
	SAVE();
	if (SLOT(0).exn)
		exception_pin(x, SLOT(0).exn);
	CONTINUE(2);
}

COLD_HANDLER(out_of_memory)
{
	(void)g;
	x->trap_message = "out of memory for an exception";
	SAVE();
	SAVE_TOP();
	raise_trap(x, TRAP_HOST, 0, 0);
	return EXEC_TRAP;
}

/* WIDE1: where the values are. */
HANDLER(op_throw)
{
	SAVE();
	SAVE_TOP();
	x->exception = exception_new(x, POINTER(struct tag, 2), fp + WIDE1);
	if (!x->exception)
		GOTO(out_of_memory);
	GOTO(unwind_exception);
}

HANDLER(op_throw_ref)
{
	if (!SLOT(0).exn)
		GOTO(trap_null_exception);
	x->exception = SLOT(0).exn;
	GOTO(unwind_exception);
}
