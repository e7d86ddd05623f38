#include "fpcast.h"

#include "../../runtime-lite/wasm/leb.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum section {
	SECTION_CUSTOM = 0,
	SECTION_FUNCTION = 3,
	SECTION_TABLE = 4,
	SECTION_ELEMENT = 9,
	SECTION_CODE = 10,
};

struct additions {
	uint32_t nadapters;
	struct buffer types;	/* of the adapters, as the function section has them */
	struct buffer bodies;	/* as the code section has them */
	struct buffer names;	/* as a name map has them */
	struct buffer tables;	/* as the table section has them */
	struct buffer segments; /* as the element section has them */
};

/* What stands in the table of call type `as` for a function: itself, or an adapter. */
static uint32_t stand_in(struct additions *add, const struct plan *plan, uint32_t func, uint32_t as)
{
	const struct module *m = &plan->module;
	uint32_t index = m->nfuncimports + m->nfunctions + add->nadapters;
	const struct functype *is = module_functype(m, func);
	char name[300];
	size_t n;

	/* Where no conversion makes sense it stays the function itself, and the trap can name both types. */
	if (is->id == m->types[as].id || !adapt(&add->bodies, func, is, &m->types[as]))
		return func;
	put_u32(&add->types, as);
	module_funcname(m, func, name, sizeof(name) - 8);
	n = strlen(strcat(name, " (cast)"));
	put_u32(&add->names, index);
	put_u32(&add->names, n);
	put(&add->names, name, n);
	add->nadapters++;
	return index;
}

/* One table and the segment that fills it */
static void add_table(struct additions *add, const struct plan *plan, uint32_t which)
{
	uint32_t size = plan->first + plan->nslots;

	put_byte(&add->tables, TYPE_FUNCREF);
	put_byte(&add->tables, 1); /* minimum and maximum */
	put_u32(&add->tables, size);
	put_u32(&add->tables, size);

	put_byte(&add->segments, 2); /* active, with a table and function indices */
	put_u32(&add->segments, which + 1);
	put_byte(&add->segments, 0x41); /* i32.const, signed */
	for (uint32_t n = plan->first;; n >>= 7) {
		bool last = n < 0x40;

		put_byte(&add->segments, (n & 0x7f) | (last ? 0 : 0x80));
		if (last)
			break;
	}
	put_byte(&add->segments, 0x0b); /* end */
	put_byte(&add->segments, 0);	/* of functions */
	put_u32(&add->segments, plan->nslots);
	for (uint32_t i = 0; i < plan->nslots; i++)
		put_u32(&add->segments, stand_in(add, plan, plan->slots[i], plan->types[which]));
}

static void patch_calls(struct plan *plan)
{
	for (uint32_t i = 0; i < plan->ncalls; i++) {
		struct call *call = &plan->calls[i];
		uint32_t table = call->type + 1;

		if (call->width < 5 && table >> 7 * call->width)
			fail("a call has no room for the number of its table: not linked by wasm-ld");
		for (unsigned k = 0; k < call->width; k++, table >>= 7)
			call->table[k] = (table & 0x7f) | (k + 1 < call->width ? 0x80 : 0);
	}
}

static unsigned leb_width(uint32_t n)
{
	unsigned width = 1;

	while (n >>= 7)
		width++;
	return width;
}

/* A section that is a vector, with more elements. */
static void put_longer(struct buffer *out, uint8_t id, const uint8_t *p, const uint8_t *end,
		       uint32_t more, const struct buffer *elements)
{
	struct buffer content = {0};

	put_u32(&content, leb_u32(&p) + more);
	put(&content, p, end - p);
	put(&content, elements->bytes, elements->size);
	put_byte(out, id);
	put_sized(out, &content);
	free_buffer(&content);
}

/* The name section, with the adapters' names added to the functions'. */
static void put_names(struct buffer *out, const uint8_t *start, const uint8_t *p,
		      const uint8_t *end, const struct additions *add)
{
	struct buffer content = {0};

	put(&content, start, p - start);
	while (p < end) {
		uint8_t id = *p++;
		uint32_t size = leb_u32(&p);

		if (size > (size_t)(end - p))
			return; /* names may be anything; without them the module is as good */
		if (id == 1) {
			put_longer(&content, id, p, p + size, add->nadapters, &add->names);
		} else {
			put_byte(&content, id);
			put_u32(&content, size);
			put(&content, p, size);
		}
		p += size;
	}
	put_byte(out, SECTION_CUSTOM);
	put_sized(out, &content);
	free_buffer(&content);
}

static void put_custom(struct buffer *out, const uint8_t *start, const uint8_t *end,
		       const struct additions *add, bool code_moved)
{
	const uint8_t *p = start;
	uint32_t n = leb_u32(&p);

	if (n == 4 && !memcmp(p, "name", 4)) {
		put_names(out, start, p + n, end, add);
		return;
	}
	if (code_moved && n > 7 && !memcmp(p, ".debug_", 7))
		return;
	put_byte(out, SECTION_CUSTOM);
	put_u32(out, end - start);
	put(out, start, end - start);
}

static void put_sections(struct buffer *out, const struct plan *plan, const struct additions *add)
{
	const struct module *m = &plan->module;
	const uint8_t *p = m->bytes + 8, *end = m->bytes + m->size;
	/* Debug information counts from the code section's start: the count before the first body must not grow. */
	bool code_moved = leb_width(m->nfunctions) != leb_width(m->nfunctions + add->nadapters);

	if (code_moved)
		fputs("wali-fpcast: warning: debug information dropped: the adapters displace it\n",
		      stderr);
	put(out, m->bytes, 8);
	while (p < end) {
		uint8_t id = *p++;
		uint32_t size = leb_u32(&p);
		const uint8_t *next = p + size;

		switch (id) {
		case SECTION_CUSTOM: put_custom(out, p, next, add, code_moved); break;
		case SECTION_FUNCTION:
			put_longer(out, id, p, next, add->nadapters, &add->types);
			break;
		case SECTION_TABLE: put_longer(out, id, p, next, plan->ntypes, &add->tables); break;
		case SECTION_ELEMENT:
			put_longer(out, id, p, next, plan->ntypes, &add->segments);
			break;
		case SECTION_CODE:
			put_longer(out, id, p, next, add->nadapters, &add->bodies);
			break;
		default:
			put_byte(out, id);
			put_u32(out, size);
			put(out, p, size);
		}
		p = next;
	}
}

void write_module(struct buffer *out, struct plan *plan)
{
	struct additions add = {0};

	for (uint32_t i = 0; i < plan->ntypes; i++)
		add_table(&add, plan, i);
	patch_calls(plan);
	put_sections(out, plan, &add);
}
