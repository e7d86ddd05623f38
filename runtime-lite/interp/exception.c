/*
 * Exceptions: the scopes that catch them and the objects they are.
 *
 * An exception lives for as long as an exnref to it may be around. References
 * are found by looking at every word of this thread's value stack and globals;
 * one that is put where other threads can see it (a table, an imported global)
 * is taken off the list for good by exception_pin().
 */
#include "handler.h"

#include <stdlib.h>

#define GOAL_MIN 256

static uint32_t innermost_scope(const struct code *code, size_t at)
{
	uint32_t low = 0, high = code->nregions;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (code->regions[middle].at <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? code->regions[low - 1].handler : NO_HANDLER;
}

static const struct catch_clause *find_clause(const struct code *code, size_t at, struct tag *tag)
{
	for (uint32_t i = innermost_scope(code, at); i != NO_HANDLER; i = code->scopes[i].parent) {
		for (uint32_t k = code->scopes[i].first; k != NO_CLAUSE; k = code->clauses[k].next)
			if (!code->clauses[k].tag || code->clauses[k].tag == tag)
				return &code->clauses[k];
	}
	return NULL;
}

bool exception_unwind(struct exec *x, const uint64_t *pc, union slot *fp)
{
	struct engine *e = engine_of(x);
	struct exception *exn = x->exception;

	for (;;) {
		const struct code *code = frame_code(fp);
		const struct catch_clause *clause = find_clause(code, pc - code->words, exn->tag);
		uint64_t ret = fp[FRAME_RETURN].u64;

		if (clause) {
			if (clause->tag)
				memcpy(fp + clause->slot, exn->slots, exn->nslots * sizeof(*fp));
			if (clause->ref_slot != NO_SLOT)
				fp[clause->ref_slot].exn = exn;
			x->exception = NULL;
			e->pc = code->words + clause->target;
			e->fp = fp;
			e->mem = enter_instance(x, code->instance);
			return true;
		}
		if (ret == (uintptr_t)exit_code)
			return false;
		if (ret == (uintptr_t)cross_code)
			ret = (uintptr_t)crossing_pop(x);
		fp = (union slot *)(uintptr_t)fp[FRAME_CALLER].u64;
		/* Within the call instruction, not after it. */
		pc = (const uint64_t *)(uintptr_t)ret - 1;
	}
}

static int by_address(const void *p, const void *q)
{
	uintptr_t a = *(const uintptr_t *)p, b = *(const uintptr_t *)q;

	return (a > b) - (a < b);
}

/* All exceptions by address, and those that are marked but not looked into yet.
 */
struct collection {
	struct exception **all, **pending;
	size_t n, npending;
};

static void mark(struct collection *c, uint64_t word)
{
	size_t low = 0, high = c->n;

	if (word < (uintptr_t)c->all[0] || word > (uintptr_t)c->all[c->n - 1])
		return;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if ((uintptr_t)c->all[middle] < word)
			low = middle + 1;
		else
			high = middle;
	}
	if ((uintptr_t)c->all[low] != word || c->all[low]->marked)
		return;
	c->all[low]->marked = true;
	c->pending[c->npending++] = c->all[low];
}

/* Frees what nothing refers to. Short of memory it does nothing: that is no
 * reason to fail. */
static void collect(struct exec *x)
{
	struct engine *e = engine_of(x);
	struct collection c = {.all = malloc(2 * e->nexceptions * sizeof(struct exception *))};
	uint32_t nglobals = x->home ? x->home->module->nglobals - x->home->module->nglobalimports
				    : 0;
	struct exception **link;

	if (!c.all)
		return;
	c.pending = c.all + e->nexceptions;
	for (struct exception *exn = e->exceptions; exn; exn = exn->next)
		c.all[c.n++] = exn;
	qsort(c.all, c.n, sizeof(c.all[0]), by_address);
	for (const union slot *p = e->stack; p < e->top; p++)
		mark(&c, p->u64);
	for (uint32_t i = 0; i < nglobals; i++)
		mark(&c, x->globals[i].slot[0].u64);
	mark(&c, (uintptr_t)x->exception);
	while (c.npending) {
		const struct exception *exn = c.pending[--c.npending];

		for (uint32_t i = 0; i < exn->nslots; i++)
			mark(&c, exn->slots[i].u64);
	}
	link = &e->exceptions;
	while (*link) {
		struct exception *exn = *link;

		if (exn->marked) {
			exn->marked = false;
			link = &exn->next;
		} else {
			*link = exn->next;
			e->nexceptions--;
			free(exn);
		}
	}
	free(c.all);
}

struct exception *exception_new(struct exec *x, struct tag *tag, const union slot *slots)
{
	struct engine *e = engine_of(x);
	struct exception *exn;
	uint32_t n = tag->type->nparams;

	for (uint32_t i = 0; i < tag->type->nparams; i++)
		n += tag->type->params[i] == TYPE_V128;
	if (e->nexceptions >= e->exceptions_goal) {
		size_t goal = (e->top - e->stack) / 16;

		if (e->nexceptions)
			collect(x);
		/* Looking at the stack must not cost more than what led to it. */
		if (goal < 2 * e->nexceptions)
			goal = 2 * e->nexceptions;
		e->exceptions_goal = goal < GOAL_MIN ? GOAL_MIN : goal;
	}
	exn = malloc(sizeof(*exn) + n * sizeof(exn->slots[0]));
	if (!exn)
		return NULL;
	exn->tag = tag;
	exn->marked = false;
	exn->nslots = n;
	memcpy(exn->slots, slots, n * sizeof(*slots));
	exn->next = e->exceptions;
	e->exceptions = exn;
	e->nexceptions++;
	return exn;
}

void exception_pin(struct exec *x, struct exception *exn)
{
	struct engine *e = engine_of(x);
	struct exception **link = &e->exceptions, *pinned = NULL;

	while (*link && *link != exn)
		link = &(*link)->next;
	if (!*link)
		return; /* already, or another thread's */
	*link = exn->next;
	exn->next = NULL;
	e->nexceptions--;
	/* What it holds is as visible as itself. */
	for (pinned = exn; pinned; pinned = pinned->next) {
		for (uint32_t i = 0; i < pinned->nslots; i++) {
			for (link = &e->exceptions; *link; link = &(*link)->next)
				if (*link == pinned->slots[i].exn)
					break;
			if (!*link)
				continue;
			struct exception *held = *link;

			*link = held->next;
			held->next = pinned->next;
			pinned->next = held;
			e->nexceptions--;
		}
	}
}

void exceptions_free(struct exec *x)
{
	struct engine *e = engine_of(x);

	while (e->exceptions) {
		struct exception *exn = e->exceptions;

		e->exceptions = exn->next;
		free(exn);
	}
}
