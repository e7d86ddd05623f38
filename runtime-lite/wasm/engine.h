/*
 * For engines: what one has to offer, and what they share.
 */
#ifndef WASM_ENGINE_H
#define WASM_ENGINE_H

#include "exec.h"

/* The functions of exec.h by the same names; exec.c calls them. */
struct engine_ops {
	bool (*init)(struct exec *x, struct instance *home, size_t stack_size);
	bool (*init_thread)(struct exec *x, struct instance *home, size_t stack_size);
	void (*free)(struct exec *x);
	enum outcome (*call)(struct exec *x, struct func *f, union slot *slots);
	bool (*fault)(struct exec *x, int sig, void *address, void *ucontext);
	bool (*interrupted)(struct exec *x, const void *ucontext);
	bool (*polled)(struct exec *x, const void *ucontext);
	void (*interrupted_unwind)(struct exec *x, enum outcome outcome);
	void (*interrupted_resume)(struct exec *x, void *ucontext);
	size_t (*backtrace)(struct exec *x, struct backtrace_entry *entries, size_t max,
			    bool offsets);
	/* Shows the engine's stacks, where references to exceptions may be. Returns how many words that is; with
	 * visit == NULL that is all. */
	size_t (*roots)(struct exec *x,
			void (*visit)(void *context, const uint64_t *begin, const uint64_t *end),
			void *context);
	/* In the child of fork, which has this thread only; may be NULL. */
	void (*forked)(struct exec *x);
	/* Frees what the engine has attached to an instance; may be NULL. */
	void (*instance_free)(struct instance *inst);
};

extern const struct engine_ops interp_ops;

/* The hooks, or what happens without them. */
enum outcome exec_trap(struct exec *x, enum trap trap, uint64_t address, int fault);
enum outcome exec_poll(struct exec *x);

/*
 * An exception lives for as long as an exnref to it may be around. References are found by looking at every word of
 * this thread's stacks and globals; one that is put where other threads can see it (a table, an imported
 * global) is taken off the list for good by exception_pin(). NULL when memory is short.
 */
struct exception *exception_new(struct exec *x, struct tag *tag, const union slot *slots);
void exception_pin(struct exec *x, struct exception *exn);
void exceptions_free(struct exec *x);

/*
 * memory.atomic.wait and notify. The caller has just read the address, so that it does not fault. `expected` has `size`
 * bytes. Returns 0 woken, 1 not equal, 2 timed out; -1: *outcome says how to unwind.
 */
int atomic_wait(struct exec *x, void *address, uint64_t expected, unsigned size, int64_t timeout,
		enum outcome *outcome);
uint32_t atomic_notify(void *address, uint32_t count);
/* In the child of fork, whose only thread runs `x`: nobody else waits any more. */
void atomic_wait_forked(const struct exec *x);

#endif
