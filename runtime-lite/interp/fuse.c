/* Finding two instructions that fused.h has as one. translate.h explains the
 * rest. */
#include "fused.h"
#include "translate.h"

#include <string.h>

/* FIRST_ and SECOND_ numbers by instruction and form. */
#define FORM_ss			 FORM_SS
#define FORM_si			 FORM_SI
#define FORM_as			 FORM_AS
#define FORM_ai			 FORM_AI
#define FORM_sa			 FORM_SA
#define FORM_s			 FORM_SS
#define FORM_a			 FORM_AS
#define FORM_i			 FORM_IS
#define FIRST_ENTRY(M, ID, form) [OP_INDEX(OP_##ID)][FORM_##form] = FIRST_##ID##_##form,
static const uint8_t firsts[OP_INDICES][FORM_IS + 1] = {
	FIRST_I32(FIRST_ENTRY, 0) FIRST_I64(FIRST_ENTRY, 0) FIRST_LOADS(FIRST_ENTRY, 0)
		FIRST_FLOAT(FIRST_ENTRY, 0, F32) FIRST_FLOAT(FIRST_ENTRY, 0, F64)
			FIRST_COMPARE(FIRST_ENTRY, 0)};

#define KIND_s				 SECOND_S
#define KIND_i				 SECOND_I
#define KIND_r				 SECOND_R
#define KIND_p				 SECOND_P
#define KIND_x				 SECOND_X
#define KIND_v				 SECOND_V
#define SECOND_ENTRY(ID, form, S, sform) [OP_INDEX(OP_##S)][KIND_##sform] = SECOND_##S##_##sform,
static const uint8_t seconds[OP_INDICES][SECOND_FORMS] = {
	SECOND_P_I32(SECOND_ENTRY, 0, 0) SECOND_P_I64(SECOND_ENTRY, 0, 0) SECOND_P_F32(
		SECOND_ENTRY, 0, 0) SECOND_P_F64(SECOND_ENTRY, 0, 0) SECOND_I32(SECOND_ENTRY, 0, 0)
		SECOND_I64(SECOND_ENTRY, 0, 0) SECOND_F32(SECOND_ENTRY, 0, 0) SECOND_F64(
			SECOND_ENTRY, 0, 0) SECOND_COMPARE_I32(SECOND_ENTRY, 0, 0)
			SECOND_COMPARE_I64(SECOND_ENTRY, 0, 0) SECOND_LOAD(SECOND_ENTRY, 0, 0)
				SECOND_STORE_TO(SECOND_ENTRY, 0, 0) SECOND_STORE_I32(
					SECOND_ENTRY, 0, 0) SECOND_STORE_I64(SECOND_ENTRY, 0, 0)
					SECOND_STORE_F32(SECOND_ENTRY, 0, 0)
						SECOND_STORE_F64(SECOND_ENTRY, 0, 0)};

static uint32_t inverse(uint32_t op)
{
	switch (op) {
#define COMPARE(ID, T, S, INVERSE, operator)                                                       \
	case OP_##ID: return OP_##INVERSE;
#include "ops.def"
	default: return OP_NOP;
	}
}

uint8_t first_number(uint32_t op, enum form form)
{
	return form <= FORM_IS ? firsts[OP_INDEX(op)][form] : FIRST_NONE;
}

int chain_of(const struct translation *t, const struct value *v)
{
	const struct recent *r = &t->last;
	const struct accumulator *acc = &t->acc[is_float(v->type) ? ACC_FLOAT : ACC_INT];

	if (t->wide || r->end != t->nwords || !r->end || r->first == FIRST_NONE ||
	    v->kind == VALUE_CONST || acc->slot != slot_of(t, v) || r->slot != acc->slot)
		return CHAIN_NONE;
	if (v->kind == VALUE_SLOT)
		return !r->stored && acc->bare && acc->at == r->at ? CHAIN_TAKEN : CHAIN_NONE;
	return r->stored ? CHAIN_TEE : CHAIN_NONE;
}

/* Emits a pair in place of its first instruction, with the operands that came
 * from that. */
