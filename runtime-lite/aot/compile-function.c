#include "compile-function.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void push(struct translation *t, LLVMValueRef v)
{
	if (t->nvalues == t->values_size) {
		uint32_t n = t->values_size * 2 + 64;
		LLVMValueRef *bigger = realloc(t->values, n * sizeof(*bigger));

		if (!bigger)
			unit_fail(t->u, "out of memory");
		t->values = bigger;
		t->values_size = n;
	}
	t->values[t->nvalues++] = v;
}

LLVMBasicBlockRef go_to_entry(struct translation *t)
{
	LLVMBasicBlockRef back = LLVMGetInsertBlock(t->u->b);

	go_to(t, t->entry);
	return back;
}

void leave_entry(struct translation *t, LLVMBasicBlockRef back)
{
	go_to(t, back);
}

LLVMValueRef shared_of(struct translation *t)
{
	if (!t->shared) {
		LLVMBasicBlockRef back = go_to_entry(t);

		t->shared = load_pointer(t->u, t->context, offsetof(struct aot_context, shared),
					 sizeof(struct aot_shared));
		leave_entry(t, back);
	}
	return t->shared;
}

LLVMValueRef exec_of(struct translation *t)
{
	if (!t->exec) {
		LLVMBasicBlockRef back = go_to_entry(t);

		t->exec = load_pointer(t->u, t->context, offsetof(struct aot_context, exec),
				       sizeof(struct exec));
		leave_entry(t, back);
	}
	return t->exec;
}

LLVMValueRef slots_buffer(struct translation *t, uint32_t n)
{
	if (!t->slots) {
		LLVMBasicBlockRef back = go_to_entry(t);

		/* Its size is known at the end. */
		t->slots = LLVMBuildArrayAlloca(t->u->b, t->u->i64, const32(t->u, 1), "slots");
		LLVMSetAlignment(t->slots, 16);
		leave_entry(t, back);
	}
	if (n > t->nslots)
		t->nslots = n;
	return t->slots;
}

LLVMValueRef shared_pointer(struct translation *t, size_t array, uint32_t index, uint32_t count,
			    uint64_t bytes)
{
	LLVMValueRef pointers =
		load_pointer(t->u, shared_of(t), array, (uint64_t)count * sizeof(void *));

	return load_pointer(t->u, pointers, (uint64_t)index * sizeof(void *), bytes);
}

LLVMBasicBlockRef new_block(struct translation *t, const char *name)
{
	return LLVMAppendBasicBlockInContext(t->u->context, t->f, name);
}

void locate(struct translation *t)
{
	/* compile-debug.c makes of this what others want to know. */
	uint32_t offset = t->op - t->m->bytes;

	if (t->scope)
		LLVMSetCurrentDebugLocation2(t->u->b,
					     LLVMDIBuilderCreateDebugLocation(t->u->context, offset,
									      0, t->scope, NULL));
}

LLVMValueRef unlikely_branch(struct translation *t, LLVMValueRef condition, LLVMBasicBlockRef then,
			     LLVMBasicBlockRef otherwise)
{
	LLVMValueRef branch = LLVMBuildCondBr(t->u->b, condition, then, otherwise);

	LLVMSetMetadata(branch, t->u->prof_kind, t->u->unlikely_md);
	return branch;
}

LLVMValueRef truth(struct translation *t, LLVMValueRef v)
{
	/* What comparisons have made of an i1. */
	if (LLVMIsAZExtInst(v) && LLVMTypeOf(LLVMGetOperand(v, 0)) == t->u->i1)
		return LLVMGetOperand(v, 0);
	return LLVMBuildICmp(t->u->b, LLVMIntNE, v, const32(t->u, 0), "");
}

void trap(struct translation *t, enum trap trap)
{
	call_helper(t, HELPER_trap, (LLVMValueRef[]){NULL, const32(t->u, trap)}, 2);
}

void trap_if(struct translation *t, LLVMValueRef condition, enum trap trap_code)
{
	LLVMBasicBlockRef bad, good;

	if (LLVMIsConstant(condition) && LLVMIsNull(condition))
		return;
	bad = new_block(t, "trap");
	good = new_block(t, "");
	unlikely_branch(t, condition, bad, good);
	go_to(t, bad);
	trap(t, trap_code);
	go_to(t, good);
}

