/*
 * libFuzzer target: decoder, validator and what walks their result. An input that begins like a module is taken as
 * one; any other is the body of a function in a module that has something of everything, so that mutation reaches
 * the validator without having to get section sizes right first.
 */
#include "../../runtime-lite/wasm/exec.h"

#include <stdlib.h>
#include <string.h>

/* Types [] -> [], [i32] -> [i32], [i32 i64] -> [f64 v128]; three functions, two tables, two memories, globals of each
 * kind, a tag for each type without results, element and data segments of each kind. The code section follows. */
static const uint8_t before[] = {
	0,    'a',  's',  'm',	1,    0,    0,	  0,	1, 21,	 4,    0x60, 0,	   0,	 0x60,
	1,    0x7f, 1,	  0x7f, 0x60, 2,    0x7f, 0x7e, 2, 0x7c, 0x7b, 0x60, 2,	   0x7f, 0x69,
	0,    3,    5,	  4,	0,    1,    2,	  0,	4, 7,	 2,    0x70, 0,	   3,	 0x6f,
	0,    2,    5,	  6,	2,    3,    1,	  2,	0, 1,	 13,   5,    2,	   0,	 0,
	0,    3,    6,	  16,	3,    0x7f, 1,	  0x41, 1, 0x0b, 0x7e, 0,    0x42, 2,	 0x0b,
	0x70, 1,    0xd0, 0x70, 0x0b, 7,    5,	  1,	1, 'f',	 0,    1,    9,	   13,	 2,
	0,    0x41, 0,	  0x0b, 1,    1,    1,	  0,	3, 2,	 1,    2,    12,   1,	 2,
};
static const uint8_t after[] = {11, 11, 2, 0, 0x41, 0, 0x0b, 1, 'x', 1, 2, 'y', 'z'};

static uint8_t *put_size(uint8_t *p, size_t n)
{
	/* Five bytes, as a linker writes them. */
	for (int i = 0; i < 4; i++, n >>= 7)
		*p++ = n | 0x80;
	*p++ = n;
	return p;
}

static uint8_t *wrap(const uint8_t *body, size_t n, size_t *size)
{
	static const uint8_t trapping[] = {3, 0, 0x00, 0x0b};  /* no locals, unreachable, end */
	static const uint8_t locals[] = {2, 3, 0x7f, 1, 0x7b}; /* three i32, a v128 */
	size_t code = 1 + 5 + sizeof(locals) + n + 3 * sizeof(trapping);
	uint8_t *bytes = malloc(sizeof(before) + 6 + code + sizeof(after)), *p = bytes;

	if (!bytes)
		abort();
	p = mempcpy(p, before, sizeof(before));
	*p++ = 10;
	p = put_size(p, code);
	*p++ = 4;
	p = put_size(p, sizeof(locals) + n);
	p = mempcpy(p, locals, sizeof(locals));
	p = mempcpy(p, body, n);
	for (int i = 0; i < 3; i++)
		p = mempcpy(p, trapping, sizeof(trapping));
	p = mempcpy(p, after, sizeof(after));
	*size = p - bytes;
	return bytes;
}

static void use(struct module *m)
{
	struct wasm_error err;
	char name[64];
	uint64_t pages = 0, elements = 0;

	for (uint32_t i = 0; i < m->nfunctions && i < 10; i++)
		module_funcname(m, m->nfuncimports + i, name, sizeof(name));
	module_find_export(m, "memory");
	module_find_custom(m, "name");
	/* Instances that want much are slow, not interesting. */
	for (uint32_t i = 0; i < m->nmemories; i++)
		pages += m->memories[i].limits.min;
	for (uint32_t i = 0; i < m->ntables; i++)
		elements += m->tables[i].limits.min;
	if (m->nimports || m->nmemories > 4 || m->ntables > 4 || pages > 16 || elements > 10000)
		return;
	struct instance *inst = instance_new(m, NULL, NULL, NULL, &err);

	if (inst)
		instance_free(inst);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct module m;
	struct wasm_error err;
	uint8_t *bytes;

	/* A copy of its own, so that a read past the end is seen. */
	if (size >= 4 && !memcmp(data, "\0asm", 4)) {
		bytes = malloc(size);
		if (!bytes)
			abort();
		memcpy(bytes, data, size);
	} else {
		bytes = wrap(data, size, &size);
	}
	err.message[0] = 0;
	if (module_decode(&m, bytes, size, &err)) {
		use(&m);
		module_free(&m);
	} else if (!err.message[0]) {
		abort(); /* every refusal has a reason */
	}
	free(bytes);
	return 0;
}
