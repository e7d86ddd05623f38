/* %e %f %g %a of doubles: exact decimal expansions and rounding.
 * oracle: musl
 * isa: the sign of a NaN that an operation makes is the processor's
 */
#include "must.h"
#include <float.h>
#include <math.h>

/* clang-format off */
static const double values[] = {
	0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, 0.125, 0.1, 9.5, 99.5, 999999.5, 1e15, 1e16, 1e17,
	123456789.0, 3.14159265358979, 1e-5, 1e-4, 0.00012345, DBL_MAX, DBL_MIN, DBL_EPSILON,
	4.35, 2.675, 1e22, 1e23, 5e-309, 1.0 / 3, HUGE_VAL, -HUGE_VAL,
};
/* clang-format on */
static const char *const flags[] = {"", "-", "+", " ", "#", "0", "+0", "-#"};
static const char *const sizes[] = {"", "12", ".0", ".1", ".3", ".10", ".30", "30.5", "3.17"};

int main(void)
{
	char format[32];

	for (size_t f = 0; f < sizeof flags / sizeof *flags; f++)
		for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
			for (const char *c = "eEfFgG"; *c; c++) {
				snprintf(format, sizeof format, "[%%%s%s%c]", flags[f], sizes[s],
					 *c);
				printf("%s ", format);
				for (size_t v = 0; v < sizeof values / sizeof *values; v++)
					printf(format, values[v]);
				putchar('\n');
			}
	for (size_t v = 0; v < sizeof values / sizeof *values; v++)
		if (values[v] == 0 || fabs(values[v]) >= DBL_MIN) /* glibc: subnormals start 0x0. */
			printf("%a %A %.3a %.0a %20.5a %+a %La\n", values[v], values[v], values[v],
			       values[v] * 0, values[v], values[v], 0.0L);
	printf("%.1000f\n%.1080f\n", DBL_MAX, 5e-324);
	printf("%f %F %e %g %a\n", (double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN);
	printf("%2$.*1$f %3$s\n", 3, 2.0 / 3, "positions");

	uint64_t state = 1, hash = HASH_START;
	for (int i = 0; i < 20000; i++) {
		union {
			uint64_t bits;
			double value;
		} random = {.bits = random_next(&state)};
		char text[1200];
		if (!isfinite(random.value))
			continue;
		int size = snprintf(text, sizeof text, "%.17g %.5e %.3f %g", random.value,
				    random.value, random.value, random.value);
		hash = hash_bytes(hash, text, size);
		if (strtod(text, NULL) != random.value)
			printf("%s does not come back\n", text);
	}
	printf("random values: %016llx\n", (unsigned long long)hash);
	return 0;
}
