/*
 * Unit 0: what is no function of the module. All of it comes before the module's functions in the image, so that no
 * address here looks as if it belonged to one of them.
 */
#include "compile-unit.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* Returns the hidden parameter. */
static LLVMValueRef begin(struct unit *u, LLVMValueRef f)
{
	unit_attributes(u, f);
	LLVMPositionBuilderAtEnd(u->b, LLVMAppendBasicBlockInContext(u->context, f, ""));
	return LLVMGetParam(f, 0);
}

/* The same for what is going to call C. Returns the context. */
static LLVMValueRef begin_with_context(struct unit *u, LLVMValueRef f)
{
	LLVMValueRef hidden = begin(u, f);

	return u->plan->gs ? load_field(u, u->ptr, unit_context(u, hidden),
					offsetof(struct aot_context, self), KIND_CONSTANT)
			   : hidden;
}

LLVMValueRef call_c(struct unit *u, LLVMTypeRef type, LLVMValueRef f, LLVMValueRef *args,
		    unsigned n)
{
	LLVMValueRef call = LLVMBuildCall2(u->b, type, f, args, n, "");

	/* riscv64 wants every 32-bit integer sign-extended; the others do not care. */
	if (u->plan->isa == ISA_RISCV64) {
		for (unsigned i = 0; i < n; i++)
			if (LLVMTypeOf(args[i]) == u->i32)
				LLVMAddCallSiteAttribute(call, i + 1, u->signext);
		if (LLVMTypeOf(call) == u->i32)
			LLVMAddCallSiteAttribute(call, LLVMAttributeReturnIndex, u->signext);
	}
	return call;
}

static LLVMValueRef call_helper(struct unit *u, enum helper helper, LLVMValueRef *args, unsigned n)
{
	LLVMValueRef table = load_pointer(u, args[0], offsetof(struct aot_context, helpers),
					  sizeof(struct aot_helpers));
	LLVMValueRef f = load_field(u, u->ptr, table, helper * sizeof(void *), KIND_CONSTANT);

	return call_c(u, helper_type(u, helper), f, args, n);
}

/* As long as the thread is wanted for something else. */
static void attend(struct unit *u, LLVMValueRef context)
{
	LLVMValueRef f = LLVMGetBasicBlockParent(LLVMGetInsertBlock(u->b)), both, branch;
	LLVMBasicBlockRef look = LLVMAppendBasicBlockInContext(u->context, f, "look");
	LLVMBasicBlockRef slow = LLVMAppendBasicBlockInContext(u->context, f, "slow");
	LLVMBasicBlockRef done = LLVMAppendBasicBlockInContext(u->context, f, "done");
	LLVMValueRef exec =
		load_pointer(u, context, offsetof(struct aot_context, exec), sizeof(struct exec));

	LLVMBuildBr(u->b, look);
	LLVMPositionBuilderAtEnd(u->b, look);
	both = load_field(u, u->i64, exec, offsetof(struct exec, poll), KIND_RUNTIME);
	LLVMSetVolatile(both, 1);
	branch = LLVMBuildCondBr(u->b, LLVMBuildICmp(u->b, LLVMIntNE, both, const64(u, 0), ""),
				 slow, done);
	LLVMSetMetadata(branch, u->prof_kind, u->unlikely_md);
	LLVMPositionBuilderAtEnd(u->b, slow);
	call_helper(u, HELPER_attend, &context, 1);
	LLVMBuildBr(u->b, look);
	LLVMPositionBuilderAtEnd(u->b, done);
}

static void helper_thunk(struct unit *u, enum helper helper)
{
	LLVMValueRef f = unit_helper(u, helper), args[8], context, result;
	unsigned n = LLVMCountParams(f);

	context = begin_with_context(u, f);
	LLVMGetParams(f, args);
	args[0] = context;
	result = call_helper(u, helper, args, n);
	if (!helper_returns(helper)) {
		LLVMAddCallSiteAttribute(result, LLVMAttributeFunctionIndex, u->noreturn);
		LLVMBuildUnreachable(u->b);
		return;
	}
	attend(u, args[0]);
	if (LLVMTypeOf(result) == u->void_type)
		LLVMBuildRetVoid(u->b);
	else
		LLVMBuildRet(u->b, result);
}

