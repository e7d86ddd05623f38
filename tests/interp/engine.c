/*
 * What the official suite does not reach: polls, waiting, exceptions in number, backtraces, nesting and threads. engine.t
 * makes the module and runs this, which prints TAP.
 *
 * Usage: engine MODULE.wasm
 */
#include "../../runtime-lite/wasm/exec.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static struct exec exec;
static struct instance *inst;
static unsigned count, failures;

static void check(bool ok, const char *what)
{
	count++;
	failures += !ok;
	printf("%s %u - %s\n", ok ? "ok" : "not ok", count, what);
	fflush(stdout);
}

static struct func *find(const char *name)
{
	struct externval v;

	if (!instance_find_export(inst, (struct name){name, strlen(name)}, &v))
		abort();
	return v.func;
}

/* Calls with one i32 argument; the result if there is one. */
static enum outcome call(struct exec *x, const char *name, uint32_t argument, union slot *result)
{
	union slot slots[4] = {{.u32 = argument}};
	enum outcome outcome = exec_call(x, find(name), slots);

	if (result)
		*result = slots[0];
	return outcome;
}

/* The host functions that the module imports, by what the test at hand wants of them. */
static struct backtrace_entry entries[64];
static size_t nentries;
static unsigned depth;
static struct tag *host_tag;

static void host(struct exec *x, union slot *slots)
{
	switch (slots[0].u32) {
	case 1: nentries = exec_backtrace(x, entries, 64, true); break;
	case 2: /* throw */
		x->unwind = exec_throw(x, host_tag, (union slot[]){{.u32 = 4711}});
		break;
	case 3: /* in again, until something gives */
		depth++;
		x->unwind = call(x, "nested", 3, NULL);
		break;
	case 4: /* in again, for a backtrace across */ x->unwind = call(x, "outer", 1, NULL); break;
	case 5: x->unwind = EXEC_EXIT; break;
	}
}

static const struct hostfunc host_function = {
	.module = "host", .name = "f", .sig = "i:", .call = host};

static bool resolve(void *context, const struct import *import, struct externval *out)
{
	static struct func *f;

	(void)context;
	if (!f)
		f = func_new_host(&host_function);
	out->kind = import->kind;
	out->func = f;
	return import->kind == EXTERN_FUNC;
}

/* Polls */

static atomic_int signals, polls;
static int polls_to_take;

static void on_alarm(int sig)
{
	(void)sig;
	signals++;
	exec.poll = 1;
}

static enum outcome poll(struct exec *x)
{
	x->poll = 0;
	return ++polls >= polls_to_take ? EXEC_EXIT : EXEC_OK;
}

static const struct hooks poll_hooks = {.poll = poll};

static void every(long microseconds)
{
	struct itimerval t = {.it_interval.tv_usec = microseconds,
			      .it_value.tv_usec = microseconds};

	setitimer(ITIMER_REAL, &t, NULL);
}

static void test_polls(void)
{
	static const char *const endless[] = {
		"br",	"br_if",	 "br_if_eqz", "br_if_compare", "br_if_constant",
		"tee",	"increment",	 "copy",      "br_table",      "load",
		"tail", "tail_indirect", "recursion", "catch",	       "mask"};
	char what[100];

	signal(SIGALRM, on_alarm);
	exec.hooks = &poll_hooks;
	for (size_t i = 0; i < sizeof(endless) / sizeof(endless[0]); i++) {
		enum outcome outcome;

		polls = 0;
		polls_to_take = 3;
		every(2000);
		outcome = call(&exec, endless[i], 7, NULL);
		every(0);
		snprintf(what, sizeof(what), "an endless loop polls: %s", endless[i]);
		check(outcome == EXEC_EXIT && polls == 3, what);
	}
	exec.poll = 0;
	exec.hooks = NULL;
}

/* Waiting */

static void test_wait_polls(void)
{
	union slot result;
	bool ok = true;

	exec.hooks = &poll_hooks;
	for (int round = 0; round < 300 && ok; round++) {
		signals = polls = 0;
		polls_to_take = 2;
		/* At all sorts of moments, those just before falling asleep included. */
		every(20 + round % 100);
		ok = call(&exec, "wait", 0xffffffff, &result) == EXEC_EXIT;
		every(0);
	}
	check(ok, "a signal interrupts memory.atomic.wait, whenever it comes");
	exec.poll = 0;
	polls_to_take = 1 << 30;
	ok = call(&exec, "wait", 1000000, &result) == EXEC_OK && result.i32 == 2;
	check(ok, "memory.atomic.wait times out");
	every(100);
	ok = call(&exec, "wait", 20000000, &result) == EXEC_OK && result.i32 == 2;
	every(0);
	check(ok, "and does so in spite of signals");
	exec.poll = 0;
	exec.hooks = NULL;
}

