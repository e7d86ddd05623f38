/*
 * Shared by the files that turn a module into LLVM IR.
 *
 *	compile.c		the plan, object files, threads
 *	compile-unit.c		what a unit (one LLVM module, one object) has: types, declarations, attributes
 *	compile-convention.c	how functions of the module call each other
 *	compile-thunks.c	unit 0: code that is no function of the module
 *	compile-debug.c		after the link: which code is from where
 *	compile-function.c	the walk through a function; compile-control.c, -call.c, -eh.c, -loop.c, -numeric.c, -memory.c,
 *				-atomic.c and -simd*.c have the instructions
 *	compile-widen.c		after LLVM's passes: addresses are kept in 64 bits
 */
#ifndef AOT_COMPILE_UNIT_H
#define AOT_COMPILE_UNIT_H

#include "../wasm/opcodes.h"
#include "abi.h"
#include "compile.h"

#include <llvm-c/Core.h>
#include <llvm-c/DebugInfo.h>
#include <llvm-c/TargetMachine.h>
#include <setjmp.h>

enum isa { ISA_X86_64, ISA_AARCH64, ISA_RISCV64, ISAS };

/* How functions of the module are called. */
enum convention {
	CONVENTION_SWIFT,   /* swiftcc, the context is swiftself */
	CONVENTION_C,	    /* the context first */
	CONVENTION_TAIL,    /* tailcc, the context first */
	CONVENTION_UNIFORM, /* one prototype for all, because musttail calls need equal ones */
};

/* Made once for a module, read by all units. */
struct plan {
	const struct module *m;
	const struct aot_options *options;
	enum isa isa;
	char *features; /* LLVM's */
	enum convention convention;
	bool gs; /* x86-64: GS points at the context, and functions pass memory 0's base in its place */
	uint32_t *canonical;	    /* [ntypes]: the first equal type */
	bool *unchecked;	    /* [ntables] */
	struct name *names;	    /* [functions], s == NULL: none */
	bool *polled;		    /* [nfunctions]: POLLED_SECTION */
	uint32_t integers, doubles; /* CONVENTION_UNIFORM: parameters of either kind */
};

/* The functions of struct aot_helpers: compile-thunks.c has their types. */
enum helper {
#define HELPER(name, sig) HELPER_##name,
#include "compile-helpers.def"
	HELPERS
};

/* What TBAA tells apart. */
enum memory_kind {
	KIND_GUEST,
	KIND_GLOBAL, /* of the context */
	KIND_IMPORTED_GLOBAL,
	KIND_RUNTIME,  /* structures of the runtime that may change: tables, sizes, exec */
	KIND_CONSTANT, /* structures that never change */
	KIND_SLOTS,    /* arguments on our own stack, exceptions */
	KINDS
};

/* One LLVM module, which becomes one object. */
struct unit {
	const struct plan *plan;
	LLVMContextRef context;
	LLVMModuleRef module;
	LLVMBuilderRef b;
	LLVMTypeRef void_type, i1, i8, i16, i32, i64, f32, f64, ptr, v128;
	LLVMTypeRef landing; /* what landing pads have */
	LLVMValueRef *funcs; /* [functions], as they are used */
	LLVMValueRef *slow;  /* [types]: out-of-line call_indirect */
	LLVMValueRef helpers[HELPERS];
	LLVMValueRef personality;
	LLVMAttributeRef attributes[8], swiftself, noreturn, cold, nomerge, signext;
	LLVMAttributeRef range32; /* of an i64: less than 2^32 */
	unsigned nattributes;
	LLVMAttributeRef context_attributes[3];
	LLVMValueRef tbaa[KINDS], empty_md, unlikely_md;
	unsigned tbaa_kind, invariant_kind, prof_kind, dereferenceable_kind;
	LLVMDIBuilderRef di;
	LLVMMetadataRef di_file, di_unit, di_type;
	const char *failure;
	jmp_buf bail;
};

/* Gives up on the unit. */
_Noreturn void unit_fail(struct unit *u, const char *why);
void *unit_alloc(struct unit *u, size_t n, size_t size);
/*
 * Functions that call setjmp(). A signal handler or a fault may jump out of any instruction there, but LLVM knows landing
 * pads for calls only. So signals are not taken in this section but at calls and back edges, and what can fault within a
 * try is a call.
 */
#define POLLED_SECTION ".text.polled"

/* NULL when memory is short; else unit_free() it, whatever happened. */
struct unit *unit_new(const struct plan *plan, const char *name);
void unit_free(struct unit *u);

