/* From a file to a running guest: load, resolve imports, set up memory, signals and the first thread. */
#include "load.h"
#include "memory.h"
#include "process.h"
#include "signals.h"
#include "syscalls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

/* All imports are functions of the module "wali". */
static bool resolve(void *context, const struct import *import, struct externval *out)
{
	const struct hostfunc *host = NULL;

	(void)context;
	if (import->kind == EXTERN_FUNC && import->module.len == 4 &&
	    !memcmp(import->module.s, "wali", 4))
		host = hostfunc_find(import->name.s, import->name.len);
	if (!host)
		return false;
	out->kind = EXTERN_FUNC;
	out->func = func_new_host(host);
	return out->func;
}

/* "null-page=4096" in the custom section "wali": the program was linked to have nothing there. */
static uint32_t null_page_of(const struct module *module)
{
	static const char key[] = "null-page=";
	const struct customsection *section = module_find_custom(module, "wali");
	const uint8_t *p = section ? section->bytes : NULL, *end = p ? p + section->size : NULL;

	for (; p < end; p++) {
		const uint8_t *line = p;
		uint64_t n = 0;
		p = memchr(p, '\n', (size_t)(end - p));
		if (!p)
			p = end;
		if ((size_t)(p - line) <= strlen(key) || memcmp(line, key, strlen(key)))
			continue;
		for (const uint8_t *d = line + strlen(key); d < p && *d >= '0' && *d <= '9'; d++)
			n = n < WASM_PAGE ? n * 10 + (*d - '0') : n;
		return n <= WASM_PAGE ? (uint32_t)n & ~(GUEST_PAGE - 1) : 0;
	}
	return 0;
}

static uint32_t leb(const uint8_t **p, const uint8_t *end)
{
	uint32_t value = 0;

	for (unsigned shift = 0; *p < end && shift < 35; shift += 7) {
		uint8_t byte = *(*p)++;
		value |= (uint32_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			break;
	}
	return value;
}

/* Index of the global that the name section calls "__stack_pointer", or UINT32_MAX. */
static uint32_t named_stack_pointer(const struct module *module)
{
	static const char name[] = "__stack_pointer";
	const struct customsection *section = module_find_custom(module, "name");
	const uint8_t *p = section ? section->bytes : NULL, *end = p ? p + section->size : NULL;

	while (p < end) {
		uint8_t id = *p++;
		uint32_t size = leb(&p, end);
		const uint8_t *next = size <= (size_t)(end - p) ? p + size : end;
		if (id == 7) { /* global names */
			for (uint32_t n = leb(&p, next); n && p < next; n--) {
				uint32_t index = leb(&p, next), length = leb(&p, next);
				if (length > (size_t)(next - p))
					break;
				if (length == strlen(name) && !memcmp(p, name, length))
					return index;
				p += length;
			}
		}
		p = next;
	}
	return UINT32_MAX;
}

/*
 * Signal frames go below the guest's stack pointer, which the toolchain exports, or at least names; in modules
 * without either it is where LLVM's linker always puts it, the first global.
 */
static int64_t find_stack_pointer(const struct module *module)
{
	const struct export *export = module_find_export(module, "__stack_pointer");
	uint32_t index = export && export->kind == EXTERN_GLOBAL ? export->index
								 : named_stack_pointer(module);

	if (index >= module->nglobals)
		index = module->nglobalimports;
	if (index < module->nglobalimports || index >= module->nglobals ||
	    module->globals[index].type != TYPE_I32 || !module->globals[index].mutable)
		return -1;
	return index - module->nglobalimports;
}

static struct func *find_start(struct instance *instance, const char *path)
{
	struct externval start;

	if (!instance_find_export(instance, (struct name){"_start", 6}, &start) ||
	    start.kind != EXTERN_FUNC || start.func->type->nparams || start.func->type->nresults) {
		load_refuse(path, "not a program: it has no function _start");
		return NULL;
	}
	return start.func;
}

static bool memory_set_up(struct instance *instance)
{
	static const struct memtype none = {{.max = 0, .has_max = true}};

	process.memory = instance->module->nmemories ? instance->memories[0]
						     : memory_new(&none, NULL);
	return process.memory && memory_init();
}

/* What ps and top show, as if the module had been executed natively. */
static void name_process(const char *path)
{
	const char *slash = strrchr(path, '/');

	prctl(PR_SET_NAME, slash ? slash + 1 : path);
	cmdline_publish();
}

int process_start(const char *path, int fd)
{
	static struct thread first;
	static struct module module;
	static union slot slots[1];
	struct thread *t = &first;
	struct wasm_error err;
	char link[32];
	int status;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	process.path = realpath(fd < 0 ? path : link, NULL);
	if (!process.path)
		process.path = path;
	status = load(path, fd, &module);
	if (status)
		return status;
	process.instance = instance_new(&module, resolve, NULL, NULL, &err);
	if (!process.instance)
		return load_refuse(path, err.message);
	struct func *start = find_start(process.instance, path);
	if (!start)
		return CANNOT_RUN;

	process.null_page = null_page_of(&module);
	process.stack_pointer = find_stack_pointer(&module);
	if (!memory_set_up(process.instance) ||
	    !exec_init(&t->exec, process.instance, process.stack_size))
		return load_refuse(path, strerror(ENOMEM));
	name_process(path);
	t->exec.hooks = &process_hooks;
	t->base = process.memory->base;
	t->is_main = true;
	signals_init(t);

	enum outcome outcome = EXEC_OK;
	if (module.has_start)
		outcome = thread_run(t, process.instance->funcs[module.start], slots);
	if (outcome == EXEC_OK)
		outcome = thread_run(t, start, slots);
	if (outcome == EXEC_OK)
		process_exit(0);

	/* Other threads may go on without this one. */
	thread_ended(t);
	for (;;)
		HOST(exit, t->exit_status);
}