/* Code that is never reached: everything up to what may be reached again. */
static void skip_dead(struct translation *t)
{
	uint32_t depth = 0;

	for (;;) {
		const uint8_t *at = t->p;
		const struct opinfo *info = opcode_info(leb_opcode(&t->p));

		switch (info->code) {
		case OP_BLOCK:
		case OP_LOOP:
		case OP_IF:
		case OP_TRY:
		case OP_TRY_TABLE: depth++; break;
		case OP_ELSE:
		case OP_CATCH:
		case OP_CATCH_ALL:
			if (!depth) {
				t->p = at;
				return;
			}
			break;
		case OP_END:
		case OP_DELEGATE:
			if (!depth--) {
				t->p = at;
				return;
			}
			break;
		}
		opcode_skip_immediates(&t->p, info->imm);
	}
}

static LLVMValueRef make_local(struct translation *t, uint8_t type, LLVMValueRef value)
{
	LLVMTypeRef llvm_type = unit_type(t->u, type);
	LLVMValueRef local = LLVMBuildAlloca(t->u->b, llvm_type, "");

	LLVMBuildStore(t->u->b, value ? value : LLVMConstNull(llvm_type), local);
	return local;
}

static void set_up_locals(struct translation *t)
{
	uint32_t n = t->type->nparams, k = 0;
	LLVMValueRef *params = unit_alloc(t->u, n, sizeof(*params));

	t->nlocals = n + t->fn->nlocals;
	t->locals = unit_alloc(t->u, t->nlocals, sizeof(*t->locals));
	decode_params(t->u, t->f, t->type, params);
	for (; k < n; k++)
		t->locals[k] = make_local(t, t->type->params[k], params[k]);
	for (uint32_t i = 0; i < t->fn->nlocalgroups; i++)
		for (uint32_t j = 0; j < t->fn->localgroups[i].count; j++)
			t->locals[k++] = make_local(t, t->fn->localgroups[i].type, NULL);
	free(params);
}

static void compile_global(struct translation *t, uint32_t op)
{
	struct unit *u = t->u;
	uint32_t i = leb_u32(&t->p), imports = t->m->nglobalimports;
	uint8_t type = t->m->globals[i].type;
	enum memory_kind kind = i < imports ? KIND_IMPORTED_GLOBAL : KIND_GLOBAL;
	LLVMValueRef pointer, access, value = op == OP_GLOBAL_SET ? pop(t) : NULL;

	if (value && i < imports && type == TYPE_EXNREF)
		call_helper(t, HELPER_global_pin, (LLVMValueRef[]){NULL, value}, 2);
	if (i < imports)
		pointer = shared_pointer(t, offsetof(struct aot_shared, imported_globals), i,
					 imports, sizeof(union global));
	else
		pointer = at_offset(u, t->context,
				    offsetof(struct aot_context, globals) +
					    (uint64_t)(i - imports) * sizeof(union global));
	if (!value) {
		access = LLVMBuildLoad2(u->b, unit_type(u, type), pointer, "");
		/* Initialised before any code runs. */
		if (!t->m->globals[i].mutable)
			LLVMSetMetadata(access, u->invariant_kind, u->empty_md);
		push(t, access);
	} else {
		/*
		 * When something traps, the host sees what has been set before, and nothing else. Signal handlers
		 * find the stack pointer here: a frame is announced before it is written.
		 */
		LLVMBuildFence(u->b, LLVMAtomicOrderingSequentiallyConsistent, 1, "");
		access = LLVMBuildStore(u->b, value, pointer);
		LLVMSetVolatile(access, 1);
		LLVMBuildFence(u->b, LLVMAtomicOrderingSequentiallyConsistent, 1, "");
	}
	LLVMSetAlignment(access, type == TYPE_V128 ? 16 : 8);
	set_kind(u, access, kind);
}

