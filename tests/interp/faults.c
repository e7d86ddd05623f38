/*
 * Executes every exported function of a module twice, on the same memory: as it is, and with the pages that it
 * accesses protected, so that each first access faults and the trap hook, having made the page accessible, has the
 * instruction executed again. Result and memory must be the same.
 *
 * Usage: faults MODULE.wasm	The functions are (i32 pointer into page 1, i32 6, i32 pointer into page 2) -> i64,
 *				and return something that depends on whatever they did.
 */
#include "../../runtime-lite/wasm/exec.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { FIRST = 65536, PAGES = 2 * 65536, POINTER = FIRST + 512, TABLE = FIRST + 65536 + 256 };

static struct exec exec;
static uint8_t *base;
static unsigned faults;
static enum outcome answer;

static void on_fault(int sig, siginfo_t *info, void *context)
{
	exec_fault(&exec, sig, info->si_addr, context);
	signal(sig, SIG_DFL);
}

static enum outcome trapped(struct exec *x, enum trap trap, uint64_t address, int fault)
{
	(void)x;
	if (trap != TRAP_MEMORY || fault != SIGSEGV)
		return EXEC_TRAP;
	faults++;
	if (answer == EXEC_OK)
		mprotect(base + (address & ~4095ul), 4096, PROT_READ | PROT_WRITE);
	return answer;
}

static void fill(void)
{
	mprotect(base + FIRST, PAGES, PROT_READ | PROT_WRITE);
	for (int i = 0; i < PAGES; i++)
		base[FIRST + i] = i * 37 + (i >> 8) * 11;
	/* What is loaded as an address stays within the first of the two. */
	for (int i = 0; i < 4096; i += 4)
		memcpy(base + FIRST + 65536 + i, &(uint32_t){POINTER + i % 64}, 4);
}

static enum outcome call(struct func *f, union slot *result)
{
	union slot slots[3] = {{.u32 = POINTER}, {.u32 = 6}, {.u32 = TABLE}};
	enum outcome outcome = exec_call(&exec, f, slots);

	*result = slots[0];
	return outcome;
}

int main(int argc, char **argv)
{
	static const struct hooks hooks = {.trap = trapped};
	static uint8_t expected[PAGES], stack[65536];
	struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	struct wasm_error err = {0};
	struct instance *inst;
	struct module m;
	unsigned bad = 0;
	struct stat st;
	void *bytes;
	int fd;

	if (argc < 2 || (fd = open(argv[1], O_RDONLY)) < 0 || fstat(fd, &st) != 0)
		return 2;
	bytes = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (!module_decode(&m, bytes, st.st_size, &err) ||
	    !(inst = instance_new(&m, NULL, NULL, NULL, &err)) || !exec_init(&exec, inst, 0)) {
		fprintf(stderr, "%s: %s\n", argv[1], err.message);
		return 2;
	}
	sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof(stack)}, NULL);
	sigaction(SIGSEGV, &action, NULL);
	exec.hooks = &hooks;
	setvbuf(stdout, NULL, _IOLBF, 0); /* for whoever sees it crash */
	base = inst->memories[0]->base;
	for (uint32_t i = 0; i < m.nexports; i++) {
		union slot plain, again;
		struct func *f;
		enum outcome outcome;

		if (m.exports[i].kind != EXTERN_FUNC)
			continue;
		f = inst->funcs[m.exports[i].index];
		answer = EXEC_OK;
		fill();
		faults = 0;
		outcome = call(f, &plain);
		printf("%.*s = %llx\n", m.exports[i].name.len, m.exports[i].name.s,
		       (unsigned long long)plain.u64);
		memcpy(expected, base + FIRST, PAGES);
		fill();
		mprotect(base + FIRST, PAGES, PROT_NONE);
		if (outcome != EXEC_OK || faults || call(f, &again) != EXEC_OK || !faults ||
		    again.u64 != plain.u64) {
			printf("%.*s: %d, %u faults, %llx not %llx\n", m.exports[i].name.len,
			       m.exports[i].name.s, outcome, faults, (unsigned long long)again.u64,
			       (unsigned long long)plain.u64);
			bad++;
		}
		mprotect(base + FIRST, PAGES, PROT_READ | PROT_WRITE);
		if (memcmp(expected, base + FIRST, PAGES) != 0) {
			printf("%.*s: memory differs\n", m.exports[i].name.len,
			       m.exports[i].name.s);
			bad++;
		}
		/* And as a trap. */
		mprotect(base + FIRST, PAGES, PROT_NONE);
		answer = EXEC_TRAP;
		if (call(f, &again) != EXEC_TRAP) {
			printf("%.*s: no trap\n", m.exports[i].name.len, m.exports[i].name.s);
			bad++;
		}
	}
	printf("done %u %u\n", m.nexports, bad);
	exec_free(&exec);
	instance_free(inst);
	module_free(&m);
	return bad != 0;
}
