/* Stacks for compiled code: made once, then used by one thread after the other. */
#include "run.h"

#include <stdlib.h>
#include <sys/mman.h>

/* What stays resident of a stack that nobody uses. */
#define KEPT (UINT64_C(32) << 10)
/*
 * Lies at the low end of that. Where it is intact, nothing below has been used, so that there is nothing to be given back: to ask
 * the kernel for it all the same costs an interrupt on every CPU that the process runs on.
 */
#define UNTOUCHED UINT64_C(0x9b1f3c5d7e2a4806)

/* All that there have ever been. Without a lock, since fork must find it usable in the child. */
static _Atomic(struct aot_stack *) stacks;

static uint64_t *mark_of(const struct aot_stack *s)
{
	return (uint64_t *)(s->high - KEPT);
}

static struct aot_stack *stack_new(size_t size)
{
	struct aot_stack *s = calloc(1, sizeof(*s));
	char *map;

	if (!s)
		return NULL;
	map = mmap(NULL, AOT_GUARD + size, PROT_NONE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	if (map == MAP_FAILED || mprotect(map + AOT_GUARD, size, PROT_READ | PROT_WRITE)) {
		if (map != MAP_FAILED)
			munmap(map, AOT_GUARD + size);
		free(s);
		return NULL;
	}
	s->low = map + AOT_GUARD;
	s->high = s->low + size;
	s->used = true;
	*mark_of(s) = UNTOUCHED;
	s->next = atomic_load(&stacks);
	while (!atomic_compare_exchange_weak(&stacks, &s->next, s))
		;
	return s;
}

struct aot_stack *stack_get(size_t size)
{
	size = size ? (size + 65535) & ~UINT64_C(65535) : AOT_STACK;
	for (struct aot_stack *s = atomic_load(&stacks); s; s = s->next) {
		bool used = false;

		if (!atomic_load_explicit(&s->used, memory_order_relaxed) &&
		    (size_t)(s->high - s->low) == size &&
		    atomic_compare_exchange_strong(&s->used, &used, true))
			return s;
	}
	return stack_new(size);
}

void stack_put(struct aot_stack *s)
{
	stack_close(s);
	if (*mark_of(s) != UNTOUCHED) {
		madvise(s->low, s->high - s->low - KEPT, MADV_DONTNEED);
		*mark_of(s) = UNTOUCHED;
	}
	atomic_store(&s->used, false);
}

void stacks_forked(struct aot_stack *mine)
{
	for (struct aot_stack *s = atomic_load(&stacks); s; s = s->next)
		if (s != mine)
			atomic_store(&s->used, false);
}

bool stack_open(struct aot_stack *s)
{
	if (s->opened == AOT_RESERVES * AOT_RESERVE ||
	    mprotect(s->low - s->opened - AOT_RESERVE, AOT_RESERVE, PROT_READ | PROT_WRITE))
		return false;
	s->opened += AOT_RESERVE;
	return true;
}

void stack_close(struct aot_stack *s)
{
	if (!s->opened)
		return;
	/* Not only protected: what is in there need not be kept. */
	mmap(s->low - s->opened, s->opened, PROT_NONE,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
	s->opened = 0;
}
