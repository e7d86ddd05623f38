/* Bytes to module, section by section. Bodies are validated last, when everything they name is known. */
#include "decode.h"
#include "functype.h"

#include <stdlib.h>
#include <string.h>

enum section {
	SECTION_CUSTOM,
	SECTION_TYPE,
	SECTION_IMPORT,
	SECTION_FUNCTION,
	SECTION_TABLE,
	SECTION_MEMORY,
	SECTION_GLOBAL,
	SECTION_EXPORT,
	SECTION_START,
	SECTION_ELEMENT,
	SECTION_CODE,
	SECTION_DATA,
	SECTION_DATACOUNT,
	SECTION_TAG,
	NSECTIONS,
};

/* Where each section stands in the order that the specification prescribes. */
static const uint8_t order[NSECTIONS] = {
	[SECTION_TYPE] = 1,	[SECTION_IMPORT] = 2,	  [SECTION_FUNCTION] = 3,
	[SECTION_TABLE] = 4,	[SECTION_MEMORY] = 5,	  [SECTION_TAG] = 6,
	[SECTION_GLOBAL] = 7,	[SECTION_EXPORT] = 8,	  [SECTION_START] = 9,
	[SECTION_ELEMENT] = 10, [SECTION_DATACOUNT] = 11, [SECTION_CODE] = 12,
	[SECTION_DATA] = 13,
};

static bool read_resulttype(struct decoder *d, const char *what, uint32_t limit,
			    const uint8_t **types, uint32_t *n)
{
	uint8_t type;

	if (!read_count(&d->r, 1, what, limit, n))
		return false;
	*types = d->r.pos;
	for (uint32_t i = 0; i < *n; i++)
		if (!read_valtype(&d->r, &type))
			return false;
	return true;
}

static bool decode_types(struct decoder *d)
{
	struct module *m = d->m;
	uint32_t n;

	if (!read_count(&d->r, 3, "types", UINT32_MAX, &n) || !ALLOC(d, m->types, n))
		return false;
	/* ntypes grows with the loop: module_free() gives back exactly the types that were interned. */
	for (; m->ntypes < n; m->ntypes++) {
		struct functype t;
		const struct functype *interned;
		uint8_t form;

		if (!read_byte(&d->r, &form))
			return false;
		if (form != 0x60) {
			d->r.pos--;
			if (form >= 0x4e && form <= 0x5f)
				return fail_malformed(&d->r,
						      "malformed type: garbage collection is "
						      "not supported (form 0x%02x)",
						      form);
			return fail_malformed(&d->r, "malformed type form 0x%02x", form);
		}
		if (!read_resulttype(d, "parameters", MAX_PARAMS, &t.params, &t.nparams) ||
		    !read_resulttype(d, "results", MAX_RESULTS, &t.results, &t.nresults))
			return false;
		interned = functype_intern(t.params, t.nparams, t.results, t.nresults);
		if (!interned)
			return fail_memory(&d->r);
		m->types[m->ntypes] = *interned;
	}
	return true;
}

static bool decode_functions(struct decoder *d)
{
	struct module *m = d->m;
	uint32_t n;

	if (!read_count(&d->r, 1, "functions", UINT32_MAX, &n) ||
	    !extend(d, &m->functypes, m->nfuncimports, n, sizeof(*m->functypes)) ||
	    !ALLOC(d, m->functions, n))
		return false;
	m->nfunctions = n;
	uint32_t *functypes = (uint32_t *)m->functypes;

	for (uint32_t i = 0; i < n; i++) {
		if (!read_typeidx(d, &m->functions[i].type))
			return false;
		functypes[m->nfuncimports + i] = m->functions[i].type;
	}
	return true;
}

/* Once the function section has or could have been there, the number of functions is known. */
static bool alloc_declared(struct decoder *d)
{
	return d->declared || ALLOC(d, d->declared, (size_t)d->m->nfuncimports + d->m->nfunctions);
}

