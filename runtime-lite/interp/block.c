/* Translation of blocks, handlers of exceptions, and calls. */
#include "translate.h"

#include <string.h>

uint32_t width_of_all(const uint8_t *types, uint32_t n)
{
	uint32_t width = n;

	for (uint32_t i = 0; i < n; i++)
		width += types[i] == TYPE_V128;
	return width;
}

/* Scopes of exceptions. */

static void enter_scope(struct translation *t, uint32_t scope)
{
	t->scope = scope;
	/* What comes is not to be fused with what was before. */
	t->last.end = t->last_move.end = 0;
	if (t->nregions && t->regions[t->nregions - 1].at == t->nwords) {
		t->regions[t->nregions - 1].handler = scope;
		return;
	}
	GROW(t, regions);
	t->regions[t->nregions++] = (struct region){t->nwords, scope};
}

static uint32_t new_scope(struct translation *t)
{
	GROW(t, scopes);
	t->scopes[t->nscopes] = (struct handler_scope){t->scope, NO_CLAUSE};
	return t->nscopes++;
}

/* After `last`, or (NO_CLAUSE) as the first of its scope. */
static uint32_t add_clause(struct translation *t, uint32_t scope, uint32_t last,
			   struct catch_clause clause)
{
	clause.next = NO_CLAUSE;
	GROW(t, clauses);
	t->clauses[t->nclauses] = clause;
	if (last == NO_CLAUSE)
		t->scopes[scope].first = t->nclauses;
	else
		t->clauses[last].next = t->nclauses;
	return t->nclauses++;
}

static void translate_catches(struct translation *t, uint32_t scope)
{
	uint32_t n = leb_u32(&t->p), last = NO_CLAUSE;

	for (uint32_t i = 0; i < n; i++) {
		enum catchkind kind = *t->p++;
		struct catch_clause clause = {.ref_slot = NO_SLOT};
		const struct functype *type = NULL;
		struct block *b;
		int32_t slot;

		if (kind == CATCH || kind == CATCH_REF) {
			clause.tag = t->inst->tags[leb_u32(&t->p)];
			type = clause.tag->type;
		}
		b = label(t, leb_u32(&t->p));
		/* To return, values go through the stack here: nothing on it is needed any
     * more. */
		slot = b->kind == BLOCK_FUNCTION ? t->top : b->slot;
		clause.slot = slot;
		slot += type ? width_of_all(type->params, type->nparams) : 0;
		if (kind == CATCH_REF || kind == CATCH_ALL_REF)
			clause.ref_slot = slot++;
		if (t->max_top < slot)
			t->max_top = slot;
		if (b->kind == BLOCK_LOOP)
			clause.target = b->start;
		last = add_clause(t, scope, last, clause);
		if (b->kind == BLOCK_FUNCTION) {
			uint32_t over = NO_FIXUP, values = t->nvalues;

			emit(t, op_br, 2);
			add_fixup(t, &over, t->nwords - 2, 2 * t->nwords - 1);
			forget(t);
			t->clauses[last].target = t->nwords;
			for (uint32_t k = 0; k < t->type->nresults; k++)
				push_slot(t, t->type->results[k]);
			emit_return(t, true);
			truncate_values(t, values);
			bind(t, &over);
		} else if (b->kind != BLOCK_LOOP)
			add_fixup(t, &b->fixups, CLAUSE_FIXUP, last);
	}
}

/* Blocks. */

static struct block *push_block(struct translation *t, enum block_kind kind)
{
	struct block *b;

	GROW(t, blocks);
	b = &t->blocks[t->nblocks++];
	*b = (struct block){.kind = kind,
			    .fixups = NO_FIXUP,
			    .else_fixups = NO_FIXUP,
			    .outer = t->scope,
			    .inner = t->scope,
			    .last_clause = NO_CLAUSE,
			    .stub_owner = UINT32_MAX};
	return b;
}

void begin_function(struct translation *t)
{
	struct block *b = push_block(t, BLOCK_FUNCTION);

	b->results = t->type->results;
	b->nresults = t->type->nresults;
}

static struct block *begin_block(struct translation *t, enum block_kind kind)
{
	struct block *b = push_block(t, kind);
	int64_t type = leb_s64(&t->p);

	if (type >= 0) {
		const struct functype *ft = &t->m->types[type];

		b->params = ft->params;
		b->nparams = ft->nparams;
		b->results = ft->results;
		b->nresults = ft->nresults;
	} else if (type != -64) {
		/* A value type: its byte is the number. */
		b->results = t->p - 1;
		b->nresults = 1;
	}
	b->height = t->nvalues - b->nparams;
	b->slot = b->nparams ? t->values[b->height].home : t->top;
	return b;
}

