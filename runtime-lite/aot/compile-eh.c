/*
 * Exceptions, in both encodings.
 *
 * A try that something inside may need has a landing pad, for the calls inside, and a dispatch block, where the landing
 * pad goes and the dispatch blocks of tries within do when their clauses do not match. The exception is in t->exn
 * there. Dispatch blocks are filled as clauses are met, and at the latest at the try's end.
 *
 * What runs between landing pad and clause (a signal may be attended to there) is outside of the try already.
 */
#include "compile-function.h"

#include <stddef.h>
#include <stdlib.h>

static LLVMValueRef exn_local(struct translation *t)
{
	if (!t->exn) {
		LLVMBasicBlockRef back = go_to_entry(t);

		t->exn = LLVMBuildAlloca(t->u->b, t->u->ptr, "exn");
		leave_entry(t, back);
	}
	return t->exn;
}

static LLVMBasicBlockRef dispatch_of(struct translation *t, uint32_t handler)
{
	struct frame *f = &t->frames[handler];

	if (!f->dispatch)
		f->tail = f->dispatch = new_block(t, "dispatch");
	return f->dispatch;
}

static void make_pad(struct translation *t, uint32_t handler)
{
	struct unit *u = t->u;
	struct frame *f = &t->frames[handler];
	LLVMBasicBlockRef back = LLVMGetInsertBlock(u->b);
	uint32_t inside = t->handler;
	LLVMValueRef landing, exn;

	if (!u->personality) {
		u->personality = LLVMAddFunction(u->module, "wali_personality",
						 LLVMFunctionType(u->i32, NULL, 0, 1));
		LLVMSetVisibility(u->personality, LLVMHiddenVisibility);
	}
	if (!LLVMHasPersonalityFn(t->f))
		LLVMSetPersonalityFn(t->f, u->personality);
	f->pad = new_block(t, "pad");
	go_to(t, f->pad);
	landing = LLVMBuildLandingPad(u->b, u->landing, u->personality, 1, "");
	LLVMAddClause(landing, LLVMConstNull(u->ptr));
	t->handler = f->outer;
	exn = call_helper(t, HELPER_caught,
			  (LLVMValueRef[]){NULL, LLVMBuildExtractValue(u->b, landing, 0, "")}, 2);
	t->handler = inside;
	LLVMBuildStore(u->b, exn, exn_local(t));
	LLVMBuildBr(u->b, dispatch_of(t, handler));
	go_to(t, back);
}

/* Outer ones first: they are what inner ones unwind to, and there may be too many of them for recursion. */
static LLVMBasicBlockRef pad_of(struct translation *t, uint32_t handler)
{
	while (!t->frames[handler].pad) {
		uint32_t h = handler;

		while (t->frames[h].outer != NO_HANDLER && !t->frames[t->frames[h].outer].pad)
			h = t->frames[h].outer;
		make_pad(t, h);
	}
	return t->frames[handler].pad;
}

LLVMValueRef build_call(struct translation *t, LLVMTypeRef type, LLVMValueRef f, LLVMValueRef *args,
			uint32_t n, unsigned convention)
{
	LLVMValueRef call;

	if (t->handler == NO_HANDLER) {
		call = LLVMBuildCall2(t->u->b, type, f, args, n, "");
	} else {
		LLVMBasicBlockRef pad = pad_of(t, t->handler), next = new_block(t, "");

		call = LLVMBuildInvoke2(t->u->b, type, f, args, n, next, pad, "");
		go_to(t, next);
	}
	LLVMSetInstructionCallConv(call, convention);
	mark_context(t->u, call, true);
	return call;
}

void throw_tag(struct translation *t)
{
	uint32_t tag = leb_u32(&t->p);
	const struct functype *type = &t->m->types[t->m->tags[tag]];
	LLVMValueRef slots = slots_buffer(t, slots_of_all(type->params, type->nparams));

	locate(t);
	t->nvalues -= type->nparams;
	store_slots(t->u, slots, type->params, type->nparams, &t->values[t->nvalues]);
	call_helper(t, HELPER_throw, (LLVMValueRef[]){NULL, const32(t->u, tag), slots}, 3);
}

