/* Module to instance, in the order that the specification's chapter "Modules, Instantiation" prescribes. */
#include "instance.h"
#include "constexpr.h"
#include "engine.h"
#include "functype.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The kinds by name, in the order of enum externkind. */
static const char *const kinds[] = {"function", "table", "memory", "global", "tag"};

static bool fail(struct wasm_error *err, const char *message)
{
	*err = (struct wasm_error){0};
	snprintf(err->message, sizeof(err->message), "%s", message);
	return false;
}

static bool fail_errno(struct wasm_error *err, const char *what)
{
	*err = (struct wasm_error){0};
	snprintf(err->message, sizeof(err->message), "%s: %s", what, strerror(errno));
	return false;
}

static bool fail_import(struct wasm_error *err, const char *problem, const struct import *im,
			const char *detail)
{
	*err = (struct wasm_error){0};
	snprintf(err->message, sizeof(err->message), "%s: %s \"%.*s\" \"%.*s\"%s", problem,
		 kinds[im->kind], im->module.len > 40 ? 40 : (int)im->module.len, im->module.s,
		 im->name.len > 60 ? 60 : (int)im->name.len, im->name.s, detail);
	return false;
}

/* "Import Matching": at least as large, and not allowed to become larger than the import says. */
static bool limits_match(uint64_t size, const struct limits *have, const struct limits *want)
{
	return size >= want->min && have->shared == want->shared &&
	       (!want->has_max || (have->has_max && have->max <= want->max));
}

static bool type_matches(const struct module *m, const struct import *im, const struct externval *e)
{
	switch (im->kind) {
	case EXTERN_FUNC: return e->func->type->id == m->types[im->type].id;
	case EXTERN_TABLE:
		return e->table->type.elem == im->table.elem &&
		       limits_match(e->table->size, &e->table->type.limits, &im->table.limits);
	case EXTERN_MEMORY:
		return limits_match(e->memory->bytes / WASM_PAGE, &e->memory->type.limits,
				    &im->memory.limits);
	case EXTERN_GLOBAL:
		return e->global.type.mutable == im->global.mutable &&
		       e->global.type.type == im->global.type;
	case EXTERN_TAG: return e->tag->type->id == m->types[im->type].id;
	}
	return false;
}

static bool resolve_imports(struct instance *inst, import_resolver resolve, void *context,
			    struct wasm_error *err)
{
	const struct module *m = inst->module;
	uint32_t funcs = 0, tables = 0, memories = 0, globals = 0, tags = 0;

	for (const struct import *im = m->imports; im < m->imports + m->nimports; im++) {
		struct externval e = {0};

		if (!resolve || !resolve(context, im, &e))
			return fail_import(err, "unknown import", im, "");
		if (e.kind != im->kind || !type_matches(m, im, &e)) {
			char have[60], want[60], detail[150] = "";

			if (e.kind == EXTERN_FUNC && im->kind == EXTERN_FUNC)
				snprintf(detail, sizeof(detail), " is %s, not %s",
					 functype_format(e.func->type, have, sizeof(have)),
					 functype_format(&m->types[im->type], want, sizeof(want)));
			return fail_import(err, "incompatible import type", im, detail);
		}
		switch (im->kind) {
		case EXTERN_FUNC: inst->funcs[funcs++] = e.func; break;
		case EXTERN_TABLE: inst->tables[tables++] = e.table; break;
		case EXTERN_MEMORY: inst->memories[memories++] = e.memory; break;
		case EXTERN_GLOBAL: inst->imported_globals[globals++] = e.global.value; break;
		case EXTERN_TAG: inst->tags[tags++] = e.tag; break;
		}
	}
	return true;
}

/* calloc() of nothing may be NULL, and then an instance of an empty module would look like a failure. */
static void *zeroed(size_t n, size_t size)
{
	return calloc(n ? n : 1, size);
}

