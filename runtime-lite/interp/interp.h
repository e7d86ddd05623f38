/*
 * The interpreter's own types: what a function is translated to, and what an
 * exec keeps while it runs.
 *
 * A frame is an array of 64-bit slots. `fp` points at its header; parameters
 * and results lie below it, where the caller put them on its own operand stack,
 * everything else above:
 *
 *	fp[-n .. -1]	parameters, later results; n is the larger of the two
 * counts fp[0 .. 2]	enum frame: return address, caller's fp, struct code
 *	fp[3 ..]	locals, then operand stack
 *
 * Code is a sequence of 64-bit words. An instruction begins with the address of
 * its handler; operands follow: slot numbers relative to fp (signed 16 bits, or
 * 32 where there is room), immediates, branch distances in bytes. handler.h
 * says where they are. Code has no absolute addresses of itself.
 */
#ifndef INTERP_INTERP_H
#define INTERP_INTERP_H

#include "../wasm/engine.h"
#include "machine.h"

#include <setjmp.h>

enum frame { FRAME_RETURN, FRAME_CALLER, FRAME_CODE, FRAME_HEADER };

/* What a handler is: the interpreter's registers, passed from each to the next
 * by tail calls. `a` and `f` hold the most recent integer and floating-point
 * results. */
typedef HANDLER_CC enum outcome (*handler)(const uint64_t *pc, union slot *fp, uint8_t *mem,
					   struct exec *x, union global *g, uint64_t a, facc f);

#define NO_HANDLER UINT32_MAX

/* From word `at` on, up to the next of these, `handler` is the innermost that
 * sees exceptions. */
struct region {
	uint32_t at, handler;
};

/* A try: its clauses in order, then its parent. `delegate` is one without
 * clauses. */
struct handler_scope {
	uint32_t parent, first; /* a clause, or NO_CLAUSE */
};

#define NO_SLOT	  INT32_MIN
#define NO_CLAUSE UINT32_MAX

struct catch_clause {
	struct tag *tag;  /* NULL: all */
	int32_t slot;	  /* where the values go */
	int32_t ref_slot; /* where the exnref goes, or NO_SLOT */
	uint32_t target;  /* word to go on at */
	uint32_t next;	  /* or NO_CLAUSE */
};

/* A translated function. Lives as long as the process. */
struct code {
	struct func *func;
	struct instance *instance;
	uint32_t nargs;	 /* slots below fp */
	uint32_t nslots; /* slots from fp up, header included */
	size_t bytes;	 /* the same in bytes */
	size_t clear;	 /* bytes of locals to clear, a multiple of two slots */
	bool wide;	 /* struct translation's */
	uint32_t nregions, nscopes, nclauses, nwords;
	struct region *regions;
	struct handler_scope *scopes;
	struct catch_clause *clauses;
	uint64_t words[];
};

/* One exec_call() in progress. */
struct activation {
	struct activation *prev;
	sigjmp_buf landing; /* where exec_fault() goes */
	/* The engine's registers when it was called, to be put back: after a
	 * fault, any instruction may go on with them. */
	const uint64_t *pc;
	union slot *fp, *top;
	uint8_t *mem;
	uint64_t a;
	facc f;
	union global *globals;
	struct instance *instance;
	uint32_t ncrossings;
	bool guarded;
};

/* A call from one instance into another: what op_cross_return restores. The
 * frame's own return address is cross_code. */
struct crossing {
	const uint64_t *pc;
	struct instance *instance;
};
extern const handler cross_code[1];
/* The return address of an activation's first frame. */
extern const handler exit_code[1];

/* Slots beyond the limit, for whoever handles an overflow. */
#define STACK_RESERVE (UINT32_C(32) << 10)

struct engine {
	union slot *limit;	   /* frames end below; first, since every call looks */
	union global *globals;	   /* of the instance that runs: the register g */
	struct instance *instance; /* the instance that runs */

	/* The registers, whenever C code runs on behalf of an instruction. */
	const uint64_t *pc;
	union slot *fp;
	uint8_t *mem;
	uint64_t a;
	facc f;

	union slot *top; /* first free slot: where a nested call begins */
	bool guarded;	 /* C code is touching guest memory for the instruction at pc */

	/* The call that a hot handler hands to a cold one. */
	struct {
		struct func *func;
		union slot *args, *fp; /* fp: of its frame */
		const uint64_t *ret;
	} call;
	char message[200]; /* what x->trap_message points at */

	struct activation *activation;
	uint32_t depth; /* of activations */
	uint32_t ncrossings, crossings_size;
	struct crossing *crossings;

	/* What exec_fault() found out, for the landing. */
	uint64_t fault_address;
	int fault_signal;
	enum trap fault_trap;

	bool in_reserve; /* the value stack has overflown, and `limit` is higher meanwhile */
	struct stack *stack;
	bool owns_globals;
};

/* Around accesses of guest memory by C code. exec_fault() looks at the flag, so the compiler may move nothing across. */
static inline void guard(struct engine *e)
{
	e->guarded = true;
	atomic_signal_fence(memory_order_seq_cst);
}

static inline void unguard(struct engine *e)
{
	atomic_signal_fence(memory_order_seq_cst);
	e->guarded = false;
}

static inline struct engine *engine_of(struct exec *x)
{
	return x->engine;
}

static inline struct code *frame_code(const union slot *fp)
{
	return (struct code *)(uintptr_t)fp[FRAME_CODE].u64;
}

/* Makes an instance the running one. Returns the base of its memory 0. */
static inline uint8_t *enter_instance(struct exec *x, struct instance *inst)
{
	struct engine *e = engine_of(x);

	e->instance = inst;
	e->globals = inst == x->home ? x->globals : inst->globals;
	return inst->module->nmemories ? inst->memories[0]->base : NULL;
}

/* The function's code, translated if need be. NULL with x->trap and
 * x->trap_message set when it cannot be. */
struct code *code_of(struct exec *x, struct func *f);
/* Byte offset in the module of the instruction that word `at` of the code
 * belongs to; 0 when memory is short. */
size_t code_source_offset(const struct code *code, size_t at);
/* Memory for a struct code, never freed; NULL when there is none. */
void *code_alloc(size_t bytes);

/* Finds what catches x->exception, from the instruction at pc in frame fp
 * outwards, unwinds to it and delivers: e->pc, e->fp and e->mem are where to go
 * on. False when nothing in this activation does. */
bool exception_unwind(struct exec *x, const uint64_t *pc, union slot *fp);

/* Pushes and pops what a call between instances must restore. */
bool crossing_push(struct exec *x, const uint64_t *pc, struct instance *inst);
/* Makes the caller's instance the running one again. Returns the address to go
 * on at. */
const uint64_t *crossing_pop(struct exec *x);

/* A trap at e->pc: asks the hook. EXEC_OK: execute e->pc again. */
enum outcome raise_trap(struct exec *x, enum trap trap, uint64_t address, int fault);

#endif
