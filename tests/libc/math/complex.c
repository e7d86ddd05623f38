/* Complex functions, multiplication and division, bit for bit.
 * oracle: musl
 * link: -lm
 */
#include "values.h"
#include <complex.h>

/* clang-format off */
#define FUNCTIONS(X)                                                                               \
	X(cacos) X(cacosh) X(casin) X(casinh) X(catan) X(catanh) X(ccos) X(ccosh) X(cexp) X(clog)  \
	X(csin) X(csinh) X(csqrt) X(ctan) X(ctanh) X(conj) X(cproj)
/* clang-format on */
#define LIST(name) {#name, name},
static const struct {
	const char *name;
	double complex (*call)(double complex);
} functions[] = {FUNCTIONS(LIST)};

static uint64_t hash_complex(uint64_t hash, double complex z)
{
	return hash_double(hash_double(hash, creal(z)), cimag(z));
}

int main(void)
{
	uint64_t state, hash;

	for (size_t f = 0; f < sizeof functions / sizeof *functions; f++) {
		state = 5;
		hash = HASH_START;
		for (size_t i = EDGES; i < 8000; i++) {
			double re = input(i | 1, &state), im = input(i | 1, &state);
			hash = hash_complex(hash, functions[f].call(CMPLX(re, im)));
		}
		printf("%s %016llx\n", functions[f].name, (unsigned long long)hash);
	}
	state = 6;
	hash = HASH_START;
	for (size_t i = EDGES; i < 8000; i++) {
		double complex a = CMPLX(input(i | 1, &state), input(i | 1, &state));
		double complex b = CMPLX(input(i | 1, &state), input(i | 1, &state));
		hash = hash_complex(hash, a * b);
		hash = hash_double(hash_double(hash, cabs(a)), carg(b));
		hash = hash_complex(hash, cpow(a, b));
	}
	printf("arithmetic %016llx\n", (unsigned long long)hash);
	double complex z = CMPLX(3, 4) / CMPLX(1, -2);
	printf("%a %a\n", creal(z), cimag(z));
	return 0;
}
