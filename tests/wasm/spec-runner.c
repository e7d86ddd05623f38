/*
 * Runs one script of the official test suite against decoder, validator and engine. spec.t translates the
 * suite's .json to the commands read here from standard input, a line each, words separated by blanks:
 *
 *	LINE module FILE NAME		LINE definition FILE
 *	LINE register NAME AS		LINE reject FILE		(assert_invalid, assert_malformed)
 *	LINE unlinkable FILE		LINE uninstantiable FILE TEXT
 *	LINE action NAME invoke|get FIELD ARGS
 *	LINE return NAME invoke|get FIELD ARGS RESULTS
 *	LINE trap|exhaustion|exception NAME invoke|get FIELD ARGS TEXT
 *
 * NAME (of a module), AS, FIELD and TEXT are in hexadecimal, "=" when empty, "-" when absent. ARGS and RESULTS are lists with commas
 * of TYPE:VALUE, "-" when empty; numbers are their bits in decimal, nan:canonical and nan:arithmetic are patterns,
 * references are null, a number, or "any" that is not null; v128 is v128:SHAPE:LANE/LANE/…, and alternatives for one
 * value are separated by "|". A failed command is described by a line; the last line is "done PASSED FAILED UNSUPPORTED".
 */
#include "spec-compiled.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_SLOTS 4096
#define MAX_WORDS 8

struct loaded {
	struct loaded *next;
	char *name, *registered; /* hexadecimal, NULL if none */
	struct instance *inst;	 /* NULL: needs what we do not have */
};

static struct loaded *modules; /* newest first */
static struct exec exec;
static bool compiled;

/* Modules and instances live to the end, whoever refers to them. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

static unsigned passed, failed, unsupported;
static const char *line;

static void fail(const char *fmt, ...)
{
	va_list ap;

	printf("line %s: ", line);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	failed++;
}

static void *must(void *p)
{
	if (!p) {
		perror("spec-runner");
		exit(2);
	}
	return p;
}

/* Module, exports and functions that the suite takes for granted. */
static void ignore(struct exec *x, union slot *slots)
{
	(void)x, (void)slots;
}

static const struct hostfunc host[] = {
	{"spectest", "print", ":", ignore, NULL},
	{"spectest", "print_i32", "i:", ignore, NULL},
	{"spectest", "print_i64", "I:", ignore, NULL},
	{"spectest", "print_f32", "f:", ignore, NULL},
	{"spectest", "print_f64", "d:", ignore, NULL},
	{"spectest", "print_i32_f32", "if:", ignore, NULL},
	{"spectest", "print_f64_f64", "dd:", ignore, NULL},
};

static bool name_is(struct name name, const char *s)
{
	return name.len == strlen(s) && !memcmp(name.s, s, name.len);
}

static bool find_spectest(struct name name, struct externval *out)
{
	static struct func *funcs[sizeof(host) / sizeof(*host)];
	static struct table *table;
	static struct memory *memory, *shared;
	static union global globals[4];
	static const struct {
		const char *name;
		uint8_t type;
	} names[] = {
		{"global_i32", TYPE_I32},
		{"global_i64", TYPE_I64},
		{"global_f32", TYPE_F32},
		{"global_f64", TYPE_F64},
	};

	if (!table) {
		struct limits memlimits = {.min = 1, .max = 2, .has_max = true};
		struct limits tablelimits = {.min = 10, .max = 20, .has_max = true};

		table = must(
			table_new(&(struct tabletype){.elem = TYPE_FUNCREF, .limits = tablelimits},
				  (union slot){0}));
		memory = must(memory_new(&(struct memtype){memlimits}, NULL));
		memlimits.shared = true;
		shared = must(memory_new(&(struct memtype){memlimits}, NULL));
		globals[0].slot->u64 = 666;
		globals[1].slot->u64 = 666;
		globals[2].slot->f32 = 666.6f;
		globals[3].slot->f64 = 666.6;
		for (size_t i = 0; i < sizeof(host) / sizeof(*host); i++)
			funcs[i] = must(func_new_host(&host[i]));
	}
	for (size_t i = 0; i < sizeof(host) / sizeof(*host); i++)
		if (name_is(name, host[i].name)) {
			*out = (struct externval){.kind = EXTERN_FUNC, .func = funcs[i]};
			return true;
		}
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (name_is(name, names[i].name)) {
			*out = (struct externval){.kind = EXTERN_GLOBAL};
			out->global.value = &globals[i];
			out->global.type = (struct globaltype){.type = names[i].type};
			return true;
		}
	*out = (struct externval){.kind = EXTERN_MEMORY, .memory = memory};
	if (name_is(name, "memory"))
		return true;
	out->memory = shared;
	if (name_is(name, "shared_memory"))
		return true;
	*out = (struct externval){.kind = EXTERN_TABLE, .table = table};
	return name_is(name, "table");
}

