/*
 * The Linux layer under compiled code, without the compiler: signals at any instruction, faults, threads, fork. The guest
 * is guest.c, and functions of engine.ll.
 *
 * Usage: process MODULE.wasm [rounds]	Prints TAP.
 */
#include "process.h"
#include "../../runtime-lite/aot/engine.h"
#include "../../runtime-lite/linux/memory.h"
#include "../../runtime-lite/linux/process.h"
#include "../../runtime-lite/linux/signals.h"
#include "../../runtime-lite/linux/syscalls.h"

#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define F(name) extern const char code_##name[] __asm__("compiled_" #name);
FUNCTIONS(F)
#undef F
static const char *const code[] = {
#define F(name) code_##name,
	FUNCTIONS(F)
#undef F
};
extern const char compiled_entry[], entry_i[], entry_ii[];
extern const char __start_compiled[], __stop_compiled[];

static struct thread first;
static unsigned count, failures;

static struct timespec now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t;
}

static double since(struct timespec begin, clockid_t clock)
{
	struct timespec end = now(clock);

	return (end.tv_sec - begin.tv_sec) * 1e9 + (end.tv_nsec - begin.tv_nsec);
}

static void check(const char *what, enum scenario scenario, int n)
{
	const struct timespec begin = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
	union slot slots[1] = {{.i32 = n << 4 | (int)scenario}};

	enum outcome outcome =
		exec_call(&first.exec, process.instance->funcs[func_scenario], slots);
	bool ok = outcome == EXEC_OK && slots[0].i32 == n;

	failures += !ok;
	printf("%s %u - %s\n# each %.0f ns, %.0f of CPU time\n", ok ? "ok" : "not ok", ++count,
	       what, since(begin, CLOCK_MONOTONIC) / n, since(cpu, CLOCK_PROCESS_CPUTIME_ID) / n);
	if (!ok)
		printf("# outcome %d, %d of %d\n", outcome, slots[0].i32, n);
	fflush(stdout);
}

static int find_header(struct dl_phdr_info *info, size_t size, void *out)
{
	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_GNU_EH_FRAME)
			*(const uint8_t **)out =
				(const uint8_t *)info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
	return 1;
}

static bool resolve(void *context, const struct import *import, struct externval *out)
{
	(void)context;
	out->kind = EXTERN_FUNC;
	out->func = func_new_host(hostfunc_find(import->name.s, import->name.len));
	return true;
}

static bool set_up(const char *path)
{
	static int32_t functions[FUNCTION_COUNT], entries[16];
	static struct aot_image image;
	static struct module m;
	struct wasm_error err = {0};
	struct stat st;
	int fd = open(path, O_RDONLY);

	if (fd < 0 || fstat(fd, &st))
		return false;
	void *bytes = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (!module_decode(&m, bytes, st.st_size, &err) ||
	    !(process.instance = instance_new(&m, resolve, NULL, NULL, &err))) {
		fprintf(stderr, "%s: %s\n", path, err.message);
		return false;
	}
	for (size_t i = 0; i < sizeof(code) / sizeof(code[0]); i++)
		functions[i] = (int32_t)(code[i] - (char *)functions);
	entries[TYPE_I_I] = (int32_t)(compiled_entry - (char *)entries);
	entries[TYPE_I] = (int32_t)(entry_i - (char *)entries);
	entries[TYPE_II] = (int32_t)(entry_ii - (char *)entries);
	image = (struct aot_image){.text_begin = __start_compiled,
				   .text_end = __stop_compiled,
				   .functions = functions,
				   .entries = entries};
	dl_iterate_phdr(find_header, &image.eh_frame_hdr);
	process.memory = process.instance->memories[0];
	process.stack_size = 4 << 20;
	if (!aot_attach(process.instance, &image) || !memory_init() ||
	    !exec_init(&first.exec, process.instance, process.stack_size))
		return false;
	first.exec.hooks = &process_hooks;
	first.base = process.memory->base;
	first.is_main = true;
	signals_init(&first);
	return true;
}

int main(int argc, char **argv)
{
	int rounds = argc > 2 ? atoi(argv[2]) : 200;

	if (argc < 2 || !set_up(argv[1]))
		return 2;
	check("signals in a loop without calls", AT_ONCE, rounds);
	check("exceptions out of handlers", JUMPS, rounds);
	check("faults, and again or out of them", FAULTS, rounds);
	check("the stack overflows", OVERFLOW, rounds / 10);
	check("threads", THREADS, rounds);
	check("threads end in handlers", EXITS, rounds);
	check("fork in handlers", FORKS, rounds / 10);
	check("SIGSEGV that is none", SEGV_FROM_OUTSIDE, rounds / 10);
	check("kill", KILLS, rounds * 100);
	check("create and join", CREATES, rounds * 10);
	check("system calls", CALLS, rounds * 1000);
	check("fork and wait", PROCESSES, rounds);
	printf("1..%u\n", count);
	return failures != 0;
}
