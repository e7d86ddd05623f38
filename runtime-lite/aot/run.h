/*
 * Inside the engine for compiled code.
 *
 * Compiled code runs on a stack of its own, that of its exec, and so do the C functions that it calls. The first
 * exec_call() switches to that stack; nested ones, from a signal handler or a host function, go on where they are.
 * Each is an activation. What unwinds it entirely leaves by aot_leave(), which is to aot_enter() as longjmp is to
 * setjmp; exceptions unwind by the system's unwinder, which stops at aot_enter().
 */
#ifndef AOT_RUN_H
#define AOT_RUN_H

#include "abi.h"
#include "engine.h"

#include <unwind.h>

#include "frame.h"
#include "isa.h"
#include "../wasm/stack.h"

/*
 * A stack: [low - AOT_GUARD, low) is inaccessible, except that when it has overflown AOT_RESERVE more bytes become
 * accessible for whoever handles that, as often as the guard is larger than the largest frame.
 */
#define AOT_RESERVE  (UINT64_C(1) << 20)
#define AOT_RESERVES 3
#define AOT_GUARD    (AOT_RESERVES * AOT_RESERVE + (UINT64_C(8) << 20))
#if __has_feature(address_sanitizer)
#define AOT_STACK (UINT64_C(56) << 20) /* it takes more than 64 MiB, guard and all, for no stack */
#else
#define AOT_STACK (UINT64_C(64) << 20)
#endif
#define AOT_SIGNAL_STACK                                                                           \
	(64u << 10) /* enough for the native handler of a fault, and what it calls */

/* Of these, `opened` bytes below `low` are accessible now. */
extern struct stack_kind aot_stacks;
/* Opens another reserve. False when there is none left. */
bool stack_open(struct stack *stack);
/* Closes what is open, if the caller no longer needs it. */
void stack_close(struct stack *stack);

/* One exec_call() in progress. */
struct activation {
	void *sp; /* aot_enter()'s */
	struct activation *prev;
	struct exception *exception; /* x->exception's value, since what is called throws its own */
	struct aot_fault *fault;
	struct crossing *crossing;
	bool guarded;
};

/* A fault that is being handled: what was in registers is to be found on the signal stack. */
struct aot_fault {
	struct aot_fault *outer;
	const uint64_t *begin, *end;
};

/* On the native stack: a call from one instance into another. */
struct crossing {
	struct crossing *outer;
	const struct aot_context *before;
};

struct aot_engine {
	struct stack *stack;
	struct aot_context *context; /* home's */
	bool owns_context;
	_Atomic bool guarded; /* a helper is touching guest memory, or tables */
	struct activation *activation;
	struct aot_fault *fault;
	struct crossing *crossing;
	struct _Unwind_Exception unwind;
	struct frame_cache *frames; /* NULL: nothing has been thrown yet */
	char message[200];	    /* what x->trap_message points at */
};

/* What inst->compiled is. */
struct aot_instance {
	struct aot_instance *next; /* all that there are */
	struct aot_shared shared;
	const struct aot_image *image;
	struct aot_context *context; /* of its home's first thread; of all when no exec has a home */
	size_t context_size;
};

static inline struct aot_engine *aot_engine_of(struct exec *x)
{
	return x->engine;
}

static inline struct aot_instance *aot_instance_of(const struct instance *inst)
{
	return inst->compiled;
}

struct aot_instance *first_instance(void);

/* The context of any instance for this thread. */
struct aot_context *context_of(struct exec *x, struct instance *inst);
/* Calls a compiled function from within the running activation. */
void call_compiled(struct exec *x, struct func *f, union slot *slots);
/* On x86-64 GS points at the context of the code that runs. Returns the context before. */
const struct aot_context *enter_context(const struct aot_context *c);
/* Before a frame goes on whose stack pointer this is: it is of the instance outside of all the calls that are below. */
void leave_crossings(struct aot_engine *e, uintptr_t sp);

/* The image that an instruction belongs to, or NULL. */
const struct aot_image *image_at(uintptr_t pc);
/* The function's index, or UINT32_MAX. */
uint32_t image_function(const struct instance *inst, const struct aot_image *image,
			uintptr_t start);

/* Leaves the code that runs in C above: an exception goes to who catches it, everything else to exec_call(). */
_Noreturn void aot_unwind(struct exec *x, enum outcome outcome);
/*
 * To be called by C that compiled code goes on from, with its own frame: faults that were being handled below have been
 * left, and the stack may be in order again.
 */
void stack_settle(struct aot_engine *e, const void *frame);

extern const struct aot_helpers aot_helpers;

/* fault.c */
bool aot_fault(struct exec *x, int sig, void *address, void *ucontext);
void aot_interrupted_resume(struct exec *x, void *ucontext);

/* unwind.c */
size_t aot_backtrace(struct exec *x, struct backtrace_entry *entries, size_t max, bool offsets);

/* isa.h: assembly */
typedef void aot_entry(struct aot_context *c, void *function, union slot *slots);
/* Calls the entry, on `stack` unless that is NULL. Returns EXEC_OK, or what aot_leave() was given. */
enum outcome aot_enter(struct activation *a, aot_entry *entry, struct aot_context *c,
		       void *function, union slot *slots, void *stack);
_Noreturn void aot_leave(struct activation *a, enum outcome outcome);
/* Calls function(argument) on another stack, through which it can be unwound. */
void aot_call_on_stack(void *stack, void (*function)(void *), void *argument);

#endif
