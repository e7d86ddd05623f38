/* malloc under load: random sizes, growth and shrinking, contents kept, edge cases.
 * oracle: musl glibc
 */
#include "must.h"
#include <malloc.h>

enum { SLOTS = 2000 };

static struct block {
	unsigned char *data;
	size_t size;
	unsigned char tag;
} blocks[SLOTS];

static void verify(const struct block *b)
{
	for (size_t i = 0; i < b->size; i += 1 + b->size / 61)
		if (b->data[i] != (unsigned char)(b->tag + i))
			must_fail("contents", __LINE__, (int)i);
}

static void fill(struct block *b, size_t from, unsigned char tag)
{
	b->tag = tag;
	for (size_t i = from; i < b->size; i++)
		b->data[i] = tag + i;
}

int main(void)
{
	uint64_t state = 21, total = 0, hash = HASH_START;

	for (int step = 0; step < 200000; step++) {
		struct block *b = &blocks[random_next(&state) % SLOTS];
		uint64_t r = random_next(&state);
		size_t size = r % 100 ? r % 700 : r % 200000;
		if (!b->data || r >> 60 < 6) {
			if (b->data)
				verify(b);
			free(b->data);
			b->data = r >> 59 & 1 ? calloc(1, size + 1) : malloc(size + 1);
			TRUE(b->data);
			b->size = size;
			fill(b, 0, step);
		} else {
			verify(b);
			size_t kept = b->size < size ? b->size : size;
			TRUE(b->data = realloc(b->data, size + 1));
			b->size = kept;
			verify(b);
			b->size = size;
			fill(b, kept, b->tag);
		}
		total += size;
	}
	for (int i = 0; i < SLOTS; i++) {
		if (blocks[i].data)
			verify(&blocks[i]);
		free(blocks[i].data);
	}
	printf("%llu\n", (unsigned long long)total);
	/* Zeroes where they are promised, also in memory used before. */
	for (size_t size = 1; size < 3000000; size = size * 3 + 1) {
		unsigned char *zeroes = calloc(size, 1);
		hash = hash_bytes(hash, zeroes, size < 50000 ? size : 50000);
		memset(zeroes, 0xff, size);
		free(zeroes);
	}
	printf("%016llx\n", (unsigned long long)hash);
	for (size_t alignment = 8; alignment <= 65536; alignment *= 2) {
		void *p, *q = aligned_alloc(alignment, alignment * 3), *r = memalign(alignment, 10);
		MUST0(posix_memalign(&p, alignment, 100));
		printf("%d", !(((uintptr_t)p | (uintptr_t)q | (uintptr_t)r) & (alignment - 1)));
		memset(p, 1, 100);
		free(p);
		free(q);
		free(r);
	}
	putchar('\n');
	void *volatile p = malloc(100);
	SHOW(malloc_usable_size(p) >= 100);
	p = realloc(p, 50000000);
	TRUE(p);
	memset(p, 1, 50000000);
	p = reallocarray(p, 1000, 1000);
	SHOW(((char *)p)[999999]);
	free(p);
	volatile size_t huge = SIZE_MAX;
	/* Through a volatile variable: a compiler may leave out an allocation that nothing uses. */
	p = malloc(huge);
	SHOW(p == NULL);
	SHOW(errno);
	p = calloc(huge / 2, 3);
	SHOW(p == NULL);
	p = reallocarray(NULL, huge, 2);
	SHOW(p == NULL);
	p = malloc(huge - 100);
	SHOW(p == NULL);
	free(NULL);
	p = malloc(0);
	SHOW(p != NULL);
	free(p);
	return 0;
}
