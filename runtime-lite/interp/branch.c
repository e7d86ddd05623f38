/* Labels and what refers to them: branches and returns. translate.h explains. */
#include "fused.h"
#include "translate.h"

#include <string.h>

void add_fixup(struct translation *t, uint32_t *list, uint32_t from, uint32_t at)
{
	GROW(t, fixups);
	t->fixups[t->nfixups] = (struct fixup){*list, from, at};
	*list = t->nfixups++;
}

/* Distances are in bytes. */
static void patch(struct translation *t, uint32_t from, uint32_t at, uint32_t target)
{
	int64_t distance = ((int64_t)target - from) * 8;
	int32_t value = distance;

	if (distance != value)
		translation_fail(t, "a function is too large for the interpreter");
	memcpy((char *)t->words + 4 * (size_t)at, &value, sizeof(value));
}

void bind(struct translation *t, uint32_t *list)
{
	if (*list == NO_FIXUP)
		return;
	for (uint32_t i = *list; i != NO_FIXUP; i = t->fixups[i].next) {
		const struct fixup *f = &t->fixups[i];

		if (f->from == CLAUSE_FIXUP)
			t->clauses[f->at].target = t->nwords;
		else
			patch(t, f->from, f->at, t->nwords);
	}
	*list = NO_FIXUP;
	forget(t);
}

void aim(struct translation *t, struct block *b, uint32_t at)
{
	if (b->kind == BLOCK_LOOP)
		patch(t, at, 2 * at + 3, b->start);
	else
		add_fixup(t, &b->fixups, at, 2 * at + 3);
}

struct block *label(struct translation *t, uint32_t depth)
{
	return &t->blocks[t->nblocks - 1 - depth];
}

static uint32_t arity(const struct block *b)
{
	return b->kind == BLOCK_LOOP ? b->nparams : b->nresults;
}

/* The top n values to consecutive slots. The slots are not above the values'
 * homes, so in this order none is overwritten before it has been moved. */
void place(struct translation *t, uint32_t n, int32_t slot)
{
	for (uint32_t i = t->nvalues - n; i < t->nvalues; i++) {
		struct value *v = &t->values[i];

		move(t, slot, v);
		slot += width_of(v->type);
	}
}

static bool in_place(const struct translation *t, uint32_t n, int32_t slot)
{
	for (uint32_t i = t->nvalues - n; i < t->nvalues; i++) {
		const struct value *v = &t->values[i];

		if (v->kind != VALUE_SLOT || v->home != slot)
			return false;
		slot += width_of(v->type);
	}
	return true;
}

void keep_stores(struct translation *t, int32_t except)
{
	for (int i = 0; i < 2; i++)
		if (t->acc[i].slot != except)
			t->acc[i].bare = NULL;
}

void emit_return(struct translation *t, bool for_good)
{
	const struct functype *type = t->type;
	int32_t to = -(int32_t)t->nargs;

	if (!for_good)
		keep_stores(t, NO_SLOT);
	if (type->nresults == 1 && type->results[0] != TYPE_V128) {
		struct value v = t->values[t->nvalues - 1];
		int acc = is_float(v.type) ? ACC_FLOAT : ACC_INT;
		uint64_t *w;

		if (holds(t, acc, &v)) {
			take(t, acc, &v);
			w = emit(t, acc == ACC_FLOAT ? op_return_f : op_return_a, 2);
		} else if (v.kind == VALUE_CONST && acc == ACC_INT) {
			w = emit(t, op_return_i, 3);
			w[2] = v.bits;
		} else {
			materialise(t, &v);
			w = emit(t, acc == ACC_FLOAT ? op_return_fs : op_return_s, 2);
			set_wide(w, 1, slot_of(t, &v));
		}
		set_wide(w, 0, to);
		return;
	}
	/* Results go where parameters are: none may be overwritten before it has been
   * read. */
	for (uint32_t i = t->nvalues - type->nresults; type->nresults > 1 && i < t->nvalues; i++)
		if (t->values[i].kind == VALUE_LOCAL) {
			struct value v = t->values[i];

			move(t, v.home, &v);
			if (for_good) {
				settle(t, &t->values[i]);
			}
		}
	if (for_good)
		place(t, type->nresults, to);
	else
		for (uint32_t i = t->nvalues - type->nresults; i < t->nvalues; i++) {
			/* What the stack says is still so, but the homes have copies. */
			struct value v = t->values[i];

			if (v.kind == VALUE_LOCAL && type->nresults > 1)
				v.kind = VALUE_SLOT;
			move(t, to, &v);
			to += width_of(v.type);
		}
	emit(t, op_return, 1);
}

void emit_branch(struct translation *t, uint32_t depth, bool for_good)
{
	struct block *b = label(t, depth);

	if (b->kind == BLOCK_FUNCTION) {
		emit_return(t, for_good);
		return;
	}
	place(t, arity(b), b->slot);
	aim(t, b, emit_jump(t, b->kind == BLOCK_LOOP));
}

