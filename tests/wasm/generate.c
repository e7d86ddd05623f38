/*
 * Random valid modules whose results do not depend on the engine.
 *
 *	generate [--simd] FIRST COUNT DIRECTORY
 *
 * writes DIRECTORY/SEED.wasm for each seed from FIRST. A module imports nothing. Its exports "run0", "run1", … of type
 * [] -> [i64] call one function each and fold its results; "globals" folds the globals; "memory" is there to be
 * compared. Programs end: functions and loops burn fuel, and trap without any. NaNs are made canonical after each
 * operation that may choose one.
 */
#include "../../runtime-lite/wasm/module.h"
#include "../../runtime-lite/wasm/opcodes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NTYPES	8
#define NFUNCS	6
#define NTAGS	2
#define NTABLE	12 /* initial elements */
#define MAXARGS 4
#define NLOCALS 10   /* of a function, besides parameters and a scratch of each type */
#define FUEL	0    /* the global */
#define BODY	1500 /* bytes after which nothing new is begun */
#define CALLS	300  /* fuel for one export */

static uint64_t state;
static bool simd;

static uint32_t rnd(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)((state * UINT64_C(0x2545f4914f6cdd1d)) >> 32) % n;
}

static bool chance(uint32_t n)
{
	return rnd(n) == 0;
}

/* Bytes. */

struct buf {
	uint8_t *p;
	size_t n, room;
};

static void put(struct buf *b, unsigned byte)
{
	if (b->n == b->room && !(b->p = realloc(b->p, b->room = b->room ? 2 * b->room : 256)))
		abort();
	b->p[b->n++] = byte;
}

static void put_bytes(struct buf *b, const void *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(b, ((const uint8_t *)p)[i]);
}

static void put_leb(struct buf *b, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		put(b, v | 0x80);
	put(b, v);
}

static void put_sleb(struct buf *b, int64_t v)
{
	for (;; v >>= 7) {
		if ((v >= 0 && v < 0x40) || (v < 0 && v >= -0x40)) {
			put(b, v & 0x7f);
			return;
		}
		put(b, (v & 0x7f) | 0x80);
	}
}

static void put_op(struct buf *b, uint32_t op)
{
	if (op < 0x100) {
		put(b, op);
	} else {
		put(b, op >> 12);
		put_leb(b, op & 0xfff);
	}
}

static void put_sized(struct buf *out, struct buf *b)
{
	put_leb(out, b->n);
	put_bytes(out, b->p, b->n);
	b->n = 0;
}

static void put_section(struct buf *out, unsigned id, struct buf *b)
{
	put(out, id);
	put_sized(out, b);
}

/* Types by letter. */

static const char letters[] = "iIfdV";

static uint8_t valtype(char letter)
{
	static const uint8_t types[] = {TYPE_I32, TYPE_I64, TYPE_F32, TYPE_F64, TYPE_V128};

	return types[strchr(letters, letter) - letters];
}

static char random_letter(void)
{
	return letters[rnd(simd ? 5 : 4)];
}

struct type {
	unsigned nparams, nresults;
	char params[MAXARGS + 1], results[MAXARGS + 1];
};

/* The first NTAGS have no results: tags are of these. */
static struct type types[NTYPES];
static unsigned functype[NFUNCS];
static const char globals[] = "iiIfdiIfd"; /* the first is fuel */

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
	return (info->code >> 12) != 0xfd ||
	       (info->code & 0xfff) < 0x100; /* relaxed SIMD may differ */
}

static void collect(void)
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

/* The function that is being written. */

struct label {
	const char *types; /* what a branch takes */
	bool handler;	   /* a legacy catch: may be rethrown */
};

static struct buf code;
static unsigned self, nlocals, nlabels, nested;
static char locals[MAXARGS + 5 + NLOCALS];
static unsigned scratch[128]; /* local of each type */
static struct label labels[64];

static void value(char type, unsigned depth);
static void statements(unsigned n, unsigned depth);

static void emit(uint32_t op)
{
	put_op(&code, op);
}

static void emit_index(uint32_t op, uint32_t index)
{
	emit(op);
	put_leb(&code, index);
}

