/*
 * Faults: of guest memory, of the runtime's copies of it, and traps.
 *
 * A native SIGSEGV or SIGBUS is one of three things: a copy of guest memory, which then fails with EFAULT; an
 * access of guest code, which the engine turns into a trap; or a bug of ours, which must not look like
 * either. A trap is to the guest what a fault is natively: it goes to its handler for that signal if
 * there is one. Otherwise it is reported, and the process dies of the signal.
 */
#include "host.h"
#include "isa.h"
#include "memory.h"
#include "profile.h"
#include "signals.h"
#include "../wasm/lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BACKTRACE_MAX 32

/* What a trap is as a signal. */
static const struct {
	int signal, code;
} trap_signals[] = {
	[TRAP_UNREACHABLE] = {SIGILL, ILL_ILLOPN},   [TRAP_MEMORY] = {SIGSEGV, SEGV_MAPERR},
	[TRAP_UNALIGNED] = {SIGBUS, BUS_ADRALN},     [TRAP_DIVIDE] = {SIGFPE, FPE_INTDIV},
	[TRAP_OVERFLOW] = {SIGFPE, FPE_INTOVF},	     [TRAP_CONVERSION] = {SIGFPE, FPE_FLTINV},
	[TRAP_STACK] = {SIGSEGV, SEGV_MAPERR},	     [TRAP_HOST] = {SIGABRT, SI_KERNEL},
	[TRAP_TABLE] = {SIGABRT, SI_KERNEL},	     [TRAP_EXCEPTION] = {SIGABRT, SI_KERNEL},
	[TRAP_INDIRECT_TYPE] = {SIGABRT, SI_KERNEL},
};

/* Async-signal-safe, since the state of everything else is unknown. */
static _Noreturn void internal_error(int sig, const siginfo_t *info, const ucontext_t *uc)
{
	char line[160];
	int n = snprintf(line, sizeof(line),
			 "wali-run: internal error: signal %d at %#lx, address %#lx\n", sig,
			 (unsigned long)context_pc(uc), (unsigned long)(uintptr_t)info->si_addr);

	HOST(write, 2, line, n);
	process_die(SIGABRT);
}

void fault_native(struct thread *t, int sig, siginfo_t *info, ucontext_t *uc)
{
	uintptr_t pc = context_pc(uc);

	if (pc >= (uintptr_t)host_copy_begin && pc < (uintptr_t)host_copy_end) {
		context_set_pc(uc, (uintptr_t)host_copy_fault);
		return;
	}
	/* If the fault is the guest's, the engine restores the mask and goes on from there. */
	if (t && exec_fault(&t->exec, sig, info->si_addr, uc))
		return;
	internal_error(sig, info, uc);
}

/* " at file:line" for an entry of the call stack, or "". */
static const char *where(const struct lines *lines, const struct backtrace_entry *entry, char *text,
			 size_t size)
{
	const struct line_row *row = lines ? lines_find(lines, entry->offset) : NULL;

	*text = '\0';
	if (row)
		snprintf(text, size, " at %s:%u", lines->files[row->file].name, row->line);
	return text;
}

/* One line with what it was and where, then the calls that led there. */
static void report(struct thread *t, const char *what, const char *detail)
{
	struct backtrace_entry entries[BACKTRACE_MAX];
	size_t n = exec_backtrace(&t->exec, entries, BACKTRACE_MAX, true);
	const char *program = process.argc ? process.argv[0] : process.path;
	struct lines *lines = n ? lines_read(entries[0].module) : NULL;
	char name[256], line[256];

	fprintf(stderr, "wali-run: %s: %s%s%s", program, what, detail ? ": " : "",
		detail ? detail : "");
	if (n)
		fprintf(stderr, " in function %s%s",
			module_funcname(entries[0].module, entries[0].func, name, sizeof(name)),
			where(lines, &entries[0], line, sizeof(line)));
	fputc('\n', stderr);
	for (size_t i = 0; i < n; i++)
		fprintf(stderr, "\t#%zu %s%s (offset 0x%zx)\n", i,
			module_funcname(entries[i].module, entries[i].func, name, sizeof(name)),
			where(lines, &entries[i], line, sizeof(line)), entries[i].offset);
	if (n == BACKTRACE_MAX)
		fprintf(stderr, "\t...\n");
	fflush(stderr);
	lines_free(lines);
}

static siginfo_t trap_siginfo(enum trap trap, uint64_t address, int fault)
{
	siginfo_t info;

	memset(&info, 0, sizeof(info));
	info.si_signo = SIGABRT;
	info.si_code = SI_KERNEL;
	if (trap < sizeof(trap_signals) / sizeof(trap_signals[0]) && trap_signals[trap].signal) {
		info.si_signo = trap_signals[trap].signal;
		info.si_code = trap_signals[trap].code;
	}
	if (trap == TRAP_MEMORY) {
		info.si_addr = (void *)(uintptr_t)address;
		if (fault == SIGBUS) {
			info.si_signo = SIGBUS;
			info.si_code = BUS_ADRERR;
		} else if (address <= UINT32_MAX && memory_is_mapped(address)) {
			info.si_code = SEGV_ACCERR;
		}
	}
	return info;
}

enum outcome fault_trap(struct exec *x, enum trap trap, uint64_t address, int fault)
{
	struct thread *t = thread_of(x);
	siginfo_t info = trap_siginfo(trap, address, fault);

	host_enter(x);
	if (signal_force(t, &info)) {
		enum outcome outcome;

		host_leave(t);
		outcome = x->unwind;
		x->unwind = EXEC_OK;
		return outcome;
	}
	char what[160];
	if (trap == TRAP_MEMORY)
		snprintf(what, sizeof(what), "%s at address 0x%llx", trap_message(trap),
			 (unsigned long long)address);
	else
		snprintf(what, sizeof(what), "%s", trap_message(trap));
	report(t, what, x->trap_message);
	profile_write();
	process_die(info.si_signo);
}

_Noreturn void process_refuse(struct thread *t, const char *message)
{
	report(t, trap_message(TRAP_HOST), message);
	process_die(SIGABRT);
}

_Noreturn void fault_in_frame(struct thread *t, int sig, const char *message)
{
	char what[64];

	snprintf(what, sizeof(what), "signal %d cannot be handled", sig);
	report(t, what, message);
	process_die(SIGSEGV);
}
