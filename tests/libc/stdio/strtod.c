/* strtod, strtof and the strtol family: exact bits, end pointers, errno.
 * oracle: musl
 */
#include "must.h"
#include <limits.h>
#include <inttypes.h>

static void number(const char *text)
{
	union {
		double value;
		uint64_t bits;
	} d;
	union {
		float value;
		uint32_t bits;
	} f;
	char *end_d, *end_f;

	errno = 0;
	d.value = strtod(text, &end_d);
	int error = errno == ERANGE && (d.bits << 1) >> 53 == 0 && d.bits << 1 ? 0 : errno;
	errno = 0;
	f.value = strtof(text, &end_f);
	if (d.value != d.value)
		d.bits = f.bits = 0xdead;
	printf("%.40s: %016" PRIx64 " %08" PRIx32 " %d %d %d\n", text, d.bits, f.bits,
	       (int)(end_d - text), (int)(end_f - text), error);
}

static void integer(const char *text, int base)
{
	char *end[4];

	errno = 0;
	long a = strtol(text, &end[0], base);
	int error_a = errno;
	errno = 0;
	unsigned long b = strtoul(text, &end[1], base);
	int error_b = errno;
	long long c = strtoll(text, &end[2], base);
	uintmax_t d = strtoumax(text, &end[3], base);
	printf("%s/%d: %ld %d %d %lu %d %d %lld %ju\n", text, base, a, (int)(end[0] - text),
	       error_a, b, (int)(end[1] - text), error_b, c, d);
}

int main(void)
{
	/* clang-format off */
	static const char *const numbers[] = {
		"0", "-0", "1", "+1.", ".5", "-.5e1", "1e", "1e+", "1e-5x", "0x", "0x1", "0x1p", "0x.8p1",
		"0x1.fffffffffffff8p0", "0x1.fffffffffffff7p0", "inf", "INFINITYx", "infi", "nan", "NaN(12)",
		"nan(", "1e308", "1e309", "-1e309", "1e-323", "1e-324", "4.9406564584124654e-324", "2.4703282292062327e-324",
		"2.4703282292062328e-324", "2.2250738585072011e-308", "2.2250738585072014e-308",
		"1.7976931348623157e308", "1.7976931348623159e308", "9007199254740993", "9007199254740992.999999999999999999",
		"9007199254740993.00000000000000000000000000000000000001", "0.1", "0.3", "123456789012345678901234567890",
		"1e23", "8.5e22", "3.4028235e38", "3.4028236e38", "1.17549435e-38", "1e-45", "7e-46", "16777217", "16777219",
		"  \t\n12", "", "-", "+", ".", "e5", "--1", "1..2", "1e5000000000", "1e-5000000000", "0e5000000000",
		"0.000000000000000000000000000000000000000000000000000000000000000000000000000000001e81",
	};
	/* clang-format on */
	/* clang-format off */
	static const char *const integers[] = {
		"0", "42", "-42", "+7", "0x1F", "0x", "0xg", "077", "08", "zz", "Zz9", "  12abc", "", "-", "9223372036854775807",
		"9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615",
		"18446744073709551616", "-18446744073709551615", "1111", "-0x7f",
	};
	/* clang-format on */
	static const int bases[] = {0, 2, 8, 10, 16, 36};

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		number(numbers[i]);
	for (size_t i = 0; i < sizeof integers / sizeof *integers; i++)
		for (size_t b = 0; b < sizeof bases / sizeof *bases; b++)
			integer(integers[i], bases[b]);

	/* Halfway cases: the exact decimal expansion of the middle of two doubles. */
	uint64_t state = 3, hash = HASH_START;
	for (int i = 0; i < 3000; i++) {
		union {
			uint64_t bits;
			double value;
		} x = {.bits = random_next(&state) % (0x7feul << 52)};
		char text[1200];
		snprintf(text, sizeof text, "%.*e", (int)(random_next(&state) % 40), x.value);
		x.value = strtod(text, NULL);
		hash = hash_bytes(hash, &x.bits, sizeof x.bits);
		float f = strtof(text, NULL);
		hash = hash_bytes(hash, &f, sizeof f);
	}
	printf("random texts: %016" PRIx64 "\n", hash);
	printf("%d %ld %lld %g\n", atoi(" -12x"), atol("1234567890123"), atoll("-5"),
	       atof("1.5e3z"));
	return 0;
}
