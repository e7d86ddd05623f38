/*
 * libFuzzer target: custom sections that are only for people. The input becomes .debug_line of a module that is valid, with
 * what it refers to (.debug_str, .debug_line_str, .debug_info, .debug_abbrev: all the same bytes), or its "name" section.
 */
#include "../../runtime-lite/wasm/lines.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t module[] = {
	0,  'a', 's', 'm', 1, 0,  0, 0, 1,  4, 1, 0x60, 0, 0, /* a type */
	3,  3,	 2,   0,   0,				      /* two functions of it */
	10, 7,	 2,   2,   0, 11, 2, 0, 11,		      /* with nothing in them */
};

static uint8_t *put_size(uint8_t *p, size_t n)
{
	for (int i = 0; i < 4; i++, n >>= 7)
		*p++ = n | 0x80;
	*p++ = n;
	return p;
}

static uint8_t *put_custom(uint8_t *p, const char *name, const uint8_t *data, size_t size)
{
	const size_t n = strlen(name);

	*p++ = 0;
	p = put_size(p, 1 + n + size);
	*p++ = n;
	p = mempcpy(p, name, n);
	return mempcpy(p, data, size);
}

static void read_all(struct module *m)
{
	struct lines *l = lines_read(m);
	char name[64], tiny[2];

	for (uint32_t i = 0; i < 4; i++) {
		module_funcname(m, i, name, sizeof(name));
		module_funcname(m, i, tiny, sizeof(tiny));
	}
	if (!l)
		return;
	for (size_t offset = 0; offset < 64; offset++) {
		const struct line_row *row = lines_find(l, offset);

		if (row && row->file < l->nfiles && strlen(l->files[row->file].name) == SIZE_MAX)
			abort();
	}
	lines_free(l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {".debug_line", ".debug_str", ".debug_line_str",
					    ".debug_info", ".debug_abbrev"};
	struct module m;
	struct wasm_error err;
	const bool dwarf = size && data[0] & 1;
	const unsigned n = dwarf ? sizeof(names) / sizeof(*names) : 1;
	uint8_t *bytes = malloc(sizeof(module) + n * (size + 32)), *p = bytes;

	if (!bytes)
		abort();
	p = mempcpy(p, module, sizeof(module));
	for (unsigned i = 0; i < n; i++)
		p = put_custom(p, dwarf ? names[i] : "name", data + !!size, size - !!size);
	const size_t all = p - bytes;

	bytes = realloc(bytes, all); /* so that a read past the end is seen */
	if (!module_decode(&m, bytes, all, &err))
		abort(); /* whatever is in custom sections, the module is valid */
	read_all(&m);
	module_free(&m);
	free(bytes);
	return 0;
}
