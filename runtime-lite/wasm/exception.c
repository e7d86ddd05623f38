/* The objects that exceptions are, and which of them are still needed. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

#define GOAL_MIN 256

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

/* On native stacks, where nobody says what is a variable. */
__attribute__((no_sanitize("address"))) static void mark_all(void *context, const uint64_t *begin,
							     const uint64_t *end)
{
	for (const uint64_t *p = begin; p < end; p++)
		mark(context, *p);
}

/* Frees what nothing refers to. Short of memory it does nothing: that is no
 * reason to fail. */
static void collect(struct exec *x)
{
	struct collection c = {.all = malloc(2 * x->nexceptions * sizeof(struct exception *))};
	uint32_t nglobals = x->home ? x->home->module->nglobals - x->home->module->nglobalimports
				    : 0;
	struct exception **link;

	if (!c.all)
		return;
	c.pending = c.all + x->nexceptions;
	for (struct exception *exn = x->exceptions; exn; exn = exn->next)
		c.all[c.n++] = exn;
	qsort(c.all, c.n, sizeof(c.all[0]), by_address);
	x->ops->roots(x, mark_all, &c);
	for (uint32_t i = 0; i < nglobals; i++)
		mark(&c, x->globals[i].slot[0].u64);
	mark(&c, (uintptr_t)x->exception);
	while (c.npending) {
		const struct exception *exn = c.pending[--c.npending];

		for (uint32_t i = 0; i < exn->nslots; i++)
			mark(&c, exn->slots[i].u64);
	}
	link = &x->exceptions;
	while (*link) {
		struct exception *exn = *link;

		if (exn->marked) {
			exn->marked = false;
			link = &exn->next;
		} else {
			*link = exn->next;
			x->nexceptions--;
			free(exn);
		}
	}
	free(c.all);
}

struct exception *exception_new(struct exec *x, struct tag *tag, const union slot *slots)
{
	struct exception *exn;
	uint32_t n = tag->type->nparams;

	for (uint32_t i = 0; i < tag->type->nparams; i++)
		n += tag->type->params[i] == TYPE_V128;
	if (x->nexceptions >= x->exceptions_goal) {
		size_t goal = x->ops->roots(x, NULL, NULL) / 16;

		if (x->nexceptions)
			collect(x);
		/* Looking at the stack must not cost more than what led to it. */
		if (goal < 2 * x->nexceptions)
			goal = 2 * x->nexceptions;
		x->exceptions_goal = goal < GOAL_MIN ? GOAL_MIN : goal;
	}
	exn = malloc(sizeof(*exn) + n * sizeof(exn->slots[0]));
	if (!exn)
		return NULL;
	exn->tag = tag;
	exn->marked = false;
	exn->nslots = n;
	memcpy(exn->slots, slots, n * sizeof(*slots));
	exn->next = x->exceptions;
	x->exceptions = exn;
	x->nexceptions++;
	return exn;
}

void exception_pin(struct exec *x, struct exception *exn)
{
	struct exception **link = &x->exceptions, *pinned = NULL;

	while (*link && *link != exn)
		link = &(*link)->next;
	if (!*link)
		return; /* already, or another thread's */
	*link = exn->next;
	exn->next = NULL;
	x->nexceptions--;
	/* What it holds is as visible as itself. */
	for (pinned = exn; pinned; pinned = pinned->next) {
		for (uint32_t i = 0; i < pinned->nslots; i++) {
			for (link = &x->exceptions; *link; link = &(*link)->next)
				if (*link == pinned->slots[i].exn)
					break;
			if (!*link)
				continue;
			struct exception *held = *link;

			*link = held->next;
			held->next = pinned->next;
			pinned->next = held;
			x->nexceptions--;
		}
	}
}

void exceptions_free(struct exec *x)
{
	while (x->exceptions) {
		struct exception *exn = x->exceptions;

		x->exceptions = exn->next;
		free(exn);
	}
}