static bool alloc_arrays(struct instance *inst)
{
	const struct module *m = inst->module;

	inst->funcs = zeroed(m->nfuncimports + m->nfunctions, sizeof(*inst->funcs));
	inst->defined_funcs = zeroed(m->nfunctions, sizeof(*inst->defined_funcs));
	inst->tables = zeroed(m->ntables, sizeof(*inst->tables));
	inst->memories = zeroed(m->nmemories, sizeof(*inst->memories));
	inst->tags = zeroed(m->ntags, sizeof(*inst->tags));
	inst->defined_tags = zeroed(m->ntags - m->ntagimports, sizeof(*inst->defined_tags));
	inst->imported_globals = zeroed(m->nglobalimports, sizeof(*inst->imported_globals));
	inst->globals = zeroed(m->nglobals - m->nglobalimports, sizeof(*inst->globals));
	inst->elem_dropped = zeroed(m->nelems, sizeof(*inst->elem_dropped));
	inst->data_dropped = zeroed(m->ndata, sizeof(*inst->data_dropped));
	return inst->funcs && inst->defined_funcs && inst->tables && inst->memories && inst->tags &&
	       inst->defined_tags && inst->imported_globals && inst->globals &&
	       inst->elem_dropped && inst->data_dropped;
}

static void define_funcs_and_tags(struct instance *inst)
{
	const struct module *m = inst->module;

	for (uint32_t i = 0; i < m->nfunctions; i++) {
		struct func *f = &inst->defined_funcs[i];

		f->type = &m->types[m->functions[i].type];
		f->instance = inst;
		f->function = &m->functions[i];
		inst->funcs[m->nfuncimports + i] = f;
	}
	for (uint32_t i = m->ntagimports; i < m->ntags; i++) {
		struct tag *tag = &inst->defined_tags[i - m->ntagimports];

		tag->type = &m->types[m->tags[i]];
		inst->tags[i] = tag;
	}
}

void instance_init_globals(const struct instance *inst, union global *out)
{
	const struct module *m = inst->module;

	/* In order: an initialiser may name the globals before it. */
	for (uint32_t i = m->nglobalimports; i < m->nglobals; i++)
		out[i - m->nglobalimports] = constexpr_eval(inst, out, &m->globalinits[i]);
}

static bool define_memories(struct instance *inst, void *hint, struct wasm_error *err)
{
	const struct module *m = inst->module;

	for (uint32_t i = m->nmemoryimports; i < m->nmemories; i++) {
		inst->memories[i] = memory_new(&m->memories[i], i ? NULL : hint);
		if (!inst->memories[i])
			return fail_errno(err, "cannot reserve address space for a linear memory");
	}
	return true;
}

static bool define_tables(struct instance *inst, struct wasm_error *err)
{
	const struct module *m = inst->module;

	for (uint32_t i = m->ntableimports; i < m->ntables; i++) {
		union slot init = {0};

		if (m->tableinits[i].start)
			init = constexpr_eval(inst, inst->globals, &m->tableinits[i]).slot[0];
		inst->tables[i] = table_new(&m->tables[i], init);
		if (!inst->tables[i])
			return fail_errno(err, "cannot allocate a table");
	}
	return true;
}

static uint32_t eval_offset(struct instance *inst, const struct constexpr *e)
{
	return constexpr_eval(inst, inst->globals, e).slot->u32;
}

/* What earlier segments have written stays written when a later one does not fit. */
static bool copy_segments(struct instance *inst, struct wasm_error *err)
{
	const struct module *m = inst->module;

	for (uint32_t i = 0; i < m->nelems; i++) {
		const struct elemsegment *seg = &m->elems[i];

		if (seg->mode == SEGMENT_PASSIVE)
			continue;
		if (seg->mode == SEGMENT_ACTIVE &&
		    !table_init(inst, seg->table, i, eval_offset(inst, &seg->offset), 0,
				seg->count))
			return fail(err, "out of bounds table access");
		inst->elem_dropped[i] = true;
	}
	for (uint32_t i = 0; i < m->ndata; i++) {
		const struct datasegment *seg = &m->data[i];

		if (seg->mode != SEGMENT_ACTIVE)
			continue;
		struct memory *mem = inst->memories[seg->memory];
		uint64_t at = eval_offset(inst, &seg->offset);

		if (at + seg->size > mem->bytes)
			return fail(err, "out of bounds memory access");
		if (!m->preloaded)
			memcpy(mem->base + at, seg->bytes, seg->size);
		inst->data_dropped[i] = true;
	}
	return true;
}

/*
 * A module that failed to instantiate may have left its functions in a table of another. They must stay
 * callable, so their instance is kept, here.
 */
