/* Runs in a child, which leaves what it has found in a file that both have. */
#include "snapshot.h"

#include "../wasm/exec.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define STEPS	20000000u /* back edges and calls that a start function may take */
#define SECONDS 60	  /* for what takes long without any */
#define GAP	8	  /* so many zero pages are not worth another mapping */
/* More than that is computed, not stored; the module's own data is in addition. */
#define LIMIT (UINT64_C(64) << 20)

static struct exec exec;
static uint32_t steps;

/* exec.poll stays set, so that this is called at every back edge and call. */
static enum outcome count_step(struct exec *x)
{
	(void)x;
	return ++steps > STEPS ? EXEC_EXIT : EXEC_OK;
}

/* What an import is called for cannot be known now. */
static void leave(struct exec *x, union slot *slots)
{
	(void)slots;
	x->unwind = EXEC_EXIT;
}

static bool resolve(void *context, const struct import *import, struct externval *out)
{
	static const struct hostfunc host = {.module = "", .name = "", .call = leave};
	const struct module *module = context;
	struct func *f = import->kind == EXTERN_FUNC ? calloc(1, sizeof(*f)) : NULL;

	if (!f)
		return false;
	f->type = &module->types[import->type];
	f->host = &host;
	*out = (struct externval){.kind = EXTERN_FUNC, .func = f};
	return true;
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
	if (!exec_fault(&exec, sig, info->si_addr, context))
		signal(sig, SIG_DFL);
}

static void catch_faults(void)
{
	static char stack[64 << 10];
	struct sigaction sa = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};

	sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof(stack)}, NULL);
	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGBUS, &sa, NULL);
}

static uint32_t defined_globals(const struct module *m)
{
	return m->nglobals - m->nglobalimports;
}

/* What the start function must leave alone: tables, and globals that refer to something. */
static uint64_t hash_references(const struct instance *inst)
{
	const struct module *m = inst->module;
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (uint32_t i = 0; i < m->ntables; i++) {
		const struct table *t = inst->tables[i];

		hash = (hash ^ t->size) * UINT64_C(0x100000001b3);
		for (uint32_t j = 0; j < t->size; j++)
			hash = (hash ^ t->elems[j].u64) * UINT64_C(0x100000001b3);
	}
	for (uint32_t i = 0; i < defined_globals(m); i++) {
		const uint8_t type = m->globals[m->nglobalimports + i].type;

		if (type == TYPE_FUNCREF || type == TYPE_EXTERNREF || type == TYPE_EXNREF)
			hash = (hash ^ inst->globals[i].slot->u64) * UINT64_C(0x100000001b3);
	}
	return hash;
}

static bool run_start(struct instance *inst)
{
	static const struct hooks hooks = {.poll = count_step};
	const uint64_t before = hash_references(inst);
	union slot none[2];

	if (!exec_init(&exec, inst, 0))
		return false;
	exec.hooks = &hooks;
	exec.poll = 1;
	catch_faults();
	return exec_call(&exec, inst->funcs[inst->module->start], none) == EXEC_OK &&
	       hash_references(inst) == before;
}

static bool is_zero(const uint8_t *p, size_t size)
{
	return !*p && !memcmp(p, p + 1, size - 1);
}

/* The next run of pages at or after `at`: where it ends, and in *start where it begins; 0 when there is none. */
static uint64_t next_run(const struct memory *mem, uint64_t at, uint32_t page, uint64_t *start)
{
	uint64_t end = 0;

	for (; at < mem->bytes; at += page) {
		if (is_zero(mem->base + at, page)) {
			if (end && at >= end + (uint64_t)GAP * page)
				break;
			continue;
		}
		if (!end)
			*start = at;
		end = at + page;
	}
	return end;
}

/* What is in the file: numbers first, then the bytes of the runs. */
struct head {
	uint64_t started, nruns, size;
};

struct run {
	uint64_t memory, address, size;
};

static uint64_t total(const struct instance *inst, uint32_t page, uint64_t *nruns)
{
	uint64_t start, sum = 0;

	for (uint32_t i = 0; i < inst->module->nmemories; i++)
		for (uint64_t at = 0; (at = next_run(inst->memories[i], at, page, &start));) {
			sum += at - start;
			++*nruns;
		}
	return sum;
}

