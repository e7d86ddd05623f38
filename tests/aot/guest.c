/* The guest of process.c: C with the calling convention of compiled code, in the section of compiled code. */
#include "process.h"
#include "../../runtime-lite/aot/abi.h"

#include <linux/futex.h>
#include <signal.h>

#pragma clang section text = "compiled"
/*
 * As in compiled code, what is called is called by its wasm type: to that, an int32_t is a uint32_t, a pointer is an integer,
 * and an entry does not know what functions of its type return.
 */
#pragma clang attribute push(__attribute__((no_sanitize("function"))), apply_to = function)

#if defined(__riscv)
#define GUEST
#define CONTEXT struct aot_context *c
#else
#define GUEST	__attribute__((swiftcall))
#define CONTEXT __attribute__((swift_context)) struct aot_context *c
#endif

static inline void look(struct aot_context *c)
{
	while (*(volatile uint64_t *)&c->exec->poll)
		c->helpers->attend(c);
}

#define CALL(name, result, types, ...)                                                             \
	({                                                                                         \
		result result_ = ((result(*) types)c->shared->imports[import_##name].direct)(      \
			c->exec, ##__VA_ARGS__);                                                   \
		look(c);                                                                           \
		result_;                                                                           \
	})
#define SYS0(name)	       CALL(name, int64_t, (struct exec *))
#define SYS1(name, a)	       CALL(name, int64_t, (struct exec *, int), a)
#define SYS2(name, a, b)       CALL(name, int64_t, (struct exec *, int, int), a, b)
#define SYS3(name, a, b, d)    CALL(name, int64_t, (struct exec *, int, int, int), a, b, d)
#define SYS4(name, a, b, d, e) CALL(name, int64_t, (struct exec *, int, int, int, int), a, b, d, e)
#define WORD(address)	       (*(volatile uint32_t *)(c->memory + (address)))
#define DOUBLE(address)	       (*(volatile uint64_t *)(c->memory + (address)))

int32_t GUEST compiled_catches(CONTEXT, int32_t what);
int32_t GUEST compiled_scenario(CONTEXT, int32_t what);
int32_t GUEST compiled_waits(CONTEXT, int32_t argument);
void GUEST compiled_handler(CONTEXT, int32_t sig);
void GUEST compiled_thread(CONTEXT, int32_t tid, int32_t argument);

static inline void set_action(struct aot_context *c, int sig, enum action action)
{
	WORD(ACTION) = action;
	WORD(SCRATCH) = TABLE_HANDLER;
	DOUBLE(SCRATCH + 4) = SA_NODEFER * (action == NEST);
	WORD(SCRATCH + 12) = 0;
	DOUBLE(SCRATCH + 16) = 0;
	SYS4(rt_sigaction, sig, SCRATCH, 0, 8);
}

static inline void set_timer(struct aot_context *c, unsigned us, unsigned interval)
{
	DOUBLE(SCRATCH) = DOUBLE(SCRATCH + 16) = 0;
	DOUBLE(SCRATCH + 8) = interval;
	DOUBLE(SCRATCH + 24) = us;
	SYS3(setitimer, 0, SCRATCH, 0);
}

void GUEST compiled_handler(CONTEXT, int32_t sig)
{
	union slot slots[2] = {{.i32 = sig}};

	WORD(COUNTER)++;
	switch (WORD(ACTION)) {
	case NEST:
		if (WORD(COUNTER) % 2) {
			SYS2(kill, (int)SYS0(getpid), sig);
			return;
		}
		/* fall through */
	case THROW: {
		/* As siglongjmp does. */
		DOUBLE(SCRATCH) = 0;
		SYS4(rt_sigprocmask, SIG_SETMASK, SCRATCH, 0, 8);
		c->helpers->throw(c, 0, slots);
		__builtin_unreachable();
	}
	case EXIT_THREAD: SYS1(exit, 0); break;
	case EXIT_PROCESS: SYS1(exit_group, 7); break;
	case UNPROTECT: SYS3(mprotect, FAULTY, 4096, 3); break;
	case FORK:
		if (SYS0(fork) == 0)
			SYS1(exit_group, 5);
		SYS4(wait4, -1, OTHER, 0, 0);
		break;
	}
}

void GUEST compiled_thread(CONTEXT, int32_t tid, int32_t argument)
{
	(void)tid;
	SYS1(set_tid_address, ENDED);
	WORD(STARTED) = 1;
	while (argument == 1)
		;
	if (argument == 2) {
		for (volatile int i = 0; i < 3000000; i++)
			;
		SYS2(kill, (int)SYS0(getpid), SIGSEGV);
	}
	SYS1(exit, 0);
}

static inline int create(struct aot_context *c, int argument)
{
	WORD(STARTED) = 0;
	WORD(ENDED) = 1;
	return CALL(__wasm_thread_spawn, int32_t, (struct exec *, int, int), TABLE_THREAD,
		    argument);
}

static inline void join(struct aot_context *c)
{
	while (WORD(ENDED))
		CALL(futex, int64_t, (struct exec *, int, int, int, int, int, int), ENDED,
		     FUTEX_WAIT, 1, 0, 0, 0);
}

static inline int until(struct aot_context *c, uint32_t count)
{
	uint32_t spun = 0;

	/* No calls. */
	while (WORD(COUNTER) < count)
		spun++;
	return spun != 0;
}

/* For one signal, which throws. */
int32_t GUEST compiled_waits(CONTEXT, int32_t argument)
{
	set_timer(c, 300, 0);
	for (;;)
		WORD(SCRATCH) = (uint32_t)argument++;
}

int32_t GUEST compiled_scenario(CONTEXT, int32_t what)
{
	int32_t n = what >> 4, good = 0;

	WORD(COUNTER) = 0;
	switch ((enum scenario)(what & 15)) {
	case AT_ONCE:
		set_action(c, SIGALRM, COUNT);
		set_timer(c, 200, 200);
		until(c, n);
		set_timer(c, 0, 0);
		return n;
	case JUMPS:
		for (int i = 0; i < n; i++) {
			set_action(c, SIGALRM, i % 2 ? THROW : NEST);
			good += compiled_catches(c, func_waits << 16) == 1000 + SIGALRM;
			set_timer(c, 0, 0);
		}
		return good;
	case FAULTS:
		for (int i = 0; i < n; i++) {
			SYS3(mprotect, FAULTY, 4096, 0);
			set_action(c, SIGSEGV, i % 2 ? UNPROTECT : THROW);
			/* The last byte before the page, and three in it: what fits into catches()'s argument. */
			good += compiled_catches(c, func_load << 16 | 0xffff) ==
				(i % 2 ? 0 : 1000 + SIGSEGV);
		}
		return good;
	case OVERFLOW:
		set_action(c, SIGSEGV, THROW);
		for (int i = 0; i < n; i++)
			good += compiled_catches(c, func_recurses << 16) == 1000 + SIGSEGV;
		return good;
	case THREADS:
	case CREATES:
		for (int i = 0; i < n; i++) {
			good += create(c, 0) > 0;
			join(c);
		}
		return good;
	case EXITS:
		set_action(c, SIGUSR1, EXIT_THREAD);
		for (int i = 0; i < n; i++) {
			int tid = create(c, 1);
			while (!WORD(STARTED))
				;
			good += SYS3(tgkill, (int)SYS0(getpid), tid, SIGUSR1) == 0;
			join(c);
		}
		return good;
	case FORKS:
		set_action(c, SIGALRM, FORK);
		/* Not by an interval, in which a slow machine would not be done with one. */
		for (int i = 0; i < n; i++) {
			WORD(OTHER) = 0;
			set_timer(c, 2000, 0);
			until(c, (uint32_t)i + 1);
			good += WORD(OTHER) == 5 << 8;
		}
		return good;
	case SEGV_FROM_OUTSIDE:
		set_action(c, SIGSEGV, COUNT);
		for (int i = 0; i < n; i++) {
			create(c, 2);
			until(c, (uint32_t)i + 1);
			good++;
			join(c);
		}
		return good;
	case KILLS:
		set_action(c, SIGUSR1, COUNT);
		for (int i = 0, pid = (int)SYS0(getpid); i < n; i++)
			SYS2(kill, pid, SIGUSR1);
		return (int)WORD(COUNTER);
	case CALLS:
		for (int i = 0; i < n; i++)
			good += SYS0(getppid) > 0;
		return good;
	case PROCESSES:
		for (int i = 0; i < n; i++) {
			if (SYS0(fork) == 0)
				SYS1(exit_group, 0);
			good += SYS4(wait4, -1, OTHER, 0, 0) > 0;
		}
		return good;
	}
	return -1;
}

/* For each type of the functions here. */
void entry_i(struct aot_context *c, void *function, union slot *slots);
void entry_i(struct aot_context *c, void *function, union slot *slots)
{
	look(c);
	((void GUEST (*)(CONTEXT, int32_t))function)(c, slots[0].i32);
}

void entry_ii(struct aot_context *c, void *function, union slot *slots);
void entry_ii(struct aot_context *c, void *function, union slot *slots)
{
	look(c);
	((void GUEST (*)(CONTEXT, int32_t, int32_t))function)(c, slots[0].i32, slots[1].i32);
}

#pragma clang attribute pop
