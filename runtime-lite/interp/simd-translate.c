/* Translation of vector instructions. translate.h explains. */
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

static void translate_computation(struct translation *t, const struct opinfo *info)
{
	unsigned n = strchr(info->sig, ':') - info->sig;
	unsigned words = info->imm == IMM_LANES || info->imm == IMM_V128 ? 4 : 2;
	const handler *handlers;
	struct value v[3];
	int32_t s[3];
	uint64_t *w;

	for (unsigned i = n; i-- > 0;)
		v[i] = pop(t);
	handlers = simd_handlers[info->code & 0xfff][place_operands(t, info, v, n, s)];
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
