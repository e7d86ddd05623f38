/*
 * Runs the exports of modules that generate/ made, a line for each module, in the words of run-modules.js.
 *
 *	run-modules [-O LEVEL] [-pv] FILE...	by the interpreter, or compiled (-p: --precise-traps, -v: LLVM verifies what it is given)
 */
#include "../../runtime-lite/aot/engine.h"
#include "load.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct exec exec;
static int level = -1; /* of optimisation; none: the interpreter */
static bool precise, verify;

/* Modules and instances live to the end, whoever refers to them. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

static const char *class_of(enum trap trap)
{
	switch (trap) {
	case TRAP_UNREACHABLE: return "unreachable";
	case TRAP_UNALIGNED: /* which of the two comes first is left open */
	case TRAP_MEMORY: return "memory";
	case TRAP_DIVIDE:
	case TRAP_OVERFLOW:
	case TRAP_CONVERSION: return "arithmetic";
	case TRAP_TABLE:
	case TRAP_UNDEFINED_ELEMENT:
	case TRAP_UNINITIALIZED_ELEMENT:
	case TRAP_INDIRECT_TYPE: return "table";

	case TRAP_STACK: return "stack";
	default: return trap_message(trap);
	}
}

static void run_exports(struct instance *inst)
{
	const struct module *m = inst->module;

	for (const struct export *e = m->exports; e < m->exports + m->nexports; e++) {
		union slot result = {0};

		if (e->kind != EXTERN_FUNC)
			continue;
		printf(" %.*s=", (int)e->name.len, e->name.s);
		switch (exec_call(&exec, inst->funcs[e->index], &result)) {
		case EXEC_OK: printf("%016lx", result.u64); break;
		case EXEC_TRAP: printf("trap %s", class_of(exec.trap)); break;
		case EXEC_EXCEPTION: printf("exception"); break;
		case EXEC_EXIT: printf("exit"); break;
		}
	}
}

static void print_memory(const struct memory *mem)
{
	uint64_t hash = UINT64_C(14695981039346656037), words = mem->bytes / 8;

	for (uint64_t i = 0; i < words; i++) {
		uint64_t word = ((const uint64_t *)mem->base)[i];

		if (word)
			hash = (hash ^ word) * UINT64_C(1099511628211);
	}
	printf(" memory=%lu:%lx\n", words, hash);
}

static void run(const char *path)
{
	struct module m;
	struct wasm_error err;
	char why[500];
	uint8_t *bytes = NULL;
	size_t size = 0;
	FILE *f = fopen(path, "rb"), *copy = open_memstream((char **)&bytes, &size);

	if (!f || !copy) {
		perror(path);
		exit(2);
	}
	for (int c; (c = getc(f)) != EOF;)
		putc(c, copy);
	fclose(f);
	fclose(copy);
	printf("%s", path);
	if (!module_decode(&m, bytes, size, &err)) {
		printf(" refused: %s\n", err.message);
		free(bytes);
		return;
	}
	if (level >= 0 && !load_compiled(&m, (unsigned)level, precise, verify, why, sizeof(why))) {
		printf(" refused: compiler: %s\n", why);
		return;
	}
	struct instance *inst = instance_new(&m, NULL, NULL, NULL, &err);

	if (!inst) {
		printf(" not instantiated: %s\n", err.message);
		exit(2);
	}
	run_exports(inst);
	print_memory(inst->memories[0]);
	/* The engine may keep what it made of the module: so is the module. */
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
	exec_fault(&exec, sig, info->si_addr, context);
	signal(sig, SIG_DFL);
}

int main(int argc, char **argv)
{
	static char stack[64 << 10];
	struct sigaction sa = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};

	sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof(stack)}, NULL);
	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGBUS, &sa, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int c; (c = getopt(argc, argv, "O:pv")) != -1;)
		switch (c) {
		case 'O': level = atoi(optarg); break;
		case 'p': precise = true; break;
		case 'v': verify = true; break;
		default: return 2;
		}
	if (level >= 0)
		engine_default = &aot_ops;
	if (!exec_init(&exec, NULL, 0))
		return 2;
	for (; optind < argc; optind++)
		run(argv[optind]);
	return 0;
}