void declare_func(struct decoder *d, uint32_t func)
{
	d->declared[func] = true;
}

static bool decode_tables(struct decoder *d)
{
	struct module *m = d->m;
	uint32_t n;

	if (!read_count(&d->r, 3, "tables", UINT32_MAX, &n) ||
	    !extend(d, &m->tables, m->ntables, n, sizeof(*m->tables)) ||
	    !extend(d, &m->tableinits, m->ntables, n, sizeof(*m->tableinits)))
		return false;
	for (; n; n--) {
		struct tabletype *table = &m->tables[m->ntables];
		struct constexpr *init = &m->tableinits[m->ntables];

		/* 0x40 0x00 introduces a table with an initial value; no table type begins so. */
		if (remaining(&d->r) >= 2 && d->r.pos[0] == 0x40 && d->r.pos[1] == 0) {
			d->r.pos += 2;
			if (!read_tabletype(d, table) || !read_constexpr(d, table->elem, init))
				return false;
		} else if (!read_tabletype(d, table)) {
			return false;
		}
		m->ntables++;
	}
	return true;
}

static bool decode_memories(struct decoder *d)
{
	struct module *m = d->m;
	uint32_t n;

	if (!read_count(&d->r, 2, "memories", UINT32_MAX, &n) ||
	    !extend(d, &m->memories, m->nmemories, n, sizeof(*m->memories)))
		return false;
	for (; n; n--)
		if (!read_memtype(d, &m->memories[m->nmemories++]))
			return false;
	return true;
}

static bool decode_tags(struct decoder *d)
{
	struct module *m = d->m;
	uint32_t n;

	if (!read_count(&d->r, 2, "tags", UINT32_MAX, &n) ||
	    !extend(d, &m->tags, m->ntags, n, sizeof(*m->tags)))
		return false;
	for (; n; n--)
		if (!read_tagtype(d, (uint32_t *)&m->tags[m->ntags++]))
			return false;
	return true;
}

static bool decode_globals(struct decoder *d)
{
	struct module *m = d->m;
	uint32_t n;

	if (!read_count(&d->r, 3, "globals", UINT32_MAX, &n) ||
	    !extend(d, &m->globals, m->nglobals, n, sizeof(*m->globals)) ||
	    !extend(d, &m->globalinits, m->nglobals, n, sizeof(*m->globalinits)))
		return false;
	for (; n; n--) {
		struct globaltype *global = &m->globals[m->nglobals];

		/* Counted only afterwards: its own initialiser must not see it. */
		if (!read_globaltype(d, global) ||
		    !read_constexpr(d, global->type, &m->globalinits[m->nglobals]))
			return false;
		m->nglobals++;
	}
	return true;
}

static uint32_t hash_name(struct name name)
{
	uint32_t h = 2166136261u;

	for (uint32_t i = 0; i < name.len; i++)
		h = (h ^ (uint8_t)name.s[i]) * 16777619u;
	return h ^ h >> 15;
}

static bool check_export_names(struct decoder *d)
{
	const struct module *m = d->m;
	size_t size = 16;

	while (size < (size_t)m->nexports * 2)
		size *= 2;
	/* Open addressing; 0 is empty, else index + 1. */
	uint32_t *set = calloc(size, sizeof(*set));

	if (!set)
		return fail_memory(&d->r);
	bool ok = true;

	for (uint32_t i = 0; ok && i < m->nexports; i++) {
		struct name name = m->exports[i].name;
		size_t at = hash_name(name) & (size - 1);

		for (; set[at]; at = (at + 1) & (size - 1)) {
			struct name other = m->exports[set[at] - 1].name;

			if (other.len == name.len && !memcmp(other.s, name.s, name.len)) {
				ok = fail_invalid(&d->r, "duplicate export name \"%.*s\"",
						  name.len > 100 ? 100 : (int)name.len, name.s);
				break;
			}
		}
		set[at] = i + 1;
	}
	free(set);
	return ok;
}

