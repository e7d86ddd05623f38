/* Tables. */
#include "instance.h"
#include "constexpr.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * Of an unchecked table: what 32 bits can reach, and a little, since Linux aligns mappings of whole huge pages. Then the stack for
 * compiled code, which comes next, ends where the table begins, and if neither is for huge pages (MAP_STACK), the two are one mapping
 * and mostly one page table for fork() to copy.
 */
static size_t reserved_bytes(const struct table *table)
{
	if (table->type.unchecked)
		return (sizeof(union slot) << 32) + WASM_PAGE;
	/* mmap wants at least a byte. */
	return table->max ? table->max * sizeof(union slot) : 1;
}

/* Elements from..to become accessible. mprotect wants the start of a page; what lies before it is so already. */
static bool commit(struct table *table, uint32_t from, uint32_t to)
{
	const uintptr_t page = sysconf(_SC_PAGESIZE);
	uintptr_t start = (uintptr_t)(table->elems + from) & -page;
	uintptr_t end = ((uintptr_t)(table->elems + to) + page - 1) & -page;

	if (from == to)
		return true;
	if (mprotect((void *)start, end - start, PROT_READ | PROT_WRITE))
		return false;
	if (table->type.unchecked)
		for (union slot *p = table->elems + to; p < (union slot *)end; p++)
			p->u64 = TABLE_POISON;
	return true;
}

static void fill(struct table *table, uint32_t at, union slot value, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		table->elems[at + i] = value;
}

struct table *table_new(const struct tabletype *type, union slot init)
{
	const struct limits *l = &type->limits;

	if (l->min > MAX_TABLE_SIZE) {
		errno = ENOMEM;
		return NULL;
	}
	struct table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->type = *type;
	table->max = l->has_max && l->max < MAX_TABLE_SIZE ? l->max : MAX_TABLE_SIZE;
	table->elems = mmap(NULL, reserved_bytes(table), PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	if (table->elems == MAP_FAILED) {
		free(table);
		return NULL;
	}
	pthread_mutex_init(&table->lock, NULL);
	if (!commit(table, 0, l->min)) {
		table_free(table);
		errno = ENOMEM;
		return NULL;
	}
	if (init.u64) /* fresh memory is null references */
		fill(table, 0, init, l->min);
	atomic_init(&table->size, l->min);
	return table;
}

void table_free(struct table *table)
{
	munmap(table->elems, reserved_bytes(table));
	pthread_mutex_destroy(&table->lock);
	free(table);
}

int64_t table_grow(struct table *table, uint32_t delta, union slot init)
{
	int64_t result = -1;

	pthread_mutex_lock(&table->lock);
	uint32_t old = atomic_load(&table->size);

	if (delta <= table->max - old && commit(table, old, old + delta)) {
		fill(table, old, init, delta);
		/* Only now may other threads look at them. */
		atomic_store(&table->size, old + delta);
		result = old;
	}
	pthread_mutex_unlock(&table->lock);
	return result;
}

static bool in_range(uint32_t at, uint32_t n, uint32_t size)
{
	return n <= size && at <= size - n;
}

bool table_fill(struct table *table, uint32_t at, union slot value, uint32_t n)
{
	if (!in_range(at, n, table->size))
		return false;
	fill(table, at, value, n);
	return true;
}

bool table_copy(struct table *dst, uint32_t to, const struct table *src, uint32_t from, uint32_t n)
{
	if (!in_range(to, n, dst->size) || !in_range(from, n, src->size))
		return false;
	memmove(dst->elems + to, src->elems + from, n * sizeof(union slot));
	return true;
}

bool table_init(struct instance *inst, uint32_t table, uint32_t elem, uint32_t to, uint32_t from,
		uint32_t n)
{
	const struct elemsegment *seg = &inst->module->elems[elem];
	struct table *t = inst->tables[table];

	if (!in_range(from, n, inst->elem_dropped[elem] ? 0 : seg->count) ||
	    !in_range(to, n, t->size))
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (seg->funcs)
			t->elems[to + i].func = inst->funcs[seg->funcs[from + i]];
		else
			t->elems[to + i] =
				constexpr_eval(inst, inst->globals, &seg->exprs[from + i]).slot[0];
	return true;
}
