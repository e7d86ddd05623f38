#include "compile-unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void unit_fail(struct unit *u, const char *why)
{
	u->failure = why;
	longjmp(u->bail, 1);
}

void *unit_alloc(struct unit *u, size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		unit_fail(u, "out of memory");
	return p;
}

static LLVMAttributeRef enum_attribute(const struct unit *u, const char *name, uint64_t value)
{
	return LLVMCreateEnumAttribute(u->context,
				       LLVMGetEnumAttributeKindForName(name, strlen(name)), value);
}

static LLVMAttributeRef string_attribute(const struct unit *u, const char *name, const char *value)
{
	return LLVMCreateStringAttribute(u->context, name, strlen(name), value, strlen(value));
}

static void make_attributes(struct unit *u)
{
	const struct aot_options *o = u->plan->options;
	LLVMAttributeRef *a = u->attributes;

	*a++ = enum_attribute(u, "uwtable", 2); /* at every instruction, not at calls only */
	*a++ = enum_attribute(u, "null_pointer_is_valid", 0);
	*a++ = string_attribute(u, "no-builtins", "true");
	*a++ = string_attribute(u, "frame-pointer", "none");
	if (*o->cpu)
		*a++ = string_attribute(u, "target-cpu", o->cpu);
	if (o->tune)
		*a++ = string_attribute(u, "tune-cpu", o->tune);
	if (*u->plan->features)
		*a++ = string_attribute(u, "target-features", u->plan->features);
	u->nattributes = a - u->attributes;
	u->swiftself = enum_attribute(u, "swiftself", 0);
	u->noreturn = enum_attribute(u, "noreturn", 0);
	u->cold = enum_attribute(u, "cold", 0);
	u->nomerge = enum_attribute(u, "nomerge", 0);
	u->signext = enum_attribute(u, "signext", 0);
	u->range32 = LLVMCreateConstantRangeAttribute(
		u->context, LLVMGetEnumAttributeKindForName("range", strlen("range")), 64,
		(uint64_t[]){0}, (uint64_t[]){UINT64_C(1) << 32});
	u->context_attributes[0] = enum_attribute(u, "nonnull", 0);
	u->context_attributes[1] = enum_attribute(
		u, "dereferenceable",
		sizeof(struct aot_context) +
			(u->plan->m->nglobals - u->plan->m->nglobalimports) * sizeof(union global));
	u->context_attributes[2] = enum_attribute(u, "align", 16);
}

static LLVMMetadataRef string_md(const struct unit *u, const char *s)
{
	return LLVMMDStringInContext2(u->context, s, strlen(s));
}

/* Branch weights, as `unlikely` makes them. */
static LLVMValueRef make_unlikely(struct unit *u)
{
	LLVMMetadataRef md[3] = {
		string_md(u, "branch_weights"),
		LLVMValueAsMetadata(const32(u, 1)),
		LLVMValueAsMetadata(const32(u, 1 << 20)),
	};

	return LLVMMetadataAsValue(u->context, LLVMMDNodeInContext2(u->context, md, 3));
}

static void make_metadata(struct unit *u)
{
	static const char *const names[KINDS] = {
		[KIND_GUEST] = "guest",
		[KIND_GLOBAL] = "global",
		[KIND_IMPORTED_GLOBAL] = "imported global",
		[KIND_RUNTIME] = "runtime",
		[KIND_CONSTANT] = "constant",
		[KIND_SLOTS] = "slots",
	};
	LLVMMetadataRef name = string_md(u, "wali"), zero = LLVMValueAsMetadata(const64(u, 0));
	LLVMMetadataRef root = LLVMMDNodeInContext2(u->context, &name, 1);

	for (unsigned i = 0; i < KINDS; i++) {
		LLVMMetadataRef type[3] = {string_md(u, names[i]), root, zero};
		LLVMMetadataRef node = LLVMMDNodeInContext2(u->context, type, 3);
		LLVMMetadataRef access[3] = {node, node, zero};

		u->tbaa[i] = LLVMMetadataAsValue(u->context,
						 LLVMMDNodeInContext2(u->context, access, 3));
	}
	u->empty_md = LLVMMetadataAsValue(u->context, LLVMMDNodeInContext2(u->context, NULL, 0));
	u->unlikely_md = make_unlikely(u);
#define KIND(name) LLVMGetMDKindIDInContext(u->context, name, strlen(name))
	u->tbaa_kind = KIND("tbaa");
	u->invariant_kind = KIND("invariant.load");
	u->prof_kind = KIND("prof");
	u->dereferenceable_kind = KIND("dereferenceable");
#undef KIND
}

