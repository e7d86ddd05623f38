/*
 * The engine for compiled code, on functions written by hand (engine.ll): entering and leaving, faults, signals at any
 * instruction, stacks that overflow, exceptions through all of it.
 *
 * Usage: engine MODULE.wasm	Prints TAP. The module has the functions of engine.ll, in that order after one import.
 */
#include "../../runtime-lite/aot/abi.h"
#include "../../runtime-lite/aot/engine.h"

#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define FUNCTIONS(F) F(load) F(throws) F(spins) F(recurses) F(divides) F(hosts) F(fills) F(catches)
enum {
	IMPORT,
#define F(name) name##_,
	FUNCTIONS(F)
#undef F
		COUNT
};
#define F(name) extern const char code_##name[] __asm__("compiled_" #name);
FUNCTIONS(F)
#undef F
static const char *const code[] = {
#define F(name) code_##name,
	FUNCTIONS(F)
#undef F
};
extern const char compiled_entry[];
/* The section that the functions are in, by the linker. */
extern const char __start_compiled[], __stop_compiled[];

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

static enum outcome call(struct exec *x, uint32_t func, uint32_t argument, uint32_t *result)
{
	union slot slots[1] = {{.u32 = argument}};
	enum outcome outcome = exec_call(x, inst->funcs[func], slots);

	if (result)
		*result = slots[0].u32;
	return outcome;
}

/* What a hook or a host function does next. */
static enum { NOTHING, NEST, NEST_AND_THROW, THROW, EXIT, MAP, DEEP, TRACE } what;
static unsigned hooks, nested_ok;
static enum trap last;
static uint64_t last_address;
static struct backtrace_entry entries[16];
static size_t nentries;

static uint8_t deep(unsigned n)
{
	volatile uint8_t room[4096];

	room[n % 4096] = n;
	return n ? deep(n - 1) + room[n % 4096] : 0;
}

static enum outcome act(struct exec *x)
{
	uint32_t result;

	switch (what) {
	case NEST_AND_THROW:
	case NEST:
		nested_ok += call(x, catches_, throws_ << 16 | 7, &result) == EXEC_OK &&
			     result == 1007;
		if (what == NEST)
			return EXEC_OK;
		/* fall through */
	case THROW: return exec_throw(x, inst->tags[0], (union slot[]){{.u32 = 4711}});
	case EXIT: return EXEC_EXIT;
	case MAP:
		mprotect(inst->memories[0]->base + (last_address & ~4095u), 4096,
			 PROT_READ | PROT_WRITE);
		return EXEC_OK;
	case DEEP: return deep(64), EXEC_OK;
	case TRACE: nentries = exec_backtrace(x, entries, 16, true); return EXEC_OK;
	default: return EXEC_OK;
	}
}

static enum outcome on_trap(struct exec *x, enum trap trap, uint64_t address, int fault)
{
	enum outcome outcome;

	(void)fault;
	hooks++;
	last = trap;
	last_address = address;
	outcome = act(x);
	return outcome == EXEC_OK && what != MAP ? EXEC_TRAP : outcome;
}

static void host(struct exec *x, union slot *slots)
{
	what = slots->u32 & 15;
	if (slots->u32 >> 4)
		x->unwind = call(x, hosts_, what, NULL);
	else
		x->unwind = act(x);
}

static const struct hostfunc host_function = {
	.module = "host", .name = "f", .sig = "i:i", .call = host};

static bool resolve(void *context, const struct import *import, struct externval *out)
{
	(void)context;
	out->kind = import->kind;
	out->func = func_new_host(&host_function);
	return true;
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
	if (exec_fault(&exec, sig, info->si_addr, context))
		return;
	fprintf(stderr, "internal error at %p\n", info->si_addr);
	_exit(3);
}

static unsigned alarms;

static void set_mask(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(how, &set, NULL);
}

static void on_alarm(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)info;
	if (!exec_interrupted(&exec, context))
		return;
	alarms++;
	enum outcome outcome = act(&exec);
	set_mask(SIG_UNBLOCK);
	if (outcome != EXEC_OK)
		exec_interrupted_unwind(&exec, outcome);
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

