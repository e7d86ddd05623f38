/* Vector instructions whose result has another shape than their operands. */
#include "compile-function.h"

static LLVMTypeRef vector(struct unit *u, unsigned bits, unsigned lanes)
{
	return LLVMVectorType(LLVMIntTypeInContext(u->context, bits), lanes);
}

static LLVMValueRef cast(struct unit *u, LLVMValueRef v, unsigned bits)
{
	return LLVMBuildBitCast(u->b, v, vector(u, bits, 128 / bits), "");
}

static LLVMValueRef cast_real(struct unit *u, LLVMValueRef v, unsigned bits)
{
	return LLVMBuildBitCast(u->b, v, LLVMVectorType(bits == 32 ? u->f32 : u->f64, 128 / bits),
				"");
}

static LLVMValueRef splat_const(LLVMTypeRef type, uint64_t value)
{
	LLVMValueRef lanes[32], lane = LLVMConstInt(LLVMGetElementType(type), value, 1);
	unsigned n = LLVMGetVectorSize(type);

	for (unsigned i = 0; i < n; i++)
		lanes[i] = lane;
	return LLVMConstVector(lanes, n);
}

static LLVMValueRef call2(struct unit *u, const char *name, LLVMValueRef x, LLVMValueRef y)
{
	LLVMTypeRef type = LLVMTypeOf(x);

	return unit_call_intrinsic(u, name, &type, 1, (LLVMValueRef[]){x, y}, 2);
}

/* Of lanes of that many bits, to lanes of half of them; what does not fit becomes the nearest that does. */
static LLVMValueRef narrow(struct unit *u, LLVMValueRef x, LLVMValueRef y, unsigned bits, bool sign)
{
	unsigned n = 2 * 128 / bits;
	LLVMValueRef v = vector_pick(u, cast(u, x, bits), cast(u, y, bits), 0, 1, n);
	int64_t max = sign ? (1 << (bits / 2 - 1)) - 1 : (1 << bits / 2) - 1;
	int64_t min = sign ? -max - 1 : 0;

	v = call2(u, "llvm.smax", v, splat_const(LLVMTypeOf(v), min));
	v = call2(u, "llvm.smin", v, splat_const(LLVMTypeOf(v), max));
	return LLVMBuildTrunc(u->b, v, vector(u, bits / 2, n), "");
}

/* Half of the lanes, of that many bits, made twice as wide. */
static LLVMValueRef extend_half(struct unit *u, LLVMValueRef x, unsigned bits, bool high, bool sign)
{
	unsigned n = 64 / bits;

	x = cast(u, x, bits);
	return vector_extend(u, vector_pick(u, x, LLVMGetPoison(LLVMTypeOf(x)), high ? n : 0, 1, n),
			     sign);
}

LLVMValueRef vector_pairwise(struct unit *u, LLVMValueRef x, bool sign)
{
	LLVMValueRef none = LLVMGetPoison(LLVMTypeOf(x));
	unsigned n = LLVMGetVectorSize(LLVMTypeOf(x)) / 2;

	return LLVMBuildAdd(u->b, vector_extend(u, vector_pick(u, x, none, 0, 2, n), sign),
			    vector_extend(u, vector_pick(u, x, none, 1, 2, n), sign), "");
}

/* Sums of pairs of products, each twice as wide as its factors. */
static LLVMValueRef dot(struct unit *u, LLVMValueRef x, LLVMValueRef y, unsigned bits)
{
	LLVMValueRef products, none;
	unsigned n = 64 / bits;

	products = LLVMBuildMul(u->b, vector_extend(u, cast(u, x, bits), true),
				vector_extend(u, cast(u, y, bits), true), "");
	none = LLVMGetPoison(LLVMTypeOf(products));
	return LLVMBuildAdd(u->b, vector_pick(u, products, none, 0, 2, n),
			    vector_pick(u, products, none, 1, 2, n), "");
}

LLVMValueRef vector_relaxed_dot(struct unit *u, LLVMValueRef x, LLVMValueRef y)
{
	return dot(u, x, y, 8);
}

static LLVMValueRef average(struct unit *u, LLVMValueRef x, LLVMValueRef y, unsigned bits)
{
	LLVMTypeRef type = vector(u, bits, 128 / bits);
	LLVMValueRef v = LLVMBuildAdd(u->b, vector_extend(u, cast(u, x, bits), false),
				      vector_extend(u, cast(u, y, bits), false), "");
	LLVMValueRef one = splat_const(LLVMTypeOf(v), 1);

	v = LLVMBuildLShr(u->b, LLVMBuildAdd(u->b, v, one, ""), one, "");
	return LLVMBuildTrunc(u->b, v, type, "");
}

/* Only -1 * -1, in Q15, does not fit. */
static LLVMValueRef q15mulr(struct unit *u, LLVMValueRef x, LLVMValueRef y)
{
	LLVMValueRef v = LLVMBuildMul(u->b, vector_extend(u, cast(u, x, 16), true),
				      vector_extend(u, cast(u, y, 16), true), "");
	LLVMTypeRef type = LLVMTypeOf(v);

	v = LLVMBuildAdd(u->b, v, splat_const(type, 0x4000), "");
	v = LLVMBuildAShr(u->b, v, splat_const(type, 15), "");
	v = call2(u, "llvm.smin", v, splat_const(type, 0x7fff));
	return LLVMBuildTrunc(u->b, v, vector(u, 16, 8), "");
}

static LLVMValueRef extmul(struct unit *u, LLVMValueRef x, LLVMValueRef y, unsigned bits, bool high,
			   bool sign)
{
	return LLVMBuildMul(u->b, extend_half(u, x, bits, high, sign),
			    extend_half(u, y, bits, high, sign), "");
}

