/* Handlers for faults: they make the page accessible and return, or jump, or nest, from loads, stores and block moves.
 * oracle: musl glibc
 * timeout: 60
 */
#include "must.h"
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

enum { PAGE = 4096, PAGES = 64 };

static sigjmp_buf env;
static unsigned char *pages;
static volatile sig_atomic_t faults, jump;
static volatile long offset;

static void on_fault(int sig, siginfo_t *info, void *context)
{
	(void)context;
	faults++;
	offset = (unsigned char *)info->si_addr - pages;
	if (jump)
		siglongjmp(env, sig);
	if (offset < 0 || offset >= PAGES * PAGE)
		_exit(1);
	/* A fault in the handler of a fault, on every other page. */
	if (offset / PAGE % 2)
		pages[(offset / PAGE - 1) * PAGE] ^= 0;
	MUST(mprotect(pages + offset / PAGE * PAGE, PAGE, PROT_READ | PROT_WRITE));
}

static void protect(void)
{
	MUST(mprotect(pages, PAGES * PAGE, PROT_NONE));
	faults = 0;
}

static __attribute__((noinline)) int jumping(void (*access)(void))
{
	int sig = sigsetjmp(env, 1);

	if (!sig)
		access();
	return sig;
}

static void store(void)
{
	pages[5 * PAGE + 17] = 1;
}

static void fill(void)
{
	memset(pages + 9 * PAGE + 100, 1, 3 * PAGE);
}

static void null(void)
{
	static int *volatile pointer;

	pointer[16] = 1;
}

int main(void)
{
	unsigned long sum = 0;

	MUST(sigaction(SIGSEGV,
		       &(struct sigaction){.sa_sigaction = on_fault,
					   .sa_flags = SA_SIGINFO | SA_NODEFER},
		       NULL));
	pages = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		     0);
	for (int i = 0; i < PAGES * PAGE; i++)
		pages[i] = (unsigned char)(i * 7 + i / 256);
	protect();
	for (int i = 0; i < PAGES * PAGE; i++)
		sum += pages[i];
	printf("loads: %lu, %d faults\n", sum, (int)faults);
	protect();
	memmove(pages + 1000, pages, PAGES * PAGE - 1000);
	MUST(mprotect(pages, PAGES * PAGE, PROT_READ | PROT_WRITE));
	for (int i = 0; i < PAGES * PAGE; i++)
		sum = sum * 31 + pages[i];
	printf("memmove: %lu, %s\n", sum, faults >= PAGES ? "all pages" : "too few faults");
	protect();
	memset(pages + 10, 3, PAGES * PAGE - 20);
	printf("memset: %d\n", pages[PAGES * PAGE - 11]);
	jump = 1;
	for (int i = 0; i < 200; i++) {
		protect();
		TRUE(jumping(store) == SIGSEGV && offset == 5 * PAGE + 17);
		TRUE(jumping(fill) == SIGSEGV && offset / PAGE >= 9);
		TRUE(jumping(null) == SIGSEGV);
	}
	puts("jumps");
	return 0;
}
