/* Values and statements. */
#include "generate.h"

#include <stdlib.h>
#include <string.h>

/* Instructions of opcodes.def by what they leave, '0' for nothing. */
static const struct opinfo *by_result[128][600];
static unsigned nby_result[128];

static bool usable(const struct opinfo *info)
{
	if (info->sig[0] == '*' || (strchr(info->sig, 'V') && !simd))
		return false;
	switch (info->code) {
	/* Need more than random operands; made where they make sense, or not at all. */
	case OP_MEMORY_INIT:
	case OP_DATA_DROP:
	case OP_TABLE_INIT:
	case OP_ELEM_DROP:
	case OP_TABLE_COPY:
	case OP_MEMORY_COPY:
	case OP_MEMORY_FILL:
	case OP_MEMORY_GROW:
	case OP_MEMORY_ATOMIC_WAIT32:
	case OP_MEMORY_ATOMIC_WAIT64: return false;
	}
	return relaxed || info->code < OP_I8X16_RELAXED_SWIZZLE || info->code >> 12 != 0xfd;
}

void collect(void)
{
	for (uint32_t prefix = 0; prefix < 4; prefix++)
		for (uint32_t i = 0; i < (prefix ? 0x200 : 0x100); i++) {
			const struct opinfo *info =
				opcode_info(prefix ? (0xfb + prefix) << 12 | i : i);

			if (!info || !usable(info))
				continue;
			char result = strchr(info->sig, ':')[1] ? strchr(info->sig, ':')[1] : '0';

			by_result[(int)result][nby_result[(int)result]++] = info;
		}
}

struct buf code;
bool cut[NODES];
unsigned node, node_end[NODES], limit, counters, ncounters;
unsigned self, nlocals, nlabels, nested;
unsigned size;	  /* so far; not in bytes, as it must be the same in each encoding */
unsigned nopen;	  /* blocks; more than labels, when some are there for the encoding only */
unsigned exnrefs; /* the first of MAXLABELS + 2 locals, with the standard encoding */
char locals[MAXARGS + 5 + NLOCALS + COUNTERS];
unsigned scratch[128]; /* local of each type */
struct label labels[MAXLABELS + 2];

void emit(uint32_t op)
{
	put_op(&code, op);
}

void emit_index(uint32_t op, uint32_t index)
{
	emit(op);
	put_leb(&code, index);
}

void emit_i32(int32_t v)
{
	emit(OP_I32_CONST);
	put_sleb(&code, v);
}

void constant(char type)
{
	static const int64_t interesting[] = {0,	 1,	    -1,	       2,
					      7,	 31,	    32,	       63,
					      64,	 127,	    128,       255,
					      0x7fff,	 0x8000,    65535,     INT32_MAX,
					      INT32_MIN, INT64_MAX, INT64_MIN, 0x100000000};
	static const double floats[] = {
		0,	-0.0,	 1,	  -1,	  0.5,	      1e10,	     -1e10,
		3.4e38, 1e-40,	 1e308,	  5e-324, 2147483647, -2147483648.0, 4294967296.0,
		9.2e18, 1.0 / 0, -1.0 / 0};
	int64_t n = chance(2) ? interesting[rnd(20)] : (int64_t)(state * 31);
	double d = chance(2) ? floats[rnd(17)] : (double)(int32_t)rnd(UINT32_MAX) / (1 + rnd(1000));
	float f = d;

	switch (type) {
	case 'i': emit_i32(n); break;
	case 'I': emit(OP_I64_CONST), put_sleb(&code, n); break;
	case 'f': emit(OP_F32_CONST), put_bytes(&code, &f, 4); break;
	case 'd': emit(OP_F64_CONST), put_bytes(&code, &d, 8); break;
	case 'V':
		emit(OP_V128_CONST), put_bytes(&code, &n, 8), n *= 0x9e3779b97f4a7c15,
			put_bytes(&code, &n, 8);
		break;
	}
}

void zero(char type)
{
	switch (type) {
	case 'i': emit_i32(0); break;
	case 'I': emit(OP_I64_CONST), put(&code, 0); break;
	case 'f': emit(OP_F32_CONST), put_bytes(&code, "\0\0\0", 4); break;
	case 'd': emit(OP_F64_CONST), put_bytes(&code, "\0\0\0\0\0\0\0", 8); break;
	case 'V': emit(OP_V128_CONST), put_bytes(&code, (const uint8_t[16]){0}, 16); break;
	}
}

