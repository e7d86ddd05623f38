/* Calls of all kinds. */
#include "compile-function.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

LLVMValueRef call_helper(struct translation *t, enum helper helper, LLVMValueRef *args, unsigned n)
{
	LLVMValueRef call;

	args[0] = t->hidden;
	call = build_call(t, helper_type(t->u, helper), unit_helper(t->u, helper), args, n,
			  thunk_convention(t->plan));
	if (!helper_returns(helper)) {
		LLVMAddCallSiteAttribute(call, LLVMAttributeFunctionIndex, t->u->noreturn);
		/* Each is somewhere else, to a debugger. */
		LLVMAddCallSiteAttribute(call, LLVMAttributeFunctionIndex, t->u->nomerge);
		LLVMBuildUnreachable(t->u->b);
	}
	return call;
}

/* Calls `callee` with the arguments on top of the stack, which its results replace. */
static void call_function(struct translation *t, const struct functype *type, LLVMValueRef callee)
{
	LLVMValueRef *args = unit_alloc(t->u, argument_room(t->plan, type), sizeof(*args));
	LLVMValueRef results = NULL, call;
	uint32_t n;

	if (results_by_pointer(t->plan, type))
		results = slots_buffer(t, slots_of_all(type->results, type->nresults));
	t->nvalues -= type->nparams;
	n = encode_args(t->u, type, t->hidden, results, &t->values[t->nvalues], args);
	call = build_call(t, function_type(t->u, type), callee, args, n, call_convention(t->plan));
	free(args);
	for (uint32_t i = 0; i < type->nresults; i++)
		push(t, NULL);
	decode_results(t->u, type, call, results, &t->values[t->nvalues - type->nresults]);
}

/* The frame is gone by the time the callee runs, and with it the tries around. */
static void tail_call(struct translation *t, const struct functype *type, LLVMValueRef callee)
{
	LLVMValueRef *args = unit_alloc(t->u, argument_room(t->plan, type), sizeof(*args));
	LLVMValueRef results = NULL, call;
	uint32_t n;

	if (results_by_pointer(t->plan, type))
		results = LLVMGetParam(t->f, 1);
	t->nvalues -= type->nparams;
	n = encode_args(t->u, type, t->hidden, results, &t->values[t->nvalues], args);
	call = LLVMBuildCall2(t->u->b, function_type(t->u, type), callee, args, n, "");
	free(args);
	LLVMSetInstructionCallConv(call, call_convention(t->plan));
	mark_context(t->u, call, true);
	LLVMSetTailCallKind(call, LLVMTailCallKindMustTail);
	if (LLVMTypeOf(call) == t->u->void_type)
		LLVMBuildRetVoid(t->u->b);
	else
		LLVMBuildRet(t->u->b, call);
}

/* What call_indirect does for anything that is not one of our own functions of the right type: results onto the stack. */
static void call_slowly(struct translation *t, uint32_t table, uint32_t index, LLVMValueRef at)
{
	const struct functype *type = &t->m->types[index];
	LLVMValueRef *args = unit_alloc(t->u, type->nparams + 3, sizeof(*args)), f, call;
	uint32_t n = 0;

	t->nvalues -= type->nparams;
	args[n++] = t->hidden;
	for (uint32_t i = 0; i < type->nparams; i++)
		args[n++] = t->values[t->nvalues + i];
	args[n++] = const32(t->u, table);
	args[n++] = at;
	f = unit_slow(t->u, index);
	call = build_call(t, LLVMGlobalGetValueType(f), f, args, n, thunk_convention(t->plan));
	free(args);
	for (uint32_t i = 0; i < type->nresults; i++)
		push(t, type->nresults == 1 ? call : LLVMBuildExtractValue(t->u->b, call, i, ""));
}