static void make_types(struct unit *u)
{
	LLVMContextRef c = u->context;

	u->void_type = LLVMVoidTypeInContext(c);
	u->i1 = LLVMInt1TypeInContext(c);
	u->i8 = LLVMInt8TypeInContext(c);
	u->i16 = LLVMInt16TypeInContext(c);
	u->i32 = LLVMInt32TypeInContext(c);
	u->i64 = LLVMInt64TypeInContext(c);
	u->f32 = LLVMFloatTypeInContext(c);
	u->f64 = LLVMDoubleTypeInContext(c);
	u->ptr = LLVMPointerTypeInContext(c, 0);
	u->v128 = LLVMVectorType(u->i64, 2);
	u->landing = LLVMStructTypeInContext(c, (LLVMTypeRef[]){u->ptr, u->i32}, 2, 0);
}

struct unit *unit_new(const struct plan *plan, const char *name)
{
	const struct module *m = plan->m;
	struct unit *u = calloc(1, sizeof(*u));

	if (!u)
		return NULL;
	u->plan = plan;
	u->funcs = calloc(m->nfuncimports + m->nfunctions + 1, sizeof(*u->funcs));
	u->slow = calloc(m->ntypes + 1, sizeof(*u->slow));
	if (!u->funcs || !u->slow) {
		free(u->funcs);
		free(u->slow);
		free(u);
		return NULL;
	}
	u->context = LLVMContextCreate();
	/* Names of values are for people who look at a dump. */
	LLVMContextSetDiscardValueNames(u->context, !plan->options->dump);
	u->module = LLVMModuleCreateWithNameInContext(name, u->context);
	u->b = LLVMCreateBuilderInContext(u->context);
	LLVMSetTarget(u->module, plan->options->triple);
	make_types(u);
	make_attributes(u);
	make_metadata(u);
	return u;
}

void unit_free(struct unit *u)
{
	LLVMDisposeBuilder(u->b);
	if (u->di)
		LLVMDisposeDIBuilder(u->di);
	LLVMDisposeModule(u->module);
	LLVMContextDispose(u->context);
	free(u->funcs);
	free(u->slow);
	free(u);
}

LLVMTypeRef unit_type(const struct unit *u, uint8_t valtype)
{
	switch (valtype) {
	case TYPE_I32: return u->i32;
	case TYPE_I64: return u->i64;
	case TYPE_F32: return u->f32;
	case TYPE_F64: return u->f64;
	case TYPE_V128: return u->v128;
	default: return u->ptr;
	}
}

unsigned slots_of_all(const uint8_t *types, uint32_t n)
{
	unsigned sum = 0;

	for (uint32_t i = 0; i < n; i++)
		sum += slots_of(types[i]);
	return sum;
}

void unit_attributes(struct unit *u, LLVMValueRef function)
{
	for (unsigned i = 0; i < u->nattributes; i++)
		LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex, u->attributes[i]);
}

LLVMValueRef unit_declare(struct unit *u, const char *name, LLVMTypeRef type)
{
	LLVMValueRef f = LLVMAddFunction(u->module, name, type);

	/* Found without a GOT. */
	LLVMSetVisibility(f, LLVMHiddenVisibility);
	return f;
}