static bool hex_is(const char *hex, struct name name)
{
	char byte[3];

	if (!strcmp(hex, "="))
		return !name.len;
	if (strlen(hex) != 2 * (size_t)name.len)
		return false;
	for (uint32_t i = 0; i < name.len; i++) {
		snprintf(byte, sizeof(byte), "%02x", (unsigned char)name.s[i]);
		if (memcmp(byte, hex + 2 * i, 2))
			return false;
	}
	return true;
}

static const char *unhex(const char *hex, char *buf, size_t size)
{
	size_t n = 0;
	unsigned byte;

	for (; n + 1 < size && sscanf(hex, "%2x", &byte) == 1; hex += 2)
		buf[n++] = byte;
	buf[n] = 0;
	return buf;
}

struct resolution {
	bool unsupported; /* an import names a module that we could not load */
};

static bool resolve(void *context, const struct import *im, struct externval *out)
{
	struct resolution *r = context;

	if (name_is(im->module, "spectest"))
		return find_spectest(im->name, out);
	for (struct loaded *l = modules; l; l = l->next) {
		if (!l->registered || !hex_is(l->registered, im->module))
			continue;
		if (!l->inst) {
			r->unsupported = true;
			return false;
		}
		return instance_find_export(l->inst, im->name, out);
	}
	return false;
}

/* Typed function references, garbage collection and 64-bit memories: counted by cannot(). */
static bool is_unsupported(const struct wasm_error *err)
{
	return strstr(err->message, "not supported");
}

static uint8_t *map_file(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st)) {
		fprintf(stderr, "spec-runner: %s: %s\n", path, strerror(errno));
		exit(2);
	}
	/* A byte more than there is: a module may be empty, and its end is then the end of a page only for some. */
	uint8_t *bytes = must(malloc(st.st_size ? st.st_size : 1));

	*size = read(fd, bytes, st.st_size);
	close(fd);
	return bytes;
}

static struct module *decode(const char *path, struct wasm_error *err)
{
	struct module *m = must(malloc(sizeof(*m)));
	size_t size;
	uint8_t *bytes = map_file(path, &size);

	if (module_decode(m, bytes, size, err))
		return m;
	free(bytes);
	free(m);
	return NULL;
}

enum result { OK, REJECTED, UNLINKABLE, TRAPPED, UNSUPPORTED };

/* Decode, instantiate, start. What went wrong is in err. Modules live until the end: others may refer to them. */
static enum result load(const char *path, struct instance **inst, struct wasm_error *err)
{
	struct module *m = decode(path, err);
	struct resolution r = {0};

	*inst = NULL;
	if (!m)
		return is_unsupported(err) ? UNSUPPORTED : REJECTED;
	if (compiled)
		m = spec_compile(path);
	*inst = instance_new(m, resolve, &r, NULL, err);
	if (!*inst) {
		if (r.unsupported)
			return UNSUPPORTED;
		return !strncmp(err->message, "out of bounds", 13) ? TRAPPED : UNLINKABLE;
	}
	if (!m->has_start)
		return OK;

	union slot none[2];
	enum outcome outcome = exec_call(&exec, (*inst)->funcs[m->start], none);