static void *ping(void *argument)
{
	struct exec x = {0};
	enum outcome outcome = EXEC_TRAP;

	if (exec_init_thread(&x, inst, 1 << 20)) {
		outcome = call(&x, "ping", (uintptr_t)argument, NULL);
		exec_free(&x);
	}
	return (void *)(uintptr_t)(outcome == EXEC_OK);
}

static void test_wait_notify(void)
{
	pthread_t threads[2];
	void *ok[2];

	for (uintptr_t i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, ping, (void *)i);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], &ok[i]);
	check(ok[0] && ok[1], "two threads wake each other 20000 times");
}

/* Exceptions */

static void test_exceptions(void)
{
	struct rusage before, after;
	union slot result;
	enum outcome outcome;

	getrusage(RUSAGE_SELF, &before);
	outcome = call(&exec, "throw_many", 1000000, &result);
	getrusage(RUSAGE_SELF, &after);
	check(outcome == EXEC_OK && result.i32 == 1000000, "1000000 exceptions are caught");
#if !__has_feature(address_sanitizer) /* which keeps freed memory for a while */
	check(after.ru_maxrss - before.ru_maxrss < 20000, "and their memory is used again");
#endif
	outcome = call(&exec, "keep_one", 100000, &result);
	check(outcome == EXEC_OK && result.i32 == 4711,
	      "an exnref in a local stays good while 100000 others come and go");
	outcome = call(&exec, "chain", 100000, &result);
	check(outcome == EXEC_OK && result.i32 == 100000,
	      "a chain of 100000 exceptions, each in the one before, is kept");
	host_tag = inst->tags[0];
	outcome = call(&exec, "catch_host", 2, &result);
	check(outcome == EXEC_OK && result.i32 == 4711, "what a host function throws is caught");
	outcome = call(&exec, "uncaught", 2, &result);
	check(outcome == EXEC_EXCEPTION && exec.exception->tag == host_tag &&
		      exec.exception->slots[0].u32 == 4711,
	      "what nobody catches comes out");
	exec.exception = NULL;
}

/* Nesting */

static void test_nesting(void)
{
	union slot result;

	depth = 0;
	check(call(&exec, "nested", 3, NULL) == EXEC_TRAP && exec.trap == TRAP_STACK && depth > 100,
	      "calls in and out end in a trap");
	check(call(&exec, "nested", 5, NULL) == EXEC_EXIT, "a host function ends the thread");
	check(call(&exec, "deep", 0, NULL) == EXEC_TRAP && exec.trap == TRAP_STACK,
	      "endless recursion is a trap");
	check(call(&exec, "add_one", 41, &result) == EXEC_OK && result.i32 == 42,
	      "and then all is well");
}

static void test_backtrace(void)
{
	bool ok;

	call(&exec, "outer", 4, NULL);
	ok = nentries == 4;
	for (size_t i = 0; i < nentries; i++)
		printf("# backtrace %u %zu\n", entries[i].func, entries[i].offset);
	check(ok, "a backtrace crosses host functions");
}

/* Many threads find the same functions untranslated. */

static pthread_barrier_t barrier;

static void *race(void *argument)
{
	struct exec x = {0};
	union slot result;
	bool ok = exec_init_thread(&x, argument, 1 << 20);

	pthread_barrier_wait(&barrier);
	ok = ok && exec_call(&x, inst->funcs[1], &result) == EXEC_OK;
	exec_free(&x);
	return (void *)(uintptr_t)ok;
}

static void test_race(const struct module *m)
{
	struct instance *saved = inst;
	struct wasm_error err;
	bool ok = true;

	for (int round = 0; round < 100; round++) {
		pthread_t threads[4];
		void *result;

		inst = instance_new(m, resolve, NULL, NULL, &err);
		pthread_barrier_init(&barrier, NULL, 4);
		for (int i = 0; i < 4; i++)
			pthread_create(&threads[i], NULL, race, inst);
		for (int i = 0; i < 4; i++) {
			pthread_join(threads[i], &result);
			ok = ok && result;
		}
		pthread_barrier_destroy(&barrier);
		instance_free(inst);
	}
	inst = saved;
	check(ok, "four threads translate the same functions at once, 100 times");
}

int main(int argc, char **argv)
{
	struct wasm_error err = {0};
	struct module m;
	struct stat st;
	int fd;

	if (argc < 2 || (fd = open(argv[1], O_RDONLY)) < 0 || fstat(fd, &st) != 0)
		return 2;
	if (!module_decode(&m, mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0), st.st_size,
			   &err) ||
	    !(inst = instance_new(&m, resolve, NULL, NULL, &err)) ||
	    !exec_init(&exec, inst, 8 << 20)) {
		printf("Bail out! %s: %s\n", argv[1], err.message);
		return 2;
	}
	test_backtrace();
	test_nesting();
	test_exceptions();
	test_polls();
	test_wait_polls();
	test_wait_notify();
	test_race(&m);
	exec_free(&exec);
	instance_free(inst);
	module_free(&m);
	printf("1..%u\n", count);
	return failures != 0;
}
