/* Linear memories. */
#include "instance.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

static uint8_t *reserve(void *hint)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	uint8_t *p = MAP_FAILED;

	if (hint)
		p = mmap(hint, MEMORY_RESERVE, PROT_NONE, flags | MAP_FIXED_NOREPLACE, -1, 0);
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