static bool put(FILE *f, const void *bytes, size_t size)
{
	return fwrite(bytes, 1, size, f) == size;
}

static bool write_runs(const struct instance *inst, uint32_t page, FILE *f, bool bytes)
{
	for (uint32_t i = 0; i < inst->module->nmemories; i++) {
		const struct memory *mem = inst->memories[i];
		uint64_t start;

		for (uint64_t at = 0; (at = next_run(mem, at, page, &start));) {
			const struct run run = {i, start, at - start};

			if (!(bytes ? put(f, mem->base + start, at - start)
				    : put(f, &run, sizeof(run))))
				return false;
		}
	}
	return true;
}

static bool write_all(const struct instance *inst, uint32_t page, bool started, FILE *f)
{
	const struct module *m = inst->module;
	struct head head = {.started = started};

	head.size = total(inst, page, &head.nruns);
	if (head.size > LIMIT + 2 * m->size || !put(f, &head, sizeof(head)))
		return false;
	for (uint32_t i = 0; i < m->nmemories; i++) {
		const uint64_t bytes = inst->memories[i]->bytes;

		if (!put(f, &bytes, sizeof(bytes)))
			return false;
	}
	return write_runs(inst, page, f, false) &&
	       put(f, inst->globals, defined_globals(m) * sizeof(union global)) &&
	       write_runs(inst, page, f, true) &&
	       put(f, (const void *)inst->elem_dropped, m->nelems) &&
	       put(f, (const void *)inst->data_dropped, m->ndata) && !fflush(f);
}

static bool take(const struct module *module, uint32_t page, int fd)
{
	struct wasm_error err;
	struct instance *inst = instance_new(module, resolve, (void *)module, NULL, &err);
	bool started = false;
	FILE *f = fdopen(fd, "w");

	if (!inst || !f)
		return false;
	if (module->has_start) {
		started = run_start(inst);
		if (!started) /* as if it had never begun */
			inst = instance_new(module, resolve, (void *)module, NULL, &err);
	}
	return inst && write_all(inst, page, started, f);
}

static bool wait_for(pid_t pid)
{
	int status = -1;

	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid > 0 && !status;
}

static void *take_in_child(const struct module *module, uint32_t page, size_t *size)
{
	int fd = memfd_create("snapshot", MFD_CLOEXEC);
	void *p = MAP_FAILED;
	pid_t pid;

	if (fd < 0)
		return NULL;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		alarm(SECONDS);
		_exit(!take(module, page, fd));
	}
	if (wait_for(pid)) {
		*size = (size_t)lseek(fd, 0, SEEK_END);
		p = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	}
	close(fd);
	return p == MAP_FAILED ? NULL : p;
}

struct snapshot *snapshot_take(const struct module *m, uint32_t page)
{
	struct snapshot *s;
	const struct head *head;
	const struct run *run;
	uint8_t *p;

	if (m->nmemoryimports || m->nglobalimports || m->ntableimports || m->ntagimports)
		return NULL;
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	p = s->mapping = take_in_child(m, page, &s->mapping_size);
	head = s->mapping;
	if (head)
		s->runs = calloc(head->nruns + 1, sizeof(*s->runs));
	if (!s->runs) {
		snapshot_free(s);
		return NULL;
	}
	s->started = head->started;
	s->nruns = head->nruns;
	s->memories = (uint64_t *)(p += sizeof(*head));
	run = (const struct run *)(p += m->nmemories * sizeof(*s->memories));
	s->globals = (union global *)(p += s->nruns * sizeof(*run));
	p += defined_globals(m) * sizeof(union global);
	for (size_t i = 0; i < s->nruns; i++, run++) {
		s->runs[i] = (struct snapshot_run){run->memory, run->address, run->size, p};
		p += run->size;
	}
	s->dropped = p;
	return s;
}

void snapshot_free(struct snapshot *s)
{
	if (!s)
		return;
	if (s->mapping)
		munmap(s->mapping, s->mapping_size);
	free(s->runs);
	free(s);
}
