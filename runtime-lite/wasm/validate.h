/*
 * The state of validating one function body: the algorithm of the specification's appendix "Validation
 * Algorithm", with its two stacks. Shared by validate.c (instructions) and validate-control.c (structure).
 */
#ifndef WASM_VALIDATE_H
#define WASM_VALIDATE_H

#include "decode.h"
#include "opcodes.h"

#define UNKNOWN 0 /* the type of a value in unreachable code; matches every other */

struct frame {
	uint32_t opcode; /* that opened it or, else and catch, began its current part; OP_CALL: the body */
	bool unreachable;
	uint32_t height, slots; /* of the operand stack below it */
	uint32_t nparams, nresults;
	const uint8_t *params, *results;
};

struct validator {
	struct reader r; /* the body */
	const struct module *m;
	const struct decoder *d;
	struct function *f;
	const struct functype *type;
	const char *instruction; /* name, for messages */

	uint8_t *stack; /* types of operands */
	uint32_t height, capacity;
	uint32_t slots; /* that the operands take */
	struct frame *frames;
	uint32_t nframes, frame_capacity;

	uint8_t locals[MAX_LOCALS]; /* types, parameters first */
	uint32_t nlocals;
};

/* All return false with the error set, as reader functions do. */
bool pop_any(struct validator *v, uint8_t *type);
bool push_all(struct validator *v, const uint8_t *types, uint32_t n);
bool pop_all(struct validator *v, const uint8_t *types, uint32_t n);
bool push_frame(struct validator *v, uint32_t opcode, const struct functype *type);
/* The rest of the current frame is not reached. */
void unreachable(struct validator *v);

bool validate_control(struct validator *v, uint32_t op);
bool validate_call(struct validator *v, uint32_t op);

static inline struct frame *top_frame(struct validator *v)
{
	return &v->frames[v->nframes - 1];
}

/* The common case of push and pop is inline, for the speed of loading; these do the rest. */
bool push_slowly(struct validator *v, uint8_t type);
bool pop_slowly(struct validator *v, uint8_t expected);

static inline bool push(struct validator *v, uint8_t type)
{
	if (v->height == v->capacity || v->slots >= v->f->maxstack || type == TYPE_V128)
		return push_slowly(v, type);
	v->stack[v->height++] = type;
	v->slots++;
	return true;
}

static inline bool pop(struct validator *v, uint8_t expected)
{
	if (v->height == top_frame(v)->height || v->stack[v->height - 1] != expected ||
	    expected == TYPE_V128)
		return pop_slowly(v, expected);
	v->height--;
	v->slots--;
	return true;
}

#endif
