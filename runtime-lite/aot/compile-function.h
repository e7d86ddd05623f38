/*
 * A function on its way from WebAssembly to LLVM IR.
 *
 * One walk through the code: the operand stack is a stack of LLVM values, locals are allocas, which LLVM makes values
 * of, and values that branches carry are phis of the block they go to. Code that cannot be reached is skipped.
 */
#ifndef AOT_COMPILE_FUNCTION_H
#define AOT_COMPILE_FUNCTION_H

#include "../wasm/leb.h"
#include "compile-unit.h"

#define NO_HANDLER UINT32_MAX
#define NO_LOOP	   UINT32_MAX

struct loops;

struct frame {
	uint32_t opcode; /* OP_BLOCK, LOOP, IF, ELSE, TRY, CATCH, CATCH_ALL, TRY_TABLE; OP_CALL: the body */
	uint32_t height; /* of the operand stack, parameters not included */
	uint32_t nparams, nresults;
	const uint8_t *params, *results;
	LLVMBasicBlockRef label;     /* where branches go; NULL: none has so far */
	LLVMValueRef *phis;	     /* of that block */
	LLVMBasicBlockRef otherwise; /* IF: the else part */
	LLVMValueRef *args;	     /* IF: parameters, for the else part */
	uint32_t outer;		/* the handler in force around it, a frame's index or NO_HANDLER */
	uint32_t br_table;	/* the last br_table that has seen it, and... */
	LLVMBasicBlockRef edge; /* ...the block that goes on from there */

	/* TRY, TRY_TABLE: as they are needed. */
	LLVMBasicBlockRef pad;	    /* landing pad for calls inside */
	LLVMBasicBlockRef dispatch; /* t->exn holds the exception: who wants it? */
	LLVMBasicBlockRef tail;	    /* where to go on asking */
	const uint8_t *clauses;	    /* TRY_TABLE */
	LLVMValueRef exn;	    /* CATCH, CATCH_ALL: for rethrow */
	uint32_t outer_loop;	    /* LOOP: the one around it, or NO_LOOP */
};

struct translation {
	struct unit *u;
	const struct plan *plan;
	const struct module *m;
	const struct function *fn;
	const struct functype *type;
	uint32_t index; /* among all functions */
	LLVMValueRef f;
	LLVMValueRef hidden;  /* the first parameter, which callees get, too */
	LLVMValueRef context; /* to load from and store to */
	LLVMBasicBlockRef
		entry; /* allocas, and what is loaded once; it has no terminator until the end */
	const uint8_t *p, *op;
	bool dead;
	bool polled; /* POLLED_SECTION */
	LLVMValueRef *values;
	uint32_t nvalues, values_size;
	struct frame *frames;
	uint32_t nframes, frames_size;
	LLVMValueRef *locals;
	uint32_t nlocals;
	uint32_t br_tables;
	uint32_t handler; /* frame whose handlers see exceptions from here, or NO_HANDLER */

	/* Made when first needed, in the entry block. */
	LLVMValueRef memory, shared, exec, exn;
	LLVMValueRef slots; /* for arguments and results in memory */
	uint32_t nslots;
	LLVMMetadataRef scope; /* debug information's */
	struct loops *loops;   /* NULL: there are none, or nobody asks */
	uint32_t loop;	       /* where we are, or NO_LOOP */
};

/* The operand stack */
void push(struct translation *t, LLVMValueRef v);
static inline LLVMValueRef pop(struct translation *t)
{
	return t->values[--t->nvalues];
}

/* Builds in the entry block from here to the matching leave_entry(). */
LLVMBasicBlockRef go_to_entry(struct translation *t);
void leave_entry(struct translation *t, LLVMBasicBlockRef back);
LLVMValueRef shared_of(struct translation *t);
LLVMValueRef exec_of(struct translation *t);
/* A buffer of that many slots in our frame, the same for everybody: good until the next call. */
LLVMValueRef slots_buffer(struct translation *t, uint32_t n);
/* `shared->array[index]`, where array is of pointers that never change; to `bytes` bytes. */
LLVMValueRef shared_pointer(struct translation *t, size_t array, uint32_t index, uint32_t count,
			    uint64_t bytes);
LLVMBasicBlockRef new_block(struct translation *t, const char *name);
static inline void go_to(struct translation *t, LLVMBasicBlockRef block)
{
	LLVMPositionBuilderAtEnd(t->u->b, block);
}
/* What is built from here on belongs to the instruction at t->op. */
void locate(struct translation *t);
LLVMValueRef unlikely_branch(struct translation *t, LLVMValueRef condition, LLVMBasicBlockRef then,
			     LLVMBasicBlockRef otherwise);
