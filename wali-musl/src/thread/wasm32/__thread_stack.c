#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>
#include "pthread_impl.h"

/* Mapping, unmapping and touching a stack for the first time cost as much as the rest of a thread's life. So stacks
 * of threads that have been joined are kept for the next ones, as many of them as a program has at a time that
 * makes threads over and over.
 *
 * A slot is a mapping in one word, so that no lock is needed and the child of a fork finds it usable:
 * bits 0-31 its address, 32-47 its size and 48-63 its guard's, in pages. 0 is an empty slot. */
#define SLOTS 16
#define LARGEST (4 << 20)

static volatile uint64_t slots[SLOTS];

/* Below this much of a stack nothing is kept resident. The word at its end tells whether there can be anything:
 * it is gone when the thread has used that part, or most of it. */
#define KEPT (16 << 10)
#define UNTOUCHED 0x9b1f3c5d7e2a4806

static uint64_t pack(const unsigned char *map, size_t size, size_t guard)
{
	return (uintptr_t)map | (uint64_t)(size / PAGE_SIZE) << 32 |
	       (uint64_t)(guard / PAGE_SIZE) << 48;
}

unsigned char *__thread_stack_get(size_t size, size_t guard, size_t zeroed)
{
	uint64_t like = pack(0, size, guard);

	if (size > LARGEST) return 0;
	for (int i=0; i<SLOTS; i++) {
		uint64_t slot = slots[i];
		if (!slot || slot>>32 != like>>32) continue;
		if (!__atomic_compare_exchange_n(&slots[i], &slot, 0, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
			continue;
		unsigned char *map = (void *)(uintptr_t)(uint32_t)slot;
		memset(map + size - zeroed, 0, zeroed);
		return map;
	}
	return 0;
}

int __thread_stack_put(pthread_t t)
{
	unsigned char *map = t->map_base, *stack = t->stack;
	size_t size = t->map_size, guard = t->guard_size;

	/* The rest of a stack that the program gave, or too small or large a one. */
	if (stack < map || stack >= map + size || size > LARGEST) return 0;
	if (t->stack_size >= 2*KEPT) {
		uint64_t *mark = (void *)((uintptr_t)(stack - KEPT) & -PAGE_SIZE);
		if (*mark != UNTOUCHED) {
			if (__madvise(map + guard, (unsigned char *)mark - map - guard, MADV_DONTNEED))
				return 0;
			*mark = UNTOUCHED;
		}
	}
	uint64_t slot = pack(map, size, guard);
	/* As for unmapping. */
	__vm_wait();
	for (int i=0; i<SLOTS; i++) {
		uint64_t empty = 0;
		if (!slots[i] && __atomic_compare_exchange_n(&slots[i], &empty, slot, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
			return 1;
	}
	return 0;
}
