/*
 * Random mmap, munmap, mprotect and mremap against a model: which pages are there, with which protection and
 * contents. Whether a page can be read or written is asked by read(2) and write(2) on a pipe.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE   4096
#define PAGES  256
#define ROUNDS 6000

enum kind { FREE, PRIVATE, SHARED, FILE_PRIVATE };

static struct page {
	enum kind kind;
	int prot;
	unsigned tag;	 /* first word of the page */
	unsigned object; /* which mapping it came from: mremap takes only parts of one */
} pages[PAGES];

static char *area;
static int pipes[2], file;
static unsigned objects, tags = 1000;
static uint64_t seed = 42;

static unsigned pick(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

static char *at(unsigned page)
{
	return area + (size_t)page * PAGE;
}

static bool can_read(unsigned page)
{
	char c;

	if (write(pipes[1], at(page), 1) != 1)
		return errno == EFAULT ? false : (abort(), false);
	if (read(pipes[0], &c, 1) != 1)
		abort();
	return true;
}

static bool can_write(unsigned page)
{
	char c = 0;

	/* Into the last byte of the page, which nobody looks at. */
	if (write(pipes[1], &c, 1) != 1)
		abort();
	if (read(pipes[0], at(page) + PAGE - 1, 1) == 1)
		return true;
	if (read(pipes[0], &c, 1) != 1)
		abort();
	return false;
}

static _Noreturn void fail(int round, const char *what, unsigned page)
{
	printf("not ok 1 - mappings\n# round %d, page %u: %s\n1..1\n", round, page, what);
	exit(1);
}

static void check(int round)
{
	for (unsigned i = 0; i < PAGES; i++) {
		const struct page *p = &pages[i];
		bool readable = p->kind != FREE && p->prot & (PROT_READ | PROT_WRITE);

		if (can_read(i) != readable)
			fail(round, readable ? "cannot be read" : "can be read", i);
		if (can_write(i) != (p->kind != FREE && p->prot & PROT_WRITE))
			fail(round, "can or cannot be written", i);
		if (readable && *(volatile unsigned *)at(i) != p->tag)
			fail(round, "contents", i);
	}
}

static void put_tags(unsigned first, unsigned n)
{
	for (unsigned i = first; i < first + n; i++)
		if (pages[i].kind != FREE && pages[i].prot & PROT_WRITE && pages[i].kind != SHARED)
			*(volatile unsigned *)at(i) = pages[i].tag = tags++;
}

static bool all_mapped(unsigned first, unsigned n)
{
	for (unsigned i = first; i < first + n; i++)
		if (pages[i].kind == FREE)
			return false;
	return true;
}

static bool one_object(unsigned first, unsigned n)
{
	for (unsigned i = first; i < first + n; i++)
		if (pages[i].kind == FREE || pages[i].object != pages[first].object ||
		    pages[i].prot != pages[first].prot)
			return false;
	return true;
}

static void map(int round, unsigned first, unsigned n)
{
	enum kind kind = PRIVATE + pick(3);
	int prot = (int)pick(4), fd = kind == FILE_PRIVATE ? file : -1;
	int flags = MAP_FIXED | (kind == SHARED ? MAP_SHARED : MAP_PRIVATE) |
		    (fd < 0 ? MAP_ANONYMOUS : 0);
	unsigned offset = pick(PAGES - n + 1);

	if (mmap(at(first), (size_t)n * PAGE, prot, flags, fd, (off_t)offset * PAGE) != at(first))
		fail(round, "mmap", first);
	objects++;
	for (unsigned i = 0; i < n; i++)
		pages[first + i] = (struct page){kind, prot, fd < 0 ? 0 : offset + i, objects};
}

static void move(int round, unsigned first, unsigned n)
{
	unsigned to = pick(PAGES), m = 1 + pick(16);
	struct page old[PAGES];

	/* Growing what is mapped from a file brings in more of the file, or nothing: left to other tests. */
	if (m > n && pages[first].kind != PRIVATE)
		m = n;
	if (to + m > PAGES || !one_object(first, n) || (to < first + n && first < to + m))
		return;
	if (mremap(at(first), (size_t)n * PAGE, (size_t)m * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		   at(to)) != at(to))
		fail(round, "mremap", first);
	for (unsigned i = 0; i < n; i++) {
		old[i] = pages[first + i];
		pages[first + i].kind = FREE;
	}
	objects++;
	for (unsigned i = 0; i < m; i++) {
		pages[to + i] = old[i < n ? i : 0];
		if (i >= n)
			pages[to + i].tag = 0;
		pages[to + i].object = objects;
	}
}

static void protect(int round, unsigned first, unsigned n)
{
	int prot = (int)pick(4);
	bool works = all_mapped(first, n);
	int r = mprotect(at(first), (size_t)n * PAGE, prot);

	if ((r == 0) != works || (r < 0 && errno != ENOMEM))
		fail(round, "mprotect", first);
	/* Linux has changed what comes before a hole; which is nothing to rely on. */
	if (!works) {
		map(round, first, n);
		return;
	}
	for (unsigned i = first; i < first + n; i++)
		pages[i].prot = prot;
}

int main(void)
{
	char name[] = "/tmp/mappings.XXXXXX";

	file = mkstemp(name);
	if (file < 0 || unlink(name) || pipe(pipes) || ftruncate(file, PAGES * PAGE))
		return 2;
	for (unsigned i = 0; i < PAGES; i++)
		if (pwrite(file, &i, sizeof(i), (off_t)i * PAGE) != sizeof(i))
			return 2;
	area = mmap(NULL, PAGES * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (area == MAP_FAILED || munmap(area, PAGES * PAGE))
		return 2;
	for (int round = 0; round < ROUNDS; round++) {
		unsigned first = pick(PAGES), n = 1 + pick(16);

		if (first + n > PAGES)
			n = PAGES - first;
		switch (pick(8)) {
		case 0:
		case 1: map(round, first, n); break;
		case 2:
			if (munmap(at(first), (size_t)n * PAGE))
				fail(round, "munmap", first);
			for (unsigned i = first; i < first + n; i++)
				pages[i].kind = FREE;
			break;
		case 3:
		case 4: protect(round, first, n); break;
		case 5:
		case 6: move(round, first, 1 + n / 4); break;
		case 7: put_tags(first, n); break;
		}
		if (round % 16 == 0)
			check(round);
	}
	check(ROUNDS);
	puts("ok 1 - mappings\n1..1");
	return 0;
}
