/* Instructions that compute. */
#include "compile-function.h"

#include <string.h>

/*
 * LLVM assumes that nobody cares whether a NaN is quiet, and drops operations that change nothing else: adding -0,
 * multiplying by 1. WebAssembly says that every operation makes NaNs quiet. So operands that would allow that are hidden;
 * what is compiled to WebAssembly with optimisation has none.
 */
static LLVMValueRef hide(struct unit *u, LLVMValueRef v)
{
	LLVMTypeRef type = LLVMTypeOf(v);

	return unit_call_intrinsic(u, "llvm.arithmetic.fence", &type, 1, &v, 1);
}

static bool is_neutral(LLVMValueRef v, bool multiplies)
{
	LLVMBool loses;
	double d;

	if (!LLVMIsAConstantFP(v))
		return false;
	d = LLVMConstRealGetDouble(v, &loses);
	return multiplies ? d == 1 || d == -1 : d == 0;
}

static LLVMValueRef float_arithmetic(struct unit *u, LLVMOpcode op, LLVMValueRef x, LLVMValueRef y)
{
	bool multiplies = op == LLVMFMul || op == LLVMFDiv;

	if (is_neutral(y, multiplies))
		y = hide(u, y);
	else if (is_neutral(x, multiplies))
		x = hide(u, x);
	return LLVMBuildBinOp(u->b, op, x, y, "");
}

static LLVMValueRef call1(struct unit *u, const char *name, LLVMValueRef x)
{
	LLVMTypeRef type = LLVMTypeOf(x);

	return unit_call_intrinsic(u, name, &type, 1, &x, 1);
}

static LLVMValueRef call2(struct unit *u, const char *name, LLVMValueRef x, LLVMValueRef y)
{
	LLVMTypeRef type = LLVMTypeOf(x);

	return unit_call_intrinsic(u, name, &type, 1, (LLVMValueRef[]){x, y}, 2);
}

LLVMValueRef float_unary(struct unit *u, enum float_operation op, LLVMValueRef x)
{
	static const char *const names[] = {
		[FLOAT_ABS] = "llvm.fabs",	    [FLOAT_CEIL] = "llvm.ceil",
		[FLOAT_FLOOR] = "llvm.floor",	    [FLOAT_TRUNC] = "llvm.trunc",
		[FLOAT_NEAREST] = "llvm.roundeven", [FLOAT_SQRT] = "llvm.sqrt",
	};
	LLVMValueRef v;

	if (op == FLOAT_NEG)
		return LLVMBuildFNeg(u->b, x, "");
	v = call1(u, names[op], x);
	/* Without an instruction for it, what LLVM makes of it passes NaNs on as they are. */
	if (u->plan->isa == ISA_RISCV64 && op >= FLOAT_CEIL && op <= FLOAT_NEAREST)
		v = LLVMBuildFAdd(u->b, v, hide(u, LLVMConstReal(LLVMTypeOf(v), -0.0)), "");
	return v;
}

LLVMValueRef float_min_max(struct unit *u, bool max, LLVMValueRef x, LLVMValueRef y)
{
	LLVMValueRef unordered = LLVMBuildFCmp(u->b, LLVMRealUNO, x, y, "");
	LLVMValueRef quiet = LLVMBuildFAdd(u->b, x, y, "");
	LLVMValueRef v = call2(u, max ? "llvm.maximum" : "llvm.minimum", x, y);

	if (u->plan->isa == ISA_AARCH64)
		return v;
	return LLVMBuildSelect(u->b, unordered, quiet, v, "");
}

static LLVMValueRef divide(struct translation *t, LLVMOpcode op, LLVMValueRef x, LLVMValueRef y)
{
	struct unit *u = t->u;
	LLVMTypeRef type = LLVMTypeOf(x);
	LLVMValueRef zero = LLVMConstInt(type, 0, 0), minus = LLVMConstAllOnes(type), min, is_minus;

	locate(t);
	trap_if(t, LLVMBuildICmp(u->b, LLVMIntEQ, y, zero, ""), TRAP_DIVIDE);
	if (op == LLVMSDiv) {
		min = LLVMConstInt(type, type == u->i32 ? UINT64_C(1) << 31 : UINT64_C(1) << 63, 0);
		trap_if(t,
			LLVMBuildAnd(u->b, LLVMBuildICmp(u->b, LLVMIntEQ, x, min, ""),
				     LLVMBuildICmp(u->b, LLVMIntEQ, y, minus, ""), ""),
			TRAP_OVERFLOW);
	} else if (op == LLVMSRem) {
		/* The remainder by -1 is that by 1, and that does not overflow. */
		is_minus = LLVMBuildICmp(u->b, LLVMIntEQ, y, minus, "");
		y = LLVMBuildSelect(u->b, is_minus, LLVMConstInt(type, 1, 0), y, "");
	}
	return LLVMBuildBinOp(u->b, op, x, y, "");
}

