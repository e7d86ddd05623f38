/*
 * Calls and returns.
 *
 * Between instances, a call leaves a struct crossing on a stack of its own and
 * cross_code as the return address; a tail call in a frame that was entered
 * like that finds the crossing there already.
 */
#include "../wasm/functype.h"
#include "handler.h"
#include "semantics.h"
#include "tables.h"

#include <stdio.h>

const handler cross_code[1] = {op_cross_return};
const handler exit_code[1] = {op_exit};

/* Makes the frame and goes there. The poll comes last, so that executing on is
 * progress. */
#define ENTER(code, nfp, ret)                                                                      \
	do {                                                                                       \
		(nfp)[FRAME_RETURN].u64 = (uintptr_t)(ret);                                        \
		(nfp)[FRAME_CALLER].u64 = (uintptr_t)fp;                                           \
		(nfp)[FRAME_CODE].u64 = (uintptr_t)(code);                                         \
		clear_locals(nfp, (code)->clear);                                                  \
		fp = (nfp);                                                                        \
		pc = (code)->words;                                                                \
		if (poll_wanted(x))                                                                \
			GOTO(poll_slowly);                                                         \
		DISPATCH();                                                                        \
	} while (0)

static inline __attribute__((always_inline)) void clear_locals(union slot *fp, size_t bytes)
{
	union slot *p = fp + FRAME_HEADER, *end = (union slot *)((char *)p + bytes);

	for (; p != end; p += 2) {
		p[0].u64 = 0;
		p[1].u64 = 0;
		/* Not worth a call of memset, which this would become. */
		__asm__ volatile("");
	}
}

static inline bool fits_stack(const struct exec *x, const struct code *code, const union slot *fp)
{
	const struct engine *e = x->engine;

	return LIKELY((uintptr_t)fp + code->bytes <= (uintptr_t)e->limit);
}

static inline struct code *load_code(struct func *f)
{
	return atomic_load_explicit(&f->code, memory_order_acquire);
}

/* A function that has no code yet: the instruction is executed again when it
 * has. */
COLD_HANDLER(translate_slowly)
{
	struct engine *e = engine_of(x);

	SAVE();
	SAVE_TOP();
	if (!code_of(x, e->call.func)) {
		enum outcome outcome = raise_trap(x, TRAP_HOST, 0, 0);

		if (outcome == EXEC_EXCEPTION)
			GOTO(unwind_exception);
		if (outcome != EXEC_OK)
			return outcome;
	}
	a = e->a;
	f = e->f;
	g = e->globals;
	DISPATCH();
}

HANDLER(op_call)
{
	struct func *func = POINTER(struct func, 2);
	struct code *code = load_code(func);
	union slot *nfp = fp + WIDE1;

	if (UNLIKELY(!code)) {
		engine_of(x)->call.func = func;
		GOTO(translate_slowly);
	}
	if (!fits_stack(x, code, nfp))
		GOTO(trap_stack);
	ENTER(code, nfp, pc + 3);
}

/* With the last arguments moved first, as the moves by themselves do it; function and frame follow. */
#define CALL_AFTER(moves, words)                                                                   \
	do {                                                                                       \
		struct func *func = POINTER(struct func, words);                                   \
		struct code *code = load_code(func);                                               \
		union slot *nfp = fp + (int64_t)WORD((words) + 1);                                 \
		if (UNLIKELY(!code)) {                                                             \
			engine_of(x)->call.func = func;                                            \
			GOTO(translate_slowly);                                                    \
		}                                                                                  \
		if (!fits_stack(x, code, nfp))                                                     \
			GOTO(trap_stack);                                                          \
		moves;                                                                             \
		ENTER(code, nfp, pc + (words) + 2);                                                \
	} while (0)

HANDLER(op_call_copy)
{
	CALL_AFTER(fp[WIDE0] = fp[WIDE1], 2);
}

HANDLER(op_call_const)
{
	CALL_AFTER(fp[WIDE0].u64 = (uint32_t)WIDE1, 2);
}

HANDLER(op_call_copy_copy)
{
	CALL_AFTER(SLOT(0) = SLOT(1); SLOT(2) = SLOT(3), 2);
}

HANDLER(op_call_copy_const)
{
	CALL_AFTER(SLOT(0) = SLOT(1); SLOT(2).u64 = WORD(2) >> 32, 3);
}

HANDLER(op_call_const_copy)
{
	CALL_AFTER(SLOT(0).u64 = (uint32_t)WORD(2); SLOT(2) = SLOT(3), 3);
}

HANDLER(op_call_const_const)
{
	CALL_AFTER(SLOT(0).u64 = (uint32_t)WORD(2); SLOT(2).u64 = WORD(2) >> 32, 3);
}

