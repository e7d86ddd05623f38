/* The operand stack at translation time. translate.h explains. */
#include "translate.h"

#include <string.h>

uint64_t *emit(struct translation *t, handler h, uint32_t nwords)
{
	uint64_t *w;

	while (t->words_size - t->nwords < nwords)
		t->words = translation_grow(t, t->words, t->words_size, &t->words_size,
					    sizeof(*t->words));
	w = t->words + t->nwords;
	memset(w, 0, nwords * sizeof(*w));
	w[0] = (uintptr_t)h;
	t->nwords += nwords;
	if (t->watching && t->watched < t->nwords && t->watched >= t->nwords - nwords)
		t->found = t->op - t->m->bytes;
	return w;
}

void set_operand(uint64_t *w, unsigned n, int32_t slot)
{
	int16_t v = slot;

	memcpy((char *)(w + 1) + 2 * n, &v, sizeof(v));
}

void set_wide(uint64_t *w, unsigned n, int32_t v)
{
	memcpy((char *)(w + 1) + 4 * n, &v, sizeof(v));
}

void forget(struct translation *t)
{
	t->acc[ACC_INT] = t->acc[ACC_FLOAT] = (struct accumulator){.slot = NO_SLOT};
	t->last.end = t->previous.end = t->last_move.end = 0;
}

void clobber(struct translation *t, int32_t slot, uint8_t type)
{
	for (int i = 0; i < 2; i++)
		if (t->acc[i].slot == slot || (type == TYPE_V128 && t->acc[i].slot == slot + 1) ||
		    (t->acc[i].vector && t->acc[i].slot == slot - 1))
			t->acc[i].slot = NO_SLOT;
}

/* A move has been emitted, two words long. */
static void note_move(struct translation *t, bool of_two, bool is_const)
{
	t->last_move.at = t->nwords - 2;
	t->last_move.end = of_two ? 0 : t->nwords;
	t->last_move.is_const = is_const;
	t->last_move.is_pair = false;
}

static void copy(struct translation *t, int32_t to, int32_t from, uint8_t type)
{
	if (type == TYPE_V128 || !fuse_move(t, to, false, from)) {
		uint64_t *w = emit(t, type == TYPE_V128 ? op_copy128 : op_copy, 2);

		set_wide(w, 0, to);
		set_wide(w, 1, from);
		note_move(t, type == TYPE_V128, false);
	}
	clobber(t, to, type);
	if (type != TYPE_V128 && !t->wide)
		t->acc[ACC_INT] = (struct accumulator){.slot = to};
}

/* Scratch slots: two for each of up to three operands, two for the result. */
#define SCRATCH_RESULT 6

static bool fits(int32_t slot)
{
	return slot >= INT16_MIN && slot < INT16_MAX;
}

int32_t operand(struct translation *t, int32_t slot, uint8_t type)
{
	int32_t scratch = t->scratch + t->scratch_used;

	if (fits(slot))
		return slot;
	t->scratch_used += 2;
	copy(t, scratch, slot, type);
	return scratch;
}

int32_t destination(const struct translation *t)
{
	return fits(t->top) ? t->top : t->scratch + SCRATCH_RESULT;
}

void define(struct translation *t, uint8_t type, uint32_t at, handler bare)
{
	int32_t home = t->top;
	bool vector = type == TYPE_V128;
	int acc = accumulator_of(type);

	if (!fits(home))
		copy(t, home, t->scratch + SCRATCH_RESULT, type);
	t->scratch_used = 0;
	clobber(t, home, type);
	t->previous = t->last;
	t->last = (struct recent){.at = at,
				  .end = t->wide ? 0 : t->nwords,
				  .slot = home,
				  .op = OP_NOP,
				  .local = NO_SLOT,
				  .before = {t->acc[ACC_INT], t->acc[ACC_FLOAT]}};
	if (!t->wide && (!vector || bare))
		t->acc[acc] = (struct accumulator){home, at, bare, vector};
	push_slot(t, type);
}