/* Two lanes of 32 bits and two that are zero. */
static LLVMValueRef with_zeros(struct unit *u, LLVMValueRef low)
{
	return vector_pick(u, low, LLVMConstNull(LLVMTypeOf(low)), 0, 1, 4);
}

static LLVMValueRef low_half(struct unit *u, LLVMValueRef v)
{
	return vector_pick(u, v, LLVMGetPoison(LLVMTypeOf(v)), 0, 1, 2);
}

static LLVMValueRef convert_real(struct unit *u, uint32_t op, LLVMValueRef x)
{
	LLVMTypeRef two = LLVMVectorType(u->f64, 2), four = LLVMVectorType(u->f32, 4);
	LLVMBuilderRef b = u->b;

	switch (op) {
	case OP_I32X4_TRUNC_SAT_F32X4_S:
		return saturate_float(u, cast_real(u, x, 32), vector(u, 32, 4), true);
	case OP_I32X4_TRUNC_SAT_F32X4_U:
		return saturate_float(u, cast_real(u, x, 32), vector(u, 32, 4), false);
	case OP_I32X4_TRUNC_SAT_F64X2_S_ZERO:
		x = saturate_float(u, cast_real(u, x, 64), vector(u, 32, 2), true);
		return with_zeros(u, x);
	case OP_I32X4_TRUNC_SAT_F64X2_U_ZERO:
		x = saturate_float(u, cast_real(u, x, 64), vector(u, 32, 2), false);
		return with_zeros(u, x);
	case OP_F32X4_CONVERT_I32X4_S: return LLVMBuildSIToFP(b, cast(u, x, 32), four, "");
	case OP_F32X4_CONVERT_I32X4_U: return LLVMBuildUIToFP(b, cast(u, x, 32), four, "");
	case OP_F64X2_CONVERT_LOW_I32X4_S:
		return LLVMBuildSIToFP(b, low_half(u, cast(u, x, 32)), two, "");
	case OP_F64X2_CONVERT_LOW_I32X4_U:
		return LLVMBuildUIToFP(b, low_half(u, cast(u, x, 32)), two, "");
	case OP_F32X4_DEMOTE_F64X2_ZERO:
		return with_zeros(u, LLVMBuildFPTrunc(b, cast_real(u, x, 64),
						      LLVMVectorType(u->f32, 2), ""));
	case OP_F64X2_PROMOTE_LOW_F32X4:
		return LLVMBuildFPExt(b, low_half(u, cast_real(u, x, 32)), two, "");
	}
	unit_fail(u, "a vector instruction that the compiler does not know");
}

/* From lanes of that many bits to those twice as wide, low and high, signed and unsigned. */
#define EXTEND(wide, narrow, bits)                                                                 \
	case OP_##wide##_EXTEND_LOW_##narrow##_S: return extend_half(u, x, bits, false, true);     \
	case OP_##wide##_EXTEND_HIGH_##narrow##_S: return extend_half(u, x, bits, true, true);     \
	case OP_##wide##_EXTEND_LOW_##narrow##_U: return extend_half(u, x, bits, false, false);    \
	case OP_##wide##_EXTEND_HIGH_##narrow##_U: return extend_half(u, x, bits, true, false);    \
	case OP_##wide##_EXTMUL_LOW_##narrow##_S: return extmul(u, x, y, bits, false, true);       \
	case OP_##wide##_EXTMUL_HIGH_##narrow##_S: return extmul(u, x, y, bits, true, true);       \
	case OP_##wide##_EXTMUL_LOW_##narrow##_U: return extmul(u, x, y, bits, false, false);      \
	case OP_##wide##_EXTMUL_HIGH_##narrow##_U: return extmul(u, x, y, bits, true, false);

LLVMValueRef vector_convert(struct unit *u, uint32_t op, LLVMValueRef x, LLVMValueRef y)
{
	switch (op) {
		EXTEND(I16X8, I8X16, 8)
		EXTEND(I32X4, I16X8, 16)
		EXTEND(I64X2, I32X4, 32)
	case OP_I8X16_NARROW_I16X8_S: return narrow(u, x, y, 16, true);
	case OP_I8X16_NARROW_I16X8_U: return narrow(u, x, y, 16, false);
	case OP_I16X8_NARROW_I32X4_S: return narrow(u, x, y, 32, true);
	case OP_I16X8_NARROW_I32X4_U: return narrow(u, x, y, 32, false);
	case OP_I16X8_EXTADD_PAIRWISE_I8X16_S: return vector_pairwise(u, cast(u, x, 8), true);
	case OP_I16X8_EXTADD_PAIRWISE_I8X16_U: return vector_pairwise(u, cast(u, x, 8), false);
	case OP_I32X4_EXTADD_PAIRWISE_I16X8_S: return vector_pairwise(u, cast(u, x, 16), true);
	case OP_I32X4_EXTADD_PAIRWISE_I16X8_U: return vector_pairwise(u, cast(u, x, 16), false);
	case OP_I32X4_DOT_I16X8_S: return dot(u, x, y, 16);
	case OP_I16X8_RELAXED_DOT_I8X16_I7X16_S: return dot(u, x, y, 8);
	case OP_I8X16_AVGR_U: return average(u, x, y, 8);
	case OP_I16X8_AVGR_U: return average(u, x, y, 16);
	case OP_I16X8_Q15MULR_SAT_S: return q15mulr(u, x, y);
	default: return convert_real(u, op, x);
	}
}