static LLVMValueRef slots_for(struct unit *u, const struct functype *type)
{
	uint32_t np = slots_of_all(type->params, type->nparams);
	uint32_t nr = slots_of_all(type->results, type->nresults);
	LLVMTypeRef array = LLVMArrayType2(u->i64, (np > nr ? np : nr) + 1);
	LLVMValueRef slots = LLVMBuildAlloca(u->b, array, "slots");

	LLVMSetAlignment(slots, 16);
	return slots;
}

bool host_is_plain(const struct functype *type)
{
	if (type->nresults > 1)
		return false;
	for (uint32_t i = 0; i < type->nparams; i++)
		if (type->params[i] < TYPE_F64)
			return false;
	return !type->nresults || type->results[0] >= TYPE_F64;
}

LLVMValueRef call_host(struct unit *u, const struct functype *type, LLVMValueRef direct,
		       LLVMValueRef context, LLVMValueRef *values)
{
	LLVMValueRef *args = unit_alloc(u, type->nparams + 1, sizeof(*args)), call;
	LLVMTypeRef *types = unit_alloc(u, type->nparams + 1, sizeof(*types));

	args[0] = load_pointer(u, context, offsetof(struct aot_context, exec), sizeof(struct exec));
	types[0] = u->ptr;
	for (uint32_t i = 0; i < type->nparams; i++) {
		args[i + 1] = values[i];
		types[i + 1] = unit_type(u, type->params[i]);
	}
	call = call_c(u, LLVMFunctionType(results_type(u, type), types, type->nparams + 1, 0),
		      direct, args, type->nparams + 1);
	free(args);
	free(types);
	return call;
}

LLVMValueRef import_field(struct unit *u, LLVMValueRef context, uint32_t index, size_t offset)
{
	LLVMValueRef shared = load_pointer(u, context, offsetof(struct aot_context, shared),
					   sizeof(struct aot_shared));
	LLVMValueRef imports = load_pointer(u, shared, offsetof(struct aot_shared, imports),
					    u->plan->m->nfuncimports * sizeof(struct aot_import));

	return load_field(u, u->ptr, imports, index * sizeof(struct aot_import) + offset,
			  KIND_CONSTANT);
}

static void import_thunk(struct unit *u, uint32_t index)
{
	const struct functype *type = module_functype(u->plan->m, index);
	LLVMValueRef f = unit_function(u, index), context, slots, func;
	LLVMValueRef *values = unit_alloc(u, type->nparams + type->nresults, sizeof(*values));

	mark_context(u, f, true);
	context = begin_with_context(u, f);
	slots = slots_for(u, type);
	decode_params(u, f, type, values);
	if (host_is_plain(type)) {
		LLVMBasicBlockRef yes = LLVMAppendBasicBlockInContext(u->context, f, "direct");
		LLVMBasicBlockRef no = LLVMAppendBasicBlockInContext(u->context, f, "indirect");
		LLVMValueRef result, direct = import_field(u, context, index,
							   offsetof(struct aot_import, direct));

		LLVMBuildCondBr(u->b, LLVMBuildIsNotNull(u->b, direct, ""), yes, no);
		LLVMPositionBuilderAtEnd(u->b, yes);
		result = call_host(u, type, direct, context, values);
		attend(u, context);
		build_return(u, f, type, &result);
		LLVMPositionBuilderAtEnd(u->b, no);
	}
	func = import_field(u, context, index, offsetof(struct aot_import, func));
	store_slots(u, slots, type->params, type->nparams, values);
	call_helper(u, HELPER_call, (LLVMValueRef[]){context, func, slots}, 3);
	attend(u, context);
	load_slots(u, slots, type->results, type->nresults, values);
	build_return(u, f, type, values);
	free(values);
}