/* Of the value on the stack, if it is a NaN, the canonical one. `lanes`: 4 or 8 bytes wide, for vectors. */
static void canonicalize(char type, unsigned lane)
{
	static const uint32_t nan32[4] = {0x7fc00000, 0x7fc00000, 0x7fc00000, 0x7fc00000};
	static const uint64_t nan64[2] = {0x7ff8000000000000, 0x7ff8000000000000};
	unsigned s = scratch[(int)type];

	emit_index(OP_LOCAL_TEE, s);
	emit(type == 'f' ? OP_F32_CONST : type == 'd' ? OP_F64_CONST : OP_V128_CONST);
	if (type == 'V')
		put_bytes(&code, lane == 4 ? (const void *)nan32 : nan64, 16);
	else
		put_bytes(&code, type == 'f' ? (const void *)nan32 : nan64, lane);
	emit_index(OP_LOCAL_GET, s);
	emit_index(OP_LOCAL_GET, s);
	if (type == 'V') {
		emit(lane == 4 ? OP_F32X4_EQ : OP_F64X2_EQ);
		emit(OP_V128_BITSELECT);
	} else {
		emit(type == 'f' ? OP_F32_EQ : OP_F64_EQ);
		emit(OP_SELECT);
	}
	/* Nor must the NaN as it was remain in the local, which others may read. */
	emit_index(OP_LOCAL_TEE, s);
}

static bool may_make_nan(const struct opinfo *info)
{
	const char *dot = strchr(info->name, '.');

	if (info->name[0] != 'f' || info->imm != IMM_NONE || !dot)
		return false;
	static const char *const keep[] = {".abs", ".neg", ".copysign", ".eq", ".ne",
					   ".lt",  ".gt",  ".le",	".ge"};

	for (unsigned i = 0; i < sizeof(keep) / sizeof(*keep); i++)
		if (!strcmp(dot, keep[i]))
			return false;
	return strncmp(dot, ".reinterpret", 12);
}

/* How many lanes a vector has, by the name of an instruction. */
static unsigned nlanes(const char *name)
{
	return atoi(strchr(name, 'x') + 1);
}

/*
 * An address, mostly aligned. That of an access which an optimiser may drop or move is within the first page, unless the
 * options say otherwise: it would drop or move the trap as well.
 */
static void address(bool aligned, bool outside, unsigned depth)
{
	if (ncounters && chance(2)) {
		counter();
		emit_i32(rnd(5));
		emit(OP_I32_SHL);
		emit_i32(rnd(4096));
		emit(OP_I32_ADD);
		if (!aligned)
			return;
	} else {
		value('i', depth);
	}
	if (!chance(200) || !outside) {
		emit_i32(outside ? 0xfff8 : 0x7ff8);
		emit(OP_I32_AND);
	}
}

static void memarg(const struct opinfo *info, bool atomic, bool outside)
{
	put_leb(&code, atomic ? info->align : rnd(info->align + 1u));
	put_leb(&code, chance(300) && outside ? 0xfffffff8 : rnd(64) * (atomic ? 8 : 1));
}

/* An instruction from the table, with its operands. */
static void table_op(const struct opinfo *info, unsigned depth)
{
	const bool memory = info->imm == IMM_MEMARG || info->imm == IMM_MEMARG_LANE;
	const bool atomic = info->code >> 12 == 0xfe, outside = atomic || wild;

	for (const char *s = info->sig; *s != ':'; s++)
		if (memory && s == info->sig)
			address(atomic, outside, depth - 1);
		else
			value(*s, depth - 1);
	emit(info->code);
	switch (info->imm) {
	case IMM_MEMARG: memarg(info, atomic, outside); break;
	case IMM_MEMARG_LANE:
		memarg(info, atomic, outside), put(&code, rnd(16 >> info->align));
		break;
	case IMM_MEMORY:
	case IMM_TABLE:
	case IMM_FENCE: put(&code, 0); break;
	case IMM_I32: put_sleb(&code, (int32_t)rnd(UINT32_MAX)); break;
	case IMM_I64: put_sleb(&code, (int64_t)state); break;
	case IMM_F32: put_bytes(&code, &(float){1.5f}, 4); break;
	case IMM_F64: put_bytes(&code, &(double){-2.5}, 8); break;
	case IMM_V128: put_bytes(&code, &state, 8), put_bytes(&code, &state, 8); break;
	case IMM_LANE: put(&code, rnd(nlanes(info->name))); break;
	case IMM_LANES:
		for (int i = 0; i < 16; i++)
			put(&code, rnd(32));
		break;
	}
	const char *result = strchr(info->sig, ':') + 1;

	if (may_make_nan(info) && (*result == 'f' || *result == 'd'))
		canonicalize(*result, *result == 'f' ? 4 : 8);
	else if (may_make_nan(info) && *result == 'V')
		canonicalize('V', !strncmp(info->name, "f32", 3) ? 4 : 8);
}