static void emit_i32(int32_t v)
{
	emit(OP_I32_CONST);
	put_sleb(&code, v);
}

static void constant(char type)
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
}

static bool may_make_nan(const struct opinfo *info)
{
	const char *dot = strchr(info->name, '.');

	if (info->name[0] != 'f' || info->imm != IMM_NONE || !dot)
		return false;
	return strncmp(dot, ".reinterpret", 12) && strcmp(dot, ".abs") && strcmp(dot, ".neg") &&
	       strcmp(dot, ".copysign");
}

/* An address, mostly within memory and aligned. */
static void address(unsigned depth)
{
	value('i', depth);
	if (!chance(40)) {
		emit_i32(0xfff8);
		emit(OP_I32_AND);
	}
}

static void memarg(const struct opinfo *info)
{
	bool atomic = info->code >> 12 == 0xfe;

	put_leb(&code, atomic ? info->align : rnd(info->align + 1u));
	put_leb(&code, chance(50) ? 0xfffffff8 : rnd(64) * (atomic ? 8 : 1));
}

/* An instruction from the table, with its operands. */
static void table_op(const struct opinfo *info, unsigned depth)
{
	bool memory = info->imm == IMM_MEMARG || info->imm == IMM_MEMARG_LANE;

	for (const char *s = info->sig; *s != ':'; s++)
		if (memory && s == info->sig)
			address(depth - 1);
		else
			value(*s, depth - 1);
	emit(info->code);
	switch (info->imm) {
	case IMM_MEMARG: memarg(info); break;
	case IMM_MEMARG_LANE: memarg(info), put(&code, rnd(16 >> info->align)); break;
	case IMM_MEMORY:
	case IMM_TABLE:
	case IMM_FENCE: put(&code, 0); break;
	case IMM_I32: put_sleb(&code, (int32_t)rnd(UINT32_MAX)); break;
	case IMM_I64: put_sleb(&code, (int64_t)state); break;
	case IMM_F32: put_bytes(&code, &(float){1.5f}, 4); break;
	case IMM_F64: put_bytes(&code, &(double){-2.5}, 8); break;
	case IMM_V128: put_bytes(&code, &state, 8), put_bytes(&code, &state, 8); break;
	case IMM_LANE: put(&code, rnd(2)); break;
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
static void keep(const struct type *t, char wanted)
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

static void push_label(const char *t)
{
	labels[nlabels++] = (struct label){.types = t};
}

static void end(void)
{
	nlabels--;
	emit(OP_END);
}

static void blocktype(char type)
{
	put(&code, type ? valtype(type) : 0x40);
}

static const char *one(char type)
{
	static const char strings[][2] = {"i", "I", "f", "d", "V"};

	return type ? strings[strchr(letters, type) - letters] : "";
}

static void burn(void)
{
	emit_index(OP_GLOBAL_GET, FUEL);
	emit_i32(1);
	emit(OP_I32_SUB);
	emit_index(OP_GLOBAL_SET, FUEL);
	emit_index(OP_GLOBAL_GET, FUEL);
	emit_i32(0);
	emit(OP_I32_LT_S);
	emit(OP_IF);
	put(&code, 0x40);
	emit(OP_UNREACHABLE);
	emit(OP_END);
}

/* The inside of a block: statements, then the value. */
static void inside(char type, unsigned depth)
{
	statements(rnd(3), depth - 1);
	if (type)
		value(type, depth - 1);
}

static void legacy_try(char type, unsigned depth)
{
	unsigned tag = rnd(NTAGS);

	emit(OP_TRY);
	blocktype(type);
	push_label(one(type));
	inside(type, depth);
	if (nlabels > 1 && chance(5)) {
		nlabels--;
		emit_index(OP_DELEGATE, rnd(nlabels));
		return;
	}
	emit_index(OP_CATCH, tag);
	labels[nlabels - 1].handler = true;
	for (unsigned i = types[tag].nparams; i--;)
		emit_index(OP_LOCAL_SET, scratch[(int)types[tag].params[i]]);
	inside(type, depth);
	if (chance(2)) {
		emit(OP_CATCH_ALL);
		inside(type, depth);
		if (chance(3))
			emit_index(OP_RETHROW, 0);
	}
	end();
}

static void block(char type, unsigned depth)
{
	unsigned which = rnd(5);

	if (nlabels > 50) {
		if (type)
			constant(type);
		return;
	}
	if (which == 4) {
		legacy_try(type, depth);
		return;
	}
	if (which == 2)
		value('i', depth - 1);
	emit(which == 0 ? OP_BLOCK : which == 1 ? OP_LOOP : OP_IF);
	if (which ==
	    3) /* the condition is still missing: begin again as an if with a constant one */
		code.n--, emit_i32(rnd(2)), emit(OP_IF);
	blocktype(type);
	push_label(which == 1 ? "" : one(type));
	if (which == 1)
		burn();
	inside(type, depth);
	if (which >= 2 && (type || chance(2))) {
		emit(OP_ELSE);
		inside(type, depth);
	}
	end();
}

static void branch_if(char type, unsigned depth)
{
	unsigned l = rnd(nlabels);
	const char *want = labels[nlabels - 1 - l].types;

	if (strcmp(want, one(type))) {
		if (type)
			value(type, depth - 1);
		return;
	}
	if (type)
		value(type, depth - 1);
	value('i', depth - 1);
	emit_index(OP_BR_IF, l);
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

static void value(char type, unsigned depth)
{
	if (!depth || code.n > BODY || nested > 60) {
		if (chance(3))
			constant(type);
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
		if (type == 'i') {
			emit_i32(rnd(2));
			emit_index(OP_MEMORY_GROW, 0);
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
	default: table_op(by_result[(int)type][rnd(nby_result[(int)type])], depth);
	}
	nested--;
}

static void leave(unsigned depth)
{
	unsigned l, tag;
	const struct type *t = &types[functype[self]];

	/* In a block of its own: what follows it is reached by some other way. */
	emit(OP_BLOCK);
	put(&code, 0x40);
	push_label("");
	value('i', depth - 1);
	emit_index(OP_BR_IF, 0);
	switch (rnd(4)) {
	case 0:
		for (unsigned i = 0; i < t->nresults; i++)
			value(t->results[i], depth - 1);
		emit(OP_RETURN);
		break;
	case 1:
		tag = rnd(NTAGS);
		for (unsigned i = 0; i < types[tag].nparams; i++)
			value(types[tag].params[i], depth - 1);
		emit_index(OP_THROW, tag);
		break;
	case 2:
		l = rnd(nlabels);
		for (const char *s = labels[nlabels - 1 - l].types; *s; s++)
			value(*s, depth - 1);
		emit_index(OP_BR, l);
		break;
	case 3: /* all labels of a br_table take as much: that of the first */
		l = rnd(nlabels);
		for (const char *s = labels[nlabels - 1 - l].types; *s; s++)
			value(*s, depth - 1);
		value('i', depth - 1);
		emit_index(OP_BR_TABLE, 3);
		for (int i = 0; i < 4; i++) {
			unsigned other = rnd(nlabels);

			if (strcmp(labels[nlabels - 1 - other].types,
				   labels[nlabels - 1 - l].types))
				other = l;
			put_leb(&code, other);
		}
		break;
	}
	/* Code that is not reached, sometimes. */
	if (chance(4))
		statements(1, 1);
	end();
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

static void tables(void)
{
	emit_i32(rnd(NTABLE + 1));
	emit_i32(rnd(NFUNCS));
	emit_i32(rnd(NFUNCS));
	switch (rnd(2)) {
	case 0: emit_index(OP_TABLE_COPY, 0), put(&code, 0); break;
	case 1: emit_index(OP_TABLE_INIT, 0), put(&code, 0); break;
	}
}

static void statement(unsigned depth)
{
	unsigned i;

	nested++;
	switch (rnd(12)) {
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
		if (chance(4)) {
			tables();
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
	default: table_op(by_result['0'][rnd(nby_result['0'])], depth);
	}
	nested--;
}

static void statements(unsigned n, unsigned depth)
{
	for (; n && depth && code.n < BODY && nested < 60; n--)
		statement(depth);
}

static void put_locals(unsigned first)
{
	put_leb(&code, nlocals - first);
	for (unsigned i = first; i < nlocals; i++) {
		put_leb(&code, 1);
		put(&code, valtype(locals[i]));
	}
}

static void function(unsigned index)
{
	const struct type *t = &types[functype[index]];

	self = index;
	nested = nlabels = 0;
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
			emit_index(OP_RETURN_CALL, i);
			break;
		}
	emit(OP_END);
}

/* hash = rotl(hash, 7) ^ the value on the stack; local 0 is the hash. */
static void fold(char type)
{
	switch (type) {
	case 'f': emit(OP_I32_REINTERPRET_F32); /* fall through */
	case 'i': emit(OP_I64_EXTEND_I32_U); break;
	case 'd': emit(OP_I64_REINTERPRET_F64); break;
	case 'V':
		emit_index(OP_LOCAL_TEE, 1);
		emit(OP_I64X2_EXTRACT_LANE), put(&code, 0);
		emit_index(OP_LOCAL_GET, 1);
		emit(OP_I64X2_EXTRACT_LANE), put(&code, 1);
		emit(OP_I64_XOR);
		break;
	}
	emit_index(OP_LOCAL_GET, 0);
	emit(OP_I64_CONST), put_sleb(&code, 7);
	emit(OP_I64_ROTL);
	emit(OP_I64_XOR);
	emit_index(OP_LOCAL_SET, 0);
}

static void begin_export(void)
{
	code.n = 0;
	locals[0] = 'I';
	locals[1] = 'V';
	nlocals = simd ? 2 : 1;
	put_locals(0);
}

static void end_export(void)
{
	emit_index(OP_LOCAL_GET, 0);
	emit(OP_END);
}

static void export_run(unsigned index)
{
	const struct type *t = &types[functype[index]];

	begin_export();
	emit_i32(CALLS);
	emit_index(OP_GLOBAL_SET, FUEL);
	for (unsigned i = 0; i < t->nparams; i++)
		constant(t->params[i]);
	emit_index(OP_CALL, index);
	for (unsigned i = t->nresults; i--;)
		fold(t->results[i]);
	end_export();
}

static void export_globals(void)
{
	begin_export();
	for (unsigned i = 1; globals[i]; i++) {
		emit_index(OP_GLOBAL_GET, i);
		fold(globals[i]);
	}
	end_export();
}

static void random_types(void)
{
	for (unsigned i = 0; i < NTYPES; i++) {
		struct type *t = &types[i];

		*t = (struct type){.nparams = rnd(MAXARGS + 1),
				   .nresults = i < NTAGS ? 0 : rnd(MAXARGS)};
		for (unsigned p = 0; p < t->nparams; p++)
			t->params[p] = random_letter();
		for (unsigned r = 0; r < t->nresults; r++)
			t->results[r] = random_letter();
	}
	for (unsigned i = 0; i < NFUNCS; i++)
		functype[i] = rnd(NTYPES);
}

static void put_types(struct buf *s)
{
	put_leb(s, NTYPES + 1);
	for (unsigned i = 0; i <= NTYPES; i++) {
		/* The last is that of the exports. */
		const struct type *t = i < NTYPES ? &types[i]
						  : &(struct type){.nresults = 1, .results = "I"};

		put(s, 0x60);
		put_leb(s, t->nparams);
		for (unsigned p = 0; p < t->nparams; p++)
			put(s, valtype(t->params[p]));
		put_leb(s, t->nresults);
		for (unsigned r = 0; r < t->nresults; r++)
			put(s, valtype(t->results[r]));
	}
}

static void put_globals(struct buf *s)
{
	put_leb(s, sizeof(globals) - 1);
	for (unsigned i = 0; globals[i]; i++) {
		put(s, valtype(globals[i]));
		put(s, 1);
		code.n = 0;
		constant(globals[i]);
		put_bytes(s, code.p, code.n);
		put(s, 0x0b);
	}
}

static void put_exports(struct buf *s)
{
	put_leb(s, NFUNCS + 2);
	for (unsigned i = 0; i <= NFUNCS; i++) {
		char name[16];
		int n = i < NFUNCS ? sprintf(name, "run%u", i) : sprintf(name, "globals");

		put_leb(s, n);
		put_bytes(s, name, n);
		put(s, EXTERN_FUNC);
		put_leb(s, NFUNCS + i);
	}
	put_bytes(s, "\6memory\2\0", 9);
}

static void put_code(struct buf *s)
{
	put_leb(s, 2 * NFUNCS + 1);
	for (unsigned i = 0; i < NFUNCS; i++) {
		code.n = 0;
		function(i);
		put_sized(s, &code);
	}
	for (unsigned i = 0; i < NFUNCS; i++) {
		export_run(i);
		put_sized(s, &code);
	}
	export_globals();
	put_sized(s, &code);
}

static void module(struct buf *out)
{
	struct buf s = {0};

	out->n = 0;
	random_types();
	put_bytes(out, "\0asm\1\0\0\0", 8);
	put_types(&s), put_section(out, 1, &s);
	put_leb(&s, 2 * NFUNCS + 1);
	for (unsigned i = 0; i < NFUNCS; i++)
		put_leb(&s, functype[i]);
	for (unsigned i = 0; i <= NFUNCS; i++)
		put_leb(&s, NTYPES);
	put_section(out, 3, &s);
	put_bytes(&s, (const uint8_t[]){1, TYPE_FUNCREF, 1, NTABLE, NTABLE + 8}, 5),
		put_section(out, 4, &s);
	put_bytes(&s, (const uint8_t[]){1, 1, 1, 3}, 4), put_section(out, 5, &s);
	put_leb(&s, NTAGS);
	for (unsigned i = 0; i < NTAGS; i++)
		put(&s, 0), put_leb(&s, i);
	put_section(out, 13, &s);
	put_globals(&s), put_section(out, 6, &s);
	put_exports(&s), put_section(out, 7, &s);
	/* A passive segment of all functions, and an active one of them all over and over. */
	put_bytes(&s, (const uint8_t[]){2, 1, 0, NFUNCS}, 4);
	for (unsigned i = 0; i < NFUNCS; i++)
		put_leb(&s, i);
	put_bytes(&s, (const uint8_t[]){0, 0x41, 0, 0x0b, NTABLE}, 5);
	for (unsigned i = 0; i < NTABLE; i++)
		put_leb(&s, i % NFUNCS);
	put_section(out, 9, &s);
	put_leb(&s, 2), put_section(out, 12, &s);
	put_code(&s), put_section(out, 10, &s);
	put_bytes(&s, (const uint8_t[]){2, 1, 40}, 3);
	for (int i = 0; i < 40; i++)
		put(&s, rnd(256));
	put_bytes(&s, (const uint8_t[]){0, 0x41, 16, 0x0b, 60}, 5);
	for (int i = 0; i < 60; i++)
		put(&s, rnd(256));
	put_section(out, 11, &s);
	free(s.p);
}

int main(int argc, char **argv)
{
	struct buf out = {0};

	if (argc > 1 && !strcmp(argv[1], "--simd")) {
		simd = true;
		argv++, argc--;
	}
	if (argc != 4) {
		fputs("usage: generate [--simd] FIRST COUNT DIRECTORY\n", stderr);
		return 2;
	}
	collect();
	unsigned long first = strtoul(argv[1], NULL, 10), count = strtoul(argv[2], NULL, 10);

	for (unsigned long seed = first; seed < first + count; seed++) {
		char path[4096];

		state = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
		for (int i = 0; i < 8; i++)
			rnd(2);
		module(&out);
		snprintf(path, sizeof(path), "%s/%lu.wasm", argv[3], seed);
		FILE *f = fopen(path, "wb");

		if (!f || fwrite(out.p, 1, out.n, f) != out.n || fclose(f)) {
			perror(path);
			return 1;
		}
	}
	free(out.p);
	free(code.p);
	return 0;
}