void define_in_a(struct translation *t, uint8_t type, uint32_t at, handler bare)
{
	uint8_t actual = is_float(type) ? TYPE_I64 : type;

	define(t, actual, at, bare);
	t->values[t->nvalues - 1].type = type;
}

static struct value *push(struct translation *t, uint8_t type)
{
	struct value *v;

	GROW(t, values);
	v = &t->values[t->nvalues++];
	v->type = type;
	v->home = t->top;
	t->top += width_of(type);
	if (t->top > t->max_top)
		t->max_top = t->top;
	if (t->top >= INT16_MAX && !t->wide)
		translation_fail(t, NULL); /* begins again, wide */
	return v;
}

void push_slot(struct translation *t, uint8_t type)
{
	push(t, type)->kind = VALUE_SLOT;
}

void push_local(struct translation *t, uint32_t local)
{
	struct value *v = push(t, t->locals[local].type);

	v->kind = VALUE_LOCAL;
	v->local = local;
	t->locals[local].refs++;
	t->nlocal_refs++;
}

void push_const(struct translation *t, uint8_t type, uint64_t bits)
{
	struct value *v = push(t, type);

	v->kind = VALUE_CONST;
	v->bits = bits;
}

struct value pop(struct translation *t)
{
	struct value v = t->values[--t->nvalues];

	t->top = v.home;
	if (v.kind == VALUE_LOCAL) {
		t->locals[v.local].refs--;
		t->nlocal_refs--;
	}
	return v;
}

void truncate_values(struct translation *t, uint32_t n)
{
	while (t->nvalues > n)
		pop(t);
}

int32_t slot_of(const struct translation *t, const struct value *v)
{
	return v->kind == VALUE_LOCAL ? t->locals[v->local].slot : v->home;
}

static void load_const(struct translation *t, int32_t slot, uint64_t bits)
{
	uint64_t *w;

	if (bits > UINT32_MAX) {
		w = emit(t, op_const64, 3);
		set_wide(w, 0, slot);
		w[2] = bits;
	} else if (!fuse_move(t, slot, true, bits)) {
		w = emit(t, op_const32, 2);
		set_wide(w, 0, slot);
		set_wide(w, 1, bits);
		note_move(t, false, true);
	}
	clobber(t, slot, TYPE_I64);
}

void materialise(struct translation *t, struct value *v)
{
	if (v->kind != VALUE_CONST)
		return;
	load_const(t, v->home, v->bits);
	v->kind = VALUE_SLOT;
}

bool holds(const struct translation *t, int acc, const struct value *v)
{
	return v->kind != VALUE_CONST && t->acc[acc].slot == slot_of(t, v);
}

void take(struct translation *t, int acc, const struct value *v)
{
	if (v->kind != VALUE_SLOT)
		return;
	if (t->acc[acc].bare)
		t->words[t->acc[acc].at] = (uintptr_t)t->acc[acc].bare;
	t->acc[acc].slot = NO_SLOT;
}

void move(struct translation *t, int32_t slot, const struct value *v)
{
	if (v->kind == VALUE_CONST)
		load_const(t, slot, v->bits);
	else if (slot_of(t, v) == slot)
		return;
	else if (holds(t, ACC_INT, v)) {
		set_wide(emit(t, op_set_a, 2), 0, slot);
		clobber(t, slot, v->type);
	} else if (holds(t, ACC_FLOAT, v)) {
		set_wide(emit(t, v->type == TYPE_V128 ? op_set_v : op_set_f, 2), 0, slot);
		clobber(t, slot, v->type);
	} else
		copy(t, slot, slot_of(t, v), v->type);
}

void settle(struct translation *t, struct value *v)
{
	if (v->kind == VALUE_LOCAL) {
		t->locals[v->local].refs--;
		t->nlocal_refs--;
	}
	v->kind = VALUE_SLOT;
}

static void flush(struct translation *t, struct value *v)
{
	move(t, v->home, v);
	settle(t, v);
}

void flush_locals(struct translation *t)
{
	for (uint32_t i = t->nvalues; t->nlocal_refs; i--)
		if (t->values[i - 1].kind == VALUE_LOCAL)
			flush(t, &t->values[i - 1]);
}

