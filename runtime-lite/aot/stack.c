/* Stacks for compiled code. */
#include "run.h"

#include <sys/mman.h>

struct stack_kind aot_stacks = {.below = AOT_GUARD};

bool stack_open(struct stack *s)
{
	if (s->opened == AOT_RESERVES * AOT_RESERVE ||
	    mprotect(s->low - s->opened - AOT_RESERVE, AOT_RESERVE, PROT_READ | PROT_WRITE))
		return false;
	s->opened += AOT_RESERVE;
	return true;
}

void stack_close(struct stack *s)
{
	if (!s->opened)
		return;
	/* Not only protected: what is in there need not be kept. */
	mmap(s->low - s->opened, s->opened, PROT_NONE,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
	s->opened = 0;
}
