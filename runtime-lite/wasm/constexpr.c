/* Constant expressions: validation and evaluation. */
#include "constexpr.h"
#include "decode.h"
#include "leb.h"
#include "opcodes.h"

#include <string.h>

/* Deeper ones have no use: each operator folds two values that a compiler could have folded. */
#define MAX_DEPTH 64

static bool mismatch(struct decoder *d, uint8_t want, uint8_t have)
{
	return fail_invalid(&d->r, "type mismatch: constant expression requires %s but has %s",
			    valtype_name(want), valtype_name(have));
}

/* Reads one instruction with its immediates: operand and result types as in a signature. */
static bool read_instruction(struct decoder *d, uint32_t op, uint8_t *operand, uint8_t *result)
{
	struct module *m = d->m;
	const uint8_t *bytes;
	int64_t number;
	uint32_t index;

	*operand = 0;
	switch (op) {
	case OP_I32_CONST: *result = TYPE_I32; return read_leb_s(&d->r, 32, &number);
	case OP_I64_CONST: *result = TYPE_I64; return read_leb_s(&d->r, 64, &number);
	case OP_F32_CONST: *result = TYPE_F32; return read_bytes(&d->r, 4, &bytes);
	case OP_F64_CONST: *result = TYPE_F64; return read_bytes(&d->r, 8, &bytes);
	case OP_V128_CONST: *result = TYPE_V128; return read_bytes(&d->r, 16, &bytes);
	case OP_REF_NULL: return read_reftype(&d->r, result);
	case OP_I32_ADD:
	case OP_I32_SUB:
	case OP_I32_MUL: *operand = *result = TYPE_I32; return true;
	case OP_I64_ADD:
	case OP_I64_SUB:
	case OP_I64_MUL: *operand = *result = TYPE_I64; return true;
	case OP_REF_FUNC:
		if (!read_funcidx(d, &index))
			return false;
		declare_func(d, index);
		*result = TYPE_FUNCREF;
		return true;
	case OP_GLOBAL_GET:
		if (!read_u32(&d->r, &index))
			return false;
		if (index >= m->nglobals)
			return fail_invalid(&d->r, "unknown global %u", index);
		if (m->globals[index].mutable)
			return fail_invalid(
				&d->r, "constant expression required: global %u is mutable", index);
		*result = m->globals[index].type;
		return true;
	}
	const struct opinfo *info = opcode_info(op);

	if (!info)
		return fail_malformed(&d->r, "illegal opcode %02x", op < 0x100 ? op : op >> 12);
	return fail_invalid(&d->r, "constant expression required, not %s", info->name);
}

static bool read_opcode(struct decoder *d, uint32_t *op)
{
	uint8_t byte;

	if (!read_byte(&d->r, &byte))
		return false;
	*op = byte;
	if (byte >= 0xfc && byte <= 0xfe) {
		uint32_t number;

		if (!read_u32(&d->r, &number))
			return false;
		if (number > 0xfff)
			return fail_malformed(&d->r, "illegal opcode %02x %x", byte, number);
		*op = (uint32_t)byte << 12 | number;
	}
	return true;
}

bool read_constexpr(struct decoder *d, uint8_t type, struct constexpr *out)
{
	uint8_t stack[MAX_DEPTH];
	unsigned n = 0;

	out->start = d->r.pos;
	for (;;) {
		uint8_t operand, result;
		uint32_t op;

		if (!read_opcode(d, &op))
			return false;
		if (op == OP_END)
			break;
		if (!read_instruction(d, op, &operand, &result))
			return false;
		for (int i = 0; operand && i < 2; i++)
			if (!n || stack[--n] != operand)
				return mismatch(d, operand, n ? stack[n] : 0);
		if (n == MAX_DEPTH)
			return fail_invalid(&d->r, "constant expression is too deep");
		stack[n++] = result;
	}
	out->end = d->r.pos;
	if (n != 1)
		return fail_invalid(&d->r, "type mismatch: constant expression leaves %u values",
				    n);
	return stack[0] == type || mismatch(d, type, stack[0]);
}

union global constexpr_eval(const struct instance *inst, const union global *globals,
			    const struct constexpr *e)
{
	const uint32_t imports = inst->module->nglobalimports;
	union global stack[MAX_DEPTH], *top = stack;
	const uint8_t *p = e->start;

	for (;;) {
		uint32_t op = leb_opcode(&p), index;
		union global value = {0};

		switch (op) {
		case OP_END: return top[-1];
		case OP_I32_CONST: value.slot->i32 = leb_s32(&p); break;
		case OP_I64_CONST: value.slot->i64 = leb_s64(&p); break;
		case OP_F32_CONST: memcpy(&value, p, 4), p += 4; break;
		case OP_F64_CONST: memcpy(&value, p, 8), p += 8; break;
		case OP_V128_CONST: memcpy(&value, p, 16), p += 16; break;
		case OP_REF_NULL: p++; break;
		case OP_REF_FUNC: value.slot->func = inst->funcs[leb_u32(&p)]; break;
		case OP_GLOBAL_GET:
			index = leb_u32(&p);
			value = index < imports ? *inst->imported_globals[index]
						: globals[index - imports];
			break;
		default: {
			union slot b = (--top)->slot[0], a = (--top)->slot[0];

			switch (op) {
			case OP_I32_ADD: value.slot->u32 = a.u32 + b.u32; break;
			case OP_I32_SUB: value.slot->u32 = a.u32 - b.u32; break;
			case OP_I32_MUL: value.slot->u32 = a.u32 * b.u32; break;
			case OP_I64_ADD: value.slot->u64 = a.u64 + b.u64; break;
			case OP_I64_SUB: value.slot->u64 = a.u64 - b.u64; break;
			case OP_I64_MUL: value.slot->u64 = a.u64 * b.u64; break;
			}
		}
		}
		*top++ = value;
	}
}
