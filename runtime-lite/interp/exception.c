/* Exceptions: finding the scope that catches one. */
#include "handler.h"

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
