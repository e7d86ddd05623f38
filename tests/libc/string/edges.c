/* Strings and memory that begin at any alignment and end where nothing can be read any more, or do not.
 * oracle: musl glibc
 */
#include "must.h"
#include <sys/mman.h>

enum { PAGE = 4096, LONGEST = 40 };

static unsigned char *page(void)
{
	unsigned char *p =
		MUST(mmap(NULL, 3 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));

	MUST(mprotect(p + PAGE, PAGE, PROT_READ | PROT_WRITE));
	return p + PAGE;
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static uint64_t hash = HASH_START;

static void note(long long n)
{
	hash = hash_bytes(hash, &n, sizeof(n));
}

static long offset(const void *p, const void *from)
{
	return p ? (const char *)p - (const char *)from : -1;
}

/* Bytes for which borrows and carries matter are among them. */
static const unsigned char bytes[] = {1, 2, 0x7f, 0x80, 0x81, 0xfe, 0xff, 'a'};

static const char *const sets[] = {"",
				   "\x80",
				   "a\xff",
				   "\x7f\x81\x01",
				   "\xfe\x02"
				   "a\x80",
				   "\xfe\x02\x03\x04\x05",
				   "bcdefghi\x81"};

static void fill(unsigned char *p, size_t n, unsigned seed)
{
	for (size_t i = 0; i < n; i++)
		p[i] = bytes[(seed = seed * 1103515245 + 12345) >> 16 & 7];
}

/* Of n bytes and a zero at s; another's at t differs in at most one place. */
static void look(char *s, char *t, char *copy, int n)
{
	note(strlen(s));
	note(strnlen(s, n / 2));
	note(strnlen(s, 1 << 30));
	for (size_t b = 0; b < sizeof(bytes); b++) {
		note(offset(strchr(s, bytes[b]), s));
		note(offset(strrchr(s, bytes[b]), s));
		note(offset(memchr(s, bytes[b], n + 1), s));
		note(offset(memchr(s, bytes[b], n / 2), s));
	}
	for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++)
		note(strcspn(s, sets[i]));
	note(offset(strchr(s, 0), s));
	note(offset(memchr(s, 0, 1 << 30), s));
	note(offset(memchr(s, 0, n), s));
	note(offset(stpcpy(copy, s), copy));
	note(memcmp(copy, s, n + 1));
	for (int at = -1; at < n; at += 1 + n / 7) {
		memcpy(t, s, n + 1);
		if (at >= 0)
			t[at] ^= at % 2 ? 0x80 : 1; /* a zero byte now and then */
		note(sign(strcmp(s, t)));
		note(sign(strcmp(t, s)));
		note(sign(memcmp(s, t, n + 1)));
		note(sign(memcmp(t, s, n)));
		note(sign(strncmp(s, t, n / 2 + 1)));
	}
}

int main(void)
{
	unsigned char *p = page(), *q = page(), *to = page();

	for (int n = 0; n <= LONGEST; n++)
		for (int a = 0; a < 9; a++) {
			/* At the beginning; and at the end, where q's ends a few bytes earlier. */
			fill(p, PAGE, n * 9 + a);
			fill(q, PAGE, n * 9 + a);
			p[a + n] = 0;
			look((char *)p + a, (char *)q + (a * 5 & 7), (char *)to + (a * 3 & 7), n);
			fill(p, PAGE, n * 9 + a);
			p[PAGE - 1 - a % 2] = 0;
			look((char *)p + PAGE - 1 - a % 2 - n, (char *)q + PAGE - 1 - n - a,
			     (char *)to + PAGE - 1 - n, n);
		}
	printf("%016llx\n", (unsigned long long)hash);
	return 0;
}
