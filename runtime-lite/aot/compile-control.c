/* Blocks and branches. */
#include "compile-function.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static struct frame *push_frame(struct translation *t, uint32_t opcode, const struct functype *type)
{
	if (t->nframes == t->frames_size) {
		uint32_t n = t->frames_size * 2 + 16;
		struct frame *bigger = realloc(t->frames, n * sizeof(*bigger));

		if (!bigger)
			unit_fail(t->u, "out of memory");
		t->frames = bigger;
		t->frames_size = n;
	}
	t->frames[t->nframes] = (struct frame){
		.opcode = opcode,
		.height = t->nvalues - type->nparams,
		.nparams = type->nparams,
		.nresults = type->nresults,
		.params = type->params,
		.results = type->results,
		.outer = t->handler,
	};
	return &t->frames[t->nframes++];
}

static struct frame *top_frame(struct translation *t)
{
	return &t->frames[t->nframes - 1];
}

struct frame *label_frame(struct translation *t, uint32_t label)
{
	return &t->frames[t->nframes - 1 - label];
}

static uint32_t label_arity(const struct frame *f)
{
	return f->opcode == OP_LOOP ? f->nparams : f->nresults;
}

static void make_label(struct translation *t, struct frame *f)
{
	LLVMBasicBlockRef back = LLVMGetInsertBlock(t->u->b);
	const uint8_t *types = f->opcode == OP_LOOP ? f->params : f->results;
	uint32_t n = label_arity(f);

	f->label = new_block(t, "");
	f->phis = unit_alloc(t->u, n, sizeof(*f->phis));
	go_to(t, f->label);
	for (uint32_t i = 0; i < n; i++)
		f->phis[i] = LLVMBuildPhi(t->u->b, unit_type(t->u, types[i]), "");
	go_to(t, back);
}

LLVMBasicBlockRef edge_to(struct translation *t, struct frame *f)
{
	LLVMBasicBlockRef here = LLVMGetInsertBlock(t->u->b);
	uint32_t n = label_arity(f);

	if (!f->label)
		make_label(t, f);
	for (uint32_t i = 0; i < n; i++)
		LLVMAddIncoming(f->phis[i], &t->values[t->nvalues - n + i], &here, 1);
	return f->label;
}

void safepoint(struct translation *t)
{
	struct unit *u = t->u;
	LLVMBasicBlockRef slow, done;
	LLVMValueRef both;

	both = load_field(u, u->i64, exec_of(t), offsetof(struct exec, poll), KIND_RUNTIME);
	LLVMSetVolatile(both, 1);
	slow = new_block(t, "poll");
	done = new_block(t, "");
	unlikely_branch(t, LLVMBuildICmp(u->b, LLVMIntNE, both, const64(u, 0), ""), slow, done);
	go_to(t, slow);
	/* The thunk looks again and again, until all is done. */
	call_helper(t, HELPER_attend, (LLVMValueRef[]){NULL}, 1);
	LLVMBuildBr(u->b, done);
	go_to(t, done);
}

void begin_body(struct translation *t)
{
	struct functype body = {.nresults = t->type->nresults, .results = t->type->results};

	push_frame(t, OP_CALL, &body);
	if (t->plan->options->safepoints != AOT_SAFEPOINTS_NONE)
		safepoint(t);
}

/* [] -> [], [] -> [t], or a type of the module. */
static struct functype read_blocktype(struct translation *t)
{
	uint8_t byte = *t->p;

	if (byte == 0x40) {
		t->p++;
		return (struct functype){0};
	}
	if ((byte & 0xc0) == 0x40)
		return (struct functype){.nresults = 1, .results = t->p++};
	return t->m->types[leb_s64(&t->p)];
}

static void compile_loop(struct translation *t, const struct functype *type)
{
	struct frame *f = push_frame(t, OP_LOOP, type);

	LLVMBuildBr(t->u->b, edge_to(t, f));
	go_to(t, f->label);
	for (uint32_t i = 0; i < f->nparams; i++)
		t->values[f->height + i] = f->phis[i];
	if (t->polled || t->plan->options->safepoints == AOT_SAFEPOINTS_LOOP) {
		locate(t);
		safepoint(t);
	}
}

static void compile_if(struct translation *t, const struct functype *type)
{
	LLVMValueRef condition = truth(t, pop(t));
	LLVMBasicBlockRef then = new_block(t, ""), otherwise = new_block(t, "");
	struct frame *f = push_frame(t, OP_IF, type);

	f->otherwise = otherwise;
	f->args = unit_alloc(t->u, type->nparams, sizeof(*f->args));
	for (uint32_t i = 0; i < type->nparams; i++)
		f->args[i] = t->values[f->height + i];
	LLVMBuildCondBr(t->u->b, condition, then, otherwise);
	go_to(t, then);
}

static void compile_block(struct translation *t, uint32_t op)
{
	const uint8_t *begin = t->p;
	struct functype type = read_blocktype(t);

	switch (op) {
	case OP_LOOP:
		compile_loop(t, &type);
		top_frame(t)->outer_loop = t->loop;
		t->loop = loop_number(t, begin);
		break;
	case OP_IF: compile_if(t, &type); break;
	case OP_BLOCK: push_frame(t, op, &type); break;
	case OP_TRY_TABLE:
		push_frame(t, op, &type)->clauses = t->p;
		for (uint32_t n = leb_u32(&t->p); n; n--) {
			if (*t->p++ <= CATCH_REF)
				leb_u32(&t->p);
			leb_u32(&t->p);
		}
		t->handler = t->nframes - 1;
		break;
	case OP_TRY:
		push_frame(t, op, &type);
		t->handler = t->nframes - 1;
		break;
	}
}