static void push_slots(struct translation *t, const uint8_t *types, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		push_slot(t, types[i]);
}

static void translate_if(struct translation *t)
{
	struct value c = pop(t);
	struct block *b;
	uint32_t at;

	flush_locals(t);
	b = begin_block(t, BLOCK_IF);
	place(t, b->nparams, b->slot);
	for (uint32_t i = b->height; i < t->nvalues; i++)
		t->values[i].kind = VALUE_SLOT;
	keep_stores(t, c.home);
	at = emit_condition(t, &c, true, false);
	add_fixup(t, &b->else_fixups, at, 2 * at + 3);
}

/* What falls through the end of a block, or of its first part, into its label.
 */
static void fall_through(struct translation *t, struct block *b, bool jump)
{
	if (t->dead)
		return;
	place(t, b->nresults, b->slot);
	if (jump)
		aim(t, b, emit_jump(t, false));
}

static void translate_else(struct translation *t)
{
	struct block *b = label(t, 0);

	fall_through(t, b, true);
	b->kind = BLOCK_ELSE;
	truncate_values(t, b->height);
	t->top = b->slot;
	push_slots(t, b->params, b->nparams);
	bind(t, &b->else_fixups);
	t->dead = false;
}

static void translate_catch(struct translation *t, bool all)
{
	struct block *b = label(t, 0);
	struct catch_clause clause = {.ref_slot = b->slot, .slot = b->slot + 1};
	const struct functype *type = NULL;

	if (!all) {
		clause.tag = t->inst->tags[leb_u32(&t->p)];
		type = clause.tag->type;
	}
	fall_through(t, b, true);
	if (b->kind == BLOCK_TRY) {
		b->kind = BLOCK_CATCH;
		enter_scope(t, b->outer);
	}
	forget(t);
	clause.target = t->nwords;
	b->last_clause = add_clause(t, b->inner, b->last_clause, clause);
	truncate_values(t, b->height);
	t->top = b->slot;
	/* What rethrow needs stays below the values for as long as this lasts. */
	push_slot(t, TYPE_EXNREF);
	if (type)
		push_slots(t, type->params, type->nparams);
	t->dead = false;
}

/* Within a block, exceptions go to this scope. In a catch that is the one
 * around the try. */
static uint32_t scope_in(const struct block *b)
{
	return b->kind == BLOCK_CATCH ? b->outer : b->inner;
}

static void end_block(struct translation *t)
{
	struct block b = *label(t, 0);
	bool meets = b.fixups != NO_FIXUP || b.kind == BLOCK_IF;

	if (b.kind == BLOCK_LOOP || (!meets && b.kind != BLOCK_CATCH)) {
		/* Nothing else comes here: the values may stay as they are. */
		if (t->dead) {
			truncate_values(t, b.height);
			t->top = b.slot;
			push_slots(t, b.results, b.nresults);
		}
	} else {
		fall_through(t, &b, false);
		truncate_values(t, b.height);
		t->top = b.slot;
		push_slots(t, b.results, b.nresults);
		if (meets)
			t->dead = false;
		bind(t, &b.fixups);
		bind(t, &b.else_fixups);
		forget(t);
	}
	if (t->scope != b.outer)
		enter_scope(t, b.outer);
	t->nblocks--;
}

static void translate_delegate(struct translation *t)
{
	uint32_t depth = leb_u32(&t->p);

	t->scopes[label(t, 0)->inner].parent = scope_in(label(t, depth + 1));
	end_block(t);
}

