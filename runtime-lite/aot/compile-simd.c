/*
 * Vector instructions. On the operand stack a v128 is two i64; each instruction makes of it what it wants, which its name
 * says. relaxed-simd.h has what the relaxed ones compute.
 */
#include "compile-function.h"

#include <stdlib.h>
#include <string.h>

/* Of an instruction's name: i8x16, f64x2, ...; v128 is i64x2. */
struct shape {
	LLVMTypeRef lane, vector;
	unsigned bits, lanes;
	bool real;
};

static struct shape make_shape(struct unit *u, unsigned bits, bool real)
{
	struct shape s = {.bits = bits, .lanes = 128 / bits, .real = real};

	if (real)
		s.lane = bits == 32 ? u->f32 : u->f64;
	else
		s.lane = LLVMIntTypeInContext(u->context, bits);
	s.vector = LLVMVectorType(s.lane, s.lanes);
	return s;
}

static struct shape shape_of(struct unit *u, const struct opinfo *info)
{
	if (info->name[0] == 'v')
		return make_shape(u, 64, false);
	return make_shape(u, strtoul(info->name + 1, NULL, 10), info->name[0] == 'f');
}

static LLVMValueRef cast(struct unit *u, LLVMValueRef v, LLVMTypeRef type)
{
	return LLVMBuildBitCast(u->b, v, type, "");
}

static LLVMValueRef pop_as(struct translation *t, LLVMTypeRef type)
{
	return cast(t->u, pop(t), type);
}

static void push_vector(struct translation *t, LLVMValueRef v)
{
	push(t, cast(t->u, v, t->u->v128));
}

static LLVMValueRef vector_splat(struct unit *u, LLVMValueRef v, unsigned lanes)
{
	LLVMTypeRef type = LLVMVectorType(LLVMTypeOf(v), lanes);
	LLVMValueRef zero = LLVMConstNull(LLVMVectorType(u->i32, lanes));

	v = LLVMBuildInsertElement(u->b, LLVMGetPoison(type), v, const32(u, 0), "");
	return LLVMBuildShuffleVector(u->b, v, LLVMGetPoison(type), zero, "");
}

static LLVMValueRef splat_const(struct unit *u, LLVMTypeRef vector, uint64_t value)
{
	LLVMValueRef lanes[32], lane = LLVMConstInt(LLVMGetElementType(vector), value, 0);
	unsigned n = LLVMGetVectorSize(vector);

	for (unsigned i = 0; i < n; i++)
		lanes[i] = lane;
	(void)u;
	return LLVMConstVector(lanes, n);
}

/* Lanes first, first + step, ... of x and y one after the other. */
LLVMValueRef vector_pick(struct unit *u, LLVMValueRef x, LLVMValueRef y, unsigned first,
			 unsigned step, unsigned n)
{
	LLVMValueRef mask[32];

	for (unsigned i = 0; i < n; i++)
		mask[i] = const32(u, first + i * step);
	return LLVMBuildShuffleVector(u->b, x, y, LLVMConstVector(mask, n), "");
}

static LLVMTypeRef widened(struct unit *u, LLVMTypeRef vector)
{
	unsigned bits = LLVMGetIntTypeWidth(LLVMGetElementType(vector));

	return LLVMVectorType(LLVMIntTypeInContext(u->context, bits * 2),
			      LLVMGetVectorSize(vector));
}

LLVMValueRef vector_extend(struct unit *u, LLVMValueRef v, bool sign)
{
	LLVMTypeRef type = widened(u, LLVMTypeOf(v));

	return sign ? LLVMBuildSExt(u->b, v, type, "") : LLVMBuildZExt(u->b, v, type, "");
}

static LLVMValueRef call_vector(struct unit *u, const char *name, LLVMValueRef *args, unsigned n)
{
	LLVMTypeRef type = LLVMTypeOf(args[0]);

	return unit_call_intrinsic(u, name, &type, 1, args, n);
}

/* A mask in lanes of a vector, as comparisons give it. */
static LLVMValueRef lane_mask(struct unit *u, LLVMValueRef bits, struct shape s)
{
	LLVMTypeRef lane = LLVMIntTypeInContext(u->context, s.bits);

	return LLVMBuildSExt(u->b, bits, LLVMVectorType(lane, s.lanes), "");
}

