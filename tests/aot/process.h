/* What guest.c and process.c share: the module that process.t makes. All numbers are indices. */
#ifndef TESTS_AOT_PROCESS_H
#define TESTS_AOT_PROCESS_H

/* name, type */
/* clang-format off */
#define IMPORTS(I) \
	I(rt_sigaction) I(rt_sigprocmask) I(wait4) I(setitimer) I(mprotect) I(tgkill) I(kill) I(getppid) I(getpid) I(gettid) \
	I(fork) I(exit) I(exit_group) I(set_tid_address) I(futex) I(__wasm_thread_spawn)
/* clang-format on */
#define FUNCTIONS(F)                                                                               \
	F(waits) F(throws) F(load) F(recurses) F(catches) F(scenario) F(handler) F(thread)

enum {
#define I(name) import_##name,
	IMPORTS(I)
#undef I
#define F(name) func_##name,
		FUNCTIONS(F)
#undef F
			FUNCTION_COUNT
};

/* Types of defined functions. */
enum { TYPE_I_I, TYPE_I, TYPE_II };

/* In the table: what the guest gives to sigaction and thread_spawn. */
enum { TABLE_HANDLER = 2, TABLE_THREAD };

/* Guest addresses. */
enum {
	COUNTER = 4096, /* signals handled */
	ACTION = 4112,	/* what the handler does */
	STARTED = 4116,
	ENDED = 4120, /* a thread's id, 0 when it has ended */
	OTHER = 4124,
	SCRATCH = 4352,
	FAULTY = 65536, /* a page for faults */
};

enum action { COUNT, THROW, EXIT_THREAD, EXIT_PROCESS, UNPROTECT, FORK, NEST };

enum scenario {
	AT_ONCE, /* a timer's handler is called in a loop without calls */
	JUMPS,	 /* exceptions out of it */
	FAULTS,
	OVERFLOW,
	THREADS,
	EXITS, /* threads end in handlers */
	FORKS,
	SEGV_FROM_OUTSIDE,
	KILLS, /* and the others: for their time */
	CREATES,
	CALLS,
	PROCESSES,
};

#endif