static uint64_t *emit_pair(struct translation *t, const struct recent *r, handler h, int32_t high)
{
	const uint64_t *x = t->words + r->at;
	int16_t x1 = get_operand(x, 1), x2 = get_operand(x, 2);
	int32_t low, wide;
	uint64_t *w;

	memcpy(&wide, (const char *)(x + 1) + 4, sizeof(wide));
	if (r->first >= FIRST_INDEXED_s)
		low = x[2]; /* a pair already */
	else if (r->form == FORM_SA)
		low = x1;
	else if (r->op < OP_I32_EQZ || r->form == FORM_SI || r->form == FORM_AI)
		low = wide; /* a load's offset; an immediate */
	else
		low = x2;
	t->nwords = r->at;
	w = emit(t, h, 3);
	set_operand(w, 1, x1);
	set_operand(w, 2, x2);
	w[2] = (uint64_t)(uint32_t)high << 32 | (uint32_t)low;
	return w;
}

/* What a pair is as the first of three, or four, instructions. */
static uint8_t first_of_pair(uint8_t first, uint8_t second)
{
	switch (first << 8 | second) {
#define CASE(X, S, NAME)                                                                           \
	case FIRST_##X << 8 | SECOND_##S: return FIRST_##NAME;
#define MASKED(ID, form) CASE(ID##_##form, I32_AND_i, MASKED_##ID##_##form)
#define AT(ID) CASE(I32_ADD_si, ID##_x, AT_##ID##_si) CASE(I32_ADD_ss, ID##_x, AT_##ID##_ss)
		MASKED(I32_LOAD, s)
		MASKED(I32_LOAD, a)
		MASKED(I32_LOAD8_U, s)
		MASKED(I32_LOAD8_U, a)
		MASKED(I32_LOAD16_U, s)
		MASKED(I32_LOAD16_U, a)
		AT(I32_LOAD)
		AT(I32_LOAD8_U)
		AT(I64_LOAD)
		AT(F32_LOAD)
		AT(F64_LOAD)
		CASE(I32_SHL_si, I32_ADD_s, INDEXED_s)
		CASE(I32_SHL_ai, I32_ADD_s, INDEXED_a)
		CASE(I32_LOAD8_U_s, I32_SHL_i, SCALED_s)
		CASE(SCALED_s, I32_ADD_s, SCALED_ADD_s)
		CASE(I32_ROTL_si, I32_XOR_p, ROTL_XOR_si)
		CASE(I32_SHR_U_si, I32_XOR_p, SHR_U_XOR_si)
	default: return FIRST_NONE;
	}
}

/* Where the third instruction's operand goes when the words of the pair before it stay; 0 when they do not. */
static unsigned third_operand(uint8_t first)
{
	return first == FIRST_SCALED_ADD_s				? 3
	       : first >= FIRST_AT_I32_LOAD_si && first < FIRST_ADD_ADD ? 2
									: 0;
}

bool fuse_value(struct translation *t, const struct value *v, uint32_t op, enum second_form form,
		int32_t high, uint8_t type)
{
	uint8_t second = seconds[OP_INDEX(op)][form];
	struct recent r = t->last;
	unsigned third = third_operand(r.first);
	const struct update *update;
	const handler *handlers;
	uint64_t *w;
	uint32_t at;

	/* Pairs with a comparison are branches. */
	if ((op >= OP_COMPARE_FIRST && op <= OP_COMPARE_LAST) || chain_of(t, v) != CHAIN_TAKEN ||
	    (third && high != (int16_t)high) || !(handlers = fused_handlers(r.first, second)))
		return false;
	take(t, is_float(v->type) ? ACC_FLOAT : ACC_INT, v);
	if (third) {
		w = t->words + r.at;
		w[0] = (uintptr_t)handlers[0];
		set_operand(w, third, high);
	} else
		w = emit_pair(t, &r, handlers[0], high);
	update = find_update(r.first, second);
	r.first = first_of_pair(r.first, second);
	if (r.first == FIRST_INDEXED_s || r.first == FIRST_INDEXED_a)
		set_operand(w, 2, high);
	set_operand(w, 0, destination(t));
	at = w - t->words;
	define(t, type, at, handlers[1]);
	t->last.first = r.first;
	t->last.update = update;
	t->previous.end = 0;
	return true;
}