/* call_indirect of something that is not of this instance. */
static void slow_thunk(struct unit *u, uint32_t index)
{
	const struct functype *type = &u->plan->m->types[index];
	LLVMValueRef *values = unit_alloc(u, type->nparams + type->nresults, sizeof(*values));
	LLVMValueRef f = unit_slow(u, index), context, slots;

	context = begin_with_context(u, f);
	slots = slots_for(u, type);
	for (uint32_t i = 0; i < type->nparams; i++)
		values[i] = LLVMGetParam(f, i + 1);
	store_slots(u, slots, type->params, type->nparams, values);
	call_helper(u, HELPER_call_indirect,
		    (LLVMValueRef[]){context, LLVMGetParam(f, type->nparams + 1),
				     LLVMGetParam(f, type->nparams + 2), const32(u, index), slots},
		    5);
	attend(u, context);
	load_slots(u, slots, type->results, type->nresults, values);
	if (type->nresults > 1)
		LLVMBuildAggregateRet(u->b, values, type->nresults);
	else if (type->nresults)
		LLVMBuildRet(u->b, values[0]);
	else
		LLVMBuildRetVoid(u->b);
	free(values);
}

static LLVMValueRef entry(struct unit *u, uint32_t index)
{
	const struct functype *type = &u->plan->m->types[index];
	LLVMTypeRef params[3] = {u->ptr, u->ptr, u->ptr};
	LLVMTypeRef entry_type = LLVMFunctionType(u->void_type, params, 3, 0);
	LLVMValueRef *values = unit_alloc(u, type->nparams + type->nresults, sizeof(*values));
	LLVMValueRef *args = unit_alloc(u, argument_room(u->plan, type), sizeof(*args));
	LLVMValueRef f, context, hidden, slots, call;
	uint32_t n;
	char name[40];

	snprintf(name, sizeof(name), "wali:entry.%u", index);
	f = unit_declare(u, name, entry_type);
	context = begin(u, f);
	mark_context(u, f, false);
	attend(u, context);
	slots = LLVMGetParam(f, 2);
	load_slots(u, slots, type->params, type->nparams, values);
	hidden = u->plan->gs ? load_pointer(u, context, offsetof(struct aot_context, memory), 0)
			     : context;
	n = encode_args(u, type, hidden, slots, values, args);
	call = LLVMBuildCall2(u->b, function_type(u, type), LLVMGetParam(f, 1), args, n, "");
	LLVMSetInstructionCallConv(call, call_convention(u->plan));
	mark_context(u, call, true);
	decode_results(u, type, call, slots, values);
	store_slots(u, slots, type->results, type->nresults, values);
	LLVMBuildRetVoid(u->b);
	free(values);
	free(args);
	return f;
}

static void accessor(struct unit *u, LLVMTypeRef type, bool store)
{
	LLVMValueRef f = unit_accessor(u, type, store), access;

	begin(u, f);
	access = store ? LLVMBuildStore(u->b, LLVMGetParam(f, 2), LLVMGetParam(f, 1))
		       : LLVMBuildLoad2(u->b, type, LLVMGetParam(f, 1), "");
	LLVMSetAlignment(access, 1);
	LLVMSetVolatile(access, 1);
	if (store)
		LLVMBuildRetVoid(u->b);
	else
		LLVMBuildRet(u->b, access);
}

static void accessors(struct unit *u)
{
	LLVMTypeRef types[] = {u->i8, u->i16, u->i32, u->i64, u->f32, u->f64, u->v128};

	for (unsigned i = 0; i < sizeof(types) / sizeof(*types); i++) {
		accessor(u, types[i], false);
		accessor(u, types[i], true);
	}
}

/* In a bulk_thunk(): how much it copies or fills itself, in how many moves. */
#define BULK_MAX   128
#define BULK_MOVES (BULK_MAX / 16)

struct bulk {
	LLVMValueRef function, memory, to, from; /* from: NULL when the value is stored */
	LLVMValueRef value, n;			 /* of eight equal bytes; 64 bits */
};

static LLVMValueRef bulk_place(struct unit *u, const struct bulk *k, LLVMValueRef address,
			       LLVMValueRef offset)
{
	LLVMValueRef p = LLVMBuildGEP2(u->b, u->i8, k->memory, &address, 1, "");

	return LLVMBuildGEP2(u->b, u->i8, p, &offset, 1, "");
}

/*
 * Stores values of a type at some offsets, which may overlap. Everything is read, and the last byte to be written has been
 * touched, before the first of them: what is partly out of bounds changes nothing.
 */