static bool compare(struct translation *t, const struct opinfo *info, struct shape s)
{
	static const LLVMIntPredicate all[] = {
		LLVMIntEQ,  LLVMIntNE,	LLVMIntSLT, LLVMIntULT, LLVMIntSGT,
		LLVMIntUGT, LLVMIntSLE, LLVMIntULE, LLVMIntSGE, LLVMIntUGE,
	};
	static const LLVMIntPredicate some[] = {LLVMIntEQ,  LLVMIntNE,	LLVMIntSLT,
						LLVMIntSGT, LLVMIntSLE, LLVMIntSGE};
	static const LLVMRealPredicate real[] = {LLVMRealOEQ, LLVMRealUNE, LLVMRealOLT,
						 LLVMRealOGT, LLVMRealOLE, LLVMRealOGE};
	LLVMBuilderRef b = t->u->b;
	uint32_t op = info->code;
	LLVMValueRef x, y;

	if (!(op >= OP_I8X16_EQ && op <= OP_F64X2_GE) &&
	    !(op >= OP_I64X2_EQ && op <= OP_I64X2_GE_S))
		return false;
	y = pop_as(t, s.vector);
	x = pop_as(t, s.vector);
	if (s.real)
		x = LLVMBuildFCmp(b, real[(op - OP_F32X4_EQ) % 6], x, y, "");
	else if (op >= OP_I64X2_EQ)
		x = LLVMBuildICmp(b, some[op - OP_I64X2_EQ], x, y, "");
	else
		x = LLVMBuildICmp(b, all[(op - OP_I8X16_EQ) % 10], x, y, "");
	push_vector(t, lane_mask(t->u, x, s));
	return true;
}

static LLVMValueRef swizzle(struct translation *t, LLVMValueRef x, LLVMValueRef index)
{
	struct unit *u = t->u;
	LLVMTypeRef bytes = LLVMTypeOf(x);
	LLVMBasicBlockRef back;
	LLVMValueRef table, v;

	switch (u->plan->isa) {
	case ISA_X86_64:
		/* It gives 0 for indices with the sign bit, and ignores bits 4 to 6. */
		index = call_vector(u, "llvm.uadd.sat",
				    (LLVMValueRef[]){index, splat_const(u, bytes, 0x70)}, 2);
		return unit_call_intrinsic(u, "llvm.x86.ssse3.pshuf.b.128", NULL, 0,
					   (LLVMValueRef[]){x, index}, 2);
	case ISA_AARCH64:
		return unit_call_intrinsic(u, "llvm.aarch64.neon.tbl1", &bytes, 1,
					   (LLVMValueRef[]){x, index}, 2);
	default:
		back = go_to_entry(t);
		table = LLVMBuildAlloca(u->b, bytes, "");
		leave_entry(t, back);
		LLVMBuildStore(u->b, x, table);
		v = LLVMConstNull(bytes);
		for (unsigned i = 0; i < 16; i++) {
			LLVMValueRef k = LLVMBuildExtractElement(u->b, index, const32(u, i), "");
			LLVMValueRef low = LLVMBuildZExt(
				u->b, LLVMBuildAnd(u->b, k, LLVMConstInt(u->i8, 15, 0), ""), u->i64,
				"");
			LLVMValueRef lane = LLVMBuildLoad2(
				u->b, u->i8, LLVMBuildGEP2(u->b, u->i8, table, &low, 1, ""), "");

			lane = LLVMBuildSelect(u->b,
					       LLVMBuildICmp(u->b, LLVMIntULT, k,
							     LLVMConstInt(u->i8, 16, 0), ""),
					       lane, LLVMConstInt(u->i8, 0, 0), "");
			v = LLVMBuildInsertElement(u->b, v, lane, const32(u, i), "");
		}
		return v;
	}
}

static void shuffle(struct translation *t)
{
	struct shape s = make_shape(t->u, 8, false);
	LLVMValueRef y = pop_as(t, s.vector), x = pop_as(t, s.vector), mask[16];

	for (unsigned i = 0; i < 16; i++)
		mask[i] = const32(t->u, *t->p++);
	push_vector(t, LLVMBuildShuffleVector(t->u->b, x, y, LLVMConstVector(mask, 16), ""));
}

static void constant(struct translation *t)
{
	uint64_t half[2];

	memcpy(half, t->p, sizeof(half));
	t->p += sizeof(half);
	push(t,
	     LLVMConstVector((LLVMValueRef[]){const64(t->u, half[0]), const64(t->u, half[1])}, 2));
}