static struct instance *_Atomic immortal;

static void keep(struct instance *inst)
{
	inst->next_immortal = atomic_load(&immortal);
	while (!atomic_compare_exchange_weak(&immortal, &inst->next_immortal, inst))
		;
}

struct instance *instance_new(const struct module *module, import_resolver resolve, void *context,
			      void *memory_hint, struct wasm_error *err)
{
	struct instance *inst = calloc(1, sizeof(*inst));

	if (!inst) {
		fail_errno(err, "cannot allocate an instance");
		return NULL;
	}
	inst->module = module;
	if (!alloc_arrays(inst)) {
		fail_errno(err, "cannot allocate an instance");
		goto failed;
	}
	if (!resolve_imports(inst, resolve, context, err))
		goto failed;
	define_funcs_and_tags(inst);
	instance_init_globals(inst, inst->globals);
	if (!define_tables(inst, err) || !define_memories(inst, memory_hint, err))
		goto failed;
	if (module->attach && !module->attach(inst, module->attach_context, err))
		goto failed;
	if (copy_segments(inst, err))
		return inst;
	if (module->ntableimports) {
		keep(inst);
		return NULL;
	}
failed:
	instance_free(inst);
	return NULL;
}

void instance_free(struct instance *inst)
{
	const struct module *m = inst->module;

	if (inst->ops && inst->ops->instance_free)
		inst->ops->instance_free(inst);
	for (uint32_t i = m->ntableimports; inst->tables && i < m->ntables; i++)
		if (inst->tables[i])
			table_free(inst->tables[i]);
	for (uint32_t i = m->nmemoryimports; inst->memories && i < m->nmemories; i++)
		if (inst->memories[i])
			memory_free(inst->memories[i]);
	free(inst->funcs);
	free(inst->defined_funcs);
	free(inst->tables);
	free(inst->memories);
	free(inst->tags);
	free(inst->defined_tags);
	free(inst->imported_globals);
	free(inst->globals);
	free(inst->elem_dropped);
	free(inst->data_dropped);
	free(inst);
}

bool instance_find_export(struct instance *inst, struct name name, struct externval *out)
{
	const struct module *m = inst->module;

	for (const struct export *e = m->exports; e < m->exports + m->nexports; e++) {
		if (e->name.len != name.len || memcmp(e->name.s, name.s, name.len))
			continue;
		*out = (struct externval){.kind = e->kind};
		switch (e->kind) {
		case EXTERN_FUNC: out->func = inst->funcs[e->index]; break;
		case EXTERN_TABLE: out->table = inst->tables[e->index]; break;
		case EXTERN_MEMORY: out->memory = inst->memories[e->index]; break;
		case EXTERN_TAG: out->tag = inst->tags[e->index]; break;
		case EXTERN_GLOBAL:
			out->global.type = m->globals[e->index];
			out->global.value = e->index < m->nglobalimports
						    ? inst->imported_globals[e->index]
						    : &inst->globals[e->index - m->nglobalimports];
			break;
		}
		return true;
	}
	return false;
}

/* Host functions are never freed, as anything may refer to them; the list says so to leak checkers. */
struct host_object {
	struct func func;
	struct host_object *next;
};
static struct host_object *_Atomic host_objects;

struct func *func_new_host(const struct hostfunc *host)
{
	static const uint8_t letters[128] = {
		['i'] = TYPE_I32,
		['I'] = TYPE_I64,
		['f'] = TYPE_F32,
		['d'] = TYPE_F64,
	};
	uint8_t types[MAX_PARAMS + 1];
	uint32_t nparams = 0, n = 0;

	for (const char *s = host->sig; *s; s++) {
		if (*s == ':')
			nparams = n;
		else
			types[n++] = letters[(int)*s];
	}
	if (!strchr(host->sig, ':'))
		nparams = n;
	struct host_object *o = calloc(1, sizeof(*o));

	if (!o)
		return NULL;
	o->func.host = host;
	o->func.type = functype_intern(types, nparams, types + nparams, n - nparams);
	if (!o->func.type) {
		free(o);
		return NULL;
	}
	o->next = atomic_load(&host_objects);
	while (!atomic_compare_exchange_weak(&host_objects, &o->next, o))
		;
	return &o->func;
}
