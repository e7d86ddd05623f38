#include "fpcast.h"

#include "../../runtime-lite/wasm/leb.h"
#include "../../runtime-lite/wasm/opcodes.h"

#include <errno.h>
#include <stdlib.h>

static uint32_t call_type(struct plan *plan, uint32_t type)
{
	const struct functype *types = plan->module.types;
	uint32_t i;

	for (i = 0; i < plan->ntypes; i++)
		if (types[plan->types[i]].id == types[type].id)
			return i;
	plan->types[plan->ntypes++] = type;
	return i;
}

static void add_call(struct plan *plan, const uint8_t *p)
{
	uint32_t type = leb_u32(&p);
	const uint8_t *table = p;

	if (leb_u32(&p) != 0)
		return;
	if (plan->ncalls % 1024 == 0) {
		plan->calls = realloc(plan->calls, (plan->ncalls + 1024) * sizeof(*plan->calls));
		if (!plan->calls)
			fail("%s", strerror(errno));
	}
	plan->calls[plan->ncalls++] = (struct call){
		.table = plan->bytes + (table - plan->bytes),
		.width = p - table,
		.type = call_type(plan, type),
	};
}

static void scan_function(struct plan *plan, const struct function *function)
{
	for (const uint8_t *p = function->code; p < function->end;) {
		uint32_t opcode = leb_opcode(&p);

		if (opcode == OP_CALL_INDIRECT || opcode == OP_RETURN_CALL_INDIRECT)
			add_call(plan, p);
		opcode_skip_immediates(&p, opcode_info(opcode)->imm);
	}
}

/* A constant i32, or fail */
static uint32_t constant(const struct constexpr *expr)
{
	const uint8_t *p = expr->start;

	if (leb_opcode(&p) != OP_I32_CONST)
		fail("the table is not filled at a fixed place: not linked by wasm-ld");
	return leb_u32(&p);
}

static void scan_table(struct plan *plan)
{
	const struct module *m = &plan->module;

	if (m->ntables != 1 || m->ntableimports || m->nelems > 1)
		fail("has %u tables and %u element segments: not linked by wasm-ld, or converted before",
		     m->ntables, m->nelems);
	if (!m->nelems)
		return;
	if (m->elems[0].mode != SEGMENT_ACTIVE || !m->elems[0].funcs)
		fail("the table is not filled by a list of functions: not linked by wasm-ld");
	plan->first = constant(&m->elems[0].offset);
	plan->nslots = m->elems[0].count;
	plan->slots = m->elems[0].funcs;
}

void scan(struct plan *plan)
{
	plan->types = calloc(plan->module.ntypes + 1, sizeof(*plan->types));
	if (!plan->types)
		fail("%s", strerror(errno));
	for (uint32_t i = 0; i < plan->module.nfunctions; i++)
		scan_function(plan, &plan->module.functions[i]);
	if (plan->ncalls)
		scan_table(plan);
}
