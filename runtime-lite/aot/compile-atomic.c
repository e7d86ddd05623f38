/* Atomic accesses: sequentially consistent, and a trap if they are not aligned, before anything else. */
#include "compile-function.h"

static LLVMTypeRef width_type(struct unit *u, const struct opinfo *info)
{
	return (LLVMTypeRef[]){u->i8, u->i16, u->i32, u->i64}[info->align];
}

static LLVMValueRef narrow(struct unit *u, LLVMValueRef v, LLVMTypeRef width)
{
	return LLVMTypeOf(v) == width ? v : LLVMBuildTrunc(u->b, v, width, "");
}

static LLVMValueRef widen(struct unit *u, LLVMValueRef v, char type)
{
	LLVMTypeRef wide = type == 'i' ? u->i32 : u->i64;

	return LLVMTypeOf(v) == wide ? v : LLVMBuildZExt(u->b, v, wide, "");
}

static LLVMValueRef atomic_pointer(struct translation *t, LLVMValueRef index, struct memarg arg,
				   unsigned align)
{
	struct unit *u = t->u;
	LLVMValueRef ea;

	if (align) {
		ea = effective_address(t, index, arg);
		ea = LLVMBuildAnd(u->b, ea, const64(u, (1u << align) - 1), "");
		trap_if(t, LLVMBuildICmp(u->b, LLVMIntNE, ea, const64(u, 0), ""), TRAP_UNALIGNED);
	}
	return guest_pointer(t, index, arg);
}

static void compile_rmw(struct translation *t, const struct opinfo *info, struct memarg arg)
{
	/* Seven widths of each, in this order. */
	static const LLVMAtomicRMWBinOp operations[] = {
		LLVMAtomicRMWBinOpAdd, LLVMAtomicRMWBinOpSub, LLVMAtomicRMWBinOpAnd,
		LLVMAtomicRMWBinOpOr,  LLVMAtomicRMWBinOpXor, LLVMAtomicRMWBinOpXchg,
	};
	struct unit *u = t->u;
	LLVMTypeRef width = width_type(u, info);
	LLVMValueRef v = narrow(u, pop(t), width), p, old;

	p = atomic_pointer(t, pop(t), arg, info->align);
	old = LLVMBuildAtomicRMW(u->b, operations[(info->code - OP_I32_ATOMIC_RMW_ADD) / 7], p, v,
				 LLVMAtomicOrderingSequentiallyConsistent, 0);
	/* "or 0" with a result that nobody wants would be gone, and with it the trap and the barrier. */
	LLVMSetVolatile(old, 1);
	set_kind(u, old, KIND_GUEST);
	push(t, widen(u, old, info->sig[3]));
}

static void compile_cmpxchg(struct translation *t, const struct opinfo *info, struct memarg arg)
{
	struct unit *u = t->u;
	LLVMTypeRef width = width_type(u, info);
	LLVMValueRef new = narrow(u, pop(t), width), expected = narrow(u, pop(t), width), p, old;

	p = atomic_pointer(t, pop(t), arg, info->align);
	old = LLVMBuildAtomicCmpXchg(u->b, p, expected, new,
				     LLVMAtomicOrderingSequentiallyConsistent,
				     LLVMAtomicOrderingSequentiallyConsistent, 0);
	set_kind(u, old, KIND_GUEST);
	push(t, widen(u, LLVMBuildExtractValue(u->b, old, 0, ""), info->sig[4]));
}

static void compile_wait(struct translation *t, const struct opinfo *info, struct memarg arg)
{
	bool notify = info->code == OP_MEMORY_ATOMIC_NOTIFY;
	LLVMValueRef a[5] = {NULL, const32(t->u, arg.memory)};
	unsigned n = notify ? 4 : 5;

	for (unsigned i = n - 1; i >= 3; i--)
		a[i] = pop(t);
	a[2] = effective_address(t, pop(t), arg);
	push(t, call_helper(t,
			    notify				    ? HELPER_notify
			    : info->code == OP_MEMORY_ATOMIC_WAIT32 ? HELPER_wait32
								    : HELPER_wait64,
			    a, n));
}

void compile_atomic(struct translation *t, const struct opinfo *info)
{
	struct unit *u = t->u;
	struct memarg arg;
	LLVMValueRef v, p;

	if (info->code == OP_ATOMIC_FENCE) {
		t->p++;
		LLVMBuildFence(u->b, LLVMAtomicOrderingSequentiallyConsistent, 0, "");
		return;
	}
	arg = read_memarg(t);
	if (info->code < OP_ATOMIC_FENCE) {
		compile_wait(t, info, arg);
	} else if (info->code >= OP_I32_ATOMIC_RMW_CMPXCHG) {
		compile_cmpxchg(t, info, arg);
	} else if (info->code >= OP_I32_ATOMIC_RMW_ADD) {
		compile_rmw(t, info, arg);
	} else if (info->code >= OP_I32_ATOMIC_STORE) {
		v = narrow(u, pop(t), width_type(u, info));
		p = atomic_pointer(t, pop(t), arg, info->align);
		v = LLVMBuildStore(u->b, v, p);
		set_kind(u, v, KIND_GUEST);
		LLVMSetAlignment(v, 1u << info->align);
		LLVMSetOrdering(v, LLVMAtomicOrderingSequentiallyConsistent);
	} else {
		p = atomic_pointer(t, pop(t), arg, info->align);
		v = LLVMBuildLoad2(u->b, width_type(u, info), p, "");
		set_kind(u, v, KIND_GUEST);
		LLVMSetAlignment(v, 1u << info->align);
		LLVMSetOrdering(v, LLVMAtomicOrderingSequentiallyConsistent);
		push(t, widen(u, v, info->sig[2]));
	}
}
