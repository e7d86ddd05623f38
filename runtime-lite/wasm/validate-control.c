/* Blocks, branches, calls and exceptions. */
#include "functype.h"
#include "validate.h"

#include <stdlib.h>
#include <string.h>

/* [] -> []; the arrays are there because memcmp takes no null pointers. */
static const struct functype nothing = {.params = (const uint8_t[1]){0},
					.results = (const uint8_t[1]){0}};

bool push_frame(struct validator *v, uint32_t opcode, const struct functype *type)
{
	if (v->nframes == v->frame_capacity) {
		uint32_t n = v->frame_capacity ? v->frame_capacity * 2 : 64;
		struct frame *bigger = realloc(v->frames, n * sizeof(*bigger));

		if (!bigger)
			return fail_memory(&v->r);
		v->frames = bigger;
		v->frame_capacity = n;
	}
	v->frames[v->nframes++] = (struct frame){
		.opcode = opcode,
		.height = v->height,
		.slots = v->slots,
		.nparams = type->nparams,
		.nresults = type->nresults,
		.params = type->params,
		.results = type->results,
	};
	return push_all(v, type->params, type->nparams);
}

void unreachable(struct validator *v)
{
	struct frame *f = top_frame(v);

	v->height = f->height;
	v->slots = f->slots;
	f->unreachable = true;
}

/* The results of the current frame are on the stack and nothing else; takes them off. */
static bool end_part(struct validator *v)
{
	struct frame *f = top_frame(v);

	if (!pop_all(v, f->results, f->nresults))
		return false;
	if (v->height != f->height)
		return fail_invalid(&v->r,
				    "type mismatch: %u more values on the stack at the end of "
				    "a block than it returns",
				    v->height - f->height);
	return true;
}

/* The frame that a label means, and the types that a branch to it takes. */
static bool read_label(struct validator *v, struct frame **f)
{
	uint32_t label;

	if (!read_u32(&v->r, &label))
		return false;
	if (label >= v->nframes)
		return fail_invalid(&v->r, "unknown label %u", label);
	*f = &v->frames[v->nframes - 1 - label];
	return true;
}

static const uint8_t *label_types(const struct frame *f, uint32_t *n)
{
	*n = f->opcode == OP_LOOP ? f->nparams : f->nresults;
	return f->opcode == OP_LOOP ? f->params : f->results;
}

/* The operands of a branch are on the stack; they stay there. */
static bool check_branch(struct validator *v, const struct frame *target)
{
	uint32_t n;
	const uint8_t *types = label_types(target, &n);
	const struct frame *f = top_frame(v);

	for (uint32_t i = 1; i <= n; i++) {
		if (v->height - f->height < i) {
			if (f->unreachable)
				return true;
			return fail_invalid(&v->r,
					    "type mismatch: %s requires %u values for its "
					    "label but stack has %u",
					    v->instruction, n, i - 1);
		}
		uint8_t have = v->stack[v->height - i], want = types[n - i];

		if (have != want && have != UNKNOWN)
			return fail_invalid(&v->r,
					    "type mismatch: %s requires %s for its label but "
					    "stack has %s",
					    v->instruction, valtype_name(want), valtype_name(have));
	}
	return true;
}

static bool read_blocktype(struct validator *v, struct functype *type)
{
	const uint8_t *at = v->r.pos;
	int64_t index;

	*type = nothing;
	if (at < v->r.end && *at == 0x40) {
		v->r.pos++;
		return true;
	}
	if (at < v->r.end && (*at & 0xc0) == 0x40) {
		uint8_t result;

		if (!read_valtype(&v->r, &result))
			return false;
		type->nresults = 1;
		type->results = at;
		return true;
	}
	if (!read_leb_s(&v->r, 33, &index))
		return false;
	if (index < 0)
		return fail_malformed(&v->r, "malformed block type");
	if (index >= v->m->ntypes)
		return fail_invalid(&v->r, "unknown type %u", (uint32_t)index);
	*type = v->m->types[index];
	return true;
}

