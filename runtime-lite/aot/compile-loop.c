/*
 * What a loop leaves as it is.
 *
 * WebAssembly has no volatile: `while (!flag);` has become a loop that loads from an address that does not change, and
 * LLVM would load once and loop for ever, whatever a signal handler or another thread stores. So accesses in loops
 * whose address is the same each time are volatile. The compiler that has made the module did move those out of loops
 * that it was allowed to move, so there is little to be lost. Stores likewise: they would be put off to the loop's end.
 */
#include "compile-function.h"

#include <stdlib.h>
#include <string.h>

#define LOOK_AT 32 /* values; what takes more is taken to be the same each time */

/* In the function's code, bytes from its beginning. */
struct extent {
	uint32_t begin, end;
};

struct assignment {
	uint32_t local, at;
};

struct loops {
	struct extent *loops; /* by begin */
	uint32_t nloops;
	struct assignment *assignments; /* by local, then place */
	uint32_t nassignments;
	/* From a local's alloca to its number, a hash table. */
	uint32_t *numbers; /* number + 1; 0: free */
	uint32_t mask;
	uint32_t budget;
};

static int by_local(const void *a, const void *b)
{
	const struct assignment *x = a, *y = b;

	if (x->local != y->local)
		return x->local < y->local ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static uint32_t count_loops(struct translation *t, uint32_t *assignments)
{
	uint32_t loops = 0;

	*assignments = 0;
	for (const uint8_t *p = t->fn->code; p < t->fn->end;) {
		const struct opinfo *info = opcode_info(leb_opcode(&p));

		loops += info->code == OP_LOOP;
		*assignments += info->code == OP_LOCAL_SET || info->code == OP_LOCAL_TEE;
		opcode_skip_immediates(&p, info->imm);
	}
	return loops;
}

static void find_loops(struct translation *t, struct loops *l, uint32_t *open)
{
	uint32_t depth = 0;

	for (const uint8_t *p = t->fn->code; p < t->fn->end;) {
		const struct opinfo *info = opcode_info(leb_opcode(&p));
		uint32_t at = p - t->fn->code;
		const uint8_t *immediate = p;

		opcode_skip_immediates(&p, info->imm);
		switch (info->code) {
		case OP_LOOP:
			open[depth++] = l->nloops;
			l->loops[l->nloops++] = (struct extent){at, 0};
			break;
		case OP_BLOCK:
		case OP_IF:
		case OP_TRY:
		case OP_TRY_TABLE: open[depth++] = UINT32_MAX; break;
		case OP_END:
		case OP_DELEGATE:
			if (depth && open[--depth] != UINT32_MAX)
				l->loops[open[depth]].end = at;
			break;
		case OP_LOCAL_SET:
		case OP_LOCAL_TEE:
			l->assignments[l->nassignments++] =
				(struct assignment){leb_u32(&immediate), at};
			break;
		}
	}
}

static uint32_t slot_of(LLVMValueRef v)
{
	return (uint32_t)(((uintptr_t)v >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

static void number_locals(struct translation *t, struct loops *l)
{
	uint32_t size = 16;

	while (size < 2 * t->nlocals)
		size *= 2;
	l->numbers = unit_alloc(t->u, size, sizeof(*l->numbers));
	l->mask = size - 1;
	for (uint32_t i = 0; i < t->nlocals; i++) {
		uint32_t at = slot_of(t->locals[i]) & l->mask;

		while (l->numbers[at])
			at = (at + 1) & l->mask;
		l->numbers[at] = i + 1;
	}
}

void loops_begin(struct translation *t)
{
	uint32_t assignments, n = count_loops(t, &assignments), *open;
	struct loops *l;

	if (!n || !t->plan->options->level)
		return;
	l = t->loops = unit_alloc(t->u, 1, sizeof(*l));
	l->loops = unit_alloc(t->u, n, sizeof(*l->loops));
	l->assignments = unit_alloc(t->u, assignments, sizeof(*l->assignments));
	/* Every block takes two bytes at least. */
	open = unit_alloc(t->u, (size_t)(t->fn->end - t->fn->code), sizeof(*open));
	find_loops(t, l, open);
	free(open);
	qsort(l->assignments, l->nassignments, sizeof(*l->assignments), by_local);
	number_locals(t, l);
}

void loops_end(struct translation *t)
{
	if (!t->loops)
		return;
	free(t->loops->loops);
	free(t->loops->assignments);
	free(t->loops->numbers);
	free(t->loops);
}

/* Loops that have been skipped are in the list too. */
uint32_t loop_number(struct translation *t, const uint8_t *begin)
{
	const struct loops *l = t->loops;
	uint32_t at = begin - t->fn->code, low = 0, high = l ? l->nloops : 0;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (l->loops[middle].begin < at)
			low = middle + 1;
		else
			high = middle;
	}
	return l ? low : NO_LOOP;
}

static bool is_assigned(const struct loops *l, uint32_t local, const struct extent *loop)
{
	uint32_t low = 0, high = l->nassignments;
	struct assignment first = {local, loop->begin};

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (by_local(&l->assignments[middle], &first) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < l->nassignments && l->assignments[low].local == local &&
	       l->assignments[low].at < loop->end;
}

/* UINT32_MAX: it is not a local. */
static uint32_t number_of(struct translation *t, LLVMValueRef pointer)
{
	const struct loops *l = t->loops;

	for (uint32_t at = slot_of(pointer) & l->mask; l->numbers[at]; at = (at + 1) & l->mask)
		if (t->locals[l->numbers[at] - 1] == pointer)
			return l->numbers[at] - 1;
	return UINT32_MAX;
}

static bool stays(struct translation *t, LLVMValueRef v)
{
	struct loops *l = t->loops;
	uint32_t local;

	if (!LLVMIsAInstruction(v) || LLVMIsAPHINode(v) || LLVMIsAAllocaInst(v) || !l->budget)
		return true;
	l->budget--;
	if (LLVMIsALoadInst(v)) {
		local = number_of(t, LLVMGetOperand(v, 0));
		if (local != UINT32_MAX)
			return !is_assigned(l, local, &l->loops[t->loop]);
		return !is_guest_access(v);
	}
	for (int i = 0; i < LLVMGetNumOperands(v); i++)
		if (!stays(t, LLVMGetOperand(v, (unsigned)i)))
			return false;
	return true;
}

bool stays_in_loop(struct translation *t, LLVMValueRef pointer)
{
	if (!t->loops || t->loop == NO_LOOP)
		return false;
	t->loops->budget = LOOK_AT;
	return stays(t, pointer);
}