static bool set_up(const char *path)
{
	static int32_t functions[COUNT], entries[2];
	static struct aot_image image;
	static struct module m;
	struct wasm_error err = {0};
	struct stat st;
	int fd = open(path, O_RDONLY);

	if (fd < 0 || fstat(fd, &st))
		return false;
	void *bytes = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (!module_decode(&m, bytes, st.st_size, &err) ||
	    !(inst = instance_new(&m, resolve, NULL, NULL, &err))) {
		fprintf(stderr, "%s: %s\n", path, err.message);
		return false;
	}
	for (int i = 0; i < COUNT - 1; i++)
		functions[i] = (int32_t)(code[i] - (char *)functions);
	entries[0] = (int32_t)(compiled_entry - (char *)entries);
	image = (struct aot_image){.text_begin = __start_compiled,
				   .text_end = __stop_compiled,
				   .functions = functions,
				   .entries = entries};
	dl_iterate_phdr(find_header, &image.eh_frame_hdr);
	return aot_attach(inst, &image) && exec_init(&exec, inst, 2 << 20);
}

static void test_faults(void)
{
	uint32_t r = 0;

	check(call(&exec, load_, 64, &r) == EXEC_OK && r == 0, "a call returns");
	what = NOTHING;
	check(call(&exec, load_, 1 << 20, NULL) == EXEC_TRAP && last == TRAP_MEMORY &&
		      last_address == 1 << 20 && hooks == 1,
	      "an access out of bounds is a trap");
	check(call(&exec, divides_, 1, NULL) == EXEC_TRAP && last == TRAP_DIVIDE,
	      "so is a division");
	what = MAP;
	check(call(&exec, load_, 1 << 20, &r) == EXEC_OK && r == 0, "the access is made again");
	hooks = 0;
	check(call(&exec, fills_, 2048, &r) == EXEC_OK && r == 0x01010101, "memory.fill");
	mprotect(inst->memories[0]->base + 4096, 4096, PROT_NONE);
	check(call(&exec, fills_, 4092, &r) == EXEC_OK && r == 0x01010101 && hooks == 1,
	      "memory.fill goes on after a fault");
	what = THROW;
	check(call(&exec, catches_, load_ << 16 | 8, &r) == EXEC_OK && r == 0, "nothing to catch");
	mprotect(inst->memories[0]->base, 4096, PROT_NONE);
	check(call(&exec, catches_, load_ << 16 | 8, &r) == EXEC_OK && r == 5711,
	      "what is thrown for a fault is caught");
	check(call(&exec, catches_, fills_ << 16 | 8, &r) == EXEC_OK && r == 5711,
	      "in a helper, too");
	what = EXIT;
	check(call(&exec, catches_, load_ << 16 | 8, &r) == EXEC_EXIT, "an end is not caught");
	what = NEST_AND_THROW;
	nested_ok = 0;
	for (int i = 0; i < 1000; i++)
		call(&exec, catches_, load_ << 16 | 8, &r);
	check(nested_ok == 1000 && r == 5711, "calls from a thousand faults");
	mprotect(inst->memories[0]->base, 4096, PROT_READ | PROT_WRITE);
}

static void test_exceptions(void)
{
	bool good = true;
	uint32_t r;

	for (int i = 0; i < 10000; i++)
		good &= call(&exec, catches_, throws_ << 16 | (i & 4095), &r) == EXEC_OK &&
			r == (uint32_t)(i & 4095) + 1000;
	check(good, "ten thousand exceptions");
	check(exec.nexceptions < 5000, "are not all kept");
	what = NOTHING;
	hooks = 0;
	check(call(&exec, throws_, 3, NULL) == EXEC_TRAP && last == TRAP_EXCEPTION && hooks == 1,
	      "one that nobody catches");
	check(call(&exec, catches_, hosts_ << 16 | THROW, &r) == EXEC_OK && r == 5711,
	      "a host function throws");
	check(call(&exec, catches_, hosts_ << 16 | EXIT, &r) == EXEC_EXIT, "and ends it all");
	check(call(&exec, catches_, hosts_ << 16 | 16 | THROW, &r) == EXEC_OK && r == 5711,
	      "an exception crosses an activation");
	check(call(&exec, catches_, hosts_ << 16 | 16 | TRACE, &r) == EXEC_OK && nentries == 3 &&
		      entries[0].func == hosts_ && entries[1].func == hosts_ &&
		      entries[2].func == catches_,
	      "so does a backtrace");
}

