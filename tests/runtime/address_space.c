/* The list of mapped ranges against a plain array of pages, under random operations. */
#include "linux/address_space.h"

#include <stdio.h>
#include <stdlib.h>

#define PAGES	4096
#define INITIAL 64
#define ROUNDS	200000

static struct {
	int prot, kind; /* prot -1: free */
} pages[PAGES];

static uint64_t seed = 1;

static unsigned pick(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

static bool check(const struct address_space *s)
{
	size_t r = 0;

	for (unsigned i = 0; i < PAGES; i++) {
		uint64_t at = (uint64_t)i * GUEST_PAGE;
		while (r < s->count && s->ranges[r].end <= at)
			r++;
		bool mapped = r < s->count && s->ranges[r].start <= at;
		if (mapped != (pages[i].prot >= 0))
			return false;
		if (mapped &&
		    (s->ranges[r].prot != pages[i].prot || s->ranges[r].kind != pages[i].kind))
			return false;
	}
	/* Sorted, and merged where alike. */
	for (r = 0; r + 1 < s->count; r++) {
		const struct range *a = &s->ranges[r], *b = a + 1;
		if (a->start >= a->end || a->end > b->start)
			return false;
		if (a->end == b->start && a->prot == b->prot && a->kind == RANGE_ANONYMOUS &&
		    b->kind == RANGE_ANONYMOUS)
			return false;
	}
	return true;
}

static bool all(unsigned first, unsigned n, bool mapped)
{
	for (unsigned i = first; i < first + n; i++)
		if ((pages[i].prot >= 0) != mapped)
			return false;
	return true;
}

int main(void)
{
	static struct address_space *s;

	s = space_new(INITIAL * GUEST_PAGE, (uint64_t)PAGES * GUEST_PAGE, GUEST_PAGE);

	for (unsigned i = 0; i < PAGES; i++)
		pages[i].prot = i >= INITIAL || !i ? -1 : 3;
	for (int round = 0; round < ROUNDS; round++) {
		unsigned first = pick(PAGES), n = 1 + pick(pick(8) ? 8 : 512);
		if (first + n > PAGES)
			n = PAGES - first;
		uint64_t start = (uint64_t)first * GUEST_PAGE,
			 end = start + (uint64_t)n * GUEST_PAGE;
		int prot = (int)pick(4), kind = pick(4) ? RANGE_ANONYMOUS : RANGE_SHARED;
		bool right = space_prepare(s);

		right &= space_is_mapped(s, start, end) == all(first, n, true);
		right &= space_is_free(s, start, end) == all(first, n, false);
		switch (pick(4)) {
		case 0:
			space_remove(s, start, end);
			for (unsigned i = first; i < first + n; i++)
				pages[i].prot = -1;
			break;
		case 1:
			space_protect(s, start, end, prot);
			for (unsigned i = first; i < first + n; i++)
				if (pages[i].prot >= 0)
					pages[i].prot = prot;
			break;
		case 2:
			space_add(s, start, end, prot, kind);
			for (unsigned i = first; i < first + n; i++)
				pages[i].prot = prot, pages[i].kind = kind;
			break;
		case 3: {
			uint64_t at = space_find(s, end - start);
			if (at)
				right &= all((unsigned)(at / GUEST_PAGE), n, false);
			else
				for (unsigned i = (unsigned)(s->mmap_base / GUEST_PAGE);
				     i + n <= PAGES; i++)
					right &= !all(i, n, false);
			break;
		}
		}
		if (!right || (round % 64 == 0 && !check(s))) {
			printf("not ok 1 - round %d\n1..1\n", round);
			return 1;
		}
	}
	puts("ok 1 - address space\n1..1");
	return 0;
}