static bool decode_exports(struct decoder *d)
{
	static const char *const kinds[] = {"function", "table", "memory", "global", "tag"};
	struct module *m = d->m;
	uint32_t n;

	if (!read_count(&d->r, 3, "exports", UINT32_MAX, &n) || !ALLOC(d, m->exports, n))
		return false;
	for (; m->nexports < n; m->nexports++) {
		struct export *e = &m->exports[m->nexports];
		uint64_t counts[] = {(uint64_t)m->nfuncimports + m->nfunctions, m->ntables,
				     m->nmemories, m->nglobals, m->ntags};
		uint8_t kind;

		if (!read_name(&d->r, &e->name) || !read_byte(&d->r, &kind))
			return false;
		if (kind > EXTERN_TAG)
			return fail_malformed(&d->r, "malformed export kind");
		if (!read_u32(&d->r, &e->index))
			return false;
		if (e->index >= counts[kind])
			return fail_invalid(&d->r, "unknown %s %u", kinds[kind], e->index);
		e->kind = kind;
		if (kind == EXTERN_FUNC)
			declare_func(d, e->index);
	}
	return check_export_names(d);
}

bool read_funcidx(struct decoder *d, uint32_t *out)
{
	if (!read_u32(&d->r, out))
		return false;
	if (*out >= (uint64_t)d->m->nfuncimports + d->m->nfunctions)
		return fail_invalid(&d->r, "unknown function %u", *out);
	return true;
}

bool read_tableidx(struct decoder *d, uint32_t *out)
{
	if (!read_u32(&d->r, out))
		return false;
	if (*out >= d->m->ntables)
		return fail_invalid(&d->r, "unknown table %u", *out);
	return true;
}

static bool decode_start(struct decoder *d)
{
	struct module *m = d->m;

	if (!read_funcidx(d, &m->start))
		return false;
	const struct functype *type = module_functype(m, m->start);

	if (type->nparams || type->nresults)
		return fail_invalid(&d->r, "start function must have type [] -> []");
	m->has_start = true;
	return true;
}

static bool decode_datacount(struct decoder *d)
{
	d->has_datacount = true;
	return read_u32(&d->r, &d->datacount);
}

static bool decode_custom(struct decoder *d)
{
	struct module *m = d->m;
	struct name name;

	if (!read_name(&d->r, &name))
		return false;
	/* Room doubles, as nothing says how many there will be. */
	if (!(m->ncustoms & (m->ncustoms - 1)) &&
	    !extend(d, &m->customs, m->ncustoms, m->ncustoms + 1, sizeof(*m->customs)))
		return false;
	m->customs[m->ncustoms++] =
		(struct customsection){.name = name, .bytes = d->r.pos, .size = remaining(&d->r)};
	d->r.pos = d->r.end;
	return true;
}

static bool skip_section(struct decoder *d)
{
	d->r.pos = d->r.end;
	return true;
}

static bool decode_section(struct decoder *d, enum section id)
{
	switch (id) {
	case SECTION_CUSTOM: return decode_custom(d);
	case SECTION_TYPE: return decode_types(d);
	case SECTION_IMPORT: return decode_imports(d);
	case SECTION_FUNCTION: return decode_functions(d);
	case SECTION_TABLE: return decode_tables(d);
	case SECTION_MEMORY: return decode_memories(d);
	case SECTION_TAG: return decode_tags(d);
	case SECTION_GLOBAL: return decode_globals(d);
	case SECTION_EXPORT: return decode_exports(d);
	case SECTION_START: return decode_start(d);
	case SECTION_ELEMENT: return decode_elements(d);
	case SECTION_DATACOUNT: return decode_datacount(d);
	case SECTION_CODE: return d->trusted ? skip_section(d) : decode_code(d);
	case SECTION_DATA: return decode_data(d);
	case NSECTIONS: break;
	}
	return false;
}