static void compile_table(struct translation *t, uint32_t op)
{
	struct unit *u = t->u;
	uint32_t i = leb_u32(&t->p);
	LLVMValueRef a[6] = {NULL, const32(u, i)}, v;

	switch (op) {
	case OP_TABLE_GET:
		a[2] = pop(t);
		push(t, call_helper(t, HELPER_table_get, a, 3));
		break;
	case OP_TABLE_SET:
		a[3] = pop(t);
		a[2] = pop(t);
		call_helper(t, HELPER_table_set, a, 4);
		break;
	case OP_TABLE_SIZE:
		v = load_field(u, u->i32,
			       shared_pointer(t, offsetof(struct aot_shared, table_sizes), i,
					      t->m->ntables, 4),
			       0, KIND_RUNTIME);
		LLVMSetOrdering(v, LLVMAtomicOrderingMonotonic);
		push(t, v);
		break;
	case OP_TABLE_GROW:
		a[3] = pop(t);
		a[2] = pop(t);
		push(t, call_helper(t, HELPER_table_grow, a, 4));
		break;
	case OP_TABLE_FILL:
		a[4] = pop(t);
		a[3] = pop(t);
		a[2] = pop(t);
		call_helper(t, HELPER_table_fill, a, 5);
		break;
	case OP_TABLE_COPY:
	case OP_TABLE_INIT:
		a[2] = const32(u, leb_u32(&t->p));
		/* The segment comes first in the code. */
		if (op == OP_TABLE_INIT)
			v = a[1], a[1] = a[2], a[2] = v;
		a[5] = pop(t);
		a[4] = pop(t);
		a[3] = pop(t);
		call_helper(t, op == OP_TABLE_INIT ? HELPER_table_init : HELPER_table_copy, a, 6);
		break;
	case OP_ELEM_DROP: call_helper(t, HELPER_elem_drop, a, 2); break;
	}
}

static LLVMValueRef float_const(struct unit *u, LLVMTypeRef type, uint64_t bits)
{
	LLVMTypeRef integer = type == u->f32 ? u->i32 : u->i64;

	/* As bits: a NaN keeps its payload. */
	return LLVMConstBitCast(LLVMConstInt(integer, bits, 0), type);
}

static void compile_const(struct translation *t, uint32_t op)
{
	struct unit *u = t->u;
	uint32_t bits32;
	uint64_t bits64;

	switch (op) {
	case OP_I32_CONST: push(t, const32(u, leb_s32(&t->p))); break;
	case OP_I64_CONST: push(t, const64(u, leb_s64(&t->p))); break;
	case OP_F32_CONST:
		memcpy(&bits32, t->p, sizeof(bits32));
		t->p += sizeof(bits32);
		push(t, float_const(u, u->f32, bits32));
		break;
	case OP_F64_CONST:
		memcpy(&bits64, t->p, sizeof(bits64));
		t->p += sizeof(bits64);
		push(t, float_const(u, u->f64, bits64));
		break;
	}
}

static void compile_select(struct translation *t)
{
	LLVMValueRef condition = truth(t, pop(t)), no = pop(t), yes = pop(t);

	push(t, LLVMBuildSelect(t->u->b, condition, yes, no, ""));
}

static void compile_local(struct translation *t, uint32_t op)
{
	uint32_t i = leb_u32(&t->p);
	LLVMValueRef local = t->locals[i];

	if (op == OP_LOCAL_GET)
		push(t, LLVMBuildLoad2(t->u->b, LLVMGetAllocatedType(local), local, ""));
	else if (op == OP_LOCAL_SET)
		LLVMBuildStore(t->u->b, pop(t), local);
	else
		LLVMBuildStore(t->u->b, t->values[t->nvalues - 1], local);
}

