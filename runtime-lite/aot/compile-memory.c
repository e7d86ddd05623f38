/* Loads, stores, and what else is done to memories. */
#include "compile-function.h"

#include <stddef.h>

struct memarg read_memarg(struct translation *t)
{
	struct memarg arg = {.align = leb_u32(&t->p)};

	if (arg.align & 64)
		arg.memory = leb_u32(&t->p);
	arg.align &= 63;
	arg.offset = leb_u32(&t->p);
	return arg;
}

LLVMValueRef effective_address(struct translation *t, LLVMValueRef index, struct memarg arg)
{
	LLVMValueRef wide = LLVMBuildZExt(t->u->b, index, t->u->i64, "");

	return arg.offset ? LLVMBuildNUWAdd(t->u->b, wide, const64(t->u, arg.offset), "") : wide;
}

static LLVMValueRef memory_base(struct translation *t, uint32_t memory)
{
	struct unit *u = t->u;
	LLVMBasicBlockRef back;
	LLVMValueRef views;

	if (memory) {
		views = load_pointer(u, shared_of(t), offsetof(struct aot_shared, memories),
				     t->m->nmemories * sizeof(struct memory_view));
		return load_field(u, u->ptr, views,
				  memory * sizeof(struct memory_view) +
					  offsetof(struct memory_view, base),
				  KIND_CONSTANT);
	}
	if (!t->memory) {
		back = go_to_entry(t);
		t->memory = unit_memory(u, t->hidden);
		leave_entry(t, back);
	}
	return t->memory;
}

LLVMValueRef guest_pointer(struct translation *t, LLVMValueRef index, struct memarg arg)
{
	struct unit *u = t->u;
	LLVMValueRef wide = LLVMBuildZExt(u->b, index, u->i64, "");
	LLVMValueRef offset = const64(u, arg.offset);
	/* Neither step leaves the reservation. */
	LLVMGEPNoWrapFlags flags = LLVMGEPFlagNUSW | LLVMGEPFlagNUW;
	LLVMValueRef p = LLVMBuildGEPWithNoWrapFlags(u->b, u->i8, memory_base(t, arg.memory), &wide,
						     1, "", flags);

	if (arg.offset)
		p = LLVMBuildGEPWithNoWrapFlags(u->b, u->i8, p, &offset, 1, "", flags);
	return p;
}

/* Whatever faults here must be a call, so that it can unwind to a landing pad of this function. */
static bool needs_call(struct translation *t)
{
	return t->polled && t->handler != NO_HANDLER;
}

static LLVMValueRef call_accessor(struct translation *t, LLVMValueRef f, LLVMValueRef pointer,
				  LLVMValueRef v)
{
	LLVMValueRef args[3] = {t->hidden, pointer, v};

	return build_call(t, LLVMGlobalGetValueType(f), f, args, v ? 3 : 2,
			  thunk_convention(t->plan));
}

/* Volatile accesses are neither dropped, though nobody may want what was loaded, nor do they change their order. */
static bool stays_as_it_is(struct translation *t, LLVMValueRef pointer)
{
	return t->plan->options->precise || stays_in_loop(t, pointer);
}

LLVMValueRef guest_load(struct translation *t, LLVMTypeRef type, LLVMValueRef pointer)
{
	if (needs_call(t))
		return call_accessor(t, unit_accessor(t->u, type, false), pointer, NULL);

	LLVMValueRef load = LLVMBuildLoad2(t->u->b, type, pointer, "");

	LLVMSetAlignment(load, 1);
	if (stays_as_it_is(t, pointer))
		LLVMSetVolatile(load, 1);
	set_kind(t->u, load, KIND_GUEST);
	return load;
}

void guest_store(struct translation *t, LLVMValueRef v, LLVMValueRef pointer)
{
	LLVMValueRef store;

	if (needs_call(t)) {
		call_accessor(t, unit_accessor(t->u, LLVMTypeOf(v), true), pointer, v);
		return;
	}
	store = LLVMBuildStore(t->u->b, v, pointer);

	LLVMSetAlignment(store, 1);
	if (stays_as_it_is(t, pointer))
		LLVMSetVolatile(store, 1);
	set_kind(t->u, store, KIND_GUEST);
}

bool is_guest_access(LLVMValueRef load)
{
	/* All others are aligned. */
	return LLVMGetAlignment(load) == 1;
}

void keep_load(struct translation *t, LLVMValueRef v)
{
	(void)t;
	if (LLVMIsASExtInst(v) || LLVMIsAZExtInst(v))
		v = LLVMGetOperand(v, 0);
	if (LLVMIsALoadInst(v) && is_guest_access(v))
		LLVMSetVolatile(v, 1);
}

/*
 * LLVM's loop vectorizer takes two accesses for independent when the loop ends before one of them gets to where the other begins
 * (LoopAccessAnalysis.cpp, isSafeDependenceDistance()). If they are not aligned, it may still reach into it. So how the
 * addresses of those hang together is kept from it. tests/fuzz/regressions has a module that was miscompiled.
 */