void flush_local(struct translation *t, uint32_t local)
{
	for (uint32_t i = t->nvalues; t->locals[local].refs; i--)
		if (t->values[i - 1].kind == VALUE_LOCAL && t->values[i - 1].local == local)
			flush(t, &t->values[i - 1]);
}

void translate_local_set(struct translation *t, uint32_t local)
{
	struct value v = pop(t);
	int32_t slot = t->locals[local].slot;
	int acc = t->acc[ACC_FLOAT].slot == v.home ? ACC_FLOAT : ACC_INT;
	bool vector = v.type == TYPE_V128;

	flush_local(t, local);
	if (v.kind == VALUE_SLOT && t->last.end == t->nwords && t->last.slot == v.home &&
	    (vector || t->acc[acc].slot == v.home) && fits(slot)) {
		/* The instruction before made it: let that write the local. */
		set_operand(t->words + t->last.at, 0, slot);
		clobber(t, slot, v.type);
		if (!vector || t->acc[acc].slot == v.home)
			t->acc[acc] = (struct accumulator){.slot = slot, .vector = vector};
		t->last.slot = slot;
		t->last.stored = true;
		fuse_local_sets(t);
		return;
	}
	move(t, slot, &v);
}

/* A select between what has just been compared. Returns its handler, or NULL. */
static handler extreme(const struct translation *t, const struct comparison *c, int32_t yes,
		       int32_t no)
{
	int32_t x = c->form == FORM_AS ? t->acc[ACC_INT].slot : c->x;
	bool wide, is_unsigned, larger;

	if ((c->form != FORM_SS && c->form != FORM_AS) || x == NO_SLOT ||
	    !((yes == x && no == c->y) || (yes == c->y && no == x)))
		return NULL;
	switch (c->op) {
#define CASE(T, S, OP, u, more)                                                                    \
	case OP_##T##_##OP##_##S:                                                                  \
		wide = sizeof(CTYPE_##T) == 8;                                                     \
		is_unsigned = u;                                                                   \
		larger = more;                                                                     \
		break;
#define CASES(T, S, u)                                                                             \
	CASE(T, S, LT, u, 0) CASE(T, S, LE, u, 0) CASE(T, S, GT, u, 1) CASE(T, S, GE, u, 1)
#define CTYPE_I32 uint32_t
#define CTYPE_I64 uint64_t
		CASES(I32, S, 0)
		CASES(I32, U, 1)
		CASES(I64, S, 0)
		CASES(I64, U, 1)
	default: return NULL;
	}
	return extreme_handlers[wide][is_unsigned][larger ^ (yes != x)][c->form];
}

void translate_select(struct translation *t)
{
	struct value c = pop(t), no = pop(t), yes = pop(t);
	bool vector = yes.type == TYPE_V128;
	struct comparison compared;
	handler h = vector ? NULL : unfuse_comparison(t, &c, &compared);
	uint32_t at;
	uint64_t *w;
	int32_t s1, s2, s3 = 0;

	materialise(t, &yes);
	materialise(t, &no);
	s1 = operand(t, slot_of(t, &yes), yes.type);
	s2 = operand(t, slot_of(t, &no), no.type);
	if (h && extreme(t, &compared, s1, s2)) {
		w = emit(t, extreme(t, &compared, s1, s2), 2);
		s1 = compared.x;
		s2 = compared.y;
	} else if (h) {
		w = emit(t, h, 3);
		s3 = compared.x;
		w[2] = (int64_t)compared.y;
	} else if (!vector && holds(t, ACC_INT, &c)) {
		take(t, ACC_INT, &c);
		w = emit(t, op_select_a, 2);
	} else {
		materialise(t, &c);
		s3 = operand(t, slot_of(t, &c), c.type);
		w = emit(t, vector ? op_select128 : op_select_s, 2);
	}
	set_operand(w, 0, destination(t));
	set_operand(w, 1, s1);
	set_operand(w, 2, s2);
	set_operand(w, 3, s3);
	at = w - t->words;
	define_in_a(t, yes.type, at, NULL);
}
