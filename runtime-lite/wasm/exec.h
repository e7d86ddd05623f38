/*
 * What one guest thread needs to run, whichever engine runs it, and how engine and host meet.
 *
 * The Linux layer's struct thread begins with a struct exec. The engine knows nothing of Linux: what it
 * must ask, it asks through the hooks; a test program may leave them NULL.
 */
#ifndef WASM_EXEC_H
#define WASM_EXEC_H

#include "instance.h"

enum outcome {
	EXEC_OK,
	EXEC_TRAP,	/* x->trap says which */
	EXEC_EXCEPTION, /* x->exception is in flight */
	EXEC_EXIT,	/* the thread is to end: unwinds everything, no handler sees it */
};

enum trap {
	TRAP_NONE,
	TRAP_UNREACHABLE,
	TRAP_MEMORY,	/* out of bounds memory access, or a hole */
	TRAP_UNALIGNED, /* unaligned atomic */
	TRAP_TABLE,	/* out of bounds table access */
	TRAP_UNDEFINED_ELEMENT,
	TRAP_UNINITIALIZED_ELEMENT,
	TRAP_INDIRECT_TYPE, /* indirect call type mismatch */
	TRAP_DIVIDE,	    /* integer divide by zero */
	TRAP_OVERFLOW,	    /* integer overflow */
	TRAP_CONVERSION,    /* invalid conversion to integer */
	TRAP_STACK,	    /* call stack exhausted */
	TRAP_NULL_REFERENCE,
	TRAP_NULL_EXCEPTION,
	TRAP_SHARED_WAIT, /* expected shared memory */
	TRAP_EXCEPTION,	  /* uncaught exception */
	TRAP_HOST,	  /* a host function refused; x->trap_message */
};

const char *trap_message(enum trap trap); /* the specification's wording */

struct exception {
	struct exception *next; /* engine's list of all that are alive */
	struct tag *tag;
	bool marked;
	uint32_t nslots;
	union slot slots[];
};

struct hooks {
	/*
	 * x->poll was found set, at a back edge or call. EXEC_OK: go on. Otherwise the outcome takes effect
	 * at that instruction.
	 */
	enum outcome (*poll)(struct exec *x);
	/*
	 * A trap, before anything is unwound. For TRAP_MEMORY `address` is the guest address and `fault` is
	 * SIGSEGV or SIGBUS; both 0 otherwise. EXEC_OK: execute the instruction again. EXEC_EXCEPTION,
	 * EXEC_EXIT: unwind. EXEC_TRAP: let the trap end the outermost exec_call().
	 */
	enum outcome (*trap)(struct exec *x, enum trap trap, uint64_t address, int fault);
	/*
	 * Compiled code has faulted, trap() has said EXEC_OK, and the native handler is about to return to it: signals
	 * that came meanwhile are to be taken, since nothing polls there. EXEC_OK, or how to unwind. May be NULL.
	 */
	enum outcome (*resume)(struct exec *x, void *ucontext);
};

struct exec {
	/* Compiled code looks at both at once. */
	_Alignas(8) _Atomic uint32_t poll; /* set by signal handlers; the engine only reads it */
	enum outcome unwind;	     /* set by a host function that does not return normally */
	_Atomic uint32_t in_host;    /* non-zero inside a host function; kept by the Linux layer */
	enum trap trap;		     /* valid with EXEC_TRAP */
	const char *trap_message;    /* TRAP_HOST, TRAP_INDIRECT_TYPE: more about it, or NULL */
	struct exception *exception; /* valid with EXEC_EXCEPTION */
	struct instance *home; /* the instance whose globals this thread has its own copy of */
	union global *globals; /* that copy; functions of other instances use instance->globals */
	const struct hooks *hooks;    /* may be NULL */
	const struct engine_ops *ops; /* which engine */
	void *engine;		      /* the engine's own state: stacks, frames */

	/* Those that an exnref may refer to: exception.c. */
	struct exception *exceptions;
	size_t nexceptions, exceptions_goal;
};
_Static_assert(offsetof(struct exec, unwind) == offsetof(struct exec, poll) + 4, "one load");
_Static_assert(sizeof(enum outcome) == 4, "one load");

/*
 * Stack sizes in bytes; 0 picks the default. False when memory is short. `home` may be NULL: then every instance's
 * own globals are used (the test programs run many instances by one exec). The engine is the one that has compiled
 * `home`, else engine_default.
 */
bool exec_init(struct exec *x, struct instance *home, size_t stack_size);
void exec_free(struct exec *x);
/* A further exec for a guest thread: globals as the module initialises them. */
bool exec_init_thread(struct exec *x, struct instance *home, size_t stack_size);

/*
 * Call a function: arguments are read from `slots`, results written there; it has room for the larger
 * of the two (v128: two slots). May be called from within a host function (a signal handler is).
 */
enum outcome exec_call(struct exec *x, struct func *f, union slot *slots);

extern const struct engine_ops *engine_default; /* the interpreter, unless somebody changes it */

/* Throw from a host function: makes the exception and returns what to put into x->unwind. */
enum outcome exec_throw(struct exec *x, struct tag *tag, const union slot *slots);

/*
 * For the native SIGSEGV and SIGBUS handler, on whatever stack: if the thread was executing guest code and the
 * fault is the guest's (an address within a linear memory of the running instance, or the end of the engine's
 * stack), the engine takes it from there and asks hooks->trap. Then it does not return, or returns true: the
 * native handler is to return as well. Else returns false.
 */
bool exec_fault(struct exec *x, int sig, void *address, void *ucontext);

/*
 * For other native signal handlers: may guest handlers be called right here, on top of what the signal has
 * interrupted? Only compiled code says yes. When they unwind, the native handler does not return but calls
 * exec_interrupted_unwind(), on the same stack and with the signal mask that the guest is to have.
 */
bool exec_is_compiled(const struct exec *x);
bool exec_interrupted(struct exec *x, const void *ucontext);
/* Of compiled code that says no: will it look at x->poll at some time? It may call other code, which does not. */
bool exec_polled(struct exec *x, const void *ucontext);
_Noreturn void exec_interrupted_unwind(struct exec *x, enum outcome outcome);
/* Where yes, but the native handler runs on a signal stack: calls hooks->resume on the interrupted one, and unwinds. */
void exec_interrupted_resume(struct exec *x, void *ucontext);

/* In the child of fork: what other threads had is free. */
void exec_forked(struct exec *x);

/* The guest's call stack, innermost first. Returns how many entries were written. Finding offsets takes time and memory. */
struct backtrace_entry {
	const struct module *module;
	uint32_t func; /* function index */
	size_t offset; /* byte offset of the instruction in the module, 0 if unknown */
};
size_t exec_backtrace(struct exec *x, struct backtrace_entry *entries, size_t max, bool offsets);

#endif
