/* Making one of instructions that set locals, with each other or with calls and jumps. translate.h explains the rest. */
#include "fused.h"
#include "translate.h"

#include <string.h>

static int addition(uint8_t first)
{
	switch (first) {
	case FIRST_I32_ADD_si: return 0;
	case FIRST_I32_ADD_ss: return 1;
	case FIRST_I64_ADD_si: return 2;
	case FIRST_I64_ADD_ss: return 3;
	default: return -1;
	}
}

/* Emits one instruction for the last two, each of which has set a local. */
static void emit_local_sets(struct translation *t, handler h, uint8_t first)
{
	const uint64_t *x = t->words + t->previous.at, *y = t->words + t->last.at;
	int16_t operands[4] = {get_operand(x, 0), get_operand(x, 1), get_operand(y, 0),
			       get_operand(y, 1)};
	uint32_t low = low_operand(&t->previous, x), high = low_operand(&t->last, y);
	uint64_t *w;

	t->nwords = t->previous.at;
	w = emit(t, h, 3);
	memcpy(w + 1, operands, sizeof(operands));
	w[2] = (uint64_t)high << 32 | low;
	t->last.at = t->previous.at;
	t->last.end = first == FIRST_NONE ? 0 : t->nwords;
	t->last.op = OP_NOP;
	t->last.first = first;
	t->previous.end = 0;
}

void fuse_local_sets(struct translation *t)
{
	const struct recent *x = &t->previous, *y = &t->last;
	int first = addition(x->first), second = addition(y->first);

	if (!x->stored || !x->end || x->end != y->at)
		return;
	if (x->op == y->op && x->form == FORM_SS && y->form == FORM_SS &&
	    load_load_handlers[OP_INDEX(y->op)] && get_operand(t->words + y->at, 1) != x->slot)
		emit_local_sets(t, load_load_handlers[OP_INDEX(y->op)], FIRST_NONE);
	else if (first < 0 || first > 1)
		return;
	else if (second >= 0)
		emit_local_sets(t, add_add_handlers[first][second], FIRST_ADD_ADD);
	else if (y->chain == CHAIN_TEE &&
		 (y->first == FIRST_I32_ADD_ai || y->first == FIRST_I32_ADD_as))
		emit_local_sets(t, add_then_handlers[first][y->first == FIRST_I32_ADD_as],
				FIRST_NONE);
}

/* The stack pointer is lowered: global.get, subtraction into a local, global.set of that. */
bool fuse_global_lower(struct translation *t, uint32_t offset)
{
	struct recent r = t->last, before = t->previous;
	int32_t immediate, first_offset;
	int16_t slot;
	uint64_t *w;

	if (t->wide || !r.stored || r.end != t->nwords || r.first != FIRST_I32_SUB_ai ||
	    !before.end || before.end != r.at || t->words[before.at] != (uintptr_t)op_global_get_a)
		return false;
	memcpy(&first_offset, (char *)(t->words + before.at + 1) + 4, sizeof(first_offset));
	memcpy(&immediate, (char *)(t->words + r.at + 1) + 4, sizeof(immediate));
	slot = get_operand(t->words + r.at, 0);
	if ((uint32_t)first_offset != offset)
		return false;
	t->nwords = before.at;
	w = emit(t, op_global_lower, 3);
	set_operand(w, 0, slot);
	set_wide(w, 1, offset);
	w[2] = (uint32_t)immediate;
	t->last.end = t->previous.end = 0;
	return true;
}

/* And raised: a sum that nobody else takes goes into a global. */
bool fuse_global_raise(struct translation *t, const struct value *v, uint32_t offset)
{
	struct recent r = t->last;
	int32_t immediate;
	int16_t slot;
	uint64_t *w;

	if (chain_of(t, v) != CHAIN_TAKEN || r.first != FIRST_I32_ADD_si)
		return false;
	memcpy(&immediate, (char *)(t->words + r.at + 1) + 4, sizeof(immediate));
	slot = get_operand(t->words + r.at, 1);
	take(t, ACC_INT, v);
	t->nwords = r.at;
	w = emit(t, op_global_raise, 3);
	set_operand(w, 0, slot);
	set_wide(w, 1, offset);
	w[2] = (uint32_t)immediate;
	t->last.end = t->previous.end = 0;
	return true;
}