/* Drops into locals what a call left, but keeps a value of the type that is wanted (if any). */
void keep(const struct type *t, char wanted)
{
	bool kept = false;

	for (unsigned i = t->nresults; i--;) {
		if (t->results[i] == wanted)
			kept = true;
		emit_index(OP_LOCAL_SET, scratch[(int)t->results[i]]);
	}
	if (!wanted)
		return;
	if (kept)
		emit_index(OP_LOCAL_GET, scratch[(int)wanted]);
	else
		constant(wanted);
}

static void call(char wanted, unsigned depth)
{
	unsigned callee = rnd(NFUNCS), type = functype[callee];
	bool indirect = chance(3);

	for (unsigned i = 0; i < types[type].nparams; i++)
		value(types[type].params[i], depth - 1);
	if (indirect) {
		/* Mostly an element of this type: the table holds the functions in turn. */
		emit_i32(chance(20) ? rnd(30) : callee + NFUNCS * rnd(NTABLE / NFUNCS));
		emit_index(OP_CALL_INDIRECT, type);
		put(&code, 0);
	} else {
		emit_index(OP_CALL, callee);
	}
	keep(&types[type], wanted);
}

static void get(char type)
{
	unsigned at = rnd(nlocals);

	for (unsigned i = 0; i < nlocals; i++, at = (at + 1) % nlocals)
		if (locals[at] == type) {
			emit_index(OP_LOCAL_GET, at);
			return;
		}
}

/* Those that trap for many operands are taken less often: what comes after a trap is not run. */
static const struct opinfo *choose(char type)
{
	const struct opinfo *info = by_result[(int)type][rnd(nby_result[(int)type])];
	const bool traps = strstr(info->name, "trunc_f") || strstr(info->name, ".div_") ||
			   strstr(info->name, ".rem_");

	return traps && !chance(4) ? choose(type) : info;
}

static void make_value(char type, unsigned depth)
{
	if (!depth || size > limit || nested > 60) {
		if (chance(3))
			constant(type);
		else if (type == 'i' && ncounters && chance(3))
			counter();
		else
			get(type);
		return;
	}
	nested++;
	switch (rnd(16)) {
	case 0: block(type, depth); break;
	case 1: call(type, depth); break;
	case 2: branch_if(type, depth); break;
	case 3:
		value(type, depth - 1);
		emit_index(OP_LOCAL_TEE, scratch[(int)type]);
		break;
	case 4:
		value(type, depth - 1);
		value(type, depth - 1);
		value('i', depth - 1);
		if (chance(2)) {
			emit(OP_SELECT);
		} else {
			emit_index(OP_SELECT_T, 1);
			put(&code, valtype(type));
		}
		break;
	case 5:
		if (type == 'i' && chance(2)) {
			emit_i32(rnd(2));
			emit_index(OP_MEMORY_GROW, 0);
			break;
		}
		if (type == 'i') {
			table_value(depth);
			break;
		}
		/* fall through */
	case 6: {
		const char *g = strchr(globals + 1 + rnd(4), type);

		if (g) {
			emit_index(OP_GLOBAL_GET, g - globals);
			break;
		}
	} /* fall through */
	default: table_op(choose(type), depth);
	}
	nested--;
}

/* The next node's number. */
static unsigned begin_node(void)
{
	size++;
	if (node == NODES)
		abort();
	return node++;
}

