/* mmap, munmap, mremap, mprotect and madvise of anonymous memory; faults where there is none.
 * oracle: musl glibc
 */
#include "must.h"
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

static sigjmp_buf out;
static volatile uintptr_t fault;
static volatile int code;

static void on_fault(int sig, siginfo_t *info, void *context)
{
	(void)context;
	fault = (uintptr_t)info->si_addr;
	code = info->si_code;
	siglongjmp(out, sig);
}

static void touch(const char *what, volatile char *p, int writes)
{
	int sig = sigsetjmp(out, 1);

	if (!sig) {
		if (writes)
			*p = 1;
		printf("%s: %d\n", what, *p);
	} else {
		printf("%s: signal %d at offset %ld code %d\n", what, sig,
		       (long)(fault - (uintptr_t)p), code);
	}
}

static char *map(size_t size)
{
	return MUST(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

int main(void)
{
	size_t page = sysconf(_SC_PAGESIZE);
	struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	char *p = map(8 * page);
	SHOW((uintptr_t)p % page);
	touch("fresh", p, 0);
	memset(p, 7, 8 * page);
	MUST(mprotect(p + page, page, PROT_READ));
	touch("read-only, read", p + page, 0);
	touch("read-only, write", p + page, 1);
	MUST(mprotect(p + 2 * page, page, PROT_NONE));
	touch("none", p + 2 * page, 0);
	MUST(mprotect(p + page, 2 * page, PROT_READ | PROT_WRITE));
	touch("writable again", p + 2 * page, 0);
	MUST(munmap(p + 3 * page, page));
	touch("hole", p + 3 * page, 0);
	touch("past the hole", p + 4 * page, 0);
	char *filled = MUST(mmap(p + 3 * page, page, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	SHOW(filled == p + 3 * page);
	touch("filled hole", filled, 1);
	SHOW(mmap(p, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) ==
	     MAP_FAILED);
	SHOW(errno);
	MUST(madvise(p, page, MADV_DONTNEED));
	touch("dropped", p, 0);
	touch("null", (char *)16, 0);
	touch("null, write", (char *)16, 1);

	char *moved = MUST(mremap(p, 8 * page, 64 * page, MREMAP_MAYMOVE));
	touch("grown, old part", moved + 5 * page, 0);
	touch("grown, new part", moved + 60 * page, 1);
	MUST(mremap(moved, 64 * page, 2 * page, 0));
	touch("shrunk, kept", moved + page, 0);
	touch("shrunk, cut", moved + 3 * page, 0);
	char *target = map(2 * page);
	SHOW(mremap(moved, 2 * page, 2 * page, MREMAP_MAYMOVE | MREMAP_FIXED, target) == target);
	touch("moved to", target + page, 0);
	touch("moved from", moved + page, 0);
	TRY(munmap(target, 2 * page));
	TRY(munmap(target, 2 * page));
	TRY(munmap(target + 1, page));
	SHOW(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
	SHOW(errno);
	TRY(mprotect(target, page, PROT_READ));

	/* Freed ranges are used again: this is far more than fits at once. */
	for (int i = 0; i < 3000; i++) {
		char *q = map(16 << 20);
		q[i * 5000] = 1;
		MUST(munmap(q, 16 << 20));
	}
	char *big = map(1 << 30);
	big[0] = big[(1 << 30) - 1] = 3;
	SHOW(big[0] + big[1 << 29] + big[(1 << 30) - 1]);
	MUST(munmap(big, 1 << 30));
	return 0;
}
