/* binary128: printing, reading and exact arithmetic of long double.
 * The other libc with that type is aarch64's; x86-64 has the 80-bit one.
 * oracle: aarch64
 * link: -lm
 */
#include "must.h"
#include <float.h>
#include <math.h>

static void show(const char *what, long double value)
{
	/* glibc writes subnormals with a leading 0 */
	long double normal = fabsl(value) < LDBL_MIN ? 0 : value;
	printf("%s: %.36Lg %La %.0Lf %Le\n", what, value, normal, fabsl(value) < 1e30L ? value : 0,
	       value);
}

static long double random_value(uint64_t *state)
{
	union {
		uint64_t word[2];
		long double value;
	} bits;

	bits.word[0] = random_next(state);
	bits.word[1] = random_next(state);
	/* Exponents within +-1000, so that products and sums of two stay normal. */
	uint64_t exponent = 16383 - 1000 + (bits.word[1] >> 48) % 2000;
	bits.word[1] = (bits.word[1] & 0x8000ffffffffffff) | exponent << 48;
	return bits.value;
}

static uint64_t hash_value(uint64_t hash, long double value)
{
	return hash_bytes(hash, &value, sizeof value);
}

int main(void)
{
	/* clang-format off */
	static const char *const texts[] = {
		"0.1", "1e4932", "1.18973149535723176508575932662800702e+4932", "1e-4940", "0x1.8p3",
		"3.36210314311209350626267781732175260e-4932", "0x1.ffffffffffffffffffffffffffffp+16383",
		"123456789012345678901234567890123456789", "1e5000", "inf", "-0", "0x.1p-16400",
		"2.7182818284590452353602874713526625", "1.00000000000000000000000000000000009629649721936179265279889712924636592690508241076940976199693977832794189453125",
	};
	/* clang-format on */

	SHOW(sizeof(long double));
	SHOW(LDBL_MANT_DIG);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char *end;
		show(texts[i], strtold(texts[i], &end));
		SHOW(*end);
	}
	printf("%.50Lf %.113Lf %Lg %LG %+.3Le %040.10Lf|%-30La|\n", 1 / 3.0L, 0x1p-112L, 1e100L,
	       1e-100L, -12345.678L, 3.14159265358979323846264338327950288L, 0.1L);
	for (int digits = 0; digits < 30; digits++)
		printf("%.*La %.*Lg\n", digits, 0x1.9abcdef0123456789abcdef12345p7L, digits,
		       0x1.9abcdef0123456789abcdef12345p7L);
	long double read[3];
	SHOW(sscanf("1.1 0x1.fp-3 -1e-4000", "%Lf %La %Lg", &read[0], &read[1], &read[2]));
	show("read", read[0]);
	show("read", read[1]);
	show("read", read[2]);

	uint64_t state = 7, sum = HASH_START, product = HASH_START, quotient = HASH_START,
		 root = HASH_START, narrow = HASH_START, text_hash = HASH_START, rest = HASH_START,
		 rounded = HASH_START, fused = HASH_START;
	for (int i = 0; i < 5000; i++) {
		long double a = random_value(&state), b = random_value(&state);
		long double c = ldexpl(a, (int)(random_next(&state) % 100) - 50);
		char text[100];

		sum = hash_value(hash_value(sum, a + c), a - c);
		product = hash_value(product, a * b);
		quotient = hash_value(quotient, a / b);
		root = hash_value(root, sqrtl(fabsl(a)));
		rest = hash_value(rest, fmodl(a, c));
		fused = hash_value(fused, fmal(a, b, -(a * b)));
		long double small = ldexpl(a, -ilogbl(a) + (int)(random_next(&state) % 120));
		rounded = hash_value(rounded, floorl(small));
		rounded = hash_value(rounded, ceill(small));
		rounded = hash_value(rounded, truncl(small));
		rounded = hash_value(rounded, roundl(small));
		rounded = hash_value(rounded, rintl(small));
		double as_double = (double)small;
		float as_float = (float)small;
		long long as_integer = fabsl(small) < 0x1p62L ? (long long)small : 0;
		narrow = hash_bytes(narrow, &as_double, sizeof as_double);
		narrow = hash_bytes(narrow, &as_float, sizeof as_float);
		narrow = hash_bytes(narrow, &as_integer, sizeof as_integer);
		narrow = hash_value(narrow, (long double)(int64_t)random_next(&state));
		narrow = hash_value(narrow, (long double)random_next(&state));
		int size = snprintf(text, sizeof text, "%.35Le %La", a, a);
		text_hash = hash_bytes(text_hash, text, size);
		if (strtold(text, NULL) != a)
			printf("%s does not come back\n", text);
	}
	printf("sum %llx product %llx quotient %llx root %llx\n", (long long)sum,
	       (long long)product, (long long)quotient, (long long)root);
	printf("rest %llx fused %llx rounded %llx narrow %llx text %llx\n", (long long)rest,
	       (long long)fused, (long long)rounded, (long long)narrow, (long long)text_hash);
	return 0;
}