LLVMValueRef unit_function(struct unit *u, uint32_t index)
{
	const struct module *m = u->plan->m;
	const struct functype *type = module_functype(m, index);
	const struct name *name = &u->plan->names[index];
	char symbol[300];

	if (u->funcs[index])
		return u->funcs[index];
	/* Names need not be unique, numbers are. */
	if (index < m->nfuncimports) {
		snprintf(symbol, sizeof(symbol), "wali:import.%u", index);
	} else if (name->s) {
		snprintf(symbol, sizeof(symbol), "%.*s.%u", name->len > 256 ? 256 : (int)name->len,
			 name->s, index);
		/* Names that are ours and LLVM's. */
		if (!strncmp(symbol, "wali:", 5) || !strncmp(symbol, "llvm.", 5))
			symbol[4] = '_';
	} else {
		snprintf(symbol, sizeof(symbol), "func.%u", index);
	}
	/* To assemblers and linkers, \1 and @ mean something. */
	for (char *p = symbol; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f || *p == '@')
			*p = '_';
	/* .L: a label that no object has. */
	if (*symbol == '.')
		*symbol = '_';
	u->funcs[index] = unit_declare(u, symbol, function_type(u, type));
	LLVMSetFunctionCallConv(u->funcs[index], call_convention(u->plan));
	return u->funcs[index];
}

static const struct {
	const char *name, *sig;
} helper_table[HELPERS] = {
#define HELPER(name, sig) {"wali:" #name, sig},
#include "compile-helpers.def"
};

static LLVMTypeRef letter_type(const struct unit *u, char c)
{
	return c == 'i' ? u->i32 : c == 'I' ? u->i64 : c == 'p' ? u->ptr : u->void_type;
}

LLVMTypeRef helper_type(struct unit *u, enum helper helper)
{
	const char *sig = helper_table[helper].sig;
	LLVMTypeRef params[8];
	unsigned n = 0;

	params[n++] = u->ptr;
	for (; *sig != ':'; sig++)
		params[n++] = letter_type(u, *sig);
	return LLVMFunctionType(letter_type(u, sig[1]), params, n, 0);
}

bool helper_returns(enum helper helper)
{
	const char *sig = helper_table[helper].sig;

	return sig[strlen(sig) - 1] != '!';
}

/* What thunks have in common. */
static LLVMValueRef declare_thunk(struct unit *u, const char *name, LLVMTypeRef type)
{
	LLVMValueRef f = unit_declare(u, name, type);

	LLVMSetFunctionCallConv(f, thunk_convention(u->plan));
	mark_context(u, f, true);
	return f;
}

LLVMValueRef unit_helper(struct unit *u, enum helper helper)
{
	LLVMValueRef f = u->helpers[helper];

	if (f)
		return f;
	f = declare_thunk(u, helper_table[helper].name, helper_type(u, helper));
	if (!helper_returns(helper)) {
		LLVMAddAttributeAtIndex(f, LLVMAttributeFunctionIndex, u->noreturn);
		LLVMAddAttributeAtIndex(f, LLVMAttributeFunctionIndex, u->cold);
	}
	return u->helpers[helper] = f;
}

/* Context, arguments, where a direct call would have them, table, index; by the thunks' convention. */
static LLVMTypeRef slow_type(struct unit *u, const struct functype *type)
{
	LLVMTypeRef *params = unit_alloc(u, type->nparams + 3, sizeof(*params)), made;
	uint32_t n = 0;

	params[n++] = u->ptr;
	for (uint32_t i = 0; i < type->nparams; i++)
		params[n++] = unit_type(u, type->params[i]);
	params[n++] = u->i32;
	params[n++] = u->i32;
	made = LLVMFunctionType(results_type(u, type), params, n, 0);
	free(params);
	return made;
}

LLVMValueRef unit_slow(struct unit *u, uint32_t type)
{
	LLVMValueRef f;
	char name[40];

	type = u->plan->canonical[type];
	if (u->slow[type])
		return u->slow[type];
	snprintf(name, sizeof(name), "wali:call_indirect.%u", type);
	f = declare_thunk(u, name, slow_type(u, &u->plan->m->types[type]));
	LLVMAddAttributeAtIndex(f, LLVMAttributeFunctionIndex, u->cold);
	return u->slow[type] = f;
}

LLVMValueRef unit_bulk(struct unit *u, bool fill)
{
	LLVMTypeRef params[4] = {u->ptr, u->i64, u->i64, u->i64};
	const char *name = fill ? "wali:fill" : "wali:copy";
	LLVMValueRef f = LLVMGetNamedFunction(u->module, name);

	return f ? f : declare_thunk(u, name, LLVMFunctionType(u->void_type, params, 4, 0));
}