static LLVMValueRef to_lane(struct unit *u, LLVMValueRef v, struct shape s)
{
	return LLVMTypeOf(v) == s.lane ? v : LLVMBuildTrunc(u->b, v, s.lane, "");
}

static bool lane_access(struct translation *t, const struct opinfo *info, struct shape s)
{
	struct unit *u = t->u;
	uint32_t op = info->code;
	LLVMValueRef v, x;

	if (op >= OP_I8X16_SPLAT && op <= OP_F64X2_SPLAT) {
		push_vector(t, vector_splat(u, to_lane(u, pop(t), s), s.lanes));
		return true;
	}
	if (op < OP_I8X16_EXTRACT_LANE_S || op > OP_F64X2_REPLACE_LANE)
		return false;
	v = info->sig[1] == ':' ? NULL : pop(t);
	x = pop_as(t, s.vector);
	if (v) {
		v = LLVMBuildInsertElement(u->b, x, to_lane(u, v, s), const32(u, *t->p++), "");
		push_vector(t, v);
		return true;
	}
	x = LLVMBuildExtractElement(u->b, x, const32(u, *t->p++), "");
	if (s.bits < 32)
		x = op == OP_I8X16_EXTRACT_LANE_S || op == OP_I16X8_EXTRACT_LANE_S
			    ? LLVMBuildSExt(u->b, x, u->i32, "")
			    : LLVMBuildZExt(u->b, x, u->i32, "");
	push(t, x);
	return true;
}

static LLVMValueRef insert_low(struct unit *u, LLVMValueRef v, struct shape s)
{
	return LLVMBuildInsertElement(u->b, LLVMConstNull(s.vector), v, const32(u, 0), "");
}

static void load_or_store(struct translation *t, const struct opinfo *info)
{
	struct unit *u = t->u;
	struct memarg arg = read_memarg(t);
	uint32_t op = info->code;
	bool with_value = info->sig[1] == 'V';
	LLVMValueRef v = with_value ? pop(t) : NULL, p, x;
	struct shape s = make_shape(
		u, op == OP_V128_STORE || op == OP_V128_LOAD ? 64 : 8u << info->align, false);

	locate(t);
	p = guest_pointer(t, pop(t), arg);
	switch (op) {
	case OP_V128_LOAD: push(t, guest_load(t, u->v128, p)); break;
	case OP_V128_STORE: guest_store(t, v, p); break;
	case OP_V128_LOAD8X8_S:
	case OP_V128_LOAD8X8_U:
	case OP_V128_LOAD16X4_S:
	case OP_V128_LOAD16X4_U:
	case OP_V128_LOAD32X2_S:
	case OP_V128_LOAD32X2_U: {
		unsigned kind = op - OP_V128_LOAD8X8_S, bits = 8u << kind / 2;

		x = cast(u, guest_load(t, u->i64, p),
			 LLVMVectorType(LLVMIntTypeInContext(u->context, bits), 64 / bits));
		push_vector(t, vector_extend(u, x, !(kind & 1)));
		break;
	}
	case OP_V128_LOAD8_SPLAT:
	case OP_V128_LOAD16_SPLAT:
	case OP_V128_LOAD32_SPLAT:
	case OP_V128_LOAD64_SPLAT:
		push_vector(t, vector_splat(u, guest_load(t, s.lane, p), s.lanes));
		break;
	case OP_V128_LOAD32_ZERO:
	case OP_V128_LOAD64_ZERO: push_vector(t, insert_low(u, guest_load(t, s.lane, p), s)); break;
	case OP_V128_LOAD8_LANE:
	case OP_V128_LOAD16_LANE:
	case OP_V128_LOAD32_LANE:
	case OP_V128_LOAD64_LANE:
		x = guest_load(t, s.lane, p);
		push_vector(t, LLVMBuildInsertElement(u->b, cast(u, v, s.vector), x,
						      const32(u, *t->p++), ""));
		break;
	default: /* store lane */
		x = LLVMBuildExtractElement(u->b, cast(u, v, s.vector), const32(u, *t->p++), "");
		guest_store(t, x, p);
	}
}

static void shift(struct translation *t, LLVMOpcode op, struct shape s)
{
	struct unit *u = t->u;
	LLVMValueRef n = LLVMBuildAnd(u->b, pop(t), const32(u, s.bits - 1), "");
	LLVMValueRef x = pop_as(t, s.vector);

	n = s.bits == 64 ? LLVMBuildZExt(u->b, n, u->i64, "") : to_lane(u, n, s);
	push_vector(t, LLVMBuildBinOp(u->b, op, x, vector_splat(u, n, s.lanes), ""));
}