static bool read_tag(struct validator *v, const struct functype **type)
{
	uint32_t tag;

	if (!read_u32(&v->r, &tag))
		return false;
	if (tag >= v->m->ntags)
		return fail_invalid(&v->r, "unknown tag %u", tag);
	*type = &v->m->types[v->m->tags[tag]];
	return true;
}

/* One clause of try_table: what it delivers is what its label takes. */
static bool validate_catch(struct validator *v)
{
	static const uint8_t exnref = TYPE_EXNREF;
	const struct functype *tag = &nothing;
	const uint8_t *types;
	struct frame *target;
	uint8_t kind;
	uint32_t n;

	if (!read_byte(&v->r, &kind))
		return false;
	if (kind > CATCH_ALL_REF)
		return fail_malformed(&v->r, "malformed catch clause 0x%02x", kind);
	if ((kind == CATCH || kind == CATCH_REF) && !read_tag(v, &tag))
		return false;
	if (!read_label(v, &target))
		return false;
	types = label_types(target, &n);

	uint32_t ref = kind == CATCH_REF || kind == CATCH_ALL_REF;

	if (n != tag->nparams + ref || memcmp(types, tag->params, tag->nparams) ||
	    (ref && types[n - 1] != exnref)) {
		char buf[100];

		return fail_invalid(
			&v->r, "type mismatch: catch clause for %s%s has a label of another type",
			functype_format(tag, buf, sizeof(buf)), ref ? " and exnref" : "");
	}
	return true;
}

static bool validate_try_table(struct validator *v)
{
	struct functype type;
	uint32_t n;

	/* The clauses' labels count from outside the block. */
	if (!read_blocktype(v, &type) || !read_u32(&v->r, &n))
		return false;
	for (; n; n--)
		if (!validate_catch(v))
			return false;
	return pop_all(v, type.params, type.nparams) && push_frame(v, OP_TRY_TABLE, &type);
}

static bool validate_br_table(struct validator *v)
{
	struct frame *target;
	uint32_t n, arity, first_arity = 0;

	if (!read_u32(&v->r, &n) || !pop(v, TYPE_I32))
		return false;
	for (uint64_t i = 0; i <= n; i++) {
		if (!read_label(v, &target))
			return false;
		label_types(target, &arity);
		if (i == 0)
			first_arity = arity;
		else if (arity != first_arity)
			return fail_invalid(&v->r,
					    "type mismatch: labels of br_table take %u and "
					    "%u values",
					    first_arity, arity);
		if (!check_branch(v, target))
			return false;
	}
	unreachable(v);
	return true;
}

static bool validate_br_if(struct validator *v)
{
	struct frame *target;
	uint32_t n;

	if (!read_label(v, &target) || !pop(v, TYPE_I32))
		return false;
	const uint8_t *types = label_types(target, &n);

	/* In unreachable code this gives the operands their types. */
	return pop_all(v, types, n) && push_all(v, types, n);
}

/* The current frame goes on as another part: else, catch or catch_all. */
static bool next_part(struct validator *v, uint32_t op)
{
	struct frame *f = top_frame(v);

	if (!end_part(v))
		return false;
	f->opcode = op;
	f->unreachable = false;
	return true;
}

static bool validate_catch_legacy(struct validator *v, uint32_t op)
{
	const struct functype *tag = &nothing;
	uint32_t before = top_frame(v)->opcode;

	if (before != OP_TRY && before != OP_CATCH)
		return fail_malformed(&v->r, "%s without try", v->instruction);
	if (op == OP_CATCH && !read_tag(v, &tag))
		return false;
	return next_part(v, op) && push_all(v, tag->params, tag->nparams);
}

static bool pop_frame(struct validator *v)
{
	struct frame f = *top_frame(v);

	if (!end_part(v))
		return false;
	v->nframes--;
	/* The body's results are returned: no frame is left to take them. */
	return !v->nframes || push_all(v, f.results, f.nresults);
}

static bool validate_delegate(struct validator *v)
{
	uint32_t label;

	if (top_frame(v)->opcode != OP_TRY)
		return fail_malformed(&v->r, "delegate without try");
	if (!read_u32(&v->r, &label))
		return false;
	/* Counts from outside the try; the outermost is the caller. */
	if (label >= v->nframes - 1)
		return fail_invalid(&v->r, "unknown label %u", label);
	return pop_frame(v);
}

