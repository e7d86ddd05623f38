/* Translation of vector instructions. translate.h explains. */
#include "fused.h"
#include "translate.h"

#include <string.h>

/*
 * Where the operands are: takes from accumulators as many as there is a form for. Slots, or the count of a shift that
 * is an immediate, come to s. Returns the form.
 */
static unsigned place_operands(struct translation *t, const struct opinfo *info, struct value *v,
			       unsigned n, int32_t *s)
{
	const handler(*handlers)[2] = simd_handlers[info->code & 0xfff];
	bool shift = !strncmp(info->sig, "Vi", 2) && info->imm == IMM_NONE;
	unsigned form = 0;

	for (unsigned i = 0; i < n; i++) {
		int acc = accumulator_of(v[i].type);
		unsigned more = form | 1u << i;

		s[i] = 0;
		if (shift && i == 1 && v[i].kind == VALUE_CONST) {
			s[i] = v[i].bits & 63;
			form |= COUNT_IMMEDIATE;
		} else if (!(shift && i == 1) && more < SIMD_FORMS && handlers[more][0] &&
			   holds(t, acc, &v[i])) {
			take(t, acc, &v[i]);
			form = more;
		} else {
			materialise(t, &v[i]);
			s[i] = operand(t, slot_of(t, &v[i]), v[i].type);
		}
	}
	return form;
}

static bool is_extension(uint32_t op)
{
	return (op >= OP_I16X8_EXTEND_LOW_I8X16_S && op <= OP_I16X8_EXTEND_HIGH_I8X16_U) ||
	       (op >= OP_I32X4_EXTEND_LOW_I16X8_S && op <= OP_I32X4_EXTEND_HIGH_I16X8_U);
}

/* The result in place of the last instruction's, which has been changed to these handlers. */
static void redefine(struct translation *t, const handler *handlers)
{
	uint32_t at = t->last.at;

	t->words[at] = (uintptr_t)handlers[0];
	set_operand(t->words + at, 0, destination(t));
	define(t, TYPE_V128, at, handlers[1]);
	t->previous.end = 0;
}

/* An extension of what has just been loaded and become a local. */
static bool fuse_extension(struct translation *t, uint32_t op, const struct value *v)
{
	struct recent r = t->last;
	const handler *handlers;

	if (v->kind != VALUE_LOCAL || !r.end || r.end != t->nwords || !r.stored ||
	    r.slot != slot_of(t, v) || t->words[r.at] != (uintptr_t)v128_load_at_handlers[0] ||
	    !(handlers = extension_handlers(op, 0, EXTEND_AT)))
		return false;
	set_operand(t->words + r.at, 3, r.slot);
	redefine(t, handlers);
	t->last.op = op;
	t->last.extension = EXTEND_AT;
	memcpy(t->last.before, r.before, sizeof(r.before));
	return true;
}

/* What takes the result of an extension, which was the last. */
static bool fuse_with_extension(struct translation *t, const struct opinfo *info,
				const struct value *v)
{
	const struct recent r = t->last;
	const struct accumulator *acc = &t->acc[ACC_FLOAT], *before = &r.before[ACC_FLOAT];
	unsigned taken = v[1].kind == VALUE_SLOT && acc->slot == v[1].home;
	const struct value *x = &v[taken], *other = &v[!taken];
	enum extend_form form = r.extension;
	const handler *handlers;
	int32_t operand;

	if (!r.end || r.end != t->nwords || r.stored || !is_extension(r.op) ||
	    x->kind != VALUE_SLOT || acc->slot != x->home || acc->at != r.at || !acc->bare)
		return false;
	if (other->kind == VALUE_SLOT && form != EXTEND_A && before->vector &&
	    before->slot == other->home)
		form = form == EXTEND_S ? EXTEND_S_P : EXTEND_AT_P;
	handlers = extension_handlers(r.op, info->code, form);
	if (!handlers || (other->kind == VALUE_CONST && taken))
		return false;
	operand = other->kind == VALUE_CONST ? (int32_t)other->bits & 63 : slot_of(t, other);
	if (other->type != TYPE_V128 && other->kind != VALUE_CONST)
		return false;
	take(t, ACC_FLOAT, x);
	if (form != r.extension && before->bare)
		t->words[before->at] = (uintptr_t)before->bare;
	if (form == r.extension)
		set_operand(t->words + r.at, 2, operand);
	redefine(t, handlers);
	return true;
}

