#include "stack.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

/* What stays resident of a stack that nobody uses: where it begins. */
#define KEPT (UINT64_C(32) << 10)
/*
 * Lies at the far end of that. Where it is intact, nothing beyond has been used, so that there is nothing to be given back: to ask
 * the kernel for it all the same costs an interrupt on every CPU that the process runs on.
 */
#define UNTOUCHED UINT64_C(0x9b1f3c5d7e2a4806)

static uint64_t *mark_of(const struct stack_kind *kind, const struct stack *s)
{
	return (uint64_t *)(kind->upwards ? s->low + KEPT - sizeof(uint64_t) : s->high - KEPT);
}

static struct stack *stack_new(struct stack_kind *kind, size_t size)
{
	struct stack *s = calloc(1, sizeof(*s));
	size_t whole = kind->below + size + kind->above;
	char *map;

	if (!s)
		return NULL;
	map = mmap(NULL, whole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK,
		   -1, 0);
	if (map == MAP_FAILED || mprotect(map + kind->below, size, PROT_READ | PROT_WRITE)) {
		if (map != MAP_FAILED)
			munmap(map, whole);
		free(s);
		return NULL;
	}
	s->low = map + kind->below;
	s->high = s->low + size;
	s->used = true;
	*mark_of(kind, s) = UNTOUCHED;
	/* A list without a lock, since fork must find it usable in the child. */
	s->next = atomic_load(&kind->all);
	while (!atomic_compare_exchange_weak(&kind->all, &s->next, s))
		;
	return s;
}

struct stack *stack_get(struct stack_kind *kind, size_t size)
{
	size = (size + 65535) & ~UINT64_C(65535);
	for (struct stack *s = atomic_load(&kind->all); s; s = s->next) {
		bool used = false;

		if (!atomic_load_explicit(&s->used, memory_order_relaxed) &&
		    (size_t)(s->high - s->low) == size &&
		    atomic_compare_exchange_strong(&s->used, &used, true))
			return s;
	}
	return stack_new(kind, size);
}

void stack_put(struct stack_kind *kind, struct stack *s)
{
	if (*mark_of(kind, s) != UNTOUCHED) {
		madvise(kind->upwards ? s->low + KEPT : s->low, s->high - s->low - KEPT,
			MADV_DONTNEED);
		*mark_of(kind, s) = UNTOUCHED;
	}
	atomic_store(&s->used, false);
}

void stacks_forked(struct stack_kind *kind, const struct stack *mine)
{
	for (struct stack *s = atomic_load(&kind->all); s; s = s->next)
		if (s != mine)
			atomic_store(&s->used, false);
}
