/* What all units of a module need to know, found out beforehand. */
#include "compile-unit.h"

#include "../wasm/leb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *prefix;
	enum isa isa;
} isas[] = {
	{"x86_64", ISA_X86_64},
	{"aarch64", ISA_AARCH64},
	{"riscv64", ISA_RISCV64},
};

static bool find_isa(const char *triple, enum isa *isa)
{
	for (unsigned i = 0; i < sizeof(isas) / sizeof(*isas); i++) {
		size_t n = strlen(isas[i].prefix);

		if (!strncmp(triple, isas[i].prefix, n) && (triple[n] == '-' || !triple[n])) {
			*isa = isas[i].isa;
			return true;
		}
	}
	return false;
}

/* __wasm_setjmp: LLVM's lowering of setjmp() has its callers call it. UINT32_MAX: there is none. */
static uint32_t find_setjmp(const struct plan *plan)
{
	static const char name[] = "__wasm_setjmp";
	const struct module *m = plan->m;

	for (uint32_t i = 0; i < m->nfuncimports + m->nfunctions; i++)
		if (plan->names[i].len == strlen(name) &&
		    !memcmp(plan->names[i].s, name, strlen(name)))
			return i;
	return UINT32_MAX;
}

/* Looks at all code. */
static bool scan(struct plan *plan, bool *tail)
{
	const struct module *m = plan->m;
	uint32_t setjmp = find_setjmp(plan);
	bool unknown = setjmp == UINT32_MAX && !module_find_custom(m, "name");

	plan->polled = calloc(m->nfunctions + 1, sizeof(*plan->polled));
	if (!plan->polled)
		return false;
	for (uint32_t i = 0; i < m->nfunctions; i++) {
		bool tries = false, jumps = unknown;

		for (const uint8_t *p = m->functions[i].code; p < m->functions[i].end;) {
			const struct opinfo *info = opcode_info(leb_opcode(&p));
			const uint8_t *immediate = p;

			opcode_skip_immediates(&p, info->imm);
			switch (info->code) {
			case OP_RETURN_CALL:
			case OP_RETURN_CALL_INDIRECT: *tail = true; break;
			case OP_TRY:
			case OP_TRY_TABLE: tries = true; break;
			case OP_CALL: jumps |= leb_u32(&immediate) == setjmp; break;
			}
		}
		plan->polled[i] = tries && jumps;
	}
	return true;
}

static bool equal_types(const struct functype *a, const struct functype *b)
{
	return a->id == b->id;
}

static int by_id(const void *a, const void *b, void *types)
{
	const struct functype *t = types;
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;

	if (t[i].id != t[k].id)
		return t[i].id < t[k].id ? -1 : 1;
	return i < k ? -1 : i > k;
}

/* canonical[i]: the first of the types that are equal to type i. */
static bool find_canonical(struct plan *plan)
{
	const struct module *m = plan->m;
	uint32_t *order = malloc((m->ntypes + 1) * sizeof(*order)), first = 0;

	if (!order)
		return false;
	for (uint32_t i = 0; i < m->ntypes; i++)
		order[i] = i;
	qsort_r(order, m->ntypes, sizeof(*order), by_id, m->types);
	for (uint32_t i = 0; i < m->ntypes; i++) {
		if (!i || !equal_types(&m->types[order[i]], &m->types[order[i - 1]]))
			first = order[i];
		plan->canonical[order[i]] = first;
	}
	free(order);
	return true;
}

/* What fits every function. */
static void find_prototype(struct plan *plan)
{
	for (uint32_t i = 0; i < plan->m->ntypes; i++) {
		const struct functype *type = &plan->m->types[i];
		uint32_t integers = 0, doubles = 0;

		for (uint32_t k = 0; k < type->nparams; k++) {
			if (type->params[k] == TYPE_F64)
				doubles++;
			else
				integers += slots_of(type->params[k]);
		}
		if (integers > plan->integers)
			plan->integers = integers;
		if (doubles > plan->doubles)
			plan->doubles = doubles;
	}
}

/*
 * Where RISC-V hardware has no unaligned accesses, whoever is below the kernel makes up for it. An access in pieces would
 * be slow everywhere, and could trap after its first pieces have been written.
 */
static char *make_features(enum isa isa, const char *features)
{
	static const char unaligned[] = "+unaligned-scalar-mem";
	char *made;

	if (isa != ISA_RISCV64)
		return strdup(features);
	return asprintf(&made, "%s%s%s", features, *features ? "," : "", unaligned) < 0 ? NULL
											: made;
}

const char *plan_make(struct plan *plan, const struct module *m, const struct aot_options *options)
{
	bool riscv, tail = false;

	*plan = (struct plan){.m = m, .options = options};
	if (!find_isa(options->triple, &plan->isa))
		return "the target is not one that wali-aotc compiles for";
	plan->canonical = calloc(m->ntypes + 1, sizeof(*plan->canonical));
	plan->unchecked = calloc(m->ntables + 1, sizeof(*plan->unchecked));
	plan->names = calloc(m->nfuncimports + m->nfunctions + 1, sizeof(*plan->names));
	plan->features = make_features(plan->isa, options->features);
	if (!plan->canonical || !plan->unchecked || !plan->names || !plan->features ||
	    !find_canonical(plan))
		return "out of memory";
	module_funcnames(m, plan->names);
	riscv = plan->isa == ISA_RISCV64;
	if (!scan(plan, &tail))
		return "out of memory";
	plan->convention = riscv && tail ? CONVENTION_UNIFORM
			   : riscv	 ? CONVENTION_C
			   : tail	 ? CONVENTION_TAIL
					 : CONVENTION_SWIFT;
	plan->gs = plan->isa == ISA_X86_64;
	if (plan->convention == CONVENTION_UNIFORM)
		find_prototype(plan);
	for (uint32_t i = m->ntableimports; i < m->ntables; i++)
		plan->unchecked[i] = m->tables[i].elem == TYPE_FUNCREF;
	return NULL;
}

void plan_free(struct plan *plan)
{
	free(plan->canonical);
	free(plan->unchecked);
	free(plan->names);
	free(plan->polled);
	free(plan->features);
}