/* V:i */
static LLVMValueRef test(struct unit *u, uint32_t op, LLVMValueRef x, struct shape s)
{
	LLVMTypeRef all = LLVMIntTypeInContext(u->context, s.lanes);
	LLVMTypeRef whole = LLVMIntTypeInContext(u->context, 128);
	LLVMValueRef zero = LLVMConstNull(s.vector), bits;

	switch (op) {
	case OP_V128_ANY_TRUE:
		bits = LLVMBuildICmp(u->b, LLVMIntNE, cast(u, x, whole), LLVMConstNull(whole), "");
		return LLVMBuildZExt(u->b, bits, u->i32, "");
	case OP_I8X16_BITMASK:
	case OP_I16X8_BITMASK:
	case OP_I32X4_BITMASK:
	case OP_I64X2_BITMASK:
		bits = LLVMBuildICmp(u->b, LLVMIntSLT, x, zero, "");
		return LLVMBuildZExt(u->b, cast(u, bits, all), u->i32, "");
	default:
		bits = cast(u, LLVMBuildICmp(u->b, LLVMIntEQ, x, zero, ""), all);
		bits = LLVMBuildICmp(u->b, LLVMIntEQ, bits, LLVMConstNull(all), "");
		return LLVMBuildZExt(u->b, bits, u->i32, "");
	}
}

/* The simple ones with two operands of the same shape as the result. */
static LLVMValueRef binary(struct translation *t, uint32_t op, LLVMValueRef x, LLVMValueRef y)
{
	struct unit *u = t->u;
	LLVMBuilderRef b = u->b;
	LLVMValueRef args[2] = {x, y};

	switch (op) {
#define NARROW(name)                                                                               \
	case OP_I8X16_##name:                                                                      \
	case OP_I16X8_##name
#define INTS(name) NARROW(name) : case OP_I32X4_##name
#define ALL(name)  INTS(name) : case OP_I64X2_##name
#define REAL(name)                                                                                 \
	case OP_F32X4_##name:                                                                      \
	case OP_F64X2_##name
	case OP_V128_AND: return LLVMBuildAnd(b, x, y, "");
	case OP_V128_ANDNOT: return LLVMBuildAnd(b, x, LLVMBuildNot(b, y, ""), "");
	case OP_V128_OR: return LLVMBuildOr(b, x, y, "");
	case OP_V128_XOR: return LLVMBuildXor(b, x, y, "");
	case OP_I8X16_SWIZZLE:
		return swizzle(t, x, y);
		ALL(ADD) : return LLVMBuildAdd(b, x, y, "");
		ALL(SUB) : return LLVMBuildSub(b, x, y, "");
	case OP_I16X8_MUL:
	case OP_I32X4_MUL:
	case OP_I64X2_MUL:
		return LLVMBuildMul(b, x, y, "");
		NARROW(ADD_SAT_S) : return call_vector(u, "llvm.sadd.sat", args, 2);
		NARROW(ADD_SAT_U) : return call_vector(u, "llvm.uadd.sat", args, 2);
		NARROW(SUB_SAT_S) : return call_vector(u, "llvm.ssub.sat", args, 2);
		NARROW(SUB_SAT_U) : return call_vector(u, "llvm.usub.sat", args, 2);
		INTS(MIN_S) : return call_vector(u, "llvm.smin", args, 2);
		INTS(MIN_U) : return call_vector(u, "llvm.umin", args, 2);
		INTS(MAX_S) : return call_vector(u, "llvm.smax", args, 2);
		INTS(MAX_U) : return call_vector(u, "llvm.umax", args, 2);
		REAL(ADD) : return LLVMBuildFAdd(b, x, y, "");
		REAL(SUB) : return LLVMBuildFSub(b, x, y, "");
		REAL(MUL) : return LLVMBuildFMul(b, x, y, "");
		REAL(DIV) : return LLVMBuildFDiv(b, x, y, "");
		REAL(MIN) : return float_min_max(u, false, x, y);
		REAL(MAX) : return float_min_max(u, true, x, y);
		REAL(PMIN)
			: return LLVMBuildSelect(b, LLVMBuildFCmp(b, LLVMRealOLT, y, x, ""), y, x,
						 "");
		REAL(PMAX)
			: return LLVMBuildSelect(b, LLVMBuildFCmp(b, LLVMRealOLT, x, y, ""), y, x,
						 "");
	}
	return NULL;
}

