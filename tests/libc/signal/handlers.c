/* sigaction: flags, masks during handlers, nesting, what the old action was, reset, no-defer.
 * oracle: musl glibc
 */
#include "must.h"
#include <signal.h>

static volatile int depth, deepest, count;
static volatile int trace;

static void note(int sig)
{
	trace = trace * 10 + (sig == SIGUSR1 ? 1 : sig == SIGUSR2 ? 2 : 3);
}

static void show_mask(const char *where)
{
	sigset_t set;

	sigprocmask(SIG_BLOCK, NULL, &set);
	printf("%s:", where);
	for (int sig = 1; sig < 65; sig++)
		if (sigismember(&set, sig) == 1)
			printf(" %d", sig);
	putchar('\n');
}

static void mask_handler(int sig)
{
	printf("in handler of %d\n", sig);
	show_mask("mask in handler");
}

static void nesting(int sig)
{
	depth++;
	if (depth > deepest)
		deepest = depth;
	if (++count < 5)
		raise(sig);
	depth--;
}

static void order_outer(int sig)
{
	note(sig);
	raise(SIGUSR2); /* not blocked: taken now, inside this one */
	trace = trace * 10 + 9;
}

static void install(int sig, void (*handler)(int), int flags, int also)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

	sigemptyset(&action.sa_mask);
	if (also)
		sigaddset(&action.sa_mask, also);
	MUST(sigaction(sig, &action, NULL));
}

int main(void)
{
	struct sigaction old;

	install(SIGUSR1, mask_handler, 0, SIGTERM);
	raise(SIGUSR1);
	install(SIGUSR1, mask_handler, SA_NODEFER, SIGHUP);
	raise(SIGUSR1);
	show_mask("after");
	MUST(sigaction(SIGUSR1, NULL, &old));
	SHOW(old.sa_handler == mask_handler);
	SHOW(old.sa_flags & (SA_NODEFER | SA_RESTART | SA_RESETHAND));
	SHOW(sigismember(&old.sa_mask, SIGHUP));

	install(SIGUSR1, nesting, SA_NODEFER, 0);
	raise(SIGUSR1);
	printf("no-defer: %d deep of %d\n", deepest, count);
	deepest = count = 0;
	install(SIGUSR1, nesting, 0, 0);
	raise(SIGUSR1);
	printf("deferred: %d deep of %d\n", deepest, count);

	install(SIGUSR1, note, SA_RESETHAND, 0);
	raise(SIGUSR1);
	MUST(sigaction(SIGUSR1, NULL, &old));
	SHOW(old.sa_handler == SIG_DFL);

	trace = 0;
	install(SIGUSR1, order_outer, 0, 0);
	install(SIGUSR2, note, 0, 0);
	raise(SIGUSR1);
	SHOW(trace);
	trace = 0;
	install(SIGUSR1, order_outer, 0, SIGUSR2); /* blocked until it returns */
	raise(SIGUSR1);
	SHOW(trace);

	SHOW(signal(SIGUSR1, SIG_IGN) == order_outer);
	TRY(raise(SIGUSR1));
	SHOW(signal(SIGUSR1, note) == SIG_IGN);
	SHOW(signal(SIGKILL, note) == SIG_ERR);
	SHOW(errno);
	TRY(sigaction(SIGSTOP, &old, NULL));
	TRY(sigaction(0, NULL, &old));
	TRY(sigaction(65, NULL, &old));
	TRY(kill(getpid(), 65));
	TRY(kill(getpid(), 0));
	TRY(raise(0));
	SHOW(SIGRTMAX - SIGRTMIN > 20);
	TRY(siginterrupt(SIGUSR1, 1));
	sigset_t set;
	SHOW(sigfillset(&set) | sigdelset(&set, SIGINT));
	printf("%d %d\n", sigismember(&set, SIGINT), sigismember(&set, SIGHUP));
	SHOW(sigisemptyset(&set));
	TRY(sighold(SIGUSR2));
	TRY(sigrelse(SIGUSR2));
	return 0;
}