	if (outcome == EXEC_OK)
		return OK;
	snprintf(err->message, sizeof(err->message), "%s",
		 outcome == EXEC_TRAP ? trap_message(exec.trap) : "exception");
	return TRAPPED;
}

static void add_module(const char *name, struct instance *inst)
{
	struct loaded *l = must(calloc(1, sizeof(*l)));

	l->name = strcmp(name, "-") ? must(strdup(name)) : NULL;
	l->inst = inst;
	l->next = modules;
	modules = l;
}

static struct loaded *find_module(const char *name)
{
	if (!strcmp(name, "-"))
		return modules;
	for (struct loaded *l = modules; l; l = l->next)
		if (l->name && !strcmp(l->name, name))
			return l;
	return NULL;
}

/* Values. */

static const struct {
	const char *name;
	uint8_t type;
} types[] = {
	{"i32", TYPE_I32},
	{"i64", TYPE_I64},
	{"f32", TYPE_F32},
	{"f64", TYPE_F64},
	{"v128", TYPE_V128},
	{"funcref", TYPE_FUNCREF},
	{"externref", TYPE_EXTERNREF},
	{"exnref", TYPE_EXNREF},
};

static uint8_t parse_type(const char **s)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		size_t n = strlen(types[i].name);

		if (!strncmp(*s, types[i].name, n) && (*s)[n] == ':') {
			*s += n + 1;
			return types[i].type;
		}
	}
	fprintf(stderr, "spec-runner: line %s: strange value %s\n", line, *s);
	exit(2);
}

static unsigned lane_bits(const char **s)
{
	unsigned bits = atoi(*s + 1);

	*s = strchr(*s, ':') + 1;
	return bits;
}

static unsigned parse_arg(const char *s, union slot *slots)
{
	uint8_t type = parse_type(&s);

	slots[0].u64 = slots[1].u64 = 0;
	if (type == TYPE_V128) {
		unsigned bits = lane_bits(&s), at = 0;

		for (;; s = strchr(s, '/') + 1, at += bits / 8) {
			uint64_t lane = strtoull(s, NULL, 10);

			memcpy((char *)slots + at, &lane, bits / 8);
			if (!strchr(s, '/'))
				return 2;
		}
	}
	if (!strcmp(s, "null"))
		slots->u64 = 0;
	else if (type == TYPE_EXTERNREF)
		slots->externref = (void *)(uintptr_t)(strtoull(s, NULL, 10) + 1);
	else if (type == TYPE_I32 || type == TYPE_F32)
		slots->u32 = strtoull(s, NULL, 10);
	else
		slots->u64 = strtoull(s, NULL, 10);
	return 1;
}

/* Canonical: the quiet bit alone. Arithmetic: the quiet bit at least. The sign is free. */
static bool float_matches(const char *want, uint64_t have, unsigned bits)
{
	uint64_t sign = UINT64_C(1) << (bits - 1);
	uint64_t nan = bits == 32 ? UINT64_C(0x7fc00000) : UINT64_C(0x7ff8000000000000);

	if (!strncmp(want, "nan:canonical", 13))
		return (have & ~sign) == nan;
	if (!strncmp(want, "nan:arithmetic", 14))
		return (have & nan) == nan;
	return have == strtoull(want, NULL, 10);
}

static bool v128_matches(const char *s, const union slot *have)
{
	bool is_float = *s == 'f';
	unsigned bits = lane_bits(&s);

	for (unsigned at = 0;; s = strchr(s, '/') + 1, at += bits / 8) {
		uint64_t lane = 0;

		memcpy(&lane, (const char *)have + at, bits / 8);
		if (is_float ? !float_matches(s, lane, bits) : lane != strtoull(s, NULL, 10))
			return false;
		if (!strchr(s, '/'))
			return true;
	}
}

