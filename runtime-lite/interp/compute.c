/* Translation of the instructions that compute, load and store. translate.h
 * explains. */
#include "translate.h"

#include <stdio.h>
#include <string.h>

/* The instruction that gives the same with its operands exchanged, or 0. */
uint32_t exchanged(uint32_t op)
{
	switch (op) {
#define YES(ID)                                                                                    \
	case OP_##ID: return OP_##ID;
#define NO(ID)
#define BINARY(ID, T, R, COMMUTES, ...) COMMUTES(ID)
#include "ops.def"
#undef YES
#undef NO
#define PAIR(a, b)                                                                                 \
	case OP_##a: return OP_##b;                                                                \
	case OP_##b: return OP_##a;
#define SAME(a)                                                                                    \
	case OP_##a: return OP_##a;
#define FLOAT(T) SAME(T##_EQ) SAME(T##_NE) PAIR(T##_LT, T##_GT) PAIR(T##_LE, T##_GE)
#define INT(T)                                                                                     \
	SAME(T##_EQ)                                                                               \
	SAME(T##_NE)                                                                               \
	PAIR(T##_LT_S, T##_GT_S)                                                                   \
	PAIR(T##_LT_U, T##_GT_U) PAIR(T##_LE_S, T##_GE_S) PAIR(T##_LE_U, T##_GE_U)
		INT(I32) INT(I64) FLOAT(F32) FLOAT(F64) default : return 0;
	}
}

uint8_t type_of_letter(char c)
{
	switch (c) {
	case 'i': return TYPE_I32;
	case 'I': return TYPE_I64;
	case 'f': return TYPE_F32;
	case 'd': return TYPE_F64;
	default: return TYPE_V128;
	}
}

static bool is_immediate(const struct value *v)
{
	return v->kind == VALUE_CONST &&
	       (v->type != TYPE_I64 || (int64_t)v->bits == (int32_t)v->bits);
}

/* x is an immediate and operands cannot be swapped. */
static void translate_const_first(struct translation *t, const struct opinfo *info,
				  const struct value *x, const struct value *y)
{
	int acc = is_float(y->type) ? ACC_FLOAT : ACC_INT;
	enum form form = holds(t, acc, y) ? FORM_IA : FORM_IS;
	const handler *handlers = value_handlers[OP_INDEX(info->code)][form];
	int32_t s = 0;
	uint64_t *w;

	if (form == FORM_IA)
		take(t, acc, y);
	else
		s = operand(t, slot_of(t, y), y->type);
	w = emit(t, handlers[0], y->type == TYPE_F64 ? 3 : 2);
	set_operand(w, 0, destination(t));
	set_operand(w, 1, s);
	if (y->type == TYPE_F64)
		w[2] = x->bits;
	else
		set_wide(w, 1, x->bits);
	define(t, y->type, w - t->words, handlers[1]);
}

static void translate_binary(struct translation *t, const struct opinfo *info)
{
	struct value y = pop(t), x = pop(t);
	uint32_t op = info->code, swapped = exchanged(op), at;
	int acc = is_float(x.type) ? ACC_FLOAT : ACC_INT;
	struct accumulator before[2];
	const handler(*forms)[2];
	enum form form;
	uint64_t *w;
	int32_t sx = 0, sy = 0;
	int32_t local = NO_SLOT;
	bool square;
	uint8_t type;
	int chain;

	if (is_immediate(&x) && y.kind != VALUE_CONST && value_handlers[OP_INDEX(op)][FORM_IS][0]) {
		translate_const_first(t, info, &x, &y);
		return;
	}
	if (x.kind == VALUE_CONST && (y.kind == VALUE_CONST || !swapped))
		materialise(t, &x);
	if (!is_immediate(&y))
		materialise(t, &y);
	if (swapped && (x.kind == VALUE_CONST ||
			(y.kind != VALUE_CONST && holds(t, acc, &y) && !holds(t, acc, &x)))) {
		struct value z = x;

		x = y;
		y = z;
		op = swapped;
		if (!is_immediate(&y))
			materialise(t, &y);
	}
	forms = value_handlers[OP_INDEX(op)];
	form = FORM_SS;
	if (holds(t, acc, &x))
		form = y.kind == VALUE_CONST ? FORM_AI : FORM_AS;
	else if (y.kind == VALUE_CONST)
		form = FORM_SI;
	else if (holds(t, acc, &y) && forms[FORM_SA][0])
		form = FORM_SA;
	type = type_of_letter(info->sig[3]);
	if (form == FORM_AI) {
		if (y.type != TYPE_F64 && fuse_value(t, &x, op, SECOND_I, y.bits, type))
			return;
	} else if (form == FORM_AS) {
		if (fuse_values(t, &x, op, SECOND_S, &y, type))
			return;
	} else if (form == FORM_SA && fuse_values(t, &y, op, SECOND_R, &x, type))
		return;

	chain = form == FORM_AI || form == FORM_AS ? chain_of(t, &x) : CHAIN_NONE;
	square = form == FORM_AS && slot_of(t, &x) == slot_of(t, &y) &&
		 square_handlers[OP_INDEX(op)][0];
	if (x.kind == VALUE_LOCAL && (form == FORM_AI || form == FORM_AS))
		local = slot_of(t, &x);
	if (form == FORM_AI || form == FORM_AS)
		take(t, acc, &x);
	else
		sx = operand(t, slot_of(t, &x), x.type);
	if (form == FORM_SA)
		take(t, acc, &y);
	else if (y.kind != VALUE_CONST)
		sy = operand(t, slot_of(t, &y), y.type);
	memcpy(before, t->acc, sizeof(before));
	w = emit(t, forms[form][0],
		 form == FORM_SI || form == FORM_AI ? (y.type == TYPE_F64 ? 3 : 2) : 2);
	set_operand(w, 0, destination(t));
	set_operand(w, 1, sx);
	if (y.kind != VALUE_CONST)
		set_operand(w, 2, sy);
	else if (y.type == TYPE_F64)
		w[2] = y.bits;
	else
		set_wide(w, 1, y.bits);
	at = w - t->words;
	if (square)
		w[0] = (uintptr_t)square_handlers[OP_INDEX(op)][0];
	define(t, type, at, square ? square_handlers[OP_INDEX(op)][1] : forms[form][1]);
	t->last.op = op;
	t->last.form = form;
	t->last.local = local;
	t->last.first = first_number(op, form);
	t->last.chain = chain;
	memcpy(t->last.before, before, sizeof(before));
}

/* Whoever takes an i32 looks at the lower half only. */
static void translate_wrap(struct translation *t)
{
	struct value *v = &t->values[t->nvalues - 1];

	v->type = TYPE_I32;
	if (v->kind == VALUE_CONST)
		v->bits = (uint32_t)v->bits;
}

static void translate_unary(struct translation *t, const struct opinfo *info)
{
	struct value x = pop(t);
	int acc = is_float(x.type) ? ACC_FLOAT : ACC_INT;
	const handler(*forms)[2] = value_handlers[OP_INDEX(info->code)];
	struct accumulator before[2];
	enum form form = FORM_SS;
	int chain;
	uint64_t *w;
	int32_t sx = 0;

	materialise(t, &x);
	chain = chain_of(t, &x);
	if (holds(t, acc, &x)) {
		form = FORM_AS;
		take(t, acc, &x);
	} else
		sx = operand(t, slot_of(t, &x), x.type);
	memcpy(before, t->acc, sizeof(before));
	w = emit(t, forms[form][0], 2);
	set_operand(w, 0, destination(t));
	set_operand(w, 1, sx);
	define(t, type_of_letter(info->sig[2]), w - t->words, forms[form][1]);
	t->last.op = info->code;
	t->last.form = form;
	t->last.chain = chain;
	memcpy(t->last.before, before, sizeof(before));
}

struct memarg begin_memory(struct translation *t)
{
	uint32_t flags = leb_u32(&t->p);
	struct memarg arg = {0};

	if (flags & 64)
		arg.memory = leb_u32(&t->p);
	arg.offset = leb_u64(&t->p);
	if (arg.memory)
		emit(t, op_memory, 3)[2] = (uintptr_t)t->inst->memories[arg.memory];
	return arg;
}

void end_memory(struct translation *t, struct memarg arg)
{
	if (arg.memory)
		emit(t, op_memory, 3)[2] = (uintptr_t)t->inst->memories[0];
}

/* Is the address a constant that, with the offset, is still one? Else it is in
 * a slot. */
static bool fold_address(struct translation *t, struct value *v, uint32_t *offset)
{
	if (v->kind == VALUE_CONST && (uint64_t)(uint32_t)v->bits + *offset <= UINT32_MAX) {
		*offset += (uint32_t)v->bits;
		return true;
	}
	materialise(t, v);
	return false;
}

static void translate_load(struct translation *t, const struct opinfo *info)
{
	const handler(*forms)[2] = load_handlers[OP_INDEX(info->code)];
	struct memarg arg = begin_memory(t);
	struct value address = pop(t);
	enum form form = FORM_SS;
	uint32_t at;
	uint64_t *w;
	int32_t s = 0;

	if (fold_address(t, &address, &arg.offset))
		form = FORM_IS;
	else if (!arg.memory &&
		 (fuse_value(t, &address, info->code, SECOND_X, arg.offset,
			     type_of_letter(info->sig[2])) ||
		  fuse_load_tee(t, &address, info->code, arg.offset, type_of_letter(info->sig[2]))))
		return;
	else if (holds(t, ACC_INT, &address)) {
		form = FORM_AS;
		take(t, ACC_INT, &address);
	} else
		s = operand(t, slot_of(t, &address), TYPE_I32);
	w = emit(t, forms[form][0], 2);
	set_operand(w, 0, destination(t));
	set_operand(w, 1, s);
	set_wide(w, 1, arg.offset);
	at = w - t->words;
	define(t, type_of_letter(info->sig[2]), at, forms[form][1]);
	t->last.op = info->code;
	t->last.form = form;
	t->last.first = first_number(info->code, form);
	end_memory(t, arg);
}

static void translate_store(struct translation *t, const struct opinfo *info)
{
	const handler *forms = store_handlers[OP_INDEX(info->code)];
	struct memarg arg = begin_memory(t);
	struct value v = pop(t), address = pop(t);
	int acc = is_float(v.type) ? ACC_FLOAT : ACC_INT;
	bool folded = fold_address(t, &address, &arg.offset);
	bool address_a = !folded && holds(t, ACC_INT, &address);
	/* One accumulator cannot be both, unless both are the same local. */
	bool value_a = holds(t, acc, &v) && !(address_a && acc == ACC_INT);
	static const enum form table[3][3] = {/* value: slot, immediate, accumulator */
					      {FORM_SS, FORM_SI, FORM_SA},
					      {FORM_IS, FORM_II, FORM_IA},
					      {FORM_AS, FORM_AI, FORM_AA}};
	uint64_t *w;
	int32_t sv = 0, sa = 0;

	if (arg.memory || folded)
		;
	else if (value_a && fuse_update(t, &v, &address, address_a, info->code, arg.offset))
		return;
	else if (value_a && !address_a &&
		 fuse_store(t, &v, info->code, SECOND_V, slot_of(t, &address), arg.offset))
		return;
	else if (address_a && v.kind == VALUE_CONST && !is_float(v.type) &&
		 fuse_store(t, &address, info->code, SECOND_I,
			    (int64_t)v.bits == (int16_t)v.bits || v.type == TYPE_I32
				    ? (int32_t)v.bits
				    : INT32_MAX,
			    arg.offset))
		return;
	else if (address_a && v.kind != VALUE_CONST &&
		 fuse_store(t, &address, info->code, SECOND_S, slot_of(t, &v), arg.offset))
		return;
	if (address_a)
		take(t, ACC_INT, &address);
	else if (!folded)
		sa = operand(t, slot_of(t, &address), TYPE_I32);
	if (value_a)
		take(t, acc, &v);
	else if (v.kind != VALUE_CONST)
		sv = operand(t, slot_of(t, &v), v.type);
	w = emit(t,
		 forms[table[folded ? 1 : 2 * address_a][v.kind == VALUE_CONST ? 1 : 2 * value_a]],
		 v.kind == VALUE_CONST ? 3 : 2);
	set_operand(w, 0, sv);
	set_operand(w, 1, sa);
	set_wide(w, 1, arg.offset);
	if (v.kind == VALUE_CONST)
		w[2] = v.bits;
	t->scratch_used = 0;
	end_memory(t, arg);
}

uint64_t *translate_slots(struct translation *t, handler h, unsigned words, const char *sig)
{
	unsigned n = strchr(sig, ':') - sig, first = sig[n + 1] ? 1 : 0;
	struct value v[3];
	int32_t s[3];
	uint64_t *w;
	uint32_t at;

	for (unsigned i = n; i-- > 0;)
		v[i] = pop(t);
	for (unsigned i = 0; i < n; i++) {
		materialise(t, &v[i]);
		s[i] = operand(t, slot_of(t, &v[i]), v[i].type);
	}
	w = emit(t, h, words);
	at = w - t->words;
	for (unsigned i = 0; i < n; i++)
		set_operand(w, first + i, s[i]);
	t->scratch_used = 0;
	if (first) {
		set_operand(w, 0, destination(t));
		define(t, type_of_letter(sig[n + 1]), at, NULL);
		w = t->words + at;
	}
	/* Such handlers leave nothing in the accumulators to rely on. */
	forget(t);
	return w;
}

static void translate_atomic(struct translation *t, const struct opinfo *info)
{
	struct memarg arg = begin_memory(t);
	unsigned number = info->code & 0xfff;
	bool wait = info->code <= OP_MEMORY_ATOMIC_WAIT64;
	char sig[8];
	uint64_t *w;

	/* A store has no result, but its operands are where others have theirs. */
	snprintf(sig, sizeof(sig), "%s", info->sig);
	w = translate_slots(t, atomic_handlers[number], wait ? 4 : 3, sig);
	if (!strchr(sig, ':')[1])
		w[1] <<= 16;
	w[2] = arg.offset;
	if (wait)
		w[3] = t->inst->memories[arg.memory]->type.limits.shared;
	end_memory(t, arg);
}

void translate_by_signature(struct translation *t, const struct opinfo *info)
{
	const char *results = strchr(info->sig, ':') + 1;

	if (info->code == OP_ATOMIC_FENCE) {
		t->p++;
		emit(t, op_fence, 2);
	} else if (info->code >> 12 == 0xfe)
		translate_atomic(t, info);
	else if (info->imm == IMM_MEMARG && *results)
		translate_load(t, info);
	else if (info->imm == IMM_MEMARG)
		translate_store(t, info);
	else if (results - info->sig == 3)
		translate_binary(t, info);
	else if (info->code == OP_I32_WRAP_I64)
		translate_wrap(t);
	else
		translate_unary(t, info);
}