static bool decode_sections(struct decoder *d)
{
	const uint8_t *end = d->r.end;
	uint8_t last = 0;

	while (d->r.pos < end) {
		uint8_t id;
		uint32_t size;

		if (!read_byte(&d->r, &id))
			return false;
		if (id >= NSECTIONS) {
			d->r.pos--;
			return fail_malformed(&d->r, "malformed section id %u", id);
		}
		if (!read_u32(&d->r, &size))
			return false;
		if (size > remaining(&d->r))
			return fail_malformed(&d->r, "length out of bounds: section %u of %u bytes",
					      id, size);
		if (id != SECTION_CUSTOM) {
			if (order[id] <= last)
				return fail_malformed(&d->r,
						      "unexpected content after last section: "
						      "section %u is repeated or out of order",
						      id);
			last = order[id];
		}
		if (last > order[SECTION_FUNCTION] && !alloc_declared(d))
			return false;
		d->r.end = d->r.pos + size;
		if (!decode_section(d, id))
			return false;
		if (d->r.pos != d->r.end)
			return fail_malformed(&d->r, "section size mismatch");
		d->r.end = end;
	}
	return true;
}

/* What can only be said when all sections have been seen. */
static bool check_counts(struct decoder *d)
{
	const struct module *m = d->m;

	if (m->nfunctions && !m->functions[m->nfunctions - 1].code && !d->trusted)
		return fail_malformed(&d->r, "function and code section have inconsistent lengths");
	if (d->has_datacount && d->datacount != m->ndata)
		return fail_malformed(&d->r,
				      "data count and data section have inconsistent lengths");
	if (m->ntables > MAX_TABLES)
		return fail_invalid(&d->r, "too many tables: %u, at most %u are supported",
				    m->ntables, MAX_TABLES);
	if (m->nmemories > MAX_MEMORIES)
		return fail_invalid(&d->r, "too many memories: %u, at most %u are supported",
				    m->nmemories, MAX_MEMORIES);
	return true;
}

static bool decode_module(struct decoder *d)
{
	static const uint8_t magic[4] = {0, 'a', 's', 'm'}, version[4] = {1, 0, 0, 0};
	const uint8_t *bytes;

	if (remaining(&d->r) < 4 || memcmp(d->r.pos, magic, 4))
		return fail_malformed(&d->r, "magic header not detected");
	d->r.pos += 4;
	if (remaining(&d->r) < 4 || memcmp(d->r.pos, version, 4))
		return fail_malformed(&d->r, "unknown binary version");
	return read_bytes(&d->r, 4, &bytes) && decode_sections(d) && check_counts(d) &&
	       alloc_declared(d) && (d->trusted || validate_functions(d));
}

static bool decode(struct module *m, const uint8_t *bytes, size_t size, bool trusted,
		   struct wasm_error *err)
{
	struct arena *arena = calloc(1, sizeof(*arena));
	struct decoder d = {
		.r = {.pos = bytes, .end = bytes + size, .module = bytes, .err = err},
		.m = m,
		.arena = arena,
		.trusted = trusted,
	};

	*m = (struct module){.bytes = bytes, .size = size, .arena = arena};
	if (!arena)
		return fail_memory(&d.r);
	if (size > MAX_MODULE_SIZE)
		return fail_invalid(&d.r, "module is larger than %u bytes", MAX_MODULE_SIZE);
	if (decode_module(&d))
		return true;
	module_free(m);
	return false;
}

bool module_decode(struct module *m, const uint8_t *bytes, size_t size, struct wasm_error *err)
{
	return decode(m, bytes, size, false, err);
}

bool module_decode_trusted(struct module *m, const uint8_t *bytes, size_t size,
			   struct wasm_error *err)
{
	return decode(m, bytes, size, true, err);
}

void module_free(struct module *m)
{
	for (uint32_t i = 0; i < m->ntypes; i++)
		functype_release(&m->types[i]);
	if (m->arena) {
		arena_free(m->arena);
		free(m->arena);
	}
	*m = (struct module){0};
}