static bool matches_one(const char *s, const union slot *have)
{
	switch (parse_type(&s)) {
	case TYPE_V128: return v128_matches(s, have);
	case TYPE_F32: return float_matches(s, have->u32, 32);
	case TYPE_F64: return float_matches(s, have->u64, 64);
	case TYPE_I32: return have->u32 == strtoull(s, NULL, 10);
	case TYPE_I64: return have->u64 == strtoull(s, NULL, 10);
	case TYPE_EXTERNREF:
		if (strcmp(s, "null") && strcmp(s, "any"))
			return (uintptr_t)have->externref == strtoull(s, NULL, 10) + 1;
		/* fall through */
	default: return !strcmp(s, "null") ? !have->u64 : have->u64 != 0;
	}
}

static bool matches(char *s, const union slot *have)
{
	char *save;

	for (char *alt = strtok_r(s, "|", &save); alt; alt = strtok_r(NULL, "|", &save))
		if (matches_one(alt, have))
			return true;
	return false;
}

static unsigned slots_of(const uint8_t *t, uint32_t n)
{
	unsigned slots = n;

	while (n)
		slots += t[--n] == TYPE_V128;
	return slots;
}

/* Actions. */

enum did { DID, TRAP, EXCEPTION, CANNOT, BROKEN };

static enum did act(char **w, union slot *slots, uint8_t *result_types, uint32_t *nresults)
{
	struct loaded *l = find_module(w[0]);
	struct externval e;
	char field[200], *save;
	struct name name;

	if (!l) {
		fail("no module %s", w[0]);
		return BROKEN;
	}
	if (!l->inst)
		return CANNOT;
	const struct module *m = l->inst->module;
	const struct export *found = NULL;

	for (uint32_t i = 0; i < m->nexports; i++)
		if (hex_is(w[2], m->exports[i].name))
			found = &m->exports[i];
	name = found ? found->name : (struct name){0};
	if (!found || !instance_find_export(l->inst, name, &e)) {
		fail("no export %s", unhex(w[2], field, sizeof(field)));
		return BROKEN;
	}
	if (!strcmp(w[1], "get")) {
		*nresults = 1;
		result_types[0] = e.global.type.type;
		memcpy(slots, e.global.value, sizeof(union global));
		return DID;
	}
	unsigned at = 0;

	if (strcmp(w[3], "-"))
		for (char *arg = strtok_r(w[3], ",", &save); arg; arg = strtok_r(NULL, ",", &save))
			at += parse_arg(arg, slots + at);
	if (at != slots_of(e.func->type->params, e.func->type->nparams)) {
		fail("wrong number of arguments");
		return BROKEN;
	}
	*nresults = e.func->type->nresults;
	memcpy(result_types, e.func->type->results, *nresults);
	switch (exec_call(&exec, e.func, slots)) {
	case EXEC_OK: return DID;
	case EXEC_TRAP: return TRAP;
	case EXEC_EXCEPTION: return EXCEPTION;
	case EXEC_EXIT: break;
	}
	fail("exited");
	return BROKEN;
}

static void check_results(char *expected, const union slot *slots, const uint8_t *result_types,
			  uint32_t n)
{
	char *save, copy[4096];
	unsigned at = 0, i = 0;

	if (strcmp(expected, "-"))
		for (char *want = strtok_r(expected, ",", &save); want;
		     want = strtok_r(NULL, ",", &save), i++) {
			if (i == n)
				break;
			snprintf(copy, sizeof(copy), "%s", want);
			if (!matches(want, slots + at)) {
				fail("result %u: expected %s, got %016lx %016lx", i, copy,
				     slots[at].u64,
				     result_types[i] == TYPE_V128 ? slots[at + 1].u64 : 0);
				return;
			}
			at += result_types[i] == TYPE_V128 ? 2 : 1;
		}
	if (i != n)
		fail("expected %u results, got %u", i, n);
	else
		passed++;
}

/* The expected text may be longer ("undefined element 7") or shorter ("uninitialized element 2") than ours. */
static bool text_matches(const char *want, const char *have)
{
	return !strncmp(want, have, strlen(have)) || !strncmp(want, have, strlen(want));
}

