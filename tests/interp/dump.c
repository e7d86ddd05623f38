/*
 * Prints what functions are translated to, a line an instruction: word, handler, operands.
 *
 * Usage: dump MODULE.wasm [FUNCTION...]	names or indices; all without
 *
 * Handlers are named by the program's own symbol table, so it must not be stripped, nor position independent.
 */
#include "../../runtime-lite/interp/interp.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

static struct symbol {
	uint64_t address;
	char name[64];
} *symbols;
static size_t nsymbols;

static void read_symbols(const char *self)
{
	char command[4200], line[4200], type;
	struct symbol s;
	FILE *p;

	snprintf(command, sizeof(command), "nm '%s'", self);
	p = popen(command, "r");
	while (p && fgets(line, sizeof(line), p)) {
		/* What is weak and undefined has no address. */
		if (sscanf(line, "%" SCNx64 " %c %63s", &s.address, &type, s.name) != 3)
			continue;
		symbols = realloc(symbols, (nsymbols + 1) * sizeof(s));
		symbols[nsymbols++] = s;
	}
	if (p)
		pclose(p);
}

static const char *symbol_at(uint64_t address)
{
	for (size_t i = 0; i < nsymbols; i++)
		if (symbols[i].address == address)
			return symbols[i].name;
	return NULL;
}

static void no_host_function(struct exec *x, union slot *slots)
{
	(void)slots;
	x->unwind = EXEC_EXIT;
}

static bool resolve(void *context, const struct import *import, struct externval *out)
{
	static const struct hostfunc host = {
		.module = "", .name = "", .sig = ":", .call = no_host_function};
	const struct module *m = context;
	struct limits limits = {0};

	out->kind = import->kind;
	switch (import->kind) {
	case EXTERN_FUNC:
		out->func = func_new_host(&host);
		out->func->type = &m->types[import->type];
		return true;
	case EXTERN_MEMORY:
		limits = import->memory.limits;
		out->memory = memory_new(&import->memory, NULL);
		return true;
	case EXTERN_TABLE:
		limits = import->table.limits;
		out->table = table_new(&import->table, (union slot){0});
		return true;
	default: (void)limits; return false;
	}
}

static void print(struct exec *x, struct func *f)
{
	const struct code *code = code_of(x, f);
	char name[200];

	module_funcname(f->instance->module,
			f->instance->module->nfuncimports +
				(f->function - f->instance->module->functions),
			name, sizeof(name));
	if (!code) {
		printf("%s: %s\n", name, x->trap_message);
		return;
	}
	printf("%s: %u words, %u + %u slots\n", name, code->nwords, code->nargs, code->nslots);
	for (uint32_t i = 0; i < code->nwords; i++) {
		const char *handler = symbol_at(code->words[i]);
		const int16_t *v = (const int16_t *)&code->words[i];

		if (handler && code->words[i] > 0xffff)
			printf("  %5u %-28s", i, handler);
		else
			printf(" [%d %d %d %d | %" PRId64 "]", v[0], v[1], v[2], v[3],
			       (int64_t)code->words[i]);
		if (i + 1 == code->nwords || symbol_at(code->words[i + 1]))
			putchar('\n');
	}
}

int main(int argc, char **argv)
{
	static struct module m;
	struct wasm_error err;
	struct instance *inst;
	static struct exec x;
	struct stat st;
	char name[200];
	int fd;

	if (argc < 2 || (fd = open(argv[1], O_RDONLY)) < 0 || fstat(fd, &st) != 0)
		return 2;
	if (!module_decode(&m, mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0), st.st_size,
			   &err) ||
	    !(inst = instance_new(&m, resolve, &m, NULL, &err)) || !exec_init(&x, inst, 0)) {
		fprintf(stderr, "dump: %s: %s\n", argv[1], err.message);
		return 1;
	}
	read_symbols(argv[0]);
	for (uint32_t i = 0; i < m.nfunctions; i++) {
		int wanted = argc == 2;

		module_funcname(&m, m.nfuncimports + i, name, sizeof(name));
		for (int k = 2; k < argc; k++)
			wanted |= strcmp(argv[k], name) == 0 ||
				  (uint32_t)atoi(argv[k]) == m.nfuncimports + i;
		if (wanted)
			print(&x, inst->funcs[m.nfuncimports + i]);
	}
	return 0;
}
