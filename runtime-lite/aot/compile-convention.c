/*
 * How functions of the module call each other.
 *
 * Where the module has tail calls, more than one result goes through a pointer that the caller passes: a tail call
 * hands it on, while the return registers would not do for any number. Where such calls need equal prototypes, all
 * functions have the same parameters: integers (and everything that fits) first, then doubles.
 */
#include "compile-unit.h"

#include <stddef.h>
#include <stdlib.h>

/* LLVM's CallingConv.h; the C API has no names for them. */
enum { CC_C = 0, CC_SWIFT = 16, CC_TAIL = 18 };

unsigned call_convention(const struct plan *plan)
{
	switch (plan->convention) {
	case CONVENTION_SWIFT: return CC_SWIFT;
	case CONVENTION_TAIL: return CC_TAIL;
	default: return CC_C;
	}
}

unsigned thunk_convention(const struct plan *plan)
{
	return plan->convention == CONVENTION_SWIFT ? CC_SWIFT : CC_C;
}

bool results_by_pointer(const struct plan *plan, const struct functype *type)
{
	return plan->convention >= CONVENTION_TAIL && type->nresults > 1;
}

/*
 * i32 is passed and returned as 64 bits that are known to be less than 2^32, so that an address is one as it comes. Not on
 * RISC-V, where 32 bits live in registers with their sign extended.
 */
static bool passes_wide(const struct unit *u, LLVMTypeRef type)
{
	return type == u->i32 &&
	       (u->plan->convention == CONVENTION_SWIFT || u->plan->convention == CONVENTION_TAIL);
}

static LLVMValueRef to_integer(struct unit *u, LLVMValueRef v)
{
	LLVMTypeRef type = LLVMTypeOf(v);

	if (type == u->f32)
		v = LLVMBuildBitCast(u->b, v, u->i32, "");
	if (type == u->ptr)
		return LLVMBuildPtrToInt(u->b, v, u->i64, "");
	return type == u->i64 ? v : LLVMBuildZExt(u->b, v, u->i64, "");
}

static LLVMValueRef from_integer(struct unit *u, LLVMValueRef v, LLVMTypeRef type)
{
	if (type == u->i64)
		return v;
	if (type == u->ptr)
		return LLVMBuildIntToPtr(u->b, v, type, "");
	v = LLVMBuildTrunc(u->b, v, u->i32, "");
	return type == u->f32 ? LLVMBuildBitCast(u->b, v, type, "") : v;
}

static LLVMTypeRef passed_type(struct unit *u, LLVMTypeRef type)
{
	return passes_wide(u, type) ? u->i64 : type;
}

static LLVMValueRef passed(struct unit *u, LLVMValueRef v)
{
	return passes_wide(u, LLVMTypeOf(v)) ? to_integer(u, v) : v;
}

LLVMTypeRef results_type(struct unit *u, const struct functype *type)
{
	LLVMTypeRef *fields, result;

	if (!type->nresults)
		return u->void_type;
	if (type->nresults == 1)
		return unit_type(u, type->results[0]);
	fields = unit_alloc(u, type->nresults, sizeof(*fields));
	for (uint32_t i = 0; i < type->nresults; i++)
		fields[i] = unit_type(u, type->results[i]);
	result = LLVMStructTypeInContext(u->context, fields, type->nresults, 0);
	free(fields);
	return result;
}

uint32_t argument_room(const struct plan *plan, const struct functype *type)
{
	uint32_t n = plan->convention == CONVENTION_UNIFORM ? plan->integers + plan->doubles
							    : type->nparams;

	return n + 2;
}

LLVMTypeRef function_type(struct unit *u, const struct functype *type)
{
	const struct plan *plan = u->plan;
	LLVMTypeRef *params = unit_alloc(u, argument_room(plan, type), sizeof(*params));
	LLVMTypeRef result, made;
	bool pointer = results_by_pointer(plan, type);
	uint32_t n = 0;

	params[n++] = u->ptr;
	if (pointer || plan->convention == CONVENTION_UNIFORM)
		params[n++] = u->ptr;
	if (plan->convention == CONVENTION_UNIFORM) {
		for (uint32_t i = 0; i < plan->integers; i++)
			params[n++] = u->i64;
		for (uint32_t i = 0; i < plan->doubles; i++)
			params[n++] = u->f64;
	} else {
		for (uint32_t i = 0; i < type->nparams; i++)
			params[n++] = passed_type(u, unit_type(u, type->params[i]));
	}
	result = pointer ? u->void_type : passed_type(u, results_type(u, type));
	made = LLVMFunctionType(result, params, n, 0);
	free(params);
	return made;
}

LLVMValueRef unit_context(struct unit *u, LLVMValueRef hidden)
{
	const unsigned gs = 256; /* LLVM's address space */

	return u->plan->gs ? LLVMConstNull(LLVMPointerTypeInContext(u->context, gs)) : hidden;
}

