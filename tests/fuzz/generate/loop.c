/* Loops that count, so that optimisers have something to look at: they end by themselves and burn no fuel. */
#include "generate.h"

#define ROUNDS 40

void counter(void)
{
	emit_index(OP_LOCAL_GET, counters + ncounters - 1);
}

/* Ends a loop of `rounds` steps. */
static void step(unsigned at, unsigned step, unsigned end)
{
	emit_index(OP_LOCAL_GET, at);
	emit_i32(step);
	emit(OP_I32_ADD);
	emit_index(OP_LOCAL_TEE, at);
	emit_i32(end);
	emit(chance(2) ? OP_I32_LT_S : OP_I32_LT_U);
	emit_index(OP_BR_IF, 0);
	emit(OP_END);
	nopen--;
}

static unsigned begin(void)
{
	const unsigned at = counters + ncounters++;

	emit_i32(0);
	emit_index(OP_LOCAL_SET, at);
	/* It is no label that anything else may branch to. */
	emit(OP_LOOP);
	put(&code, 0x40);
	nopen++;
	return at;
}

bool counted(unsigned depth)
{
	if (ncounters == COUNTERS || depth < 2)
		return false;
	const unsigned at = begin();

	statements(1 + rnd(3), depth - 1);
	step(at, 1 + rnd(3), 1 + rnd(ROUNDS));
	ncounters--;
	return true;
}

/* Loads, an operation and a store of elements of the same type. */
static const struct kind {
	char type;
	uint32_t load, store;
	unsigned shift;
	uint32_t ops[5];
} kinds[] = {
	{'i',
	 OP_I32_LOAD,
	 OP_I32_STORE,
	 2,
	 {OP_I32_ADD, OP_I32_MUL, OP_I32_XOR, OP_I32_SHL, OP_I32_LT_S}},
	{'i',
	 OP_I32_LOAD8_S,
	 OP_I32_STORE8,
	 0,
	 {OP_I32_ADD, OP_I32_SUB, OP_I32_MUL, OP_I32_SHR_U, OP_I32_ROTL}},
	{'i',
	 OP_I32_LOAD16_U,
	 OP_I32_STORE16,
	 1,
	 {OP_I32_ADD, OP_I32_SUB, OP_I32_MUL, OP_I32_AND, OP_I32_GT_U}},
	{'I',
	 OP_I64_LOAD,
	 OP_I64_STORE,
	 3,
	 {OP_I64_ADD, OP_I64_SUB, OP_I64_MUL, OP_I64_OR, OP_I64_SHR_S}},
	{'f',
	 OP_F32_LOAD,
	 OP_F32_STORE,
	 2,
	 {OP_F32_COPYSIGN, OP_F32_COPYSIGN, OP_F32_COPYSIGN, OP_F32_COPYSIGN, OP_F32_COPYSIGN}},
	{'d',
	 OP_F64_LOAD,
	 OP_F64_STORE,
	 3,
	 {OP_F64_COPYSIGN, OP_F64_COPYSIGN, OP_F64_COPYSIGN, OP_F64_COPYSIGN, OP_F64_COPYSIGN}},
};

static void element(const struct kind *k, unsigned at, unsigned base)
{
	emit_index(OP_LOCAL_GET, at);
	emit_i32(k->shift);
	emit(OP_I32_SHL);
	if (chance(2))
		emit_i32(base), emit(OP_I32_ADD);
}

/* All elements are aligned and it says so, or it says that none is: what is said untruly, LLVM's vectorizer believes. */
static void element_access(const struct kind *k, uint32_t op, bool aligned)
{
	emit(op);
	put(&code, aligned ? k->shift : 0);
	put_leb(&code, aligned ? rnd(100) >> k->shift << k->shift : rnd(100));
}

void stream(void)
{
	if (ncounters == COUNTERS)
		return;
	const struct kind *k = &kinds[rnd(sizeof(kinds) / sizeof(*kinds))];
	const bool reduce = chance(3), aligned = chance(2);
	const unsigned mask = aligned ? -1u << k->shift : -1u;
	const unsigned at = begin(), base = rnd(1024) & mask, sum = scratch[(int)k->type];

	element(k, at, base);
	element(k, at, base);
	element_access(k, k->load, aligned);
	if (chance(2)) {
		element(k, at, rnd(1024) & mask);
		element_access(k, k->load, aligned);
	} else {
		emit_index(OP_LOCAL_GET, sum);
	}
	emit(k->ops[rnd(5)]);
	if ((k->type == 'i' || k->type == 'I') && reduce) {
		emit_index(OP_LOCAL_GET, sum);
		emit(k->type == 'i' ? OP_I32_ADD : OP_I64_XOR);
		emit_index(OP_LOCAL_TEE, sum);
	}
	element_access(k, k->store, aligned);
	step(at, 1, 1 + rnd(100));
	ncounters--;
}
