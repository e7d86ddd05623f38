/* Linear memories. */
#include "instance.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>

static const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

/*
 * Somewhere within these bounds, by chance, a MiB off the bounds of what a page table maps (2 MiB): then the end of a stack of some
 * whole MiB, which is an even number of them as a rule, and the data after it share a table, which fork() has to copy.
 */
static void *reserve_between(uint64_t low, uint64_t high)
{
	const uint64_t mib = UINT64_C(1) << 20;
	void *p = MAP_FAILED;

	for (int i = 0; i < 8 && p == MAP_FAILED; i++) {
		uint64_t at = 0;

		if (getrandom(&at, sizeof(at), GRND_NONBLOCK) < 0)
			at = (uintptr_t)&at;
		at = ((low + at % (high - low)) & -2 * mib) + mib;
		p = mmap((void *)(uintptr_t)at, MEMORY_RESERVE, PROT_NONE,
			 flags | MAP_FIXED_NOREPLACE, -1, 0);
		if (p != MAP_FAILED &&
		    (uintptr_t)p != at) { /* a kernel that does not know the flag */
			munmap(p, MEMORY_RESERVE);
			p = MAP_FAILED;
		}
	}
	return p;
}

/*
 * Below all that the kernel would choose by itself. Then, if a mapping within a memory fails when the kernel has already
 * removed what was there, no other thread's stack or heap can come to lie in that hole before it is closed: the kernel
 * looks for room from the top down, or else upwards from a third (aarch64: a quarter) of the address space.
 */
static uint8_t *reserve(void *hint)
{
	const uint64_t GIB = UINT64_C(1) << 30, TIB = UINT64_C(1) << 40;
	uint8_t *p = MAP_FAILED;

	if (hint)
		p = mmap(hint, MEMORY_RESERVE, PROT_NONE, flags | MAP_FIXED_NOREPLACE, -1, 0);
	if (p == MAP_FAILED)
		p = reserve_between(20 * TIB, 40 * TIB); /* of 128 TiB or more */
	if (p == MAP_FAILED)
		p = reserve_between(16 * GIB, 64 * GIB); /* of 256 GiB: Sv39 */
	if (p == MAP_FAILED)
		p = mmap(NULL, MEMORY_RESERVE, PROT_NONE, flags, -1, 0);
	return p == MAP_FAILED ? NULL : p;
}

struct memory *memory_new(const struct memtype *type, void *hint)
{
	const struct limits *l = &type->limits;
	struct memory *mem = calloc(1, sizeof(*mem));

	if (!mem)
		return NULL;
	mem->base = reserve(hint);
	if (!mem->base) {
		free(mem);
		return NULL;
	}
	mem->type = *type;
	mem->max_bytes = (l->has_max ? l->max : 65536) * WASM_PAGE;
	atomic_init(&mem->bytes, l->min * WASM_PAGE);
	pthread_mutex_init(&mem->lock, NULL);
	if (l->min && mprotect(mem->base, l->min * WASM_PAGE, PROT_READ | PROT_WRITE)) {
		int e = errno;

		memory_free(mem);
		errno = e;
		return NULL;
	}
	return mem;
}

void memory_free(struct memory *mem)
{
	munmap(mem->base, MEMORY_RESERVE);
	pthread_mutex_destroy(&mem->lock);
	free(mem);
}

int64_t memory_grow(struct memory *mem, uint64_t pages)
{
	int64_t result = -1;

	pthread_mutex_lock(&mem->lock);
	uint64_t old = atomic_load(&mem->bytes);

	if (pages <= (mem->max_bytes - old) / WASM_PAGE) {
		uint64_t new = old + pages *WASM_PAGE;

		if (!pages || !mprotect(mem->base + old, new - old, PROT_READ | PROT_WRITE)) {
			atomic_store(&mem->bytes, new);
			if (pages && mem->grown)
				mem->grown(mem, old, new);
			result = old / WASM_PAGE;
		}
	}
	pthread_mutex_unlock(&mem->lock);
	return result;
}