/* One instruction. True at the function's end. */
static bool compile_instruction(struct translation *t)
{
	const struct opinfo *info;
	struct unit *u = t->u;

	t->op = t->p;
	info = opcode_info(leb_opcode(&t->p));
	if (t->plan->options->debug)
		locate(t);
	switch (info->code) {
	case OP_NOP: break;
	case OP_UNREACHABLE:
		locate(t);
		trap(t, TRAP_UNREACHABLE);
		t->dead = true;
		break;
	case OP_DROP: keep_load(t, pop(t)); break;
	case OP_SELECT_T:
		t->p += leb_u32(&t->p);
		/* fall through */
	case OP_SELECT: compile_select(t); break;
	case OP_LOCAL_GET:
	case OP_LOCAL_SET:
	case OP_LOCAL_TEE: compile_local(t, info->code); break;
	case OP_GLOBAL_GET:
	case OP_GLOBAL_SET: compile_global(t, info->code); break;
	case OP_I32_CONST:
	case OP_I64_CONST:
	case OP_F32_CONST:
	case OP_F64_CONST: compile_const(t, info->code); break;
	case OP_REF_NULL:
		t->p++;
		push(t, LLVMConstNull(u->ptr));
		break;
	case OP_REF_FUNC:
		push(t, shared_pointer(t, offsetof(struct aot_shared, funcs), leb_u32(&t->p),
				       t->m->nfuncimports + t->m->nfunctions, 0));
		break;
	case OP_REF_IS_NULL:
		push(t, LLVMBuildZExt(u->b, LLVMBuildIsNull(u->b, pop(t), ""), u->i32, ""));
		break;
	case OP_TABLE_GET:
	case OP_TABLE_SET:
	case OP_TABLE_SIZE:
	case OP_TABLE_GROW:
	case OP_TABLE_FILL:
	case OP_TABLE_COPY:
	case OP_TABLE_INIT:
	case OP_ELEM_DROP:
		locate(t);
		compile_table(t, info->code);
		break;
	case OP_MEMORY_SIZE:
	case OP_MEMORY_GROW:
	case OP_MEMORY_COPY:
	case OP_MEMORY_FILL:
	case OP_MEMORY_INIT:
	case OP_DATA_DROP:
		locate(t);
		compile_memory(t, info->code);
		break;
	case OP_CALL:
	case OP_CALL_INDIRECT:
	case OP_RETURN_CALL:
	case OP_RETURN_CALL_INDIRECT:
		locate(t);
		compile_call(t, info->code);
		break;
	default:
		if (info->code < OP_DROP || info->code == OP_TRY_TABLE) {
			locate(t);
			return compile_control(t, info->code);
		}
		if (info->code >> 12 == 0xfe) {
			locate(t);
			compile_atomic(t, info);
		} else if (info->code >> 12 == 0xfd) {
			compile_simd(t, info);
		} else if (info->imm == IMM_MEMARG) {
			compile_access(t, info);
		} else {
			compile_value(t, info);
		}
	}
	return false;
}

static void describe(struct translation *t)
{
	struct unit *u = t->u;
	const struct name *name = &t->plan->names[t->index];
	uint32_t line = t->fn->code - t->m->bytes;

	if (!u->di)
		return;
	t->scope = LLVMDIBuilderCreateFunction(u->di, u->di_file, name->s ? name->s : "func",
					       name->s ? name->len : 4, NULL, 0, u->di_file, line,
					       u->di_type, 0, 1, line, LLVMDIFlagZero, 1);
	LLVMSetSubprogram(t->f, t->scope);
}

void compile_function(struct unit *u, uint32_t defined)
{
	const struct plan *plan = u->plan;
	struct translation t = {
		.u = u,
		.plan = plan,
		.m = plan->m,
		.fn = &plan->m->functions[defined],
		.type = &plan->m->types[plan->m->functions[defined].type],
		.index = plan->m->nfuncimports + defined,
		.handler = NO_HANDLER,
		.loop = NO_LOOP,
		.polled = plan->polled[defined],
	};
	LLVMBasicBlockRef body;

	t.f = unit_function(u, t.index);
	unit_attributes(u, t.f);
	mark_context(u, t.f, true);
	if (t.polled)
		LLVMSetSection(t.f, POLLED_SECTION);
	describe(&t);
	t.hidden = LLVMGetParam(t.f, 0);
	t.context = unit_context(u, t.hidden);
	t.entry = new_block(&t, "entry");
	body = new_block(&t, "");
	go_to(&t, t.entry);
	LLVMSetCurrentDebugLocation2(u->b, NULL);
	set_up_locals(&t);
	loops_begin(&t);
	go_to(&t, body);
	t.op = t.p = t.fn->code;
	locate(&t);
	begin_body(&t);
	do {
		if (t.dead)
			skip_dead(&t);
	} while (!compile_instruction(&t));
	go_to(&t, t.entry);
	LLVMBuildBr(u->b, body);
	if (t.slots)
		LLVMSetOperand(t.slots, 0, const32(u, t.nslots));
	loops_end(&t);
	free(t.values);
	free(t.frames);
	free(t.locals);
}