void throw_ref(struct translation *t)
{
	locate(t);
	call_helper(t, HELPER_rethrow, (LLVMValueRef[]){NULL, pop(t)}, 2);
}

void rethrow(struct translation *t)
{
	LLVMValueRef exn = label_frame(t, leb_u32(&t->p))->exn;

	locate(t);
	call_helper(t, HELPER_rethrow, (LLVMValueRef[]){NULL, exn}, 2);
}

/* If the exception in t->exn has this tag, go on here, with its values on the stack; else in the block returned. */
static LLVMBasicBlockRef match_tag(struct translation *t, uint32_t tag, LLVMValueRef exn)
{
	struct unit *u = t->u;
	const struct functype *type = &t->m->types[t->m->tags[tag]];
	LLVMBasicBlockRef yes = new_block(t, "catch"), no = new_block(t, "");
	LLVMValueRef have = load_field(u, u->ptr, exn, offsetof(struct exception, tag), KIND_SLOTS);
	LLVMValueRef want =
		shared_pointer(t, offsetof(struct aot_shared, tags), tag, t->m->ntags, 0);

	LLVMBuildCondBr(u->b, LLVMBuildICmp(u->b, LLVMIntEQ, have, want, ""), yes, no);
	go_to(t, yes);
	for (uint32_t i = 0; i < type->nparams; i++)
		push(t, NULL);
	load_slots(u, at_offset(u, exn, offsetof(struct exception, slots)), type->params,
		   type->nparams, &t->values[t->nvalues - type->nparams]);
	return no;
}

void catch_part(struct translation *t, uint32_t op)
{
	struct frame *f = &t->frames[t->nframes - 1];
	uint32_t tag = op == OP_CATCH ? leb_u32(&t->p) : 0;

	t->handler = f->outer;
	f->opcode = op;
	t->dead = !f->tail;
	if (t->dead)
		return;
	go_to(t, f->tail);
	f->exn = LLVMBuildLoad2(t->u->b, t->u->ptr, exn_local(t), "");
	f->tail = op == OP_CATCH ? match_tag(t, tag, f->exn) : NULL;
}

/* The clauses of a try_table, whose frame is still on top; labels count from outside. False: one took everything. */
static bool match_clauses(struct translation *t, const uint8_t *p)
{
	LLVMValueRef exn = LLVMBuildLoad2(t->u->b, t->u->ptr, exn_local(t), "");
	uint32_t height = t->nvalues;

	for (uint32_t n = leb_u32(&p); n; n--) {
		enum catchkind kind = *p++;
		bool all = kind == CATCH_ALL || kind == CATCH_ALL_REF;
		LLVMBasicBlockRef no = NULL;

		if (!all)
			no = match_tag(t, leb_u32(&p), exn);
		if (kind == CATCH_REF || kind == CATCH_ALL_REF)
			push(t, exn);
		LLVMBuildBr(t->u->b, edge_to(t, label_frame(t, leb_u32(&p) + 1)));
		t->nvalues = height;
		if (all)
			return false;
		go_to(t, no);
	}
	return true;
}

void finish_dispatch(struct translation *t, struct frame *f, uint32_t next)
{
	LLVMValueRef exn;

	if (!f->tail)
		return;
	go_to(t, f->tail);
	if (f->clauses && !match_clauses(t, f->clauses))
		return;
	if (next != NO_HANDLER) {
		LLVMBuildBr(t->u->b, dispatch_of(t, next));
		return;
	}
	exn = LLVMBuildLoad2(t->u->b, t->u->ptr, exn_local(t), "");
	t->handler = NO_HANDLER;
	call_helper(t, HELPER_rethrow, (LLVMValueRef[]){NULL, exn}, 2);
	t->handler = t->frames[t->nframes - 1].outer;
}

uint32_t delegate_target(struct translation *t, uint32_t label)
{
	uint32_t index = t->nframes - 2 - label;
	const struct frame *f = &t->frames[index];

	return f->opcode == OP_TRY || f->opcode == OP_TRY_TABLE ? index : f->outer;
}
