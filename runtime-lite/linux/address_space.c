/* The list of ranges. It is short: neighbours that are alike are merged. */
#include "address_space.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Between brk's start and mmap's: heaps on brk can grow that far before mmap gets in their way. */
#define BRK_ROOM (UINT64_C(512) << 20)

static uint64_t page_up(uint64_t n)
{
	return (n + GUEST_PAGE - 1) & ~(uint64_t)(GUEST_PAGE - 1);
}

struct address_space *space_new(uint64_t initial, uint64_t limit, uint64_t null_page)
{
	struct address_space *s = calloc(1, sizeof(*s));
	uint64_t room;

	if (!s || !space_prepare(s)) {
		free(s);
		return NULL;
	}
	room = (limit - initial) / 4;
	s->limit = limit;
	s->brk_start = s->brk = initial;
	s->mmap_base = page_up(initial + (room < BRK_ROOM ? room : BRK_ROOM));
	/* The null page is free, but nobody looks for room below the initial memory. */
	if (null_page < initial)
		space_add(s, null_page, initial, PROT_READ | PROT_WRITE, RANGE_ANONYMOUS);
	return s;
}

bool space_prepare(struct address_space *s)
{
	/* An operation splits two ranges and adds one. */
	if (s->capacity - s->count >= 4)
		return true;
	size_t capacity = s->capacity ? 2 * s->capacity : 32;
	struct range *ranges = realloc(s->ranges, capacity * sizeof(*ranges));
	if (!ranges)
		return false;
	s->ranges = ranges;
	s->capacity = capacity;
	return true;
}

size_t space_at(const struct address_space *s, uint64_t addr)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (s->ranges[middle].end > addr)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

bool space_is_free(const struct address_space *s, uint64_t start, uint64_t end)
{
	size_t i = space_at(s, start);

	return end <= s->limit && (i == s->count || s->ranges[i].start >= end);
}

bool space_is_mapped(const struct address_space *s, uint64_t start, uint64_t end)
{
	for (size_t i = space_at(s, start); start < end; i++) {
		if (i == s->count || s->ranges[i].start > start)
			return false;
		start = s->ranges[i].end;
	}
	return true;
}

uint64_t space_find(const struct address_space *s, uint64_t size)
{
	uint64_t at = s->mmap_base;

	for (size_t i = space_at(s, at); i < s->count && s->ranges[i].start < at + size; i++)
		at = s->ranges[i].end;
	if (at + size <= s->limit)
		return at;

	/* Full: what brk has not used, from above. */
	size_t i = space_at(s, s->mmap_base);
	uint64_t top = i < s->count && s->ranges[i].start < s->mmap_base ? s->ranges[i].start
									 : s->mmap_base;
	for (; i-- > 0; top = s->ranges[i].start)
		if (s->ranges[i].end < top && top - s->ranges[i].end >= size)
			return top - size;
	return 0;
}

static void insert(struct address_space *s, size_t i, struct range range)
{
	assert(s->count < s->capacity);
	memmove(&s->ranges[i + 1], &s->ranges[i], (s->count - i) * sizeof(range));
	s->ranges[i] = range;
	s->count++;
}

/* Afterwards no range reaches across `addr`. Returns the first one at or above it. */
static size_t split(struct address_space *s, uint64_t addr)
{
	size_t i = space_at(s, addr);

	if (i == s->count || s->ranges[i].start >= addr)
		return i;
	insert(s, i, s->ranges[i]);
	s->ranges[i].end = addr;
	s->ranges[i + 1].start = addr;
	return i + 1;
}

/* Merge range i with the next, if they are alike. */
static void merge(struct address_space *s, size_t i)
{
	struct range *r = &s->ranges[i];

	if (i + 1 >= s->count || r[0].end != r[1].start || r[0].prot != r[1].prot ||
	    r[0].kind != r[1].kind || r[0].id != r[1].id)
		return;
	r[0].end = r[1].end;
	memmove(&r[1], &r[2], (s->count - i - 2) * sizeof(*r));
	s->count--;
}

void space_remove(struct address_space *s, uint64_t start, uint64_t end)
{
	size_t first = split(s, start), last = split(s, end);

	memmove(&s->ranges[first], &s->ranges[last], (s->count - last) * sizeof(struct range));
	s->count -= last - first;
}

void space_add(struct address_space *s, uint64_t start, uint64_t end, int prot,
	       enum range_kind kind)
{
	size_t i;

	space_remove(s, start, end);
	i = space_at(s, start);
	insert(s, i,
	       (struct range){.start = start,
			      .end = end,
			      .id = kind == RANGE_ANONYMOUS ? 0 : ++s->last_id,
			      .prot = (uint8_t)prot,
			      .kind = (uint8_t)kind});
	merge(s, i);
	if (i > 0)
		merge(s, i - 1);
}

void space_protect(struct address_space *s, uint64_t start, uint64_t end, int prot)
{
	size_t first = split(s, start), last = split(s, end);

	for (size_t i = first; i < last; i++)
		s->ranges[i].prot = (uint8_t)prot;
	for (size_t i = last; i + 1 > first; i--)
		if (i > 0)
			merge(s, i - 1);
}