/* A store of what a pair has made of what it loaded; in_a: both addresses are in the accumulator. */
bool fuse_update(struct translation *t, const struct value *v, const struct value *address,
		 bool in_a, uint32_t op, int32_t offset)
{
	struct recent r = t->last;
	uint64_t *w = t->words + r.at;

	if (chain_of(t, v) != CHAIN_TAKEN || !r.update || r.update->op != op ||
	    r.update->in_a != in_a || offset != (int16_t)offset)
		return false;
	take(t, is_float(v->type) ? ACC_FLOAT : ACC_INT, v);
	if (in_a)
		take(t, ACC_INT, address);
	w[0] = (uintptr_t)r.update->handler;
	set_operand(w, 0, in_a ? 0 : slot_of(t, address));
	set_operand(w, 2, offset);
	t->last.end = 0;
	return true;
}

/* The same of an operand that is in the accumulator, but in a slot as well. */
static uint8_t slot_form(const struct recent *r)
{
	if (r->local == NO_SLOT)
		return r->first;
	switch (r->first) {
	case FIRST_I32_ROTL_ai: return FIRST_I32_ROTL_si;
	case FIRST_I32_SHL_ai: return FIRST_I32_SHL_si;
	case FIRST_I32_SHR_U_ai: return FIRST_I32_SHR_U_si;
	case FIRST_I32_AND_ai: return FIRST_I32_AND_si;
	case FIRST_I64_SHL_ai: return FIRST_I64_SHL_si;
	case FIRST_I64_SHR_U_ai: return FIRST_I64_SHR_U_si;
	default: return r->first;
	}
}

/* The last two, each of which has made an operand of the one to come. */
static bool fuse_dual(struct translation *t, const struct value *v, uint32_t op,
		      const struct value *other, uint8_t type)
{
	struct recent x = t->previous, y = t->last;
	const handler *handlers;
	int32_t low, high;
	int16_t x1, y1;
	uint64_t *w;

	if (other->kind != VALUE_SLOT || !x.end || x.end != y.at || x.stored ||
	    x.slot != other->home || chain_of(t, v) != CHAIN_TAKEN ||
	    !(handlers = dual_handlers(slot_form(&x), slot_form(&y), op)))
		return false;
	low = low_operand(&x, t->words + x.at);
	high = low_operand(&y, t->words + y.at);
	x1 = slot_form(&x) == x.first ? get_operand(t->words + x.at, 1) : x.local;
	y1 = slot_form(&y) == y.first ? get_operand(t->words + y.at, 1) : y.local;
	take(t, is_float(v->type) ? ACC_FLOAT : ACC_INT, v);
	t->nwords = x.at;
	w = emit(t, handlers[0], 3);
	set_operand(w, 0, destination(t));
	set_operand(w, 1, x1);
	set_operand(w, 2, y1);
	w[2] = (uint64_t)(uint32_t)high << 32 | (uint32_t)low;
	define(t, type, x.at, handlers[1]);
	t->previous.end = 0;
	return true;
}

/* A load from an address that has just become a local. */
bool fuse_load_tee(struct translation *t, const struct value *address, uint32_t op, int32_t offset,
		   uint8_t type)
{
	struct recent r = t->last;
	const handler *handlers;
	uint64_t *w;

	if (chain_of(t, address) != CHAIN_TEE ||
	    !(handlers = fused_tee_handlers(r.first, seconds[OP_INDEX(op)][SECOND_X])))
		return false;
	w = emit_pair(t, &r, handlers[0], offset);
	set_operand(w, 3, r.slot);
	set_operand(w, 0, destination(t));
	define(t, type, w - t->words, handlers[1]);
	t->previous.end = 0;
	return true;
}