static LLVMValueRef unary(struct unit *u, uint32_t op, LLVMValueRef x)
{
	switch (op) {
	case OP_V128_NOT:
		return LLVMBuildNot(u->b, x, "");
		ALL(ABS)
			: return call_vector(u, "llvm.abs",
					     (LLVMValueRef[]){x, LLVMConstInt(u->i1, 0, 0)}, 2);
		ALL(NEG) : return LLVMBuildNeg(u->b, x, "");
	case OP_I8X16_POPCNT:
		return call_vector(u, "llvm.ctpop", &x, 1);
		REAL(ABS) : return float_unary(u, FLOAT_ABS, x);
		REAL(NEG) : return float_unary(u, FLOAT_NEG, x);
		REAL(CEIL) : return float_unary(u, FLOAT_CEIL, x);
		REAL(FLOOR) : return float_unary(u, FLOAT_FLOOR, x);
		REAL(TRUNC) : return float_unary(u, FLOAT_TRUNC, x);
		REAL(NEAREST) : return float_unary(u, FLOAT_NEAREST, x);
		REAL(SQRT) : return float_unary(u, FLOAT_SQRT, x);
	}
	return NULL;
}

static LLVMValueRef bitselect(struct unit *u, LLVMValueRef x, LLVMValueRef y, LLVMValueRef mask)
{
	return LLVMBuildOr(u->b, LLVMBuildAnd(u->b, x, mask, ""),
			   LLVMBuildAnd(u->b, y, LLVMBuildNot(u->b, mask, ""), ""), "");
}

static void ternary(struct translation *t, uint32_t op, struct shape s)
{
	struct unit *u = t->u;
	LLVMValueRef z = pop(t), y = pop(t), x = pop(t), v;

	if (op == OP_V128_BITSELECT) {
		push(t, bitselect(u, x, y, z));
	} else if (op == OP_I32X4_RELAXED_DOT_I8X16_I7X16_ADD_S) {
		v = vector_relaxed_dot(u, x, y);
		v = LLVMBuildAdd(u->b, vector_pairwise(u, v, true), cast(u, z, s.vector), "");
		push_vector(t, v);
	} else { /* madd, nmadd: two roundings */
		x = cast(u, x, s.vector);
		if (op == OP_F32X4_RELAXED_NMADD || op == OP_F64X2_RELAXED_NMADD)
			x = LLVMBuildFNeg(u->b, x, "");
		v = LLVMBuildFMul(u->b, x, cast(u, y, s.vector), "");
		push_vector(t, LLVMBuildFAdd(u->b, v, cast(u, z, s.vector), ""));
	}
}

static uint32_t strict(uint32_t op)
{
	switch (op) {
#define RELAXED(relaxed, same)                                                                     \
	case OP_##relaxed: return OP_##same;
#include "../wasm/relaxed-simd.h"
	}
	return op;
}

void compile_simd(struct translation *t, const struct opinfo *info)
{
	struct unit *u = t->u;
	struct shape s;
	LLVMValueRef x, y = NULL, v;

	info = opcode_info(strict(info->code));
	s = shape_of(u, info);
	if (info->imm == IMM_MEMARG || info->imm == IMM_MEMARG_LANE) {
		load_or_store(t, info);
		return;
	}
	switch (info->code) {
	case OP_V128_CONST: constant(t); return;
	case OP_I8X16_SHUFFLE:
		shuffle(t);
		return;
		ALL(SHL) : shift(t, LLVMShl, s);
		return;
		ALL(SHR_S) : shift(t, LLVMAShr, s);
		return;
		ALL(SHR_U) : shift(t, LLVMLShr, s);
		return;
	}
	if (compare(t, info, s) || lane_access(t, info, s))
		return;
	if (info->sig[2] == 'V' && info->sig[3] == ':') {
		ternary(t, info->code, s);
		return;
	}
	if (info->sig[2] == 'i') {
		push(t, test(u, info->code, pop_as(t, s.vector), s));
		return;
	}
	if (info->sig[1] == 'V')
		y = pop(t);
	x = pop(t);
	v = y ? binary(t, info->code, cast(u, x, s.vector), cast(u, y, s.vector))
	      : unary(u, info->code, cast(u, x, s.vector));
	push_vector(t, v ? v : vector_convert(u, info->code, x, y));
}