static LLVMValueRef apart(struct unit *u, LLVMValueRef pointer, struct memarg arg,
			  const struct opinfo *info)
{
	LLVMTypeRef type = LLVMTypeOf(pointer);

	if (arg.align >= info->align && arg.offset % (1u << info->align) == 0)
		return pointer;
	return unit_call_intrinsic(u, "llvm.strip.invariant.group", &type, 1, &pointer, 1);
}

void compile_access(struct translation *t, const struct opinfo *info)
{
	struct unit *u = t->u;
	struct memarg arg = read_memarg(t);
	bool store = info->code >= OP_I32_STORE;
	LLVMValueRef v = store ? pop(t) : NULL, p;
	LLVMTypeRef width, type;
	bool sign;

	locate(t);
	p = apart(u, guest_pointer(t, pop(t), arg), arg, info);
	width = (LLVMTypeRef[]){u->i8, u->i16, u->i32, u->i64}[info->align];
	if (store) {
		type = LLVMTypeOf(v);
		if ((type == u->i32 || type == u->i64) && type != width)
			v = LLVMBuildTrunc(u->b, v, width, "");
		guest_store(t, v, p);
		return;
	}
	switch (info->sig[2]) {
	case 'f': push(t, guest_load(t, u->f32, p)); return;
	case 'd': push(t, guest_load(t, u->f64, p)); return;
	case 'i': type = u->i32; break;
	default: type = u->i64; break;
	}
	sign = info->code == OP_I32_LOAD8_S || info->code == OP_I32_LOAD16_S ||
	       info->code == OP_I64_LOAD8_S || info->code == OP_I64_LOAD16_S ||
	       info->code == OP_I64_LOAD32_S;
	v = guest_load(t, width, p);
	if (type != width)
		v = sign ? LLVMBuildSExt(u->b, v, type, "") : LLVMBuildZExt(u->b, v, type, "");
	push(t, v);
}

static LLVMValueRef memory_size(struct translation *t, uint32_t memory)
{
	struct unit *u = t->u;
	LLVMValueRef bytes, views;

	if (memory) {
		views = load_pointer(u, shared_of(t), offsetof(struct aot_shared, memories),
				     t->m->nmemories * sizeof(struct memory_view));
		bytes = load_pointer(u, views,
				     memory * sizeof(struct memory_view) +
					     offsetof(struct memory_view, bytes),
				     8);
	} else {
		bytes = load_pointer(u, t->context, offsetof(struct aot_context, memory_bytes), 8);
	}
	bytes = load_field(u, u->i64, bytes, 0, KIND_RUNTIME);
	LLVMSetOrdering(bytes, LLVMAtomicOrderingMonotonic);
	return LLVMBuildTrunc(u->b, LLVMBuildLShr(u->b, bytes, const64(u, 16), ""), u->i32, "");
}

static void call_bulk(struct translation *t, bool fill, LLVMValueRef *operands)
{
	LLVMValueRef f = unit_bulk(t->u, fill);
	LLVMValueRef args[4] = {t->hidden};

	for (unsigned i = 0; i < 3; i++)
		args[i + 1] = LLVMBuildZExt(t->u->b, operands[i], t->u->i64, "");
	build_call(t, LLVMGlobalGetValueType(f), f, args, 4, thunk_convention(t->plan));
}

void compile_memory(struct translation *t, uint32_t op)
{
	struct unit *u = t->u;
	uint32_t i = leb_u32(&t->p);
	LLVMValueRef a[6] = {NULL, const32(u, i)};

	switch (op) {
	case OP_MEMORY_SIZE: push(t, memory_size(t, i)); break;
	case OP_MEMORY_GROW:
		a[2] = pop(t);
		push(t, call_helper(t, HELPER_memory_grow, a, 3));
		break;
	case OP_MEMORY_FILL:
		a[4] = pop(t);
		a[3] = pop(t);
		a[2] = pop(t);
		if (i)
			call_helper(t, HELPER_memory_fill, a, 5);
		else
			call_bulk(t, true, &a[2]);
		break;
	case OP_MEMORY_COPY:
	case OP_MEMORY_INIT:
		a[2] = const32(u, leb_u32(&t->p));
		a[5] = pop(t);
		a[4] = pop(t);
		a[3] = pop(t);
		if (op == OP_MEMORY_INIT) { /* the segment comes first in the code */
			a[1] = a[2];
			a[2] = const32(u, i);
			call_helper(t, HELPER_memory_init, a, 6);
		} else if (i || LLVMConstIntGetZExtValue(a[2])) {
			call_helper(t, HELPER_memory_copy, a, 6);
		} else {
			call_bulk(t, false, &a[3]);
		}
		break;
	case OP_DATA_DROP: call_helper(t, HELPER_data_drop, a, 2); break;
	}
}