static void check_action(const char *command, char **w)
{
	static union slot slots[MAX_SLOTS];
	static uint8_t result_types[MAX_RESULTS];
	uint32_t n = 0;
	char text[200];
	enum did did = act(w, slots, result_types, &n);
	const char *got = did == DID ? "return" : did == TRAP ? "trap" : "exception";

	if (did == BROKEN)
		return;
	if (did == CANNOT) {
		unsupported++;
		return;
	}
	if (did == TRAP && (!strcmp(command, "trap") || !strcmp(command, "exhaustion"))) {
		unhex(w[4], text, sizeof(text));
		if (text_matches(text, trap_message(exec.trap)))
			passed++;
		else
			fail("expected trap \"%s\", got \"%s\"", text, trap_message(exec.trap));
	} else if (!strcmp(command, "action") ? did != DID : strcmp(got, command)) {
		fail("expected %s, got %s%s%s", command, got, did == TRAP ? ": " : "",
		     did == TRAP ? trap_message(exec.trap) : "");
	} else if (!strcmp(command, "return")) {
		check_results(w[4], slots, result_types, n);
	} else {
		passed++;
	}
}

/* Modules that need typed function references or garbage collection: spec.t knows how many there are. */
static void cannot(const struct wasm_error *err)
{
	printf("line %s: cannot: %s\n", line, err->message);
	unsupported++;
}

static void check_load(const char *command, char **w)
{
	static const char *const says[] = {"ok", "rejected", "unlinkable", "trapped",
					   "unsupported"};
	struct wasm_error err = {0};
	struct instance *inst;
	enum result result = load(w[0], &inst, &err), want = OK;

	if (!strcmp(command, "unlinkable"))
		want = UNLINKABLE;
	else if (!strcmp(command, "uninstantiable"))
		want = TRAPPED;
	else
		add_module(w[1], result == OK ? inst : NULL);
	if (result == UNSUPPORTED)
		cannot(&err);
	else if (result != want)
		fail("%s: expected %s, got %s: %s (offset %zu)", w[0], says[want], says[result],
		     err.message, err.offset);
	else
		passed++;
}

static void check_decode(const char *command, char **w)
{
	struct wasm_error err = {0};
	struct module *m = decode(w[0], &err);
	bool want = !strcmp(command, "definition");

	if (!m && is_unsupported(&err))
		cannot(&err); /* rejected, but for a reason of ours */
	else if (!m == want)
		fail("%s: %s%s", w[0], want ? "rejected: " : "accepted", want ? err.message : "");
	else
		passed++;
}

static void run(char *text)
{
	char *words[MAX_WORDS + 2] = {0}, *save;
	int n = 0;

	for (char *w = strtok_r(text, " \n", &save); w && n < MAX_WORDS;
	     w = strtok_r(NULL, " \n", &save))
		words[n++] = w;
	if (n < 3)
		return;
	line = words[0];
	const char *command = words[1];
	char **w = words + 2;

	if (!strcmp(command, "register")) {
		struct loaded *l = find_module(w[0]);

		if (l)
			l->registered = must(strdup(w[1]));
	} else if (!strcmp(command, "reject") || !strcmp(command, "definition")) {
		check_decode(command, w);
	} else if (!strcmp(command, "module") || !strncmp(command, "un", 2)) {
		check_load(command, w);
	} else {
		check_action(command, w);
	}
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
	exec_fault(&exec, sig, info->si_addr, context);
	/* Not the guest's: a bug, to die of. */
	signal(sig, SIG_DFL);
}

int main(void)
{
	static char stack[64 << 10];
	struct sigaction sa = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	char *text = NULL;
	size_t size = 0;

	sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof(stack)}, NULL);
	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGBUS, &sa, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	compiled = spec_compiled();
	if (!exec_init(&exec, NULL, 0)) {
		fprintf(stderr, "spec-runner: no memory for a stack\n");
		return 2;
	}
	while (getline(&text, &size, stdin) >= 0)
		run(text);
	printf("done %u %u %u\n", passed, failed, unsupported);
	return failed != 0;
}