static LLVMValueRef float_bits(LLVMTypeRef type, bool single, uint64_t bits32, uint64_t bits64,
			       struct unit *u)
{
	return LLVMConstBitCast(
		single ? LLVMConstInt(u->i32, bits32, 0) : LLVMConstInt(u->i64, bits64, 0), type);
}

static LLVMValueRef truncate_float(struct translation *t, LLVMValueRef x, LLVMTypeRef to, bool sign)
{
	struct unit *u = t->u;
	LLVMTypeRef type = LLVMTypeOf(x);
	bool single = type == u->f32;
	LLVMValueRef below, above, fits;

	locate(t);
	/* The nearest numbers outside of the range: -1, 2^32, 2^64; or what is below -2^31, -2^63, and 2^31, 2^63. */
	if (!sign) {
		below = LLVMConstReal(type, -1);
		above = LLVMConstReal(type, to == u->i32 ? 0x1p32 : 0x1p64);
	} else if (to == u->i32) {
		below = single ? LLVMConstReal(type, -0x1.000002p31)
			       : LLVMConstReal(type, -0x1.00000002p31);
		above = LLVMConstReal(type, 0x1p31);
	} else {
		below = float_bits(type, single, 0xdf000001, 0xc3e0000000000001, u);
		above = LLVMConstReal(type, 0x1p63);
	}
	trap_if(t, LLVMBuildFCmp(u->b, LLVMRealUNO, x, x, ""), TRAP_CONVERSION);
	fits = LLVMBuildAnd(u->b, LLVMBuildFCmp(u->b, LLVMRealOGT, x, below, ""),
			    LLVMBuildFCmp(u->b, LLVMRealOLT, x, above, ""), "");
	trap_if(t, LLVMBuildNot(u->b, fits, ""), TRAP_OVERFLOW);
	return sign ? LLVMBuildFPToSI(u->b, x, to, "") : LLVMBuildFPToUI(u->b, x, to, "");
}

LLVMValueRef saturate_float(struct unit *u, LLVMValueRef x, LLVMTypeRef to, bool sign)
{
	LLVMTypeRef types[2] = {to, LLVMTypeOf(x)};

	return unit_call_intrinsic(u, sign ? "llvm.fptosi.sat" : "llvm.fptoui.sat", types, 2, &x,
				   1);
}

static LLVMValueRef rotate(struct unit *u, const char *name, LLVMValueRef x, LLVMValueRef n)
{
	LLVMTypeRef type = LLVMTypeOf(x);

	return unit_call_intrinsic(u, name, &type, 1, (LLVMValueRef[]){x, x, n}, 3);
}

static LLVMValueRef shift(struct unit *u, LLVMOpcode op, LLVMValueRef x, LLVMValueRef n)
{
	LLVMTypeRef type = LLVMTypeOf(x);

	n = LLVMBuildAnd(u->b, n, LLVMConstInt(type, type == u->i32 ? 31 : 63, 0), "");
	return LLVMBuildBinOp(u->b, op, x, n, "");
}

static LLVMValueRef count_zeros(struct unit *u, const char *name, LLVMValueRef x)
{
	LLVMTypeRef type = LLVMTypeOf(x);

	return unit_call_intrinsic(u, name, &type, 1,
				   (LLVMValueRef[]){x, LLVMConstInt(u->i1, 0, 0)}, 2);
}

static LLVMValueRef extend_from(struct unit *u, LLVMValueRef x, LLVMTypeRef narrow)
{
	return LLVMBuildSExt(u->b, LLVMBuildTrunc(u->b, x, narrow, ""), LLVMTypeOf(x), "");
}

static LLVMValueRef demote(struct unit *u, LLVMValueRef x)
{
	/* Of a promoted one is the same number, but for a NaN. */
	if (LLVMIsAFPExtInst(x))
		x = hide(u, x);
	return LLVMBuildFPTrunc(u->b, x, u->f32, "");
}

