/* Function bodies. What opcodes.def says of an instruction is used as it is; the rest is spelled out here. */
#include "validate.h"

#include <stdlib.h>
#include <string.h>

bool push_slowly(struct validator *v, uint8_t type)
{
	if (v->height == v->capacity) {
		uint32_t n = v->capacity ? v->capacity * 2 : 256;
		uint8_t *bigger = realloc(v->stack, n);

		if (!bigger)
			return fail_memory(&v->r);
		v->stack = bigger;
		v->capacity = n;
	}
	v->stack[v->height++] = type;
	v->slots += type == TYPE_V128 ? 2 : 1;
	if (v->slots > v->f->maxstack) {
		if (v->slots > MAX_STACK)
			return fail_invalid(&v->r,
					    "operand stack is too high: at most %u slots "
					    "are supported",
					    MAX_STACK);
		v->f->maxstack = v->slots;
	}
	return true;
}

bool pop_any(struct validator *v, uint8_t *type)
{
	const struct frame *f = top_frame(v);

	if (v->height == f->height) {
		*type = UNKNOWN;
		return f->unreachable || fail_invalid(&v->r,
						      "type mismatch: %s requires a value but "
						      "stack has []",
						      v->instruction);
	}
	*type = v->stack[--v->height];
	v->slots -= *type == TYPE_V128 ? 2 : 1;
	return true;
}

bool pop_slowly(struct validator *v, uint8_t expected)
{
	uint8_t type;

	if (v->height == top_frame(v)->height && !top_frame(v)->unreachable)
		return fail_invalid(&v->r, "type mismatch: %s requires [%s] but stack has []",
				    v->instruction, valtype_name(expected));
	if (!pop_any(v, &type))
		return false;
	return type == expected || type == UNKNOWN || expected == UNKNOWN ||
	       fail_invalid(&v->r, "type mismatch: %s requires [%s] but stack has [%s]",
			    v->instruction, valtype_name(expected), valtype_name(type));
}

bool push_all(struct validator *v, const uint8_t *types, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!push(v, types[i]))
			return false;
	return true;
}

bool pop_all(struct validator *v, const uint8_t *types, uint32_t n)
{
	while (n)
		if (!pop(v, types[--n]))
			return false;
	return true;
}

/* Types by their letter in a signature. */
static const uint8_t letters[128] = {
	['i'] = TYPE_I32, ['I'] = TYPE_I64, ['f'] = TYPE_F32, ['d'] = TYPE_F64, ['V'] = TYPE_V128,
};

static bool apply_signature(struct validator *v, const char *sig)
{
	const char *colon = sig;

	while (*colon != ':')
		colon++;
	for (const char *s = colon; s > sig;)
		if (!pop(v, letters[(int)*--s]))
			return false;
	while (*++colon)
		if (!push(v, letters[(int)*colon]))
			return false;
	return true;
}

static bool read_index(struct validator *v, const char *what, uint32_t count, uint32_t *index)
{
	if (!read_u32(&v->r, index))
		return false;
	return *index < count || fail_invalid(&v->r, "unknown %s %u", what, *index);
}

static bool read_memory(struct validator *v)
{
	uint32_t index;

	return read_index(v, "memory", v->m->nmemories, &index);
}

/* Without a data count, bodies could not be validated before the data section has been seen. */
static bool read_data(struct validator *v)
{
	uint32_t index;

	if (!v->d->has_datacount)
		return fail_malformed(&v->r, "data count section required");
	return read_index(v, "data segment", v->m->ndata, &index);
}

static bool read_memarg(struct validator *v, const struct opinfo *info)
{
	uint32_t flags, memory = 0;
	uint64_t offset;

	if (!read_u32(&v->r, &flags))
		return false;
	if (flags >= 128)
		return fail_malformed(&v->r, "malformed memop flags");
	if (flags >= 64 && !read_u32(&v->r, &memory))
		return false;
	if (!read_leb_u(&v->r, 64, &offset))
		return false;
	if (memory >= v->m->nmemories)
		return fail_invalid(&v->r, "unknown memory %u", memory);
	if ((flags & 63) > info->align)
		return fail_invalid(&v->r, "alignment must not be larger than natural");
	if (info->code >> 12 == 0xfe && (flags & 63) != info->align)
		return fail_invalid(&v->r, "alignment must be natural for an atomic access");
	return offset <= UINT32_MAX || fail_invalid(&v->r, "offset out of range");
}

/* How many lanes the instruction chooses from: by the shape in its name or the width of its access. */
static bool read_lane(struct validator *v, const struct opinfo *info)
{
	uint8_t lane, lanes = 16 >> info->align;

	if (info->imm == IMM_LANE)
		lanes = info->name[1] == '8' ? 16 : info->name[4] - '0'; /* i8x16, i16x8, f32x4 … */
	if (!read_byte(&v->r, &lane))
		return false;
	return lane < lanes || fail_invalid(&v->r, "invalid lane index");
}

