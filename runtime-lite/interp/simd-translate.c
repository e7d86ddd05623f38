/* Translation of vector instructions. translate.h explains. */
#include "translate.h"

#include <string.h>

/* Popped, to be a 16-bit operand. Constants have a slot from here on. */
static int32_t pop_operand(struct translation *t, struct value *v)
{
	materialise(t, v);
	return operand(t, slot_of(t, v), v->type);
}

static int accumulator_of(const struct value *v)
{
	return is_float(v->type) ? ACC_FLOAT : ACC_INT;
}

/* The operand that is no vector: by which form, and its slot or number. */
static enum simd_form pop_scalar(struct translation *t, const handler *handlers, struct value *v,
				 int32_t *out)
{
	*out = 0;
	if (v->kind == VALUE_CONST && handlers[SIMD_COUNT]) {
		*out = v->bits & 63;
		return SIMD_COUNT;
	}
	if (handlers[SIMD_SCALAR] && holds(t, accumulator_of(v), v)) {
		take(t, accumulator_of(v), v);
		return SIMD_SCALAR;
	}
	*out = pop_operand(t, v);
	return SIMD_SLOTS;
}

static void translate_computation(struct translation *t, const struct opinfo *info)
{
	const handler *handlers = simd_handlers[info->code & 0xfff];
	unsigned n = strchr(info->sig, ':') - info->sig;
	enum simd_form form = SIMD_SLOTS;
	unsigned words = info->imm == IMM_LANES || info->imm == IMM_V128 ? 4 : 2;
	struct value v[3];
	int32_t s[3];
	uint64_t *w;

	for (unsigned i = n; i-- > 0;)
		v[i] = pop(t);
	for (unsigned i = 0; i < n; i++)
		if (v[i].type == TYPE_V128)
			s[i] = pop_operand(t, &v[i]);
		else
			form = pop_scalar(t, handlers, &v[i], &s[i]);
	w = emit(t, handlers[form], words);
	set_operand(w, 0, destination(t));
	for (unsigned i = 0; i < n; i++)
		set_operand(w, 1 + i, s[i]);
	if (info->imm == IMM_LANE)
		set_operand(w, 1 + n, *t->p++);
	if (words == 4) {
		memcpy(w + 2, t->p, 16);
		t->p += 16;
	}
	define(t, type_of_letter(info->sig[n + 1]), w - t->words, handlers[SIMD_BARE]);
}

static void translate_access(struct translation *t, const struct opinfo *info)
{
	const handler *handlers = simd_handlers[info->code & 0xfff];
	bool loads = strchr(info->sig, ':')[1], lane = info->imm == IMM_MEMARG_LANE;
	bool takes_vector = info->sig[1] == 'V';
	struct memarg arg = begin_memory(t);
	struct value vector = {0}, address;
	int32_t sv = 0, sa;
	enum simd_form form;
	uint64_t *w;

	if (takes_vector)
		vector = pop(t);
	address = pop(t);
	form = pop_scalar(t, handlers, &address, &sa);
	if (takes_vector)
		sv = pop_operand(t, &vector);
	w = emit(t, handlers[form], lane ? 3 : 2);
	set_operand(w, 0, loads ? destination(t) : sv);
	set_operand(w, 1, sa);
	set_wide(w, 1, arg.offset);
	if (lane)
		w[2] = (uint64_t)*t->p++ << (loads ? 32 : 0) | (loads ? (uint32_t)sv : 0);
	if (loads)
		define(t, TYPE_V128, w - t->words, NULL);
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
