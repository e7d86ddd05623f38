/* Functions whose results are exact by definition, on which all libcs agree; conversions.
 * oracle: musl glibc
 * link: -lm
 */
#include "functions.h"
#include "values.h"

enum { INPUTS = 40000 };

#define LIST_D(name) {#name, name},
#define LIST_F(name) {#name "f", name##f},
static const struct {
	const char *name;
	double (*call)(double);
} unary[] = {EXACT_UNARY(LIST_D)};
static const struct {
	const char *name;
	float (*call)(float);
} unary_f[] = {EXACT_UNARY(LIST_F)};
static const struct {
	const char *name;
	double (*call)(double, double);
} binary[] = {EXACT_BINARY(LIST_D)};
static const struct {
	const char *name;
	float (*call)(float, float);
} binary_f[] = {EXACT_BINARY(LIST_F)};

#define REPORT(table, type, hash_value, ...)                                                       \
	for (size_t f = 0; f < sizeof table / sizeof *table; f++) {                                \
		uint64_t state = 2, hash = HASH_START;                                             \
		for (size_t i = 0; i < INPUTS; i++) {                                              \
			type x = (type)input(i, &state), y = (type)input(i * 7 % INPUTS, &state);  \
			(void)y;                                                                   \
			if (x == 0 && y == 0)                                                      \
				y = 1; /* fmax(0, -0) may be either */                             \
			hash = hash_value(hash, table[f].call(__VA_ARGS__));                       \
		}                                                                                  \
		printf("%s %016llx\n", table[f].name, (unsigned long long)hash);                   \
	}

static void parts(void)
{
	uint64_t state = 9, hash = HASH_START, classes = HASH_START, integers = HASH_START,
		 fused = HASH_START;

	for (size_t i = 0; i < INPUTS; i++) {
		double x = input(i, &state), y = input(i + 1, &state), z = input(i + 2, &state),
		       whole = 0;
		int e = 0, quotient = 0;
		if (isfinite(x)) {
			hash = hash_double(hash, frexp(x, &e));
			hash = hash_bytes(hash, &e, sizeof e);
			hash = hash_double(hash, remquo(x, y, &quotient));
			quotient = isfinite(y) && y ? quotient & 7 : 0;
			hash = hash_bytes(hash, &quotient, sizeof quotient);
		}
		hash = hash_double(hash, modf(x, &whole));
		hash = hash_double(hash, whole);
		hash = hash_double(hash, ldexp(x, (int)(i % 4000) - 2000));
		hash = hash_double(hash, scalbln(y, (long)(i % 300) - 150));
		hash = hash_float(hash, scalbnf((float)x, (int)(i % 300) - 150));
		hash = hash_float(hash, (float)x);
		fused = hash_double(fused, fma(x, y, z));
		fused = hash_float(fused, fmaf((float)x, (float)y, (float)z));
		fused = hash_double(fused, x * y + z);
		int class[6] = {fpclassify(x),	   !!signbit(x),	isgreater(x, y),
				isunordered(x, y), islessgreater(x, y), !!isnormal(x)};
		class[0] = class[0] == FP_NAN	      ? 1
			   : class[0] == FP_ZERO      ? 2
			   : class[0] == FP_SUBNORMAL ? 3
						      : 4;
		classes = hash_bytes(classes, class, sizeof class);
		if (fabs(x) < 0x1p62) {
			long long all[5] = {llrint(x), llround(x), lrintf((float)x), lround(x),
					    (long long)x};
			integers = hash_bytes(integers, all, sizeof all);
			if (x) {
				int exponent = ilogb(x);
				integers = hash_bytes(integers, &exponent, sizeof exponent);
			}
		}
	}
	printf("parts %016llx classes %016llx integers %016llx fused %016llx\n", (long long)hash,
	       (long long)classes, (long long)integers, (long long)fused);
}

int main(void)
{
	REPORT(unary, double, hash_double, x)
	REPORT(unary_f, float, hash_float, x)
	REPORT(binary, double, hash_double, x, y)
	REPORT(binary_f, float, hash_float, x, y)
	parts();
	SHOW(FLT_EVAL_METHOD);
	/* Conversions that would trap if they did not saturate are undefined in C: only defined ones. */
	volatile double big = 4294967295.0, small = -0.75;
	SHOW((unsigned)big);
	SHOW((unsigned long long)(big * big));
	SHOW((int)small);
	volatile unsigned long long most = UINT64_MAX;
	printf("%a %a\n", (double)most, (float)most);
	return 0;
}