/* A call whose last arguments have just been moved there. */
uint64_t *emit_call(struct translation *t, int32_t args, int32_t frame, struct func *func)
{
	const struct recent *r = &t->last;
	uint32_t at = t->last_move.at;
	uint64_t *w, moved[3];
	handler h = NULL;
	unsigned n = 0;

	if (!t->wide && t->last_move.end && t->last_move.end == t->nwords) {
		n = t->nwords - at;
		memcpy(moved, t->words + at, n * sizeof(*moved));
		if (moved[0] == (uintptr_t)op_copy)
			h = op_call_copy;
		else if (moved[0] == (uintptr_t)op_const32)
			h = op_call_const;
		else if (moved[0] == (uintptr_t)op_copy_copy)
			h = op_call_copy_copy;
		else if (moved[0] == (uintptr_t)op_copy_const)
			h = op_call_copy_const;
		else if (moved[0] == (uintptr_t)op_const_copy)
			h = op_call_const_copy;
		else if (moved[0] == (uintptr_t)op_const_const)
			h = op_call_const_const;
	} else if (!t->wide && r->end && r->end == t->nwords && !r->stored &&
		   (r->first == FIRST_I32_ADD_si || r->first == FIRST_I32_LOAD_s)) {
		at = r->at;
		n = t->nwords - at;
		memcpy(moved, t->words + at, n * sizeof(*moved));
		h = r->first == FIRST_I32_ADD_si ? op_call_add : op_call_load;
	}
	if (!h) {
		w = emit(t, op_call, 3);
		set_wide(w, 0, args);
		set_wide(w, 1, frame);
		w[2] = (uintptr_t)func;
		return w;
	}
	t->nwords = at;
	w = emit(t, h, n + 2);
	/* Where the moves expect their operands, which is from the second word on, and the rest behind. */
	memcpy(w + 1, moved + 1, (n - 1) * sizeof(*w));
	w[n] = (uintptr_t)func;
	w[n + 1] = (uint32_t)frame;
	return w;
}

/* A move, of 32 bits if it is of a constant. */
bool fuse_move(struct translation *t, int32_t to, bool is_const, uint32_t from)
{
	static const handler handlers[2][2] = {{op_copy_copy, op_copy_const},
					       {op_const_copy, op_const_const}};
	const uint64_t *x = t->words + t->last_move.at;
	bool first_const = t->last_move.is_const;
	int32_t first_to, first_from;
	uint64_t *w;

	if (t->wide || !t->last_move.end || t->last_move.end != t->nwords || t->last_move.is_pair)
		return false;
	memcpy(&first_to, x + 1, sizeof(first_to));
	memcpy(&first_from, (const char *)(x + 1) + 4, sizeof(first_from));
	t->nwords = t->last_move.at;
	w = emit(t, handlers[first_const][is_const], first_const || is_const ? 3 : 2);
	set_operand(w, 0, first_to);
	set_operand(w, 2, to);
	if (first_const)
		w[2] |= (uint32_t)first_from;
	else
		set_operand(w, 1, first_from);
	if (is_const)
		w[2] |= (uint64_t)from << 32;
	else
		set_operand(w, 3, from);
	/* Good for a call, but not for a third. */
	t->last_move.end = t->nwords;
	t->last_move.is_pair = true;
	return true;
}

uint32_t emit_jump(struct translation *t, bool back)
{
	struct recent r = t->last;
	uint32_t at = t->nwords;

	if (!t->wide && t->last_move.end == at && at && !t->last_move.is_const &&
	    !t->last_move.is_pair) {
		const uint64_t *x = t->words + t->last_move.at;
		int32_t to, from;
		uint64_t *w;

		memcpy(&to, x + 1, sizeof(to));
		memcpy(&from, (const char *)(x + 1) + 4, sizeof(from));
		t->nwords = t->last_move.at;
		w = emit(t, back ? op_copy_br_back : op_copy_br, 2);
		set_operand(w, 0, to);
		set_operand(w, 1, from);
		at = w - t->words;
	} else if (!t->wide && r.stored && r.end == at && r.first == FIRST_I32_ADD_si) {
		int16_t to = get_operand(t->words + r.at, 0),
			from = get_operand(t->words + r.at, 1);
		uint64_t immediate = t->words[r.at + 1] >> 32, *w;

		t->nwords = r.at;
		w = emit(t, back ? op_add_br_back : op_add_br, 3);
		set_operand(w, 0, to);
		set_operand(w, 1, from);
		w[2] = immediate;
		at = w - t->words;
	} else
		emit(t, back ? op_br_back : op_br, 2);
	t->last.end = 0;
	t->last_move.end = 0;
	return at;
}