static const char *accessor_name(struct unit *u, LLVMTypeRef type)
{
	return type == u->i8	? "i8"
	       : type == u->i16 ? "i16"
	       : type == u->i32 ? "i32"
	       : type == u->i64 ? "i64"
	       : type == u->f32 ? "f32"
	       : type == u->f64 ? "f64"
				: "v128";
}

LLVMValueRef unit_accessor(struct unit *u, LLVMTypeRef type, bool store)
{
	LLVMTypeRef params[3] = {u->ptr, u->ptr, type};
	LLVMValueRef f;
	char name[32];

	snprintf(name, sizeof(name), "wali:%s.%s", store ? "store" : "load",
		 accessor_name(u, type));
	f = LLVMGetNamedFunction(u->module, name);
	if (f)
		return f;
	return declare_thunk(u, name,
			     store ? LLVMFunctionType(u->void_type, params, 3, 0)
				   : LLVMFunctionType(type, params, 2, 0));
}

LLVMValueRef unit_intrinsic(struct unit *u, const char *name, LLVMTypeRef *types, unsigned n)
{
	unsigned id = LLVMLookupIntrinsicID(name, strlen(name));

	if (!id)
		unit_fail(u, name);
	return LLVMGetIntrinsicDeclaration(u->module, id, types, n);
}

LLVMValueRef unit_call_intrinsic(struct unit *u, const char *name, LLVMTypeRef *types, unsigned n,
				 LLVMValueRef *args, unsigned nargs)
{
	LLVMValueRef f = unit_intrinsic(u, name, types, n);

	return LLVMBuildCall2(u->b, LLVMGlobalGetValueType(f), f, args, nargs, "");
}

LLVMValueRef at_offset(struct unit *u, LLVMValueRef base, uint64_t offset)
{
	LLVMValueRef index = const64(u, offset);

	return offset ? LLVMBuildInBoundsGEP2(u->b, u->i8, base, &index, 1, "") : base;
}

void set_kind(struct unit *u, LLVMValueRef access, enum memory_kind kind)
{
	LLVMSetMetadata(access, u->tbaa_kind, u->tbaa[kind]);
}

LLVMValueRef load_field(struct unit *u, LLVMTypeRef type, LLVMValueRef base, uint64_t offset,
			enum memory_kind kind)
{
	LLVMValueRef load = LLVMBuildLoad2(u->b, type, at_offset(u, base, offset), "");

	set_kind(u, load, kind);
	if (kind == KIND_CONSTANT)
		LLVMSetMetadata(load, u->invariant_kind, u->empty_md);
	return load;
}

LLVMValueRef load_pointer(struct unit *u, LLVMValueRef base, uint64_t offset, uint64_t bytes)
{
	LLVMValueRef load = load_field(u, u->ptr, base, offset, KIND_CONSTANT);
	LLVMMetadataRef md = LLVMValueAsMetadata(const64(u, bytes));

	/* So that it may be read through ahead of time, out of a loop for instance. */
	if (bytes)
		LLVMSetMetadata(load, u->dereferenceable_kind,
				LLVMMetadataAsValue(u->context,
						    LLVMMDNodeInContext2(u->context, &md, 1)));
	return load;
}

void store_slots(struct unit *u, LLVMValueRef slots, const uint8_t *types, uint32_t n,
		 LLVMValueRef *values)
{
	for (uint32_t i = 0, at = 0; i < n; at += slots_of(types[i++])) {
		LLVMValueRef v = values[i], store;

		if (types[i] == TYPE_I32)
			v = LLVMBuildZExt(u->b, v, u->i64, "");
		store = LLVMBuildStore(u->b, v, at_offset(u, slots, (uint64_t)at * 8));
		LLVMSetAlignment(store, 8);
		set_kind(u, store, KIND_SLOTS);
	}
}

void load_slots(struct unit *u, LLVMValueRef slots, const uint8_t *types, uint32_t n,
		LLVMValueRef *values)
{
	for (uint32_t i = 0, at = 0; i < n; at += slots_of(types[i++])) {
		values[i] =
			load_field(u, unit_type(u, types[i]), slots, (uint64_t)at * 8, KIND_SLOTS);
		LLVMSetAlignment(values[i], types[i] == TYPE_V128 ? 8 : 4);
	}
}