LLVMValueRef unit_memory(struct unit *u, LLVMValueRef hidden)
{
	return u->plan->gs ? hidden
			   : load_pointer(u, hidden, offsetof(struct aot_context, memory), 0);
}

void mark_context(struct unit *u, LLVMValueRef f, bool swift)
{
	bool call = !LLVMIsAFunction(f);

	if (swift && u->plan->convention == CONVENTION_SWIFT) {
		if (call)
			LLVMAddCallSiteAttribute(f, 1, u->swiftself);
		else
			LLVMAddAttributeAtIndex(f, 1, u->swiftself);
	}
	if (!call && !(swift && u->plan->gs))
		for (unsigned i = 0; i < 3; i++)
			LLVMAddAttributeAtIndex(f, 1, u->context_attributes[i]);
}

void decode_params(struct unit *u, LLVMValueRef f, const struct functype *type,
		   LLVMValueRef *values)
{
	uint32_t n = results_by_pointer(u->plan, type) ? 2 : 1, d;

	if (u->plan->convention != CONVENTION_UNIFORM) {
		for (uint32_t i = 0; i < type->nparams; i++) {
			values[i] = LLVMGetParam(f, n + i);
			if (!passes_wide(u, unit_type(u, type->params[i])))
				continue;
			LLVMAddAttributeAtIndex(f, n + i + 1, u->range32);
			values[i] = from_integer(u, values[i], u->i32);
		}
		return;
	}
	n = 2;
	d = n + u->plan->integers;
	for (uint32_t i = 0; i < type->nparams; i++) {
		if (type->params[i] == TYPE_F64) {
			values[i] = LLVMGetParam(f, d++);
		} else if (type->params[i] == TYPE_V128) {
			LLVMValueRef v = LLVMGetPoison(u->v128);

			for (unsigned k = 0; k < 2; k++)
				v = LLVMBuildInsertElement(u->b, v, LLVMGetParam(f, n++),
							   const32(u, k), "");
			values[i] = v;
		} else {
			values[i] = from_integer(u, LLVMGetParam(f, n++),
						 unit_type(u, type->params[i]));
		}
	}
}

uint32_t encode_args(struct unit *u, const struct functype *type, LLVMValueRef hidden,
		     LLVMValueRef results, LLVMValueRef *args, LLVMValueRef *out)
{
	const struct plan *plan = u->plan;
	uint32_t n = 0, d, end;

	out[n++] = hidden;
	if (plan->convention != CONVENTION_UNIFORM) {
		if (results_by_pointer(plan, type))
			out[n++] = results;
		for (uint32_t i = 0; i < type->nparams; i++)
			out[n++] = passed(u, args[i]);
		return n;
	}
	out[n++] = results_by_pointer(plan, type) ? results : LLVMGetPoison(u->ptr);
	d = n + plan->integers;
	end = d + plan->doubles;
	for (uint32_t i = 0; i < type->nparams; i++) {
		if (type->params[i] == TYPE_F64) {
			out[d++] = args[i];
		} else if (type->params[i] == TYPE_V128) {
			for (unsigned k = 0; k < 2; k++)
				out[n++] =
					LLVMBuildExtractElement(u->b, args[i], const32(u, k), "");
		} else {
			out[n++] = to_integer(u, args[i]);
		}
	}
	while (n < 2 + plan->integers)
		out[n++] = LLVMGetPoison(u->i64);
	while (d < end)
		out[d++] = LLVMGetPoison(u->f64);
	return end;
}

/* Results in memory are slots. */
void decode_results(struct unit *u, const struct functype *type, LLVMValueRef call,
		    LLVMValueRef pointer, LLVMValueRef *values)
{
	if (results_by_pointer(u->plan, type)) {
		load_slots(u, pointer, type->results, type->nresults, values);
	} else if (type->nresults == 1 && passes_wide(u, unit_type(u, type->results[0]))) {
		LLVMAddCallSiteAttribute(call, LLVMAttributeReturnIndex, u->range32);
		values[0] = from_integer(u, call, u->i32);
	} else if (type->nresults == 1) {
		values[0] = call;
	} else {
		for (uint32_t i = 0; i < type->nresults; i++)
			values[i] = LLVMBuildExtractValue(u->b, call, i, "");
	}
}

void build_return(struct unit *u, LLVMValueRef f, const struct functype *type, LLVMValueRef *values)
{
	if (results_by_pointer(u->plan, type)) {
		store_slots(u, LLVMGetParam(f, 1), type->results, type->nresults, values);
		LLVMBuildRetVoid(u->b);
	} else if (!type->nresults) {
		LLVMBuildRetVoid(u->b);
	} else if (type->nresults == 1) {
		LLVMBuildRet(u->b, passed(u, values[0]));
	} else {
		LLVMBuildAggregateRet(u->b, values, type->nresults);
	}
}
