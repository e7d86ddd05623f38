/* Integer arithmetic that the compiler leaves to its runtime library, and overflow built-ins.
 * oracle: musl glibc
 */
#include "must.h"
#include <inttypes.h>

typedef __int128 wide;
typedef unsigned __int128 uwide;

int main(void)
{
	uint64_t state = 8, hash = HASH_START, bits = HASH_START, overflow = HASH_START;

	for (int i = 0; i < 20000; i++) {
		uwide a = (uwide)random_next(&state) << 64 | random_next(&state);
		uwide b = (uwide)random_next(&state) << 64 | random_next(&state);
		b >>= i % 128;
		if (!b)
			b = 1;
		uwide results[] = {a * b,	   a / b,	   a % b,
				   a << (i % 128), a >> (i % 128), (wide)a >> (i % 128),
				   a + b,	   a - b};
		hash = hash_bytes(hash, results, sizeof results);
		wide signed_results[] = {(wide)a / (wide)b, (wide)a % (wide)b};
		hash = hash_bytes(hash, signed_results, sizeof signed_results);
		double d = (double)(wide)a;
		float f = (float)a;
		wide back = (wide)(d * 0x1p-3);
		hash = hash_bytes(hash, &d, sizeof d);
		hash = hash_bytes(hash, &f, sizeof f);
		hash = hash_bytes(hash, &back, sizeof back);

		uint64_t x = a, y = b | 1;
		int counts[] = {__builtin_clzll(y),	    __builtin_ctzll(y),
				__builtin_popcountll(x),    __builtin_parityll(x),
				__builtin_clz((unsigned)y), __builtin_popcount((unsigned)x)};
		bits = hash_bytes(bits, counts, sizeof counts);
		uint64_t swapped[] = {__builtin_bswap64(x), __builtin_bswap32((uint32_t)x),
				      x << (i & 63) | x >> (-i & 63)};
		bits = hash_bytes(bits, swapped, sizeof swapped);

		int64_t sum, product, difference;
		int32_t narrow;
		int flags[] = {__builtin_add_overflow((int64_t)x, (int64_t)y, &sum),
			       __builtin_mul_overflow((int64_t)x, (int64_t)(y >> 30), &product),
			       __builtin_sub_overflow((int64_t)x, (int64_t)y, &difference),
			       __builtin_mul_overflow((int32_t)x, (int32_t)y, &narrow)};
		overflow = hash_bytes(overflow, flags, sizeof flags);
		int64_t values[] = {sum, product, difference, narrow};
		overflow = hash_bytes(overflow, values, sizeof values);
	}
	printf("%016" PRIx64 " %016" PRIx64 " %016" PRIx64 "\n", hash, bits, overflow);
	div_t d = div(-7, 2);
	ldiv_t l = ldiv(-7L, -2L);
	lldiv_t ll = lldiv(INT64_MIN, 10);
	imaxdiv_t m = imaxdiv(17, -5);
	printf("%d %d %ld %ld %lld %lld %" PRIdMAX " %" PRIdMAX "\n", d.quot, d.rem, l.quot, l.rem,
	       ll.quot, ll.rem, m.quot, m.rem);
	printf("%d %ld %lld %" PRIdMAX "\n", abs(-3), labs(-3L), llabs(INT64_MIN + 1), imaxabs(-9));
	return 0;
}
