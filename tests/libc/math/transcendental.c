/* Every transcendental function, float and double, bit for bit on many inputs.
 * oracle: musl
 * link: -lm
 */
#include "functions.h"
#include "values.h"

enum { INPUTS = 20000 };

#define LIST_D(name) {#name, name},
#define LIST_F(name) {#name "f", name##f},
static const struct {
	const char *name;
	double (*call)(double);
} unary[] = {UNARY(LIST_D)};
static const struct {
	const char *name;
	float (*call)(float);
} unary_f[] = {UNARY(LIST_F)};
static const struct {
	const char *name;
	double (*call)(double, double);
} binary[] = {BINARY(LIST_D)};
static const struct {
	const char *name;
	float (*call)(float, float);
} binary_f[] = {BINARY(LIST_F)};

/* The edges one by one, so that a difference shows where it is; the rest as a hash. */
#define REPORT(table, type, hash_value, ...)                                                       \
	for (size_t f = 0; f < sizeof table / sizeof *table; f++) {                                \
		uint64_t state = 2, hash = HASH_START;                                             \
		printf("%s:", table[f].name);                                                      \
		for (size_t i = 0; i < INPUTS; i++) {                                              \
			type x = (type)input(i, &state), y = (type)input(i * 7 % INPUTS, &state);  \
			(void)y;                                                                   \
			type result = table[f].call(__VA_ARGS__);                                  \
			if (i < EDGES)                                                             \
				printf(result == result ? " %a" : " nan", result);                 \
			hash = hash_value(hash, result);                                           \
		}                                                                                  \
		printf("\n%s %016llx\n", table[f].name, (unsigned long long)hash);                 \
	}

int main(void)
{
	REPORT(unary, double, hash_double, x)
	REPORT(unary_f, float, hash_float, x)
	REPORT(binary, double, hash_double, x, y)
	REPORT(binary_f, float, hash_float, x, y)
	uint64_t state = 4, hash = HASH_START;
	for (size_t i = 0; i < INPUTS; i++) {
		double x = input(i, &state), s, c;
		int sign;
		sincos(x, &s, &c);
		hash = hash_double(hash_double(hash, s), c);
		hash = hash_double(hash, jn((int)(i % 9), x));
		hash = hash_double(hash, yn((int)(i % 5), fabs(x)));
		hash = hash_double(hash, lgamma_r(x, &sign));
		hash = hash_float(hash, jnf((int)(i % 9), (float)x));
	}
	printf("others %016llx\n", (unsigned long long)hash);
	return 0;
}
