/* Random numbers, bytes, types. */
#include "generate.h"

#include <stdlib.h>
#include <string.h>

uint64_t state;
bool simd, relaxed, wild, delegates = true, standard;

uint32_t rnd(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)((state * UINT64_C(0x2545f4914f6cdd1d)) >> 32) % n;
}

bool chance(uint32_t n)
{
	return rnd(n) == 0;
}

/* Bytes. */

void put(struct buf *b, unsigned byte)
{
	if (b->n == b->room && !(b->p = realloc(b->p, b->room = b->room ? 2 * b->room : 256)))
		abort();
	b->p[b->n++] = byte;
}

void put_bytes(struct buf *b, const void *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(b, ((const uint8_t *)p)[i]);
}

void put_leb(struct buf *b, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		put(b, v | 0x80);
	put(b, v);
}

void put_sleb(struct buf *b, int64_t v)
{
	for (;; v >>= 7) {
		if ((v >= 0 && v < 0x40) || (v < 0 && v >= -0x40)) {
			put(b, v & 0x7f);
			return;
		}
		put(b, (v & 0x7f) | 0x80);
	}
}

void put_op(struct buf *b, uint32_t op)
{
	if (op < 0x100) {
		put(b, op);
	} else {
		put(b, op >> 12);
		put_leb(b, op & 0xfff);
	}
}

void put_sized(struct buf *out, struct buf *b)
{
	put_leb(out, b->n);
	put_bytes(out, b->p, b->n);
	b->n = 0;
}

void put_section(struct buf *out, unsigned id, struct buf *b)
{
	put(out, id);
	put_sized(out, b);
}

/* Types by letter. */

const char letters[] = "iIfdV";

uint8_t valtype(char letter)
{
	static const uint8_t types[] = {TYPE_I32, TYPE_I64, TYPE_F32, TYPE_F64, TYPE_V128};

	return types[strchr(letters, letter) - letters];
}

char random_letter(void)
{
	return letters[rnd(simd ? 5 : 4)];
}

/* The first NTAGS have no results: tags are of these. */
struct type types[NTYPES];
unsigned functype[NFUNCS];
const char globals[] = "iiIfdiIfd"; /* the first is fuel */