LLVMValueRef truth(struct translation *t, LLVMValueRef v); /* i32 to i1 */
void trap(struct translation *t, enum trap trap);	   /* ends the block */
void trap_if(struct translation *t, LLVMValueRef condition, enum trap trap);

/* compile-control.c: true at the end of the function. */
bool compile_control(struct translation *t, uint32_t op);
void begin_body(struct translation *t);
/* An edge from here to the frame's label, with operands from the top of the stack. */
LLVMBasicBlockRef edge_to(struct translation *t, struct frame *f);
struct frame *label_frame(struct translation *t, uint32_t label);
void safepoint(struct translation *t);

/* compile-loop.c */
void loops_begin(struct translation *t);
void loops_end(struct translation *t);
/* `begin`: behind the loop's opcode. */
uint32_t loop_number(struct translation *t, const uint8_t *begin);
/* The address is, or may be, the same in each iteration of the innermost loop. */
bool stays_in_loop(struct translation *t, LLVMValueRef pointer);

/* compile-eh.c */
void throw_tag(struct translation *t);
void throw_ref(struct translation *t);
void rethrow(struct translation *t);
void catch_part(struct translation *t, uint32_t op);
/* At the end of a try: exceptions that it does not take go on to that handler. */
void finish_dispatch(struct translation *t, struct frame *f, uint32_t next);
uint32_t delegate_target(struct translation *t, uint32_t label);
/* A call, or invoke if somebody here catches. */
LLVMValueRef build_call(struct translation *t, LLVMTypeRef type, LLVMValueRef f, LLVMValueRef *args,
			uint32_t n, unsigned convention);

/* compile-call.c */
void compile_call(struct translation *t, uint32_t op);
/* Calls a helper; args[0] is for the context. */
LLVMValueRef call_helper(struct translation *t, enum helper helper, LLVMValueRef *args, unsigned n);

/* the others */
void compile_value(struct translation *t, const struct opinfo *info); /* compile-numeric.c */
void compile_access(struct translation *t, const struct opinfo *info);
void compile_memory(struct translation *t, uint32_t op);
void compile_atomic(struct translation *t, const struct opinfo *info);
void compile_simd(struct translation *t, const struct opinfo *info);
/* Of scalars and vectors. */
enum float_operation {
	FLOAT_ABS,
	FLOAT_NEG,
	FLOAT_CEIL,
	FLOAT_FLOOR,
	FLOAT_TRUNC,
	FLOAT_NEAREST,
	FLOAT_SQRT
};
LLVMValueRef float_unary(struct unit *u, enum float_operation op, LLVMValueRef x);
LLVMValueRef float_min_max(struct unit *u, bool max, LLVMValueRef x, LLVMValueRef y);
LLVMValueRef saturate_float(struct unit *u, LLVMValueRef x, LLVMTypeRef to, bool sign);
/* compile-simd.c and compile-simd-convert.c: vectors of any shape, but v128 for vector_convert() and the dot product */
LLVMValueRef vector_pick(struct unit *u, LLVMValueRef x, LLVMValueRef y, unsigned first,
			 unsigned step, unsigned n);
LLVMValueRef vector_extend(struct unit *u, LLVMValueRef v, bool sign);
LLVMValueRef vector_pairwise(struct unit *u, LLVMValueRef x, bool sign);
LLVMValueRef vector_relaxed_dot(struct unit *u, LLVMValueRef x, LLVMValueRef y);
LLVMValueRef vector_convert(struct unit *u, uint32_t op, LLVMValueRef x, LLVMValueRef y);
/* A memory instruction's immediates. */
struct memarg {
	uint32_t memory, offset;
	unsigned align; /* binary logarithm of what the module says */
};
struct memarg read_memarg(struct translation *t);
LLVMValueRef effective_address(struct translation *t, LLVMValueRef index, struct memarg arg);
LLVMValueRef guest_pointer(struct translation *t, LLVMValueRef index, struct memarg arg);
LLVMValueRef guest_load(struct translation *t, LLVMTypeRef type, LLVMValueRef pointer);
void guest_store(struct translation *t, LLVMValueRef v, LLVMValueRef pointer);
/* Of a load. */
bool is_guest_access(LLVMValueRef load);
/* Whoever drops a loaded value still wants to know whether it can be loaded. */
void keep_load(struct translation *t, LLVMValueRef v);

#endif
