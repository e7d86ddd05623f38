/* Looking things up by name, and what functions are called. */
#include "module.h"
#include "reader.h"

#include <stdio.h>
#include <string.h>

static bool name_is(struct name name, const char *s)
{
	return name.len == strlen(s) && !memcmp(name.s, s, name.len);
}

const struct export *module_find_export(const struct module *m, const char *name)
{
	for (uint32_t i = 0; i < m->nexports; i++)
		if (name_is(m->exports[i].name, name))
			return &m->exports[i];
	return NULL;
}

const struct customsection *module_find_custom(const struct module *m, const char *name)
{
	for (uint32_t i = 0; i < m->ncustoms; i++)
		if (name_is(m->customs[i].name, name))
			return &m->customs[i];
	return NULL;
}

#define SUBSECTION_FUNCTIONS 1

/* True ends the search. */
typedef bool (*visitor)(void *context, uint32_t index, struct name name);

/* In the name map at r, which ends at r->end. A broken one names nothing: names are a convenience. */
static bool visit_namemap(struct reader *r, visitor visit, void *context)
{
	uint32_t n, index;
	struct name name;

	if (!read_u32(r, &n))
		return false;
	for (; n; n--) {
		if (!read_u32(r, &index) || !read_name(r, &name))
			return false;
		if (visit(context, index, name))
			return true;
	}
	return false;
}

static bool visit_names(const struct module *m, uint8_t subsection, visitor visit, void *context)
{
	const struct customsection *section = module_find_custom(m, "name");
	struct wasm_error ignored;

	if (!section)
		return false;
	struct reader r = {
		.pos = section->bytes,
		.end = section->bytes + section->size,
		.module = m->bytes,
		.err = &ignored,
	};
	const uint8_t *end = r.end;

	while (r.pos < end) {
		uint8_t id;
		uint32_t size;

		if (!read_byte(&r, &id) || !read_u32(&r, &size) || size > remaining(&r))
			return false;
		r.end = r.pos + size;
		if (id == subsection)
			return visit_namemap(&r, visit, context);
		r.pos = r.end;
		r.end = end;
	}
	return false;
}

struct wanted {
	uint32_t index;
	struct name name;
};

static bool is_index(void *context, uint32_t index, struct name name)
{
	struct wanted *w = context;

	w->name = name;
	return w->index == index;
}

static bool find_name(const struct module *m, uint32_t func, struct name *out)
{
	struct wanted w = {.index = func};

	if (visit_names(m, SUBSECTION_FUNCTIONS, is_index, &w)) {
		*out = w.name;
		return true;
	}
	for (const struct export *e = m->exports; e < m->exports + m->nexports; e++)
		if (e->kind == EXTERN_FUNC && e->index == func) {
			*out = e->name;
			return true;
		}
	return false;
}

const char *module_funcname(const struct module *m, uint32_t func, char *buf, size_t size)
{
	struct name name;

	if (!size)
		return buf;
	if (!find_name(m, func, &name)) {
		snprintf(buf, size, "func[%u]", func);
		return buf;
	}
	size_t n = name.len < size ? name.len : size - 1;

	memcpy(buf, name.s, n);
	/* Names end up on terminals. */
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)buf[i] < ' ' || buf[i] == 0x7f)
			buf[i] = '?';
	buf[n] = 0;
	return buf;
}

struct names {
	struct name *out;
	uint32_t n;
};

static bool note(void *context, uint32_t index, struct name name)
{
	struct names *names = context;

	if (index < names->n && !names->out[index].s)
		names->out[index] = name;
	return false;
}

void module_funcnames(const struct module *m, struct name *out)
{
	struct names names = {out, m->nfuncimports + m->nfunctions};

	memset(out, 0, names.n * sizeof(*out));
	visit_names(m, SUBSECTION_FUNCTIONS, note, &names);
	for (const struct export *e = m->exports; e < m->exports + m->nexports; e++)
		if (e->kind == EXTERN_FUNC)
			note(&names, e->index, e->name);
}
