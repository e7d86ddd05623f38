/* Imports, and the types that they share with the sections that define such things. */
#include "decode.h"

#include <string.h>

bool extend(struct decoder *d, void *array, uint32_t old, uint32_t more, size_t size)
{
	void **p = array;
	void *bigger = arena_alloc(d->arena, (size_t)old + more, size);

	if (!bigger)
		return fail_memory(&d->r);
	if (old)
		memcpy(bigger, *p, old * size);
	*p = bigger;
	return true;
}

bool read_typeidx(struct decoder *d, uint32_t *out)
{
	if (!read_u32(&d->r, out))
		return false;
	if (*out >= d->m->ntypes)
		return fail_invalid(&d->r, "unknown type %u", *out);
	return true;
}

bool read_tagtype(struct decoder *d, uint32_t *type)
{
	uint8_t attribute;

	if (!read_byte(&d->r, &attribute))
		return false;
	if (attribute != 0)
		return fail_malformed(&d->r, "malformed tag attribute");
	if (!read_typeidx(d, type))
		return false;
	if (d->m->types[*type].nresults)
		return fail_invalid(&d->r, "non-empty tag result type");
	return true;
}

static bool read_limits(struct decoder *d, struct limits *out, uint64_t most, bool memory)
{
	static const char pages[] = "memory size must be at most 65536 pages (4GiB)";
	static const char elements[] = "table size must be at most 2^32-1";
	uint8_t flags;

	if (!read_byte(&d->r, &flags))
		return false;
	if (flags > (memory ? 3 : 1)) {
		d->r.pos--;
		if (flags >= 4 && flags <= 7)
			return fail_malformed(&d->r, "malformed limits flags: 64-bit memories and "
						     "tables are not supported");
		return fail_malformed(&d->r, "malformed limits flags 0x%02x", flags);
	}
	*out = (struct limits){.has_max = flags & 1, .shared = flags & 2};
	if (!read_leb_u(&d->r, 64, &out->min) ||
	    (out->has_max && !read_leb_u(&d->r, 64, &out->max)))
		return false;
	if (out->min > most || (out->has_max && out->max > most))
		return fail_invalid(&d->r, "%s", memory ? pages : elements);
	if (out->has_max && out->min > out->max)
		return fail_invalid(&d->r, "size minimum must not be greater than maximum");
	if (out->shared && !out->has_max)
		return fail_invalid(&d->r, "shared memory must have maximum");
	return true;
}

bool read_tabletype(struct decoder *d, struct tabletype *out)
{
	return read_reftype(&d->r, &out->elem) && read_limits(d, &out->limits, UINT32_MAX, false);
}

bool read_memtype(struct decoder *d, struct memtype *out)
{
	return read_limits(d, &out->limits, 65536, true);
}

bool read_globaltype(struct decoder *d, struct globaltype *out)
{
	uint8_t mutability;

	if (!read_valtype(&d->r, &out->type) || !read_byte(&d->r, &mutability))
		return false;
	if (mutability > 1)
		return fail_malformed(&d->r, "malformed mutability");
	out->mutable = mutability;
	return true;
}

static bool read_externtype(struct decoder *d, uint8_t kind, struct import *im)
{
	im->kind = kind;
	switch (kind) {
	case EXTERN_FUNC: return read_typeidx(d, &im->type);
	case EXTERN_TABLE: return read_tabletype(d, &im->table);
	case EXTERN_MEMORY: return read_memtype(d, &im->memory);
	case EXTERN_GLOBAL: return read_globaltype(d, &im->global);
	case EXTERN_TAG: return read_tagtype(d, &im->type);
	default: return fail_malformed(&d->r, "malformed import kind");
	}
}

static bool add_import(struct decoder *d, const struct import *im)
{
	struct module *m = d->m;

	/* Room doubles, as groups hide how many there will be. */
	if (!(m->nimports & (m->nimports - 1)) &&
	    !extend(d, &m->imports, m->nimports, m->nimports + 1, sizeof(*m->imports)))
		return false;
	m->imports[m->nimports++] = *im;
	switch (im->kind) {
	case EXTERN_FUNC: m->nfuncimports++; break;
	case EXTERN_TABLE: m->ntableimports++; break;
	case EXTERN_MEMORY: m->nmemoryimports++; break;
	case EXTERN_GLOBAL: m->nglobalimports++; break;
	case EXTERN_TAG: m->ntagimports++; break;
	}
	return true;
}

/* What follows an empty name instead of a kind in the compact encoding: many imports from one module. */
#define GROUP	   0x7f /* of a type each */
#define GROUP_SAME 0x7e /* all of one type */

static bool read_import_group(struct decoder *d, struct import *im, uint8_t group)
{
	uint32_t n;
	uint8_t kind;

	if (group == GROUP_SAME && (!read_byte(&d->r, &kind) || !read_externtype(d, kind, im)))
		return false;
	if (!read_count(&d->r, 1, "imports", UINT32_MAX, &n))
		return false;
	for (; n; n--) {
		if (!read_name(&d->r, &im->name))
			return false;
		if (group == GROUP && (!read_byte(&d->r, &kind) || !read_externtype(d, kind, im)))
			return false;
		if (!add_import(d, im))
			return false;
	}
	return true;
}

static bool read_import(struct decoder *d)
{
	struct import im;
	uint8_t kind;

	if (!read_name(&d->r, &im.module) || !read_name(&d->r, &im.name) ||
	    !read_byte(&d->r, &kind))
		return false;
	if (!im.name.len && (kind == GROUP || kind == GROUP_SAME))
		return read_import_group(d, &im, kind);
	return read_externtype(d, kind, &im) && add_import(d, &im);
}

bool decode_imports(struct decoder *d)
{
	struct module *m = d->m;
	uint32_t *functypes, *tags, n, entries = 0;

	if (!read_u32(&d->r, &n))
		return false;
	for (; d->r.pos < d->r.end; entries++)
		if (!read_import(d))
			return false;
	/* The count is of entries, but there are tools that count what is in the groups. */
	if (n != entries && n != m->nimports)
		return fail_malformed(
			&d->r, "unexpected end of section: it should have %u imports, not %u", n,
			entries);
	if (!ALLOC(d, functypes, m->nfuncimports) || !ALLOC(d, m->tables, m->ntableimports) ||
	    !ALLOC(d, m->tableinits, m->ntableimports) ||
	    !ALLOC(d, m->memories, m->nmemoryimports) || !ALLOC(d, m->globals, m->nglobalimports) ||
	    !ALLOC(d, m->globalinits, m->nglobalimports) || !ALLOC(d, tags, m->ntagimports))
		return false;
	m->functypes = functypes;
	m->tags = tags;
	for (const struct import *im = m->imports; im < m->imports + m->nimports; im++)
		switch (im->kind) {
		case EXTERN_FUNC: *functypes++ = im->type; break;
		case EXTERN_TABLE: m->tables[m->ntables++] = im->table; break;
		case EXTERN_MEMORY: m->memories[m->nmemories++] = im->memory; break;
		case EXTERN_GLOBAL: m->globals[m->nglobals++] = im->global; break;
		case EXTERN_TAG: tags[m->ntags++] = im->type; break;
		}
	return true;
}