static void bulk_move(struct unit *u, const struct bulk *k, LLVMTypeRef type,
		      const LLVMValueRef *offsets, unsigned noffsets)
{
	LLVMValueRef values[BULK_MOVES], touch, store;

	for (unsigned i = 0; i < noffsets; i++) {
		if (k->from) {
			values[i] = LLVMBuildLoad2(u->b, type,
						   bulk_place(u, k, k->from, offsets[i]), "");
			LLVMSetAlignment(values[i], 1);
		} else if (type == u->v128) {
			values[i] = LLVMGetUndef(type);
			for (unsigned lane = 0; lane < 2; lane++)
				values[i] = LLVMBuildInsertElement(u->b, values[i], k->value,
								   const32(u, lane), "");
		} else {
			values[i] = LLVMBuildTruncOrBitCast(u->b, k->value, type, "");
		}
	}
	touch = LLVMBuildLoad2(u->b, u->i8,
			       bulk_place(u, k, k->to, LLVMBuildSub(u->b, k->n, const64(u, 1), "")),
			       "");
	LLVMSetVolatile(touch, 1);
	LLVMBuildFence(u->b, LLVMAtomicOrderingSequentiallyConsistent, true, "");
	for (unsigned i = 0; i < noffsets; i++) {
		store = LLVMBuildStore(u->b, values[i], bulk_place(u, k, k->to, offsets[i]));
		LLVMSetAlignment(store, 1);
	}
	LLVMBuildRetVoid(u->b);
}

/* Continues where n is at least `least`; returns where it is not. */
static LLVMBasicBlockRef bulk_branch(struct unit *u, const struct bulk *k, uint64_t least)
{
	LLVMBasicBlockRef yes = LLVMAppendBasicBlockInContext(u->context, k->function, "");
	LLVMBasicBlockRef no = LLVMAppendBasicBlockInContext(u->context, k->function, "");

	LLVMBuildCondBr(u->b, LLVMBuildICmp(u->b, LLVMIntUGE, k->n, const64(u, least), ""), yes,
			no);
	LLVMPositionBuilderAtEnd(u->b, yes);
	return no;
}

/* By n moves, where n / 2 to n of them are as much as there is: half of them at the beginning, half at the end. */
static void bulk_moves(struct unit *u, const struct bulk *k, LLVMTypeRef type, uint64_t size,
		       unsigned n)
{
	LLVMValueRef offsets[BULK_MOVES];

	for (unsigned i = 0; i < n / 2; i++) {
		offsets[i] = const64(u, i * size);
		offsets[n / 2 + i] = LLVMBuildSub(u->b, k->n, const64(u, (i + 1) * size), "");
	}
	bulk_move(u, k, type, offsets, n);
}