static void translate_computation(struct translation *t, const struct opinfo *info)
{
	unsigned n = strchr(info->sig, ':') - info->sig;
	unsigned words = info->imm == IMM_LANES || info->imm == IMM_V128 ? 4 : 2;
	bool extension = is_extension(info->code);
	struct accumulator before[2];
	const handler *handlers;
	struct value v[3];
	unsigned form;
	int32_t s[3];
	uint64_t *w;

	for (unsigned i = n; i-- > 0;)
		v[i] = pop(t);
	if ((extension && fuse_extension(t, info->code, v)) ||
	    (n == 2 && info->imm == IMM_NONE && fuse_with_extension(t, info, v)))
		return;
	form = place_operands(t, info, v, n, s);
	handlers = simd_handlers[info->code & 0xfff][form];
	memcpy(before, t->acc, sizeof(before));
	w = emit(t, handlers[0], words);
	set_operand(w, 0, destination(t));
	for (unsigned i = 0; i < n; i++)
		set_operand(w, 1 + i, s[i]);
	if (info->imm == IMM_LANE)
		set_operand(w, 1 + n, *t->p++);
	if (words == 4) {
		memcpy(w + 2, t->p, 16);
		t->p += 16;
	}
	define(t, type_of_letter(info->sig[n + 1]), w - t->words, handlers[1]);
	if (extension) {
		t->last.op = info->code;
		t->last.extension = form == ACC_FIRST ? EXTEND_A : EXTEND_S;
		memcpy(t->last.before, before, sizeof(before));
	}
}

/* A vector load from the sum that was the last. */
static bool fuse_load_at(struct translation *t, const struct value *address, uint32_t offset)
{
	struct recent r = t->last;
	int32_t operand, immediate;
	uint64_t *w;

	if (!v128_load_at_handlers[0] || chain_of(t, address) != CHAIN_TAKEN ||
	    r.first != FIRST_I32_ADD_si)
		return false;
	operand = ((const int16_t *)(t->words + r.at + 1))[1];
	immediate = t->words[r.at + 1] >> 32;
	take(t, ACC_INT, address);
	t->nwords = r.at;
	w = emit(t, v128_load_at_handlers[0], 3);
	set_operand(w, 0, destination(t));
	set_operand(w, 1, operand);
	w[2] = (uint64_t)offset << 32 | (uint32_t)immediate;
	define(t, TYPE_V128, r.at, v128_load_at_handlers[1]);
	t->previous.end = 0;
	return true;
}

/* Operands: address, vector. */
static void translate_access(struct translation *t, const struct opinfo *info)
{
	unsigned n = strchr(info->sig, ':') - info->sig;
	bool loads = info->sig[n + 1], lane = info->imm == IMM_MEMARG_LANE;
	struct memarg arg = begin_memory(t);
	const handler *handlers;
	int32_t s[2] = {0};
	struct value v[2];
	uint64_t *w;

	for (unsigned i = n; i-- > 0;)
		v[i] = pop(t);
	if (info->code == OP_V128_LOAD && !arg.memory && fuse_load_at(t, &v[0], arg.offset))
		return;
	handlers = simd_handlers[info->code & 0xfff][place_operands(t, info, v, n, s)];
	w = emit(t, handlers[0], lane ? 3 : 2);
	set_operand(w, 0, loads ? destination(t) : s[1]);
	set_operand(w, 1, s[0]);
	set_wide(w, 1, arg.offset);
	if (lane && loads)
		w[2] = (uint64_t)*t->p++ << 32 | (uint32_t)s[1];
	else if (lane)
		w[2] = *t->p++;
	if (loads)
		define(t, TYPE_V128, w - t->words, handlers[1]);
	t->scratch_used = 0;
	end_memory(t, arg);
}

void translate_simd(struct translation *t, const struct opinfo *info)
{
	if (info->imm == IMM_MEMARG || info->imm == IMM_MEMARG_LANE)
		translate_access(t, info);
	else
		translate_computation(t, info);
}