bool translate_block(struct translation *t, uint32_t op)
{
	struct block *b;

	switch (op) {
	case OP_BLOCK:
		flush_locals(t);
		begin_block(t, BLOCK_PLAIN);
		break;
	case OP_LOOP:
		flush_locals(t);
		b = begin_block(t, BLOCK_LOOP);
		place(t, b->nparams, b->slot);
		for (uint32_t i = b->height; i < t->nvalues; i++)
			t->values[i].kind = VALUE_SLOT;
		b->start = t->nwords;
		forget(t);
		break;
	case OP_IF: translate_if(t); break;
	case OP_TRY:
	case OP_TRY_TABLE:
		flush_locals(t);
		b = begin_block(t, op == OP_TRY ? BLOCK_TRY : BLOCK_PLAIN);
		b->inner = new_scope(t);
		if (op == OP_TRY_TABLE) {
			/* Labels of the clauses count from outside. */
			struct block saved = *b;

			t->nblocks--;
			translate_catches(t, saved.inner);
			t->blocks[t->nblocks++] = saved;
			b = label(t, 0);
		}
		enter_scope(t, b->inner);
		break;
	case OP_ELSE: translate_else(t); break;
	case OP_CATCH: translate_catch(t, false); break;
	case OP_CATCH_ALL: translate_catch(t, true); break;
	case OP_DELEGATE: translate_delegate(t); break;
	case OP_END:
		if (t->nblocks == 1) {
			if (!t->dead)
				emit_return(t, true);
			return true;
		}
		end_block(t);
		break;
	case OP_BR:
		emit_branch(t, leb_u32(&t->p), true);
		t->dead = true;
		break;
	case OP_BR_IF: emit_branch_if(t, leb_u32(&t->p)); break;
	case OP_BR_TABLE:
		emit_branch_table(t);
		t->dead = true;
		break;
	case OP_RETURN:
		emit_return(t, true);
		t->dead = true;
		break;
	case OP_THROW: {
		struct tag *tag = t->inst->tags[leb_u32(&t->p)];
		uint32_t n = tag->type->nparams;
		int32_t slot = n ? t->values[t->nvalues - n].home : t->top;
		uint64_t *w;

		place(t, n, slot);
		w = emit(t, op_throw, 3);
		set_wide(w, 1, slot);
		w[2] = (uintptr_t)tag;
		t->dead = true;
		break;
	}
	case OP_THROW_REF: {
		struct value v = pop(t);
		int32_t s;

		materialise(t, &v);
		s = operand(t, slot_of(t, &v), v.type);
		set_operand(emit(t, op_throw_ref, 2), 0, s);
		t->dead = true;
		break;
	}
	case OP_RETHROW: {
		int32_t s = operand(t, label(t, leb_u32(&t->p))->slot, TYPE_EXNREF);

		set_operand(emit(t, op_throw_ref, 2), 0, s);
		t->dead = true;
		break;
	}
	}
	return false;
}

/* Calls. The arguments are on top of the stack, in their homes; the callee's
 * frame begins above them and the room for its results. */
void translate_call(struct translation *t, uint32_t op)
{
	bool indirect = op == OP_CALL_INDIRECT || op == OP_RETURN_CALL_INDIRECT;
	bool tail = op == OP_RETURN_CALL || op == OP_RETURN_CALL_INDIRECT;
	uint32_t index = leb_u32(&t->p), table = indirect ? leb_u32(&t->p) : 0;
	struct func *func = indirect ? NULL : t->inst->funcs[index];
	const struct functype *type = indirect ? &t->m->types[index] : func->type;
	uint32_t np = width_of_all(type->params, type->nparams),
		 nr = width_of_all(type->results, type->nresults);
	struct value i = {0};
	int32_t args, frame;
	uint64_t *w;

	if (indirect) {
		i = pop(t);
		materialise(t, &i);
	}
	args = type->nparams ? t->values[t->nvalues - type->nparams].home : t->top;
	frame = args + (np > nr ? np : nr);
	place(t, type->nparams, args);
	if (t->max_top < frame)
		t->max_top = frame;
	if (indirect) {
		bool in_a = !tail && holds(t, ACC_INT, &i);
		int32_t s = 0;

		if (in_a)
			take(t, ACC_INT, &i);
		else
			s = operand(t, slot_of(t, &i), TYPE_I32);
		w = emit(t,
			 tail	? op_return_call_indirect
			 : in_a ? op_call_indirect_a
				: op_call_indirect_s,
			 5);
		set_operand(w, 0, s);
		w[2] = (uintptr_t)t->inst->tables[table];
		w[3] = (uint64_t)(uint32_t)args << 32 | type->id;
		w[4] = tail ? t->nargs : (uintptr_t)t->inst;
	} else {
		handler h = !func->instance		? op_call_host
			    : func->instance != t->inst ? op_call_cross
							: op_call;

		if (h == op_call && !tail)
			w = emit_call(t, args, frame, func);
		else {
			w = emit(t, tail ? op_return_call : h, tail ? 4 : 3);
			set_wide(w, 0, args);
			set_wide(w, 1, frame);
			w[2] = (uintptr_t)func;
			if (tail)
				w[3] = t->nargs;
		}
	}
	if (indirect && !tail)
		set_wide(w, 1, frame);
	t->scratch_used = 0;
	truncate_values(t, t->nvalues - type->nparams);
	forget(t);
	if (tail) {
		t->dead = true;
		return;
	}
	push_slots(t, type->results, type->nresults);
	if (type->nresults == 1 && type->results[0] != TYPE_V128 && !t->wide)
		t->acc[is_float(type->results[0]) ? ACC_FLOAT : ACC_INT] =
			(struct accumulator){.slot = args};
}