bool fuse_values(struct translation *t, const struct value *v, uint32_t op, enum second_form form,
		 const struct value *other, uint8_t type)
{
	int32_t slot = slot_of(t, other);
	struct accumulator before = t->last.before[accumulator_of(other->type)];

	if ((form == SECOND_R || exchanged(op) == op) && fuse_dual(t, v, op, other, type))
		return true;
	/* What is now in a slot only may have been in the accumulator when the last instruction began, which has not read
	 * it there, and the value need not have been stored. */
	if (t->last.end == t->nwords && before.slot == slot && slot != NO_SLOT && !before.vector &&
	    (form == SECOND_R || exchanged(op) == op) && chain_of(t, v) == CHAIN_TAKEN &&
	    fused_handlers(t->last.first, seconds[OP_INDEX(op)][SECOND_P])) {
		if (other->kind == VALUE_SLOT && before.bare)
			t->words[before.at] = (uintptr_t)before.bare;
		return fuse_value(t, v, op, SECOND_P, 0, type);
	}
	return fuse_value(t, v, op, form, slot, type);
}

bool fuse_store(struct translation *t, const struct value *v, uint32_t op, enum second_form form,
		int32_t operand, int32_t offset)
{
	uint8_t second = seconds[OP_INDEX(op)][form];
	struct recent r = t->last;
	const handler *handlers;

	if (operand != (int16_t)operand || chain_of(t, v) != CHAIN_TAKEN ||
	    !(handlers = fused_handlers(r.first, second)))
		return false;
	take(t, is_float(v->type) ? ACC_FLOAT : ACC_INT, v);
	set_operand(emit_pair(t, &r, handlers[0], offset), 0, operand);
	t->last.end = 0;
	return true;
}

/* A branch that compares OPERAND(0): what the pair has as its second operand stays. */
static void emit_third_branch(struct translation *t, const struct recent *r, handler h,
			      int16_t against)
{
	int32_t high = t->words[r->at + 2] >> 32;

	set_operand(emit_pair(t, r, h, high), 0, against);
}

/* Two additions to locals; the branch that compares the second is to be aimed. */
static uint32_t fuse_add_add_branch(struct translation *t, const struct recent *r, uint32_t op,
				    enum second_form form, int32_t against)
{
	const handler(*handlers)[ADD_ADD_COMPARES][2] = NULL;
	const uint64_t *x = t->words + r->at;
	uint64_t *w, operands = x[1], addends = x[2];

	for (unsigned i = 0; i < 8 && !handlers; i++)
		if (x[0] == (uintptr_t)add_add_handlers[i / 4][i % 4])
			handlers = &add_add_branch_handlers[i / 4][i % 4];
	if (!(*handlers)[op - OP_COMPARE_FIRST][form == SECOND_I])
		return NO_BRANCH;
	t->nwords = r->at;
	w = emit(t, (*handlers)[op - OP_COMPARE_FIRST][form == SECOND_I], 4);
	w[1] = (uint32_t)operands;
	w[2] = addends;
	w[3] = operands >> 32 | (uint64_t)(uint32_t)against << 32;
	return r->at;
}

static uint32_t after_tee(struct translation *t, uint32_t at, int32_t slot)
{
	t->acc[ACC_INT].slot = slot;
	t->acc[ACC_INT].bare = NULL;
	t->last.end = 0;
	return at;
}

/* The condition is the last value, made by a comparison or by something else,
 * which is then compared with 0. */
