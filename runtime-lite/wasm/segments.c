/* The element, code and data sections. */
#include "decode.h"

static bool read_memidx(struct decoder *d, uint32_t *out)
{
	if (!read_u32(&d->r, out))
		return false;
	if (*out >= d->m->nmemories)
		return fail_invalid(&d->r, "unknown memory %u", *out);
	return true;
}

/* The flags of an element segment. */
#define ELEM_NOT_ACTIVE (1u << 0)
#define ELEM_EXPLICIT	(1u << 1) /* active: a table index follows; else: declarative */
#define ELEM_EXPRS	(1u << 2) /* expressions rather than function indices */

static bool read_elemitems(struct decoder *d, struct elemsegment *seg, bool exprs)
{
	if (!read_count(&d->r, exprs ? 2 : 1, "elements", MAX_TABLE_SIZE, &seg->count))
		return false;
	if (exprs) {
		struct constexpr *e;

		if (!ALLOC(d, e, seg->count))
			return false;
		for (uint32_t i = 0; i < seg->count; i++)
			if (!read_constexpr(d, seg->type, &e[i]))
				return false;
		seg->exprs = e;
		return true;
	}
	uint32_t *funcs;

	if (!ALLOC(d, funcs, seg->count))
		return false;
	for (uint32_t i = 0; i < seg->count; i++) {
		if (!read_funcidx(d, &funcs[i]))
			return false;
		declare_func(d, funcs[i]);
	}
	seg->funcs = funcs;
	return true;
}

static bool read_elemsegment(struct decoder *d, struct elemsegment *seg)
{
	uint32_t flags;

	if (!read_u32(&d->r, &flags))
		return false;
	if (flags > 7)
		return fail_malformed(&d->r, "malformed elements segment kind");
	if (!(flags & ELEM_NOT_ACTIVE)) {
		seg->mode = SEGMENT_ACTIVE;
		if (flags & ELEM_EXPLICIT) {
			if (!read_tableidx(d, &seg->table))
				return false;
		} else if (!d->m->ntables) {
			return fail_invalid(&d->r, "unknown table 0");
		}
		if (!read_constexpr(d, TYPE_I32, &seg->offset))
			return false;
	} else {
		seg->mode = flags & ELEM_EXPLICIT ? SEGMENT_DECLARED : SEGMENT_PASSIVE;
	}
	seg->type = TYPE_FUNCREF;
	if (flags & (ELEM_NOT_ACTIVE | ELEM_EXPLICIT)) {
		if (flags & ELEM_EXPRS) {
			if (!read_reftype(&d->r, &seg->type))
				return false;
		} else {
			uint8_t kind;

			if (!read_byte(&d->r, &kind))
				return false;
			if (kind != 0)
				return fail_malformed(&d->r, "malformed element kind");
		}
	}
	if (seg->mode == SEGMENT_ACTIVE && d->m->tables[seg->table].elem != seg->type)
		return fail_invalid(&d->r, "type mismatch: %s segment for a table of %s",
				    valtype_name(seg->type),
				    valtype_name(d->m->tables[seg->table].elem));
	return read_elemitems(d, seg, flags & ELEM_EXPRS);
}

bool decode_elements(struct decoder *d)
{
	struct module *m = d->m;

	if (!read_count(&d->r, 3, "element segments", UINT32_MAX, &m->nelems) ||
	    !ALLOC(d, m->elems, m->nelems))
		return false;
	for (uint32_t i = 0; i < m->nelems; i++)
		if (!read_elemsegment(d, &m->elems[i]))
			return false;
	return true;
}

static bool read_locals(struct decoder *d, struct function *f)
{
	uint64_t total = 0;
	uint32_t n;
	struct locals *groups;

	if (!read_count(&d->r, 2, "local declarations", UINT32_MAX, &n) || !ALLOC(d, groups, n))
		return false;
	for (uint32_t i = 0; i < n; i++) {
		if (!read_u32(&d->r, &groups[i].count) || !read_valtype(&d->r, &groups[i].type))
			return false;
		total += groups[i].count;
		if (total > UINT32_MAX)
			return fail_malformed(&d->r, "too many locals");
	}
	total += d->m->types[f->type].nparams;
	if (total > MAX_LOCALS)
		return fail_invalid(&d->r, "too many locals: %lu, at most %u are supported",
				    (unsigned long)total, MAX_LOCALS);
	f->localgroups = groups;
	f->nlocalgroups = n;
	f->nlocals = total - d->m->types[f->type].nparams;
	return true;
}

/* Finds where the bodies are and reads their locals; validate.c does the rest. */
bool decode_code(struct decoder *d)
{
	struct module *m = d->m;
	const uint8_t *section_end = d->r.end;
	uint32_t n;

	if (!read_u32(&d->r, &n))
		return false;
	if (n != m->nfunctions)
		return fail_malformed(&d->r, "function and code section have inconsistent lengths");
	for (uint32_t i = 0; i < n; i++) {
		struct function *f = &m->functions[i];
		uint32_t size;

		if (!read_u32(&d->r, &size))
			return false;
		if (size > remaining(&d->r))
			return fail_malformed(&d->r, "unexpected end of section or function");
		d->r.end = d->r.pos + size;
		if (!read_locals(d, f))
			return false;
		f->code = d->r.pos;
		f->end = d->r.pos = d->r.end;
		d->r.end = section_end;
	}
	return true;
}

bool decode_data(struct decoder *d)
{
	struct module *m = d->m;

	if (!read_count(&d->r, 2, "data segments", UINT32_MAX, &m->ndata) ||
	    !ALLOC(d, m->data, m->ndata))
		return false;
	for (uint32_t i = 0; i < m->ndata; i++) {
		struct datasegment *seg = &m->data[i];
		uint32_t flags;

		if (!read_u32(&d->r, &flags))
			return false;
		if (flags > 2)
			return fail_malformed(&d->r, "malformed data segment flags");
		seg->mode = flags == 1 ? SEGMENT_PASSIVE : SEGMENT_ACTIVE;
		if (flags == 2 && !read_memidx(d, &seg->memory))
			return false;
		if (seg->mode == SEGMENT_ACTIVE) {
			if (!m->nmemories)
				return fail_invalid(&d->r, "unknown memory 0");
			if (!read_constexpr(d, TYPE_I32, &seg->offset))
				return false;
		}
		if (!read_u32(&d->r, &seg->size) || !read_bytes(&d->r, seg->size, &seg->bytes))
			return false;
	}
	return true;
}