static void test_stack(void)
{
	unsigned good = 0;
	uint32_t r;

	for (int i = 0; i < 10; i++) {
		what = NEST;
		nested_ok = 0;
		good += call(&exec, recurses_, 1, NULL) == EXEC_TRAP && last == TRAP_STACK &&
			nested_ok == 1;
		what = NEST_AND_THROW;
		good += call(&exec, catches_, recurses_ << 16 | 1, &r) == EXEC_OK && r == 5711 &&
			nested_ok == 2;
		what = DEEP;
		good += call(&exec, catches_, recurses_ << 16 | 1, &r) == EXEC_TRAP &&
			last == TRAP_STACK;
	}
	check(good == 30, "the stack overflows, and who handles it has some");
}

static void test_signals(void)
{
	const struct itimerval often = {{0, 200}, {0, 200}}, never = {0};
	time_t end;
	unsigned good, rounds = 0, caught = 0, early = 0;
	uint32_t r;

	for (end = time(NULL) + 4; rounds < 2000 && time(NULL) < end; rounds++) {
		what = rounds % 2 ? THROW : NEST_AND_THROW;
		setitimer(ITIMER_REAL, &often, NULL);
		/* Unless it comes before the call that catches. */
		last = TRAP_NONE;
		enum outcome outcome = call(&exec, catches_, spins_ << 16 | 3, &r);
		caught += outcome == EXEC_OK && r == 5711;
		early += outcome == EXEC_EXCEPTION && last == TRAP_EXCEPTION;
		setitimer(ITIMER_REAL, &never, NULL);
	}
	check(caught + early == rounds && caught, "exceptions out of signals");
	what = THROW;
	alarms = good = 0;
	end = time(NULL) + 3;
	setitimer(ITIMER_REAL, &often, NULL);
	for (rounds = 0; rounds % 16 || time(NULL) < end; rounds++) {
		what = rounds % 3 ? THROW : NEST;
		enum outcome outcome = call(&exec, catches_, throws_ << 16 | 7, &r);
		good += (outcome == EXEC_OK && (r == 1007 || r == 5711)) ||
			outcome == EXEC_EXCEPTION ||
			(outcome == EXEC_TRAP && last == TRAP_EXCEPTION);
	}
	setitimer(ITIMER_REAL, &never, NULL);
	check(good == rounds, "while exceptions are thrown all the time");
	printf("# %u signals; %u of %u caught, %u early\n", alarms, caught, rounds, early);
}

static void *thread(void *argument)
{
	struct exec x = {.hooks = exec.hooks};
	uint32_t r;
	bool good = true;

	for (int i = 0; i < 200; i++) {
		good &= exec_init_thread(&x, inst, 0);
		good &= call(&x, catches_, throws_ << 16 | 5, &r) == EXEC_OK && r == 1005;
		exec_free(&x);
	}
	*(bool *)argument = good;
	return NULL;
}

static void test_threads(void)
{
	pthread_t threads[4];
	bool good[4] = {false};

	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, thread, &good[i]);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	check(good[0] && good[1] && good[2] && good[3], "threads come and go");
}

int main(int argc, char **argv)
{
	static const struct hooks all = {.trap = on_trap};
	static uint8_t stack[65536];
	struct sigaction fault = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	struct sigaction alarm = {.sa_sigaction = on_alarm, .sa_flags = SA_SIGINFO};

	if (argc < 2 || !set_up(argv[1]))
		return 2;
	sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof(stack)}, NULL);
	sigfillset(&fault.sa_mask);
	sigaction(SIGSEGV, &fault, NULL);
	sigaction(SIGALRM, &alarm, NULL);
	exec.hooks = &all;
	test_faults();
	test_exceptions();
	test_stack();
	test_signals();
	test_threads();
	printf("1..%u\n", count);
	return failures != 0;
}
