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

static void push_all(struct translation *t, const LLVMValueRef *values, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		push(t, values[i]);
}

/* One of two ways to call the same, as far as it has come. */
struct way {
	LLVMBasicBlockRef end;
	LLVMValueRef *results; /* off the stack */
};

/* From one way to the start of the other: the stack is as it was before the first. */
static struct way other_way(struct translation *t, const struct functype *type,
			    const LLVMValueRef *args, LLVMBasicBlockRef other)
{
	struct way way = {LLVMGetInsertBlock(t->u->b), copy_top(t, type->nresults)};

	t->nvalues -= type->nresults;
	push_all(t, args, type->nparams);
	go_to(t, other);
	return way;
}

/* The end of the second way: the first joins it. */
static void join_ways(struct translation *t, const struct functype *type, struct way first)
{
	LLVMValueRef *top = &t->values[t->nvalues - type->nresults];
	LLVMBasicBlockRef second = LLVMGetInsertBlock(t->u->b), done = new_block(t, "");

	LLVMBuildBr(t->u->b, done);
	go_to(t, first.end);
	LLVMBuildBr(t->u->b, done);
	go_to(t, done);
	for (uint32_t i = 0; i < type->nresults; i++) {
		LLVMValueRef phi = LLVMBuildPhi(t->u->b, LLVMTypeOf(top[i]), "");

		LLVMAddIncoming(phi, (LLVMValueRef[]){first.results[i], top[i]},
				(LLVMBasicBlockRef[]){first.end, second}, 2);
		top[i] = phi;
	}
	free(first.results);
}

/*
 * An import. Through its thunk, but where speed counts, host functions are called right here: each return from a system
 * call is one that the processor may not have foreseen. Not within a try: whatever is called there has a landing pad.
 */
static void call_import(struct translation *t, uint32_t index, const struct functype *type)
{
	struct unit *u = t->u;
	LLVMValueRef direct, result, *args;
	LLVMBasicBlockRef fast, slow;
	struct way first;

	if (t->plan->options->level < 2 || t->handler != NO_HANDLER || !host_is_plain(type)) {
		call_function(t, type, unit_function(u, index));
		return;
	}
	fast = new_block(t, "host");
	slow = new_block(t, "thunk");
	args = copy_top(t, type->nparams);
	direct = import_field(u, t->context, index, offsetof(struct aot_import, direct));
	unlikely_branch(t, LLVMBuildIsNull(u->b, direct, ""), slow, fast);
	go_to(t, fast);
	t->nvalues -= type->nparams;
	result = call_host(u, type, direct, t->context, args);
	safepoint(t);
	if (type->nresults)
		push(t, result);
	first = other_way(t, type, args, slow);
	call_function(t, type, unit_function(u, index));
	join_ways(t, type, first);
	free(args);
}

static void call_indirect(struct translation *t, bool tail)
{
	struct unit *u = t->u;
	uint32_t index = leb_u32(&t->p), table = leb_u32(&t->p);
	const struct functype *type = &t->m->types[index];
	LLVMValueRef at = pop(t), f = table_element(t, table, at), key, code, *args;
	LLVMBasicBlockRef fast = new_block(t, ""), slow = new_block(t, "slow");
	struct way first;

	/* A null reference faults here. */
	key = load_field(u, u->ptr, f, offsetof(struct func, key), KIND_RUNTIME);
	unlikely_branch(t, LLVMBuildICmp(u->b, LLVMIntNE, key, expected_key(t, index), ""), slow,
			fast);
	args = copy_top(t, type->nparams);
	go_to(t, fast);
	code = load_field(u, u->ptr, f, offsetof(struct func, code), KIND_RUNTIME);
	if (tail) {
		tail_call(t, type, code);
		push_all(t, args, type->nparams);
		go_to(t, slow);
		call_slowly(t, table, index, at);
		build_return(u, t->f, type, &t->values[t->nvalues - type->nresults]);
	} else {
		call_function(t, type, code);
		first = other_way(t, type, args, slow);
		call_slowly(t, table, index, at);
		join_ways(t, type, first);
	}
	free(args);
}

void compile_call(struct translation *t, uint32_t op)
{
	bool tail = op == OP_RETURN_CALL || op == OP_RETURN_CALL_INDIRECT;

	if (op == OP_CALL || op == OP_RETURN_CALL) {
		uint32_t index = leb_u32(&t->p);
		const struct functype *type = module_functype(t->m, index);

		if (tail)
			tail_call(t, type, unit_function(t->u, index));
		else if (index < t->m->nfuncimports)
			call_import(t, index, type);
		else
			call_function(t, type, unit_function(t->u, index));
	} else {
		call_indirect(t, tail);
	}
	if (tail)
		t->dead = true;
}