uint32_t emit_condition(struct translation *t, struct value *c, bool negate, bool back)
{
	uint32_t op = OP_I32_NE, at = fuse_branch(t, c, negate, back);
	enum form form = FORM_SI;
	int32_t x = 0, y = 0;
	bool compared = false;
	uint64_t *w;

	if (at != NO_BRANCH)
		return at;
	if (c->kind == VALUE_SLOT && t->last.end && t->last.end == t->nwords &&
	    t->last.slot == c->home) {
		int16_t operands[4];
		int32_t immediate;

		memcpy(operands, t->words + t->last.at + 1, sizeof(operands));
		memcpy(&immediate, (char *)(t->words + t->last.at + 1) + 4, sizeof(immediate));
		op = t->last.op;
		form = t->last.form;
		if (op == OP_I32_EQZ || op == OP_I64_EQZ) {
			op = op == OP_I32_EQZ ? OP_I32_EQ : OP_I64_EQ;
			form = form == FORM_AS ? FORM_AI : FORM_SI;
			immediate = 0;
		}
		compared = op >= OP_COMPARE_FIRST && op <= OP_COMPARE_LAST &&
			   branch_handlers[op - OP_COMPARE_FIRST][negate][form][back];
		if (compared) {
			/* Instead of the comparison, and so what the accumulator held before is
       * still there. */
			x = operands[1];
			y = form == FORM_SI || form == FORM_AI ? immediate : operands[2];
			t->nwords = t->last.at;
			t->acc[ACC_INT] = t->last.before[ACC_INT];
			t->acc[ACC_INT].bare = NULL;
		} else {
			op = OP_I32_NE;
			form = FORM_SI;
		}
	}
	if (!compared) {
		materialise(t, c);
		if (holds(t, ACC_INT, c)) {
			take(t, ACC_INT, c);
			form = FORM_AI;
		} else
			x = operand(t, slot_of(t, c), TYPE_I32);
	}
	at = t->nwords;
	w = emit(t, branch_handlers[op - OP_COMPARE_FIRST][negate][form][back],
		 form == FORM_SI || form == FORM_AI ? 3 : 2);
	set_operand(w, 0, x);
	if (form == FORM_SI || form == FORM_AI)
		w[2] = (int64_t)y;
	else
		set_operand(w, 1, y);
	t->last.end = 0;
	t->scratch_used = 0;
	return at;
}

void emit_branch_if(struct translation *t, uint32_t depth)
{
	struct value c = pop(t);
	struct block *b = label(t, depth);
	uint32_t skip = NO_FIXUP, at;

	if (b->kind != BLOCK_FUNCTION && in_place(t, arity(b), b->slot)) {
		keep_stores(t, c.home);
		at = emit_condition(t, &c, false, b->kind == BLOCK_LOOP);
		aim(t, label(t, depth), at);
		return;
	}
	keep_stores(t, c.home);
	at = emit_condition(t, &c, true, false);
	add_fixup(t, &skip, at, 2 * at + 3);
	emit_branch(t, depth, false);
	bind(t, &skip);
}

void emit_branch_table(struct translation *t)
{
	struct value c = pop(t);
	uint32_t n = leb_u32(&t->p), at;
	uint64_t *w;

	materialise(t, &c);
	keep_stores(t, c.home);
	if (chain_of(t, &c) == CHAIN_TAKEN && t->last.first == FIRST_I32_LOAD8_U_s &&
	    (t->words[t->last.at + 1] >> 32) <= INT16_MAX) {
		uint64_t operands = t->words[t->last.at + 1];

		take(t, ACC_INT, &c);
		t->nwords = t->last.at;
		w = emit(t, op_br_table_load8, 2 + (n + 2) / 2);
		set_operand(w, 0, operands >> 16);
		set_operand(w, 1, operands >> 32);
	} else if (holds(t, ACC_INT, &c)) {
		take(t, ACC_INT, &c);
		w = emit(t, op_br_table_a, 2 + (n + 2) / 2);
	} else {
		int32_t s = operand(t, slot_of(t, &c), TYPE_I32);

		w = emit(t, op_br_table_s, 2 + (n + 2) / 2);
		set_operand(w, 0, s);
	}
	set_wide(w, 1, n);
	at = w - t->words;
	forget(t);
	for (uint32_t i = 0; i <= n; i++) {
		uint32_t depth = leb_u32(&t->p), entry = 2 * at + 4 + i;
		struct block *b = label(t, depth);

		if (b->kind != BLOCK_FUNCTION && b->kind != BLOCK_LOOP &&
		    in_place(t, arity(b), b->slot)) {
			add_fixup(t, &b->fixups, at, entry);
			continue;
		}
		if (b->stub_owner != at) {
			b->stub_owner = at;
			b->stub = t->nwords;
			emit_branch(t, depth, false);
			forget(t);
			b = label(t, depth);
		}
		patch(t, at, entry, b->stub);
	}
}