void value(char type, unsigned depth)
{
	const size_t at = code.n;
	const unsigned number = begin_node();

	make_value(type, depth);
	node_end[number] = node;
	if (cut[number]) {
		code.n = at;
		zero(type);
	}
}

static void bulk(void)
{
	emit_i32(rnd(65000));
	emit_i32(rnd(chance(10) ? 70000 : 30));
	emit_i32(rnd(30));
	switch (rnd(3)) {
	case 0: emit_index(OP_MEMORY_FILL, 0); break;
	case 1: emit_index(OP_MEMORY_COPY, 0), put(&code, 0); break;
	case 2: emit_index(OP_MEMORY_INIT, 0), put(&code, 0); break;
	}
}

static void make_statement(unsigned depth)
{
	unsigned i;

	nested++;
	switch (rnd(14)) {
	case 0: block(0, depth); break;
	case 1: call(0, depth); break;
	case 2: branch_if(0, depth); break;
	case 3: leave(depth); break;
	case 4:
		i = 1 + rnd(sizeof(globals) - 2);
		value(globals[i], depth - 1);
		emit_index(OP_GLOBAL_SET, i);
		break;
	case 5: bulk(); break;
	case 6:
		if (chance(2)) {
			table_statement(depth);
			break;
		}
		/* fall through */
	case 7:
	case 8:
		i = rnd(nlocals);
		value(locals[i], depth - 1);
		emit_index(OP_LOCAL_SET, i);
		break;
	case 9: {
		char type = random_letter();

		value(type, depth - 1);
		emit(OP_DROP);
		break;
	}
	case 10:
		if (counted(depth))
			break;
		/* fall through */
	case 11:
		if (chance(3)) {
			stream();
			break;
		}
		/* fall through */
	default: table_op(by_result['0'][rnd(nby_result['0'])], depth);
	}
	nested--;
}

static void statement(unsigned depth)
{
	const size_t at = code.n;
	const unsigned number = begin_node();

	make_statement(depth);
	node_end[number] = node;
	if (cut[number])
		code.n = at;
}

void statements(unsigned n, unsigned depth)
{
	for (; n && depth && size < limit && nested < 60; n--)
		statement(depth);
}

void put_locals(unsigned first)
{
	put_leb(&code, nlocals - first + 1 + standard);
	for (unsigned i = first; i < nlocals; i++) {
		put_leb(&code, 1);
		put(&code, valtype(locals[i]));
	}
	put_leb(&code, COUNTERS), put(&code, TYPE_I32);
	counters = nlocals;
	if (standard)
		put_leb(&code, MAXLABELS + 2), put(&code, TYPE_EXNREF);
	exnrefs = nlocals + COUNTERS;
}

void function(unsigned index)
{
	const struct type *t = &types[functype[index]];

	self = index;
	nested = size = nlabels = nopen = ncounters = 0;
	memcpy(locals, t->params, nlocals = t->nparams);
	for (unsigned i = 0; i < 5; i++)
		if (letters[i] != 'V' || simd) {
			scratch[(int)letters[i]] = nlocals;
			locals[nlocals++] = letters[i];
		}
	for (unsigned n = rnd(NLOCALS); n; n--)
		locals[nlocals++] = random_letter();
	put_locals(t->nparams);
	burn();
	emit(OP_IF);
	put(&code, 0x40);
	for (unsigned i = 0; i < t->nresults; i++)
		zero(t->results[i]);
	emit(OP_RETURN);
	emit(OP_END);
	push_label(t->results);
	statements(2 + rnd(8), 1 + rnd(6));
	for (unsigned i = 0; i < t->nresults; i++)
		value(t->results[i], 1 + rnd(6));
	/* A tail call of a function with the same results takes over now and then. */
	for (unsigned i = 0; i < NFUNCS && chance(2); i++)
		if (!strcmp(types[functype[i]].results, t->results)) {
			for (unsigned p = t->nresults; p--;)
				emit(OP_DROP);
			for (unsigned p = 0; p < types[functype[i]].nparams; p++)
				value(types[functype[i]].params[p], 2);
			if (chance(2)) {
				emit_i32(i);
				emit_index(OP_RETURN_CALL_INDIRECT, functype[i]);
				put(&code, 0);
			} else {
				emit_index(OP_RETURN_CALL, i);
			}
			break;
		}
	emit(OP_END);
}
