#include "guest.h"

#include "linux/pass.h"
#include "linux/process.h"
#include "linux/signals.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct process process;
static struct thread thread;
struct thread *t = &thread;

static uint32_t next = GUEST_PAGE;
static int count, failed;
static char directory[] = "/tmp/wali-handlers-XXXXXX";

/* What the handlers need of the parts that are not there. */

struct taken signals_take(struct thread *thread, enum taking how)
{
	(void)thread;
	(void)how;
	return (struct taken){false, false};
}

const sigmask_t *signals_wait_begin(struct thread *thread, sigmask_t mask)
{
	thread->wait_mask = mask;
	return &thread->wait_mask;
}

void signals_wait_end(struct thread *thread)
{
	(void)thread;
}

unsigned process_threads(void)
{
	return 1;
}

void threads_lock(void)
{
}

void threads_unlock(void)
{
}

/* Faults in copies of guest memory, as in linux/fault.c. */
static void fault(int sig, siginfo_t *info, void *context)
{
	uintptr_t pc = context_pc(context);

	(void)info;
	if (pc < (uintptr_t)host_copy_begin || pc >= (uintptr_t)host_copy_end) {
		fprintf(stderr, "signal %d outside of copies\n", sig);
		_exit(1);
	}
	context_set_pc(context, (uintptr_t)host_copy_fault);
}

uint32_t room(size_t n)
{
	uint32_t p = next;

	next += (uint32_t)((n + 15) & ~(size_t)15);
	if (next > MAPPED) {
		fprintf(stderr, "guest memory is full\n");
		exit(1);
	}
	return p;
}

uint32_t put(const void *bytes, size_t n)
{
	uint32_t p = room(n);

	memcpy(t->base + p, bytes, n);
	return p;
}

uint32_t put_string(const char *s)
{
	return put(s, strlen(s) + 1);
}

void ok(bool good, const char *what)
{
	printf("%s %d - %s\n", good ? "ok" : "not ok", ++count, what);
	failed += !good;
}

void is(int64_t value, int64_t expected, const char *what)
{
	ok(value == expected, what);
	if (value != expected)
		printf("# is %lld, expected %lld\n", (long long)value, (long long)expected);
}

void skip(const char *what, const char *why)
{
	printf("ok %d - %s # SKIP %s\n", ++count, what, why);
}

void begin(void)
{
	struct sigaction action = {.sa_sigaction = fault, .sa_flags = SA_SIGINFO | SA_NODEFER};

	setvbuf(stdout, NULL, _IOLBF, 0);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	t->base = mmap(NULL, MEMORY_RESERVE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		       -1, 0);
	if (t->base == MAP_FAILED ||
	    mprotect(t->base + GUEST_PAGE, MAPPED - GUEST_PAGE, PROT_READ | PROT_WRITE)) {
		perror("memory");
		exit(1);
	}
	t->tid = getpid();
	process.path = "/somewhere/program.wasm";
	if (!mkdtemp(directory) || chdir(directory)) {
		perror(directory);
		exit(1);
	}
}

int finish(void)
{
	char command[64];

	snprintf(command, sizeof(command), "cd / && rm -rf %s", directory);
	if (system(command))
		failed++;
	printf("1..%d\n", count);
	return failed != 0;
}
