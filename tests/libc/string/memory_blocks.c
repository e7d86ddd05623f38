/* memcpy, memmove, memset, memcmp, memchr and relatives at every alignment and many sizes.
 * oracle: musl glibc
 */
#include "must.h"

static unsigned char space[3 * 4096], other[3 * 4096];

static void fill(uint64_t seed)
{
	for (size_t i = 0; i < sizeof space; i++) {
		space[i] = random_next(&seed);
		other[i] = random_next(&seed);
	}
}

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

int main(void)
{
	static const size_t sizes[] = {0,   1,	 2,   3,   4,	5,   7,	   8,	9,
				       15,  16,	 17,  31,  32,	33,  63,   64,	65,
				       100, 127, 128, 129, 255, 256, 1000, 4096};
	uint64_t copy = HASH_START, move = HASH_START, set = HASH_START;
	long compare = 0, found = 0;

	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
		for (int from = 0; from < 17; from++)
			for (int to = 0; to < 17; to += 1 + (from & 3)) {
				size_t n = sizes[s];
				fill(n + from * 100 + to);
				memcpy(space + to, other + from, n);
				copy = hash_bytes(copy, space, n + 40);
				memmove(space + 20 + to, space + 20 + from, n);
				memmove(other + from, other + to, n);
				move = hash_bytes(hash_bytes(move, space, n + 64), other, n + 64);
				memset(space + to, from - 5, n);
				set = hash_bytes(set, space, n + 40);
				memcpy(space + to, other + from, n + 1);
				space[to + n / 2] ^= (n * 7 + to) & 3;
				compare +=
					sign(memcmp(space + to, other + from, n)) * (long)(n + to);
				unsigned char *p = memchr(space + to, from * 11, n);
				found += p ? p - space : -1;
				p = memrchr(space + to, from * 13, n);
				found += p ? p - space : -1;
				p = memmem(space, 300, space + to, n % 200);
				found += p ? p - space : -1;
				p = memccpy(other, space + from, 'a', n);
				found += p ? p - other : -1;
				unsigned char *end = mempcpy(other, space, n);
				found += end - other;
			}
	printf("copy %016llx move %016llx set %016llx\n", (long long)copy, (long long)move,
	       (long long)set);
	SHOW(compare);
	SHOW(found);
	swab("abcdefgh", space, 8);
	printf("%.8s\n", space);
	bcopy("12345", space, 6);
	bzero(space, 2);
	SHOW(bcmp("a", "a", 1));
	explicit_bzero(space, 3);
	printf("%d%d%d%c\n", space[0], space[1], space[2], space[3]);
	SHOW(ffs(0) + ffs(8) * 10 + ffsl(1L << 40) * 100 + ffsll(-1) * 10000);
	return 0;
}