/* And with the instruction that makes the last argument. */
HANDLER(op_call_add)
{
	CALL_AFTER(SLOT(0).u64 = SLOT(1).u32 + (uint32_t)WIDE1, 2);
}

HANDLER(op_call_load)
{
	uint32_t loaded;

	CALL_AFTER(ACCESS(); loaded = I32_LOAD_from(mem + (uint64_t)SLOT(1).u32 + (uint32_t)WIDE1);
		   LOADED_i32(loaded); SLOT(0).u64 = loaded, 2);
}

#define RETURN()                                                                                   \
	do {                                                                                       \
		pc = (const uint64_t *)(uintptr_t)fp[FRAME_RETURN].u64;                            \
		fp = (union slot *)(uintptr_t)fp[FRAME_CALLER].u64;                                \
		DISPATCH();                                                                        \
	} while (0)

HANDLER(op_return)
{
	RETURN();
}

/* With one result: the caller finds it in the accumulator as well. */
HANDLER(op_return_s)
{
	a = fp[WIDE1].u64;
	fp[WIDE0].u64 = a;
	RETURN();
}

HANDLER(op_return_fs)
{
	double value = fp[WIDE1].f64;

	f = acc_of_f64(value);
	fp[WIDE0].f64 = value;
	RETURN();
}

HANDLER(op_return_a)
{
	fp[WIDE0].u64 = a;
	RETURN();
}

HANDLER(op_return_f)
{
	fp[WIDE0].u64 = acc_bits(f);
	RETURN();
}

HANDLER(op_return_i)
{
	a = WORD(2);
	fp[WIDE0].u64 = a;
	RETURN();
}

/* WIDE0: the arguments; WIDE1: above them. */
HANDLER(op_call_host)
{
	struct func *func = POINTER(struct func, 2);
	struct engine *e = engine_of(x);

	e->pc = pc;
	e->fp = fp;
	e->mem = mem;
	e->top = fp + WIDE1;
	func->host->call(x, fp + WIDE0);
	g = e->globals;
	a = fp[WIDE0].u64;
	f = acc_of_f64(fp[WIDE0].f64);
	if (UNLIKELY(x->unwind != EXEC_OK))
		GOTO(unwind_host);
	NEXT(3);
}

/* Whatever e->call says: a host function, another instance's, one without code.
 */
COLD_HANDLER(call_any)
{
	struct engine *e = engine_of(x);
	struct func *func = e->call.func;

	SAVE();
	if (!func->instance) {
		union slot *args = e->call.args;
		const uint64_t *ret = e->call.ret;

		e->top = e->call.fp;
		func->host->call(x, args);
		g = e->globals;
		if (x->unwind != EXEC_OK)
			GOTO(unwind_host);
		a = args->u64;
		f = acc_of_f64(args->f64);
		pc = ret;
		DISPATCH();
	}
	struct code *code = load_code(func);

	if (!code)
		GOTO(translate_slowly);
	if (!fits_stack(x, code, e->call.fp))
		GOTO(trap_stack);
	if (func->instance == e->instance)
		ENTER(code, e->call.fp, e->call.ret);
	if (!crossing_push(x, e->call.ret, e->instance))
		GOTO(trap_stack);
	mem = enter_instance(x, func->instance);
	g = e->globals;
	ENTER(code, e->call.fp, cross_code);
}

/* As op_call_host, but of an imported function that another instance defines.
 */
HANDLER(op_call_cross)
{
	struct engine *e = engine_of(x);

	e->call.func = POINTER(struct func, 2);
	e->call.args = fp + WIDE0;
	e->call.fp = fp + WIDE1;
	e->call.ret = pc + 3;
	GOTO(call_any);
}

HANDLER(op_cross_return)
{
	UNUSED_REGISTERS;
	struct engine *e = engine_of(x);
	struct crossing *c = &e->crossings[--e->ncrossings];

	pc = c->pc;
	mem = enter_instance(x, c->instance);
	g = e->globals;
	DISPATCH();
}

HANDLER(op_exit)
{
	(void)pc;
	UNUSED_REGISTERS;
	return EXEC_OK;
}

/* Names both types in x->trap_message. */
COLD_HANDLER(indirect_type_mismatch)
{
	struct engine *e = engine_of(x);
	const struct module *m = e->instance->module;
	uint32_t id = WORD(3);
	char expected[80] = "?", found[80];

	for (uint32_t i = 0; i < m->ntypes; i++)
		if (m->types[i].id == id) {
			functype_format(&m->types[i], expected, sizeof(expected));
			break;
		}
	functype_format(e->call.func->type, found, sizeof(found));
	snprintf(e->message, sizeof(e->message), "called as %s, but it is %s", expected, found);
	x->trap_message = e->message;
	GOTO(trap_indirect_type);
}