/* The element of a table, a struct func *, that call_indirect means. */
static LLVMValueRef table_element(struct translation *t, uint32_t table, LLVMValueRef at)
{
	struct unit *u = t->u;
	LLVMValueRef elems, index, f, size;

	if (!t->plan->unchecked[table]) {
		size = load_field(u, u->i32,
				  shared_pointer(t, offsetof(struct aot_shared, table_sizes), table,
						 t->m->ntables, 4),
				  0, KIND_RUNTIME);
		trap_if(t, LLVMBuildICmp(u->b, LLVMIntUGE, at, size, ""), TRAP_UNDEFINED_ELEMENT);
	}
	elems = table ? shared_pointer(t, offsetof(struct aot_shared, tables), table, t->m->ntables,
				       0)
		      : load_pointer(u, t->context, offsetof(struct aot_context, table), 0);
	index = LLVMBuildZExt(u->b, at, u->i64, "");
	f = LLVMBuildLoad2(u->b, u->ptr, LLVMBuildInBoundsGEP2(u->b, u->i64, elems, &index, 1, ""),
			   "");
	set_kind(u, f, KIND_RUNTIME);
	return f;
}

static LLVMValueRef expected_key(struct translation *t, uint32_t type)
{
	struct unit *u = t->u;
	LLVMValueRef keys = load_field(u, u->ptr, t->context, offsetof(struct aot_context, keys),
				       KIND_CONSTANT);

	return at_offset(u, keys, t->plan->canonical[type]);
}

static LLVMValueRef *copy_top(struct translation *t, uint32_t n)
{
	LLVMValueRef *copy = unit_alloc(t->u, n, sizeof(*copy));

	if (n)
		memcpy(copy, &t->values[t->nvalues - n], n * sizeof(*copy));
	return copy;
}

/* Results of two ways are on top of the stack and in `others`. */
static void merge_results(struct translation *t, uint32_t n, LLVMValueRef *others,
			  LLVMBasicBlockRef from[2])
{
	LLVMValueRef *top = &t->values[t->nvalues - n];

	for (uint32_t i = 0; i < n; i++) {
		LLVMValueRef phi = LLVMBuildPhi(t->u->b, LLVMTypeOf(top[i]), "");

		LLVMAddIncoming(phi, (LLVMValueRef[]){others[i], top[i]}, from, 2);
		top[i] = phi;
	}
}

static void call_indirect(struct translation *t, bool tail)
{
	struct unit *u = t->u;
	uint32_t index = leb_u32(&t->p), table = leb_u32(&t->p);
	const struct functype *type = &t->m->types[index];
	LLVMValueRef at = pop(t), f = table_element(t, table, at), key, code, *args, *results;
	LLVMBasicBlockRef fast = new_block(t, ""), slow = new_block(t, "slow"), done, from[2];

	/* A null reference faults here. */
	key = load_field(u, u->ptr, f, offsetof(struct func, key), KIND_RUNTIME);
	unlikely_branch(t, LLVMBuildICmp(u->b, LLVMIntNE, key, expected_key(t, index), ""), slow,
			fast);
	args = copy_top(t, type->nparams);
	go_to(t, fast);
	code = load_field(u, u->ptr, f, offsetof(struct func, code), KIND_RUNTIME);
	if (tail) {
		tail_call(t, type, code);
	} else {
		call_function(t, type, code);
		from[0] = LLVMGetInsertBlock(u->b);
	}
	results = tail ? NULL : copy_top(t, type->nresults);
	t->nvalues -= tail ? 0 : type->nresults;
	for (uint32_t i = 0; i < type->nparams; i++)
		push(t, args[i]);
	go_to(t, slow);
	call_slowly(t, table, index, at);
	if (tail) {
		build_return(u, t->f, type, &t->values[t->nvalues - type->nresults]);
	} else {
		from[1] = LLVMGetInsertBlock(u->b);
		done = new_block(t, "");
		LLVMBuildBr(u->b, done);
		go_to(t, from[0]);
		LLVMBuildBr(u->b, done);
		go_to(t, done);
		merge_results(t, type->nresults, results, from);
	}
	free(args);
	free(results);
}

void compile_call(struct translation *t, uint32_t op)
{
	bool tail = op == OP_RETURN_CALL || op == OP_RETURN_CALL_INDIRECT;

	if (op == OP_CALL || op == OP_RETURN_CALL) {
		uint32_t index = leb_u32(&t->p);
		const struct functype *type = module_functype(t->m, index);

		if (tail)
			tail_call(t, type, unit_function(t->u, index));
		else
			call_function(t, type, unit_function(t->u, index));
	} else {
		call_indirect(t, tail);
	}
	if (tail)
		t->dead = true;
}