/* LLVM's, in the order of the opcodes. */
static const LLVMIntPredicate int_predicates[] = {
	LLVMIntEQ,  LLVMIntNE,	LLVMIntSLT, LLVMIntULT, LLVMIntSGT,
	LLVMIntUGT, LLVMIntSLE, LLVMIntULE, LLVMIntSGE, LLVMIntUGE,
};
static const LLVMRealPredicate real_predicates[] = {
	LLVMRealOEQ, LLVMRealUNE, LLVMRealOLT, LLVMRealOGT, LLVMRealOLE, LLVMRealOGE,
};

static bool compare(struct translation *t, uint32_t op)
{
	LLVMBuilderRef b = t->u->b;
	LLVMValueRef x, y, v;

	if (op < OP_I32_EQZ || op > OP_F64_GE)
		return false;
	y = pop(t);
	if (op == OP_I32_EQZ || op == OP_I64_EQZ) {
		v = op == OP_I32_EQZ ? LLVMBuildNot(b, truth(t, y), "")
				     : LLVMBuildICmp(b, LLVMIntEQ, y, const64(t->u, 0), "");
	} else {
		x = pop(t);
		if (op >= OP_F64_EQ)
			v = LLVMBuildFCmp(b, real_predicates[op - OP_F64_EQ], x, y, "");
		else if (op >= OP_F32_EQ)
			v = LLVMBuildFCmp(b, real_predicates[op - OP_F32_EQ], x, y, "");
		else if (op >= OP_I64_EQ)
			v = LLVMBuildICmp(b, int_predicates[op - OP_I64_EQ], x, y, "");
		else
			v = LLVMBuildICmp(b, int_predicates[op - OP_I32_EQ], x, y, "");
	}
	push(t, LLVMBuildZExt(b, v, t->u->i32, ""));
	return true;
}

static LLVMValueRef binary(struct translation *t, uint32_t op, LLVMValueRef x, LLVMValueRef y)
{
	struct unit *u = t->u;

	switch (op) {
#define BOTH(name)                                                                                 \
	case OP_I32_##name:                                                                        \
	case OP_I64_##name
#define REAL(name)                                                                                 \
	case OP_F32_##name:                                                                        \
	case OP_F64_##name
		BOTH(ADD) : return LLVMBuildAdd(u->b, x, y, "");
		BOTH(SUB) : return LLVMBuildSub(u->b, x, y, "");
		BOTH(MUL) : return LLVMBuildMul(u->b, x, y, "");
		BOTH(DIV_S) : return divide(t, LLVMSDiv, x, y);
		BOTH(DIV_U) : return divide(t, LLVMUDiv, x, y);
		BOTH(REM_S) : return divide(t, LLVMSRem, x, y);
		BOTH(REM_U) : return divide(t, LLVMURem, x, y);
		BOTH(AND) : return LLVMBuildAnd(u->b, x, y, "");
		BOTH(OR) : return LLVMBuildOr(u->b, x, y, "");
		BOTH(XOR) : return LLVMBuildXor(u->b, x, y, "");
		BOTH(SHL) : return shift(u, LLVMShl, x, y);
		BOTH(SHR_S) : return shift(u, LLVMAShr, x, y);
		BOTH(SHR_U) : return shift(u, LLVMLShr, x, y);
		BOTH(ROTL) : return rotate(u, "llvm.fshl", x, y);
		BOTH(ROTR) : return rotate(u, "llvm.fshr", x, y);
		REAL(ADD) : return float_arithmetic(u, LLVMFAdd, x, y);
		REAL(SUB) : return float_arithmetic(u, LLVMFSub, x, y);
		REAL(MUL) : return float_arithmetic(u, LLVMFMul, x, y);
		REAL(DIV) : return float_arithmetic(u, LLVMFDiv, x, y);
		REAL(MIN) : return float_min_max(u, false, x, y);
		REAL(MAX) : return float_min_max(u, true, x, y);
		REAL(COPYSIGN) : return call2(u, "llvm.copysign", x, y);
	}
	return NULL;
}