/*
 * OPERAND(0): index; WIDE1: frame of the callee; words: table, type id and
 * (high half) arguments, this instance. The function that is found comes to
 * `func`.
 */
#define FIND_INDIRECT(func, index, words)                                                          \
	do {                                                                                       \
		const struct table *table = POINTER(const struct table, 2);                        \
		uint32_t i = (index);                                                              \
		if (UNLIKELY(i >= atomic_load_explicit(&table->size, memory_order_relaxed)))       \
			GOTO(trap_undefined_element);                                              \
		func = table->elems[i].func;                                                       \
		if (UNLIKELY(!func))                                                               \
			GOTO(trap_uninitialized_element);                                          \
		if (UNLIKELY(func->type->id != (uint32_t)WORD(3))) {                               \
			engine_of(x)->call.func = func;                                            \
			GOTO(indirect_type_mismatch);                                              \
		}                                                                                  \
	} while (0)

#define CALL_INDIRECT(index)                                                                       \
	do {                                                                                       \
		struct func *func;                                                                 \
		FIND_INDIRECT(func, index, 5);                                                     \
		struct code *code = load_code(func);                                               \
		union slot *nfp = fp + WIDE1;                                                      \
		if (UNLIKELY(!code || func->instance != POINTER(struct instance, 4))) {            \
			struct engine *e = engine_of(x);                                           \
			e->call.func = func;                                                       \
			e->call.args = fp + (int32_t)(WORD(3) >> 32);                              \
			e->call.fp = nfp;                                                          \
			e->call.ret = pc + 5;                                                      \
			GOTO(call_any);                                                            \
		}                                                                                  \
		if (!fits_stack(x, code, nfp))                                                     \
			GOTO(trap_stack);                                                          \
		ENTER(code, nfp, pc + 5);                                                          \
	} while (0)

HANDLER(op_call_indirect_s)
{
	CALL_INDIRECT(SLOT(0).u32);
}

HANDLER(op_call_indirect_a)
{
	CALL_INDIRECT((uint32_t)a);
}

/* Tail calls. e->call.args are the arguments, e->call.fp this frame's lowest
 * slot; nparams of them. */
static HANDLER_CC enum outcome tail_call(REGISTERS)
{
	struct engine *e = engine_of(x);
	struct func *func = e->call.func;
	union slot *base = e->call.fp, *args = e->call.args;
	uint64_t ret = fp[FRAME_RETURN].u64, caller = fp[FRAME_CALLER].u64;
	uint32_t nparams = 0;
	struct code *code = NULL;

	for (uint32_t i = 0; i < func->type->nparams; i++)
		nparams += func->type->params[i] == TYPE_V128 ? 2 : 1;
	if (func->instance) {
		code = load_code(func);
		if (!code)
			GOTO(translate_slowly);
		if (!fits_stack(x, code, base + code->nargs))
			GOTO(trap_stack);
		if (func->instance != e->instance) {
			if (ret != (uintptr_t)cross_code &&
			    !crossing_push(x, (const uint64_t *)(uintptr_t)ret, e->instance))
				GOTO(trap_stack);
			ret = (uintptr_t)cross_code;
			mem = enter_instance(x, func->instance);
		}
		g = e->globals;
		memmove(base, args, nparams * sizeof(*base));
		fp = (union slot *)(uintptr_t)caller;
		ENTER(code, base + code->nargs, ret);
	}
	SAVE();
	e->top = fp + frame_code(fp)->nslots;
	func->host->call(x, args);
	g = e->globals;
	if (x->unwind != EXEC_OK)
		GOTO(unwind_host);
	*base = *args;
	a = base->u64;
	f = acc_of_f64(base->f64);
	RETURN();
}

/* WIDE0: arguments; words: function, slots of this frame below fp. */
HANDLER(op_return_call)
{
	struct engine *e = engine_of(x);

	e->call.func = POINTER(struct func, 2);
	e->call.args = fp + WIDE0;
	e->call.fp = fp - WORD(3);
	GOTO(tail_call);
}

/* As op_call_indirect_s, but the last word is the slots of this frame below fp.
 */
HANDLER(op_return_call_indirect)
{
	struct engine *e = engine_of(x);
	struct func *func;

	FIND_INDIRECT(func, SLOT(0).u32, 5);
	e->call.func = func;
	e->call.args = fp + (int32_t)(WORD(3) >> 32);
	e->call.fp = fp - WORD(4);
	GOTO(tail_call);
}
