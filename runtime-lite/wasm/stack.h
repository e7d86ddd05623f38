/* The engines' stacks: made once, then used by one thread after the other. */
#ifndef WASM_STACK_H
#define WASM_STACK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct stack {
	struct stack *next; /* all that there are of the kind */
	_Atomic bool used;
	char *low, *high; /* accessible: [low, high) */
	size_t opened;	  /* for the engine; 0 at first */
};

/* An engine has one, with static storage. Sizes in bytes, multiples of the page size. */
struct stack_kind {
	size_t below, above; /* inaccessible, on either side */
	bool upwards;	     /* grows from `low` on */
	_Atomic(struct stack *) all;
};

/* `size` is rounded up to 64 KiB. What the stack has in it is undefined. NULL when memory is short. */
struct stack *stack_get(struct stack_kind *kind, size_t size);
void stack_put(struct stack_kind *kind, struct stack *stack);
/* In the child of fork: all but this are nobody's. */
void stacks_forked(struct stack_kind *kind, const struct stack *mine);

#endif