uint32_t fuse_branch(struct translation *t, const struct value *v, bool negate, bool back)
{
	struct recent r = t->last, before = t->previous;
	const handler *handlers = NULL;
	uint32_t op = r.op, at;
	enum second_form form = SECOND_I;
	int32_t high = 0;

	if (t->wide || !r.end || r.end != t->nwords)
		return NO_BRANCH;
	if (v->kind == VALUE_LOCAL && chain_of(t, v) == CHAIN_TEE) {
		op = negate ? OP_I32_EQ : OP_I32_NE;
		if (r.first == FIRST_ADD_ADD) {
			at = back ? fuse_add_add_branch(t, &r, op, SECOND_I, 0) : NO_BRANCH;
			return at == NO_BRANCH ? at : after_tee(t, at, r.slot);
		}
		handlers = fused_tee_handlers(r.first, seconds[OP_INDEX(op)][SECOND_I]);
		if (!handlers)
			return NO_BRANCH;
		set_operand(emit_pair(t, &r, handlers[back], 0), 0, r.slot);
		return after_tee(t, r.at, r.slot);
	}
	if (v->kind != VALUE_SLOT || r.stored || r.slot != v->home)
		return NO_BRANCH;
	if (r.chain != CHAIN_NONE && before.end == r.at &&
	    (r.form == FORM_AS || r.form == FORM_AI)) {
		const uint64_t *w = t->words + r.at;

		if (op == OP_I32_EQZ || op == OP_I64_EQZ)
			op = op == OP_I32_EQZ ? OP_I32_EQ : OP_I64_EQ;
		else if (r.form == FORM_AS) {
			form = SECOND_S;
			high = get_operand(w, 2);
		} else
			memcpy(&high, (const char *)(w + 1) + 4, sizeof(high));
		if (negate)
			op = inverse(op);
		if (before.first == FIRST_ADD_ADD) {
			at = back && r.chain == CHAIN_TEE && inverse(op) != OP_NOP
				     ? fuse_add_add_branch(t, &before, op, form, high)
				     : NO_BRANCH;
			if (at != NO_BRANCH)
				return after_tee(t, at, before.slot);
		} else if (inverse(op) != OP_NOP)
			handlers = (r.chain == CHAIN_TEE ? fused_tee_handlers : fused_handlers)(
				before.first, seconds[OP_INDEX(op)][form]);
		if (handlers && before.first >= FIRST_MASKED_I32_LOAD_s) {
			if (high != (int16_t)high)
				handlers = NULL;
			else
				emit_third_branch(t, &before, handlers[back], high);
		} else if (handlers)
			set_operand(emit_pair(t, &before, handlers[back], high), 0, before.slot);
		if (handlers) {
			at = before.at;
			t->acc[ACC_INT].slot = r.chain == CHAIN_TEE ? before.slot : NO_SLOT;
			t->acc[ACC_INT].bare = NULL;
			t->last.end = 0;
			return at;
		}
	}
	if (chain_of(t, v) != CHAIN_TAKEN)
		return NO_BRANCH;
	handlers = fused_handlers(r.first, negate ? SECOND_I32_EQ_i : SECOND_I32_NE_i);
	if (!handlers)
		return NO_BRANCH;
	if (r.first >= FIRST_MASKED_I32_LOAD_s)
		emit_third_branch(t, &r, handlers[back], 0);
	else
		emit_pair(t, &r, handlers[back], 0);
	t->acc[ACC_INT].slot = NO_SLOT;
	t->last.end = 0;
	return r.at;
}

/* A select whose condition is a comparison, the last instruction: takes that back. Returns its handler, or NULL. */
handler unfuse_comparison(struct translation *t, const struct value *c, struct comparison *out)
{
	struct recent r = t->last;
	const uint64_t *w = t->words + r.at;
	int32_t wide;
	handler h;

	if (t->wide || c->kind != VALUE_SLOT || !r.end || r.end != t->nwords || r.stored ||
	    r.slot != c->home || r.op < OP_COMPARE_FIRST || r.op > OP_COMPARE_LAST)
		return NULL;
	memcpy(&wide, (const char *)(w + 1) + 4, sizeof(wide));
	out->x = get_operand(w, 1);
	if (r.op == OP_I32_EQZ || r.op == OP_I64_EQZ) {
		h = select_handlers[(r.op == OP_I32_EQZ ? OP_I32_EQ : OP_I64_EQ) - OP_COMPARE_FIRST]
				   [r.form == FORM_AS ? FORM_AI : FORM_SI];
		out->y = 0;
	} else {
		h = select_handlers[r.op - OP_COMPARE_FIRST][r.form];
		out->y = r.form == FORM_SI || r.form == FORM_AI ? wide : get_operand(w, 2);
	}
	if (!h)
		return NULL;
	out->form = r.form;
	out->op = r.op;
	t->nwords = r.at;
	t->acc[ACC_INT] = r.before[ACC_INT];
	t->acc[ACC_INT].bare = NULL;
	t->last.end = 0;
	return h;
}