static LLVMValueRef unary(struct translation *t, uint32_t op, LLVMValueRef x)
{
	struct unit *u = t->u;
	LLVMBuilderRef b = u->b;

	switch (op) {
		BOTH(CLZ) : return count_zeros(u, "llvm.ctlz", x);
		BOTH(CTZ) : return count_zeros(u, "llvm.cttz", x);
		BOTH(POPCNT) : return call1(u, "llvm.ctpop", x);
		BOTH(EXTEND8_S) : return extend_from(u, x, u->i8);
		BOTH(EXTEND16_S) : return extend_from(u, x, u->i16);
	case OP_I64_EXTEND32_S:
		return extend_from(u, x, u->i32);
		REAL(ABS) : return float_unary(u, FLOAT_ABS, x);
		REAL(NEG) : return float_unary(u, FLOAT_NEG, x);
		REAL(CEIL) : return float_unary(u, FLOAT_CEIL, x);
		REAL(FLOOR) : return float_unary(u, FLOAT_FLOOR, x);
		REAL(TRUNC) : return float_unary(u, FLOAT_TRUNC, x);
		REAL(NEAREST) : return float_unary(u, FLOAT_NEAREST, x);
		REAL(SQRT) : return float_unary(u, FLOAT_SQRT, x);
	case OP_I32_WRAP_I64: return LLVMBuildTrunc(b, x, u->i32, "");
	case OP_I64_EXTEND_I32_S: return LLVMBuildSExt(b, x, u->i64, "");
	case OP_I64_EXTEND_I32_U: return LLVMBuildZExt(b, x, u->i64, "");
	case OP_I32_TRUNC_F32_S:
	case OP_I32_TRUNC_F64_S: return truncate_float(t, x, u->i32, true);
	case OP_I32_TRUNC_F32_U:
	case OP_I32_TRUNC_F64_U: return truncate_float(t, x, u->i32, false);
	case OP_I64_TRUNC_F32_S:
	case OP_I64_TRUNC_F64_S: return truncate_float(t, x, u->i64, true);
	case OP_I64_TRUNC_F32_U:
	case OP_I64_TRUNC_F64_U: return truncate_float(t, x, u->i64, false);
	case OP_I32_TRUNC_SAT_F32_S:
	case OP_I32_TRUNC_SAT_F64_S: return saturate_float(u, x, u->i32, true);
	case OP_I32_TRUNC_SAT_F32_U:
	case OP_I32_TRUNC_SAT_F64_U: return saturate_float(u, x, u->i32, false);
	case OP_I64_TRUNC_SAT_F32_S:
	case OP_I64_TRUNC_SAT_F64_S: return saturate_float(u, x, u->i64, true);
	case OP_I64_TRUNC_SAT_F32_U:
	case OP_I64_TRUNC_SAT_F64_U: return saturate_float(u, x, u->i64, false);
	case OP_F32_CONVERT_I32_S:
	case OP_F32_CONVERT_I64_S: return LLVMBuildSIToFP(b, x, u->f32, "");
	case OP_F32_CONVERT_I32_U:
	case OP_F32_CONVERT_I64_U: return LLVMBuildUIToFP(b, x, u->f32, "");
	case OP_F64_CONVERT_I32_S:
	case OP_F64_CONVERT_I64_S: return LLVMBuildSIToFP(b, x, u->f64, "");
	case OP_F64_CONVERT_I32_U:
	case OP_F64_CONVERT_I64_U: return LLVMBuildUIToFP(b, x, u->f64, "");
	case OP_F32_DEMOTE_F64: return demote(u, x);
	case OP_F64_PROMOTE_F32: return LLVMBuildFPExt(b, x, u->f64, "");
	case OP_I32_REINTERPRET_F32: return LLVMBuildBitCast(b, x, u->i32, "");
	case OP_I64_REINTERPRET_F64: return LLVMBuildBitCast(b, x, u->i64, "");
	case OP_F32_REINTERPRET_I32: return LLVMBuildBitCast(b, x, u->f32, "");
	case OP_F64_REINTERPRET_I64: return LLVMBuildBitCast(b, x, u->f64, "");
	}
	unit_fail(u, "an instruction that the compiler does not know");
}

void compile_value(struct translation *t, const struct opinfo *info)
{
	LLVMValueRef x, y;

	if (compare(t, info->code))
		return;
	if (info->sig[1] == ':') {
		push(t, unary(t, info->code, pop(t)));
		return;
	}
	y = pop(t);
	x = pop(t);
	push(t, binary(t, info->code, x, y));
}
