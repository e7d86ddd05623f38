/* sigaltstack: where handlers run, stack overflow caught, errors.
 * oracle: musl glibc
 */
#include "must.h"
#include <setjmp.h>
#include <signal.h>

static char stack[65536];
static sigjmp_buf out;
static volatile int on_stack, flags_in_handler;

static void handler(int sig)
{
	char local;
	stack_t now;

	(void)sig;
	on_stack = &local >= stack && &local < stack + sizeof stack;
	sigaltstack(NULL, &now);
	flags_in_handler = now.ss_flags;
}

static void leave(int sig)
{
	handler(sig);
	siglongjmp(out, 1);
}

static volatile int bottom;

static int __attribute__((noinline)) overflow(int depth)
{
	volatile char frame[1000];

	frame[0] = (char)depth;
	if (bottom)
		return 0;
	return overflow(depth + 1) + frame[0];
}

static void install(int sig, void (*function)(int), int flags)
{
	MUST(sigaction(sig, &(struct sigaction){.sa_handler = function, .sa_flags = flags}, NULL));
}

int main(void)
{
	stack_t set = {.ss_sp = stack, .ss_size = sizeof stack}, old;

	TRY(sigaltstack(NULL, &old));
	SHOW(old.ss_flags & SS_DISABLE);
	TRY(sigaltstack(&set, &old));
	TRY(sigaltstack(NULL, &old));
	SHOW(old.ss_sp == stack);
	SHOW(old.ss_size);
	SHOW(old.ss_flags);
	install(SIGUSR1, handler, SA_ONSTACK);
	raise(SIGUSR1);
	printf("with SA_ONSTACK: %d %d\n", on_stack, flags_in_handler);
	install(SIGUSR1, handler, 0);
	raise(SIGUSR1);
	printf("without: %d %d\n", on_stack, flags_in_handler);
	install(SIGSEGV, leave, SA_ONSTACK);
	for (int i = 0; i < 3; i++) {
		if (!sigsetjmp(out, 1))
			overflow(0);
		printf("overflow: %d\n", on_stack);
	}
	set.ss_size = 100;
	TRY(sigaltstack(&set, NULL));
	set.ss_size = sizeof stack;
	set.ss_flags = 77;
	TRY(sigaltstack(&set, NULL));
	set.ss_flags = SS_DISABLE;
	TRY(sigaltstack(&set, NULL));
	TRY(sigaltstack(NULL, &old));
	SHOW(old.ss_flags);
	return 0;
}