/* What the part that ends here leaves goes to the frame's end. */
static void end_part(struct translation *t)
{
	if (!t->dead)
		LLVMBuildBr(t->u->b, edge_to(t, top_frame(t)));
	t->nvalues = top_frame(t)->height;
}

static void begin_else(struct translation *t)
{
	struct frame *f = top_frame(t);

	go_to(t, f->otherwise);
	f->otherwise = NULL;
	f->opcode = OP_ELSE;
	t->dead = false;
	for (uint32_t i = 0; i < f->nparams; i++)
		push(t, f->args[i]);
}

static bool is_try(uint32_t opcode)
{
	return opcode == OP_TRY || opcode == OP_TRY_TABLE || opcode == OP_CATCH ||
	       opcode == OP_CATCH_ALL;
}

/* `next`: where exceptions go that the frame, if it is a try, does not take. */
static bool compile_end(struct translation *t, uint32_t next)
{
	struct frame *f = top_frame(t);

	if (f->otherwise) {
		end_part(t);
		begin_else(t);
	}
	t->handler = f->outer;
	if (f->opcode == OP_LOOP)
		t->loop = f->outer_loop;
	if (f->opcode != OP_LOOP && (f->label || is_try(f->opcode))) {
		end_part(t);
		finish_dispatch(t, f, next);
		f = top_frame(t);
		t->dead = !f->label;
		if (f->label) {
			/* After what it comes from, for those who read it. */
			LLVMMoveBasicBlockAfter(f->label, LLVMGetLastBasicBlock(t->f));
			go_to(t, f->label);
			for (uint32_t i = 0; i < f->nresults; i++)
				push(t, f->phis[i]);
		}
	}
	if (t->nframes == 1 && !t->dead)
		build_return(t->u, t->f, t->type, &t->values[t->nvalues - f->nresults]);
	free(f->phis);
	free(f->args);
	return --t->nframes == 0;
}

static void compile_br_if(struct translation *t)
{
	struct frame *f = label_frame(t, leb_u32(&t->p));
	LLVMValueRef condition = truth(t, pop(t));
	LLVMBasicBlockRef next = new_block(t, "");

	LLVMBuildCondBr(t->u->b, condition, edge_to(t, f), next);
	go_to(t, next);
}

/* A block that br_table goes to for this label. Where values are carried, only one edge may come from the switch: any
 * number of its cases share a block. */
static LLVMBasicBlockRef table_edge(struct translation *t, struct frame *f)
{
	LLVMBasicBlockRef here = LLVMGetInsertBlock(t->u->b);

	if (f->br_table == t->br_tables)
		return f->edge;
	f->br_table = t->br_tables;
	if (!label_arity(f)) {
		f->edge = edge_to(t, f);
	} else {
		f->edge = new_block(t, "");
		go_to(t, f->edge);
		LLVMBuildBr(t->u->b, edge_to(t, f));
		go_to(t, here);
	}
	return f->edge;
}

static void compile_br_table(struct translation *t)
{
	uint32_t n = leb_u32(&t->p);
	const uint8_t *labels = t->p, *last;
	LLVMValueRef index = pop(t), dispatch;
	LLVMBasicBlockRef otherwise;

	for (uint32_t i = 0; i < n; i++)
		leb_u32(&t->p);
	last = t->p;
	t->br_tables++;
	otherwise = table_edge(t, label_frame(t, leb_u32(&last)));
	t->p = last;
	dispatch = LLVMBuildSwitch(t->u->b, index, otherwise, n);
	for (uint32_t i = 0; i < n; i++) {
		LLVMBasicBlockRef block = table_edge(t, label_frame(t, leb_u32(&labels)));

		if (block != otherwise)
			LLVMAddCase(dispatch, const32(t->u, i), block);
	}
}

bool compile_control(struct translation *t, uint32_t op)
{
	switch (op) {
	case OP_BLOCK:
	case OP_LOOP:
	case OP_IF:
	case OP_TRY:
	case OP_TRY_TABLE: compile_block(t, op); return false;
	case OP_ELSE:
		end_part(t);
		begin_else(t);
		return false;
	case OP_CATCH:
	case OP_CATCH_ALL:
		end_part(t);
		catch_part(t, op);
		return false;
	case OP_END: return compile_end(t, top_frame(t)->outer);
	case OP_DELEGATE: return compile_end(t, delegate_target(t, leb_u32(&t->p)));
	case OP_BR_IF: compile_br_if(t); return false;
	case OP_BR: LLVMBuildBr(t->u->b, edge_to(t, label_frame(t, leb_u32(&t->p)))); break;
	case OP_BR_TABLE: compile_br_table(t); break;
	case OP_RETURN: LLVMBuildBr(t->u->b, edge_to(t, &t->frames[0])); break;
	case OP_THROW: throw_tag(t); break;
	case OP_RETHROW: rethrow(t); break;
	case OP_THROW_REF: throw_ref(t); break;
	}
	t->dead = true;
	return false;
}