static bool validate_rethrow(struct validator *v)
{
	struct frame *target;

	if (!read_label(v, &target))
		return false;
	if (target->opcode != OP_CATCH && target->opcode != OP_CATCH_ALL)
		return fail_invalid(&v->r, "invalid rethrow label");
	unreachable(v);
	return true;
}

static bool validate_end(struct validator *v)
{
	const struct frame *f = top_frame(v);

	/* An if without else passes its parameters on. */
	if (f->opcode == OP_IF &&
	    (f->nparams != f->nresults || memcmp(f->params, f->results, f->nparams)))
		return fail_invalid(&v->r,
				    "type mismatch: if without else must return what it takes");
	return pop_frame(v);
}

static bool validate_block(struct validator *v, uint32_t op)
{
	struct functype type;

	return read_blocktype(v, &type) && (op != OP_IF || pop(v, TYPE_I32)) &&
	       pop_all(v, type.params, type.nparams) && push_frame(v, op, &type);
}

bool validate_control(struct validator *v, uint32_t op)
{
	const struct functype *tag;
	struct frame *target;

	switch (op) {
	case OP_BLOCK:
	case OP_LOOP:
	case OP_IF:
	case OP_TRY: return validate_block(v, op);
	case OP_TRY_TABLE: return validate_try_table(v);
	case OP_ELSE:
		if (top_frame(v)->opcode != OP_IF)
			return fail_malformed(&v->r, "else without if");
		return next_part(v, op) && push_all(v, top_frame(v)->params, top_frame(v)->nparams);
	case OP_CATCH:
	case OP_CATCH_ALL: return validate_catch_legacy(v, op);
	case OP_DELEGATE: return validate_delegate(v);
	case OP_RETHROW: return validate_rethrow(v);
	case OP_END: return validate_end(v);
	case OP_BR:
		if (!read_label(v, &target) || !check_branch(v, target))
			return false;
		break;
	case OP_BR_IF: return validate_br_if(v);
	case OP_BR_TABLE: return validate_br_table(v);
	case OP_RETURN:
		if (!check_branch(v, &v->frames[0]))
			return false;
		break;
	case OP_THROW:
		if (!read_tag(v, &tag) || !pop_all(v, tag->params, tag->nparams))
			return false;
		break;
	case OP_THROW_REF:
		if (!pop(v, TYPE_EXNREF))
			return false;
		break;
	}
	unreachable(v); /* unreachable, br, return, throw, throw_ref */
	return true;
}

static bool read_callee(struct validator *v, uint32_t op, const struct functype **type)
{
	const struct module *m = v->m;
	uint32_t index, table;

	if (!read_u32(&v->r, &index))
		return false;
	if (op == OP_CALL || op == OP_RETURN_CALL) {
		if (index >= (uint64_t)m->nfuncimports + m->nfunctions)
			return fail_invalid(&v->r, "unknown function %u", index);
		*type = module_functype(m, index);
		return true;
	}
	if (!read_u32(&v->r, &table))
		return false;
	if (table >= m->ntables)
		return fail_invalid(&v->r, "unknown table %u", table);
	if (m->tables[table].elem != TYPE_FUNCREF)
		return fail_invalid(&v->r, "type mismatch: %s through a table of %s",
				    v->instruction, valtype_name(m->tables[table].elem));
	if (index >= m->ntypes)
		return fail_invalid(&v->r, "unknown type %u", index);
	*type = &m->types[index];
	return pop(v, TYPE_I32);
}

bool validate_call(struct validator *v, uint32_t op)
{
	const struct functype *type;

	if (!read_callee(v, op, &type) || !pop_all(v, type->params, type->nparams))
		return false;
	if (op == OP_CALL || op == OP_CALL_INDIRECT)
		return push_all(v, type->results, type->nresults);
	if (type->nresults != v->type->nresults ||
	    memcmp(type->results, v->type->results, type->nresults))
		return fail_invalid(&v->r, "type mismatch: %s to a function with other results",
				    v->instruction);
	unreachable(v);
	return true;
}
