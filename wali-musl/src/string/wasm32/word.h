/* Strings, eight bytes at a time. An aligned word does not leave the page of any of its bytes, so that what lies before and
 * after a string may be read with it. */
#include <stdint.h>

#define ONES (UINT64_C(-1) / 255)

typedef uint64_t __attribute__((__may_alias__)) word;

static inline const word *word_of(const void *p)
{
	return (const word *)((uintptr_t)p & -8);
}

/* All bits of those bytes of its word that lie before p. */
static inline uint64_t before(const void *p)
{
	return (UINT64_C(1) << ((uintptr_t)p & 7) * 8) - 1;
}

/* Marks zero bytes by a bit of theirs, and nothing below the first of them. */
static inline uint64_t zeros(uint64_t x)
{
	return (x - ONES) & ~x & ONES << 7;
}

/* In bits, of the first byte with a mark. */
static inline int first_byte(uint64_t marks)
{
	return __builtin_ctzll(marks) & ~7;
}

static inline uint64_t load64(const void *p)
{
	uint64_t v;

	__builtin_memcpy(&v, p, sizeof(v));
	return v;
}

/* For memory that differs. */
static inline int difference(uint64_t a, uint64_t b, int first)
{
	return (int)(a >> first & 255) - (int)(b >> first & 255);
}