static bool read_lanes(struct validator *v)
{
	uint8_t lane;

	for (int i = 0; i < 16; i++) {
		if (!read_byte(&v->r, &lane))
			return false;
		if (lane >= 32)
			return fail_invalid(&v->r, "invalid lane index");
	}
	return true;
}

static bool validate_memory_copy(struct validator *v)
{
	return read_memory(v) && read_memory(v);
}

static bool validate_table_init(struct validator *v)
{
	uint32_t elem, table;

	if (!read_index(v, "elem segment", v->m->nelems, &elem) ||
	    !read_index(v, "table", v->m->ntables, &table))
		return false;
	return v->m->elems[elem].type == v->m->tables[table].elem ||
	       fail_invalid(&v->r, "type mismatch: table.init of a table of another type");
}

static bool validate_table_copy(struct validator *v)
{
	uint32_t dst, src;

	if (!read_index(v, "table", v->m->ntables, &dst) ||
	    !read_index(v, "table", v->m->ntables, &src))
		return false;
	return v->m->tables[dst].elem == v->m->tables[src].elem ||
	       fail_invalid(&v->r, "type mismatch: table.copy between tables of different types");
}

/* The immediates of an instruction whose signature opcodes.def gives. */
static bool read_immediate(struct validator *v, const struct opinfo *info)
{
	const uint8_t *bytes;
	int64_t number;
	uint32_t index;
	uint8_t zero;

	switch (info->imm) {
	case IMM_NONE: return true;
	case IMM_MEMARG: return read_memarg(v, info);
	case IMM_MEMARG_LANE: return read_memarg(v, info) && read_lane(v, info);
	case IMM_MEMORY: return read_memory(v);
	case IMM_MEMORY_MEMORY: return validate_memory_copy(v);
	case IMM_DATA_MEMORY: return read_data(v) && read_memory(v);
	case IMM_DATA: return read_data(v);
	case IMM_TABLE: return read_index(v, "table", v->m->ntables, &index);
	case IMM_TABLE_TABLE: return validate_table_copy(v);
	case IMM_ELEM_TABLE: return validate_table_init(v);
	case IMM_ELEM: return read_index(v, "elem segment", v->m->nelems, &index);
	case IMM_I32: return read_leb_s(&v->r, 32, &number);
	case IMM_I64: return read_leb_s(&v->r, 64, &number);
	case IMM_F32: return read_bytes(&v->r, 4, &bytes);
	case IMM_F64: return read_bytes(&v->r, 8, &bytes);
	case IMM_V128: return read_bytes(&v->r, 16, &bytes);
	case IMM_LANE: return read_lane(v, info);
	case IMM_LANES: return read_lanes(v);
	case IMM_FENCE:
		return read_byte(&v->r, &zero) &&
		       (!zero || fail_malformed(&v->r, "zero byte expected"));
	}
	return fail_malformed(&v->r, "illegal opcode %s", info->name);
}

static bool validate_local(struct validator *v, uint32_t op)
{
	uint32_t index;

	if (!read_index(v, "local", v->nlocals, &index))
		return false;
	uint8_t type = v->locals[index];

	return (op == OP_LOCAL_GET || pop(v, type)) && (op == OP_LOCAL_SET || push(v, type));
}

static bool validate_global(struct validator *v, uint32_t op)
{
	uint32_t index;

	if (!read_index(v, "global", v->m->nglobals, &index))
		return false;
	const struct globaltype *global = &v->m->globals[index];

	if (op == OP_GLOBAL_GET)
		return push(v, global->type);
	if (!global->mutable)
		return fail_invalid(&v->r, "immutable global %u", index);
	return pop(v, global->type);
}

static bool validate_table(struct validator *v, uint32_t op)
{
	uint32_t index;

	if (!read_index(v, "table", v->m->ntables, &index))
		return false;
	uint8_t elem = v->m->tables[index].elem;

	switch (op) {
	case OP_TABLE_GET: return pop(v, TYPE_I32) && push(v, elem);
	case OP_TABLE_SET: return pop(v, elem) && pop(v, TYPE_I32);
	case OP_TABLE_GROW: return pop(v, TYPE_I32) && pop(v, elem) && push(v, TYPE_I32);
	default: return pop(v, TYPE_I32) && pop(v, elem) && pop(v, TYPE_I32); /* table.fill */
	}
}

static bool validate_select(struct validator *v)
{
	uint8_t a, b;

	if (!pop(v, TYPE_I32) || !pop_any(v, &b) || !pop_any(v, &a))
		return false;
	if (is_reftype(a) || is_reftype(b))
		return fail_invalid(&v->r, "type mismatch: select of references needs a type");
	if (a != b && a != UNKNOWN && b != UNKNOWN)
		return fail_invalid(&v->r, "type mismatch: select between %s and %s",
				    valtype_name(a), valtype_name(b));
	return push(v, a == UNKNOWN ? b : a);
}

static bool validate_select_typed(struct validator *v)
{
	uint32_t n;
	uint8_t type;

	if (!read_u32(&v->r, &n))
		return false;
	if (n != 1)
		return fail_invalid(&v->r, "invalid result arity");
	return read_valtype(&v->r, &type) && pop(v, TYPE_I32) && pop(v, type) && pop(v, type) &&
	       push(v, type);
}