/* What is short, as most are, without leaving compiled code. */
static void bulk_thunk(struct unit *u, bool fill)
{
	LLVMValueRef f = unit_bulk(u, fill), params[4], args[6], offsets[3], call;
	enum helper helper = fill ? HELPER_memory_fill : HELPER_memory_copy;
	struct bulk k = {.function = f};
	LLVMBasicBlockRef less, many, few;
	unsigned nargs = 0;

	begin(u, f);
	LLVMGetParams(f, params);
	k.n = params[3];
	k.memory = unit_memory(u, params[0]);
	k.to = params[1];
	if (fill) {
		k.value =
			LLVMBuildZExt(u->b, LLVMBuildTrunc(u->b, params[2], u->i8, ""), u->i64, "");
		k.value = LLVMBuildMul(u->b, k.value, const64(u, 0x0101010101010101), "");
	} else {
		k.from = params[2];
	}
	few = bulk_branch(u, &k, 16);
	for (unsigned n = 2; n <= BULK_MOVES; n *= 2) {
		less = bulk_branch(u, &k, n * 16 + 1);
		many = LLVMGetInsertBlock(u->b);
		LLVMPositionBuilderAtEnd(u->b, less);
		bulk_moves(u, &k, u->v128, 16, n);
		LLVMPositionBuilderAtEnd(u->b, many);
	}
	LLVMPositionBuilderAtEnd(u->b, few);
	less = bulk_branch(u, &k, 8);
	bulk_moves(u, &k, u->i64, 8, 2);
	LLVMPositionBuilderAtEnd(u->b, less);
	less = bulk_branch(u, &k, 4);
	bulk_moves(u, &k, u->i32, 4, 2);
	LLVMPositionBuilderAtEnd(u->b, less);
	less = bulk_branch(u, &k, 1);
	offsets[0] = LLVMBuildSub(u->b, k.n, const64(u, 1), "");
	offsets[1] = LLVMBuildLShr(u->b, k.n, const64(u, 1), "");
	offsets[2] = const64(u, 0);
	bulk_move(u, &k, u->i8, offsets, 3);

	/* None: bounds are checked all the same. */
	LLVMPositionBuilderAtEnd(u->b, less);
	LLVMBuildBr(u->b, many);
	LLVMPositionBuilderAtEnd(u->b, many);
	args[nargs++] = params[0];
	args[nargs++] = const32(u, 0);
	if (!fill)
		args[nargs++] = const32(u, 0);
	for (unsigned i = 1; i < 4; i++)
		args[nargs++] = LLVMBuildTrunc(u->b, params[i], u->i32, "");
	call = LLVMBuildCall2(u->b, helper_type(u, helper), unit_helper(u, helper), args, nargs,
			      "");
	LLVMSetInstructionCallConv(call, thunk_convention(u->plan));
	mark_context(u, call, true);
	LLVMBuildRetVoid(u->b);
}

static bool any_polled(const struct plan *plan)
{
	for (uint32_t i = 0; i < plan->m->nfunctions; i++)
		if (plan->polled[i])
			return true;
	return false;
}

/* int32_t[]: where things are, counted from the table itself. */
static void offsets_table(struct unit *u, const char *name, LLVMValueRef *functions, uint32_t n)
{
	LLVMTypeRef type = LLVMArrayType2(u->i32, n);
	LLVMValueRef table = LLVMAddGlobal(u->module, type, name);
	LLVMValueRef base = LLVMConstPtrToInt(table, u->i64);

	for (uint32_t i = 0; i < n; i++)
		functions[i] = functions[i]
				       ? LLVMConstTrunc(LLVMConstSub(LLVMConstPtrToInt(functions[i],
										       u->i64),
								     base),
							u->i32)
				       : const32(u, 0);
	LLVMSetInitializer(table, LLVMConstArray2(u->i32, functions, n));
	LLVMSetGlobalConstant(table, 1);
	LLVMSetVisibility(table, LLVMHiddenVisibility);
	LLVMSetAlignment(table, 4);
}

static void tables(struct unit *u)
{
	const struct module *m = u->plan->m;
	LLVMValueRef *functions = unit_alloc(u, m->nfunctions, sizeof(LLVMValueRef));
	LLVMValueRef *entries = unit_alloc(u, m->ntypes, sizeof(LLVMValueRef));

	for (uint32_t i = 0; i < m->nfunctions; i++) {
		uint32_t type = u->plan->canonical[m->functions[i].type];

		functions[i] = unit_function(u, m->nfuncimports + i);
		if (!entries[type])
			entries[type] = entry(u, type);
	}
	for (uint32_t i = 0; i < m->ntypes; i++)
		entries[i] = entries[u->plan->canonical[i]];
	offsets_table(u, "wali:functions", functions, m->nfunctions);
	offsets_table(u, "wali:entries", entries, m->ntypes);
	free(functions);
	free(entries);
}

void compile_thunks(struct unit *u)
{
	const struct plan *plan = u->plan;

	for (enum helper i = 0; i < HELPERS; i++)
		helper_thunk(u, i);
	if (plan->m->nmemories) {
		bulk_thunk(u, false);
		bulk_thunk(u, true);
	}
	for (uint32_t i = 0; i < plan->m->nfuncimports; i++)
		import_thunk(u, i);
	for (uint32_t i = 0; plan->m->ntables && i < plan->m->ntypes; i++)
		if (plan->canonical[i] == i)
			slow_thunk(u, i);
	if (any_polled(plan))
		accessors(u);
	tables(u);
}