LLVMTypeRef unit_type(const struct unit *u, uint8_t valtype);
/* Slots that a value takes: 2 for v128. */
static inline unsigned slots_of(uint8_t valtype)
{
	return valtype == TYPE_V128 ? 2 : 1;
}
unsigned slots_of_all(const uint8_t *types, uint32_t n);
static inline LLVMValueRef const32(const struct unit *u, uint32_t v)
{
	return LLVMConstInt(u->i32, v, 0);
}
static inline LLVMValueRef const64(const struct unit *u, uint64_t v)
{
	return LLVMConstInt(u->i64, v, 0);
}
/* The attributes that every function has, and what belongs to a function that is ours. */
void unit_attributes(struct unit *u, LLVMValueRef function);
LLVMValueRef unit_declare(struct unit *u, const char *name, LLVMTypeRef type);
LLVMValueRef unit_function(struct unit *u, uint32_t index);
LLVMValueRef unit_helper(struct unit *u, enum helper helper);
LLVMValueRef unit_slow(struct unit *u, uint32_t type);
/* Loads, or stores, one value of a scalar type or v128: context, address, value. */
LLVMValueRef unit_accessor(struct unit *u, LLVMTypeRef type, bool store);
/* memory.copy and memory.fill in memory 0: context; to, from or value, number of bytes, each as 64 bits. */
LLVMValueRef unit_bulk(struct unit *u, bool fill);
LLVMTypeRef helper_type(struct unit *u, enum helper helper);
bool helper_returns(enum helper helper);
LLVMValueRef unit_intrinsic(struct unit *u, const char *name, LLVMTypeRef *types, unsigned n);
/* Calls an intrinsic whose overloads are `types`. */
LLVMValueRef unit_call_intrinsic(struct unit *u, const char *name, LLVMTypeRef *types, unsigned n,
				 LLVMValueRef *args, unsigned nargs);

/* Loads and stores of what is not guest memory. */
LLVMValueRef at_offset(struct unit *u, LLVMValueRef base, uint64_t offset);
LLVMValueRef load_field(struct unit *u, LLVMTypeRef type, LLVMValueRef base, uint64_t offset,
			enum memory_kind kind);
/* A pointer that never changes, to that many bytes. */
LLVMValueRef load_pointer(struct unit *u, LLVMValueRef base, uint64_t offset, uint64_t bytes);
void set_kind(struct unit *u, LLVMValueRef access, enum memory_kind kind);
void store_slots(struct unit *u, LLVMValueRef slots, const uint8_t *types, uint32_t n,
		 LLVMValueRef *values);
void load_slots(struct unit *u, LLVMValueRef slots, const uint8_t *types, uint32_t n,
		LLVMValueRef *values);

/* compile-convention.c */
bool results_by_pointer(const struct plan *plan, const struct functype *type);
LLVMTypeRef function_type(struct unit *u, const struct functype *type);
unsigned call_convention(const struct plan *plan); /* LLVM's number */
/* Of a helper's thunk, or call_indirect's: the same without the complications. */
unsigned thunk_convention(const struct plan *plan);
/* In a function whose first parameter is `hidden`: the context, to load from and store to; and memory 0's base. */
LLVMValueRef unit_context(struct unit *u, LLVMValueRef hidden);
LLVMValueRef unit_memory(struct unit *u, LLVMValueRef hidden);
/* Attributes of the hidden parameter: for a function, or a call of one. */
void mark_context(struct unit *u, LLVMValueRef function_or_call, bool swift);
void decode_params(struct unit *u, LLVMValueRef function, const struct functype *type,
		   LLVMValueRef *values);
/* The arguments as the callee wants them, the hidden one first; returns their number. `out` has room for argument_room(). */
uint32_t argument_room(const struct plan *plan, const struct functype *type);
uint32_t encode_args(struct unit *u, const struct functype *type, LLVMValueRef hidden,
		     LLVMValueRef results, LLVMValueRef *args, LLVMValueRef *out);
void decode_results(struct unit *u, const struct functype *type, LLVMValueRef call,
		    LLVMValueRef pointer, LLVMValueRef *values);
void build_return(struct unit *u, LLVMValueRef function, const struct functype *type,
		  LLVMValueRef *values);
LLVMTypeRef results_type(struct unit *u, const struct functype *type);

/* compile-thunks.c */
void compile_thunks(struct unit *u);
LLVMValueRef call_c(struct unit *u, LLVMTypeRef type, LLVMValueRef f, LLVMValueRef *args,
		    unsigned n);
/* Can a host function of this type be called by the C convention? */
bool host_is_plain(const struct functype *type);
/* That call. Whoever makes it attends to what exec->poll and exec->unwind say afterwards: abi.h. */
LLVMValueRef call_host(struct unit *u, const struct functype *type, LLVMValueRef direct,
		       LLVMValueRef context, LLVMValueRef *values);
/* A pointer of an imported function's struct aot_import. */
LLVMValueRef import_field(struct unit *u, LLVMValueRef context, uint32_t index, size_t offset);
/* compile-start.c */
void compile_start(struct unit *u);
/* compile-function.c */
void compile_function(struct unit *u, uint32_t defined);
/* compile-widen.c */
void widen_addresses(struct unit *u, LLVMValueRef function);
/* compile-plan.c */
const char *plan_make(struct plan *plan, const struct module *m, const struct aot_options *options);
void plan_free(struct plan *plan);

#endif