static bool validate_reference(struct validator *v, uint32_t op)
{
	uint32_t func;
	uint8_t type;

	switch (op) {
	case OP_REF_NULL: return read_reftype(&v->r, &type) && push(v, type);
	case OP_REF_IS_NULL:
		if (!pop_any(v, &type))
			return false;
		if (type != UNKNOWN && !is_reftype(type))
			return fail_invalid(&v->r, "type mismatch: ref.is_null of %s",
					    valtype_name(type));
		return push(v, TYPE_I32);
	default:
		if (!read_index(v, "function", v->m->nfuncimports + v->m->nfunctions, &func))
			return false;
		if (!v->d->declared[func])
			return fail_invalid(&v->r, "undeclared function reference %u", func);
		return push(v, TYPE_FUNCREF);
	}
}

/* An instruction whose types depend on more than its opcode. */
static bool validate_special(struct validator *v, uint32_t op)
{
	uint8_t type;

	switch (op) {
	case OP_CALL:
	case OP_CALL_INDIRECT:
	case OP_RETURN_CALL:
	case OP_RETURN_CALL_INDIRECT: return validate_call(v, op);
	case OP_DROP: return pop_any(v, &type);
	case OP_SELECT: return validate_select(v);
	case OP_SELECT_T: return validate_select_typed(v);
	case OP_LOCAL_GET:
	case OP_LOCAL_SET:
	case OP_LOCAL_TEE: return validate_local(v, op);
	case OP_GLOBAL_GET:
	case OP_GLOBAL_SET: return validate_global(v, op);
	case OP_TABLE_GET:
	case OP_TABLE_SET:
	case OP_TABLE_GROW:
	case OP_TABLE_FILL: return validate_table(v, op);
	case OP_REF_NULL:
	case OP_REF_IS_NULL:
	case OP_REF_FUNC: return validate_reference(v, op);
	default: return validate_control(v, op);
	}
}

static bool illegal_opcode(struct validator *v, const uint8_t *at, uint32_t op)
{
	v->r.pos = at;
	if (op == 0x14 || op == 0x15 || (op >= 0xd3 && op <= 0xd6) || *at == 0xfb)
		return fail_malformed(&v->r,
				      "illegal opcode %02x: typed function references and "
				      "garbage collection are not supported",
				      *at);
	if (op > 0xff)
		return fail_malformed(&v->r, "illegal opcode %02x %x", *at, op & 0xfff);
	return fail_malformed(&v->r, "illegal opcode %02x", op);
}

static bool validate_instruction(struct validator *v)
{
	const uint8_t *at = v->r.pos;
	const struct opinfo *info;
	uint32_t op = *v->r.pos++;

	if (op >= 0xfc && op <= 0xfe) {
		uint32_t number;

		if (!read_u32(&v->r, &number))
			return false;
		op = op << 12 | (number > 0xfff ? 0xfff : number);
	}
	info = opcode_info(op);
	if (!info)
		return illegal_opcode(v, at, op);
	v->instruction = info->name;
	if (info->sig[0] == '*')
		return validate_special(v, op);
	return read_immediate(v, info) && apply_signature(v, info->sig);
}

static void set_locals(struct validator *v, const struct function *f)
{
	v->nlocals = v->type->nparams;
	memcpy(v->locals, v->type->params, v->nlocals);
	for (uint32_t i = 0; i < f->nlocalgroups; i++) {
		memset(v->locals + v->nlocals, f->localgroups[i].type, f->localgroups[i].count);
		v->nlocals += f->localgroups[i].count;
	}
}

static bool validate_function(struct validator *v, struct function *f)
{
	struct functype body;

	v->f = f;
	v->type = &v->m->types[f->type];
	v->r.pos = f->code;
	v->r.end = f->end;
	v->height = v->slots = v->nframes = 0;
	set_locals(v, f);
	/* A block that takes nothing and returns what the function does. */
	body = (struct functype){
		.params = v->type->params,
		.nresults = v->type->nresults,
		.results = v->type->results,
	};
	if (!push_frame(v, OP_CALL, &body))
		return false;
	while (v->nframes) {
		if (v->r.pos == v->r.end)
			return fail_malformed(&v->r, "unexpected end of section or function: END "
						     "opcode expected");
		if (!validate_instruction(v))
			return false;
	}
	if (v->r.pos != v->r.end)
		return fail_malformed(&v->r, "END opcode expected at the end of the function only");
	return true;
}

bool validate_functions(struct decoder *d)
{
	struct module *m = d->m;
	struct validator *v = malloc(sizeof(*v));
	bool ok = true;

	if (!v)
		return fail_memory(&d->r);
	v->r = d->r;
	v->m = m;
	v->d = d;
	v->stack = NULL;
	v->frames = NULL;
	v->capacity = v->frame_capacity = 0;
	for (uint32_t i = 0; ok && i < m->nfunctions; i++)
		ok = validate_function(v, &m->functions[i]);
	free(v->stack);
	free(v->frames);
	free(v);
	return ok;
}
