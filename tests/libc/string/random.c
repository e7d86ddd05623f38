/* The generators: rand, random, drand48 families from given seeds; getrandom's properties.
 * oracle: musl
 */
#include "must.h"
#include <sys/random.h>

int main(void)
{
	unsigned seed = 5;
	char state[64];
	unsigned char a[256] = {0}, b[256] = {0};

	srand(42);
	for (int i = 0; i < 5; i++) {
		printf("%d\n", rand());
		printf("%d\n", rand_r(&seed));
	}
	for (size_t size = 8; size <= 256; size *= 2) {
		char *old = initstate(7, state, size > sizeof state ? sizeof state : size);
		for (int i = 0; i < 3; i++)
			printf("%ld\n", random());
		setstate(old);
	}
	srandom(9);
	for (int i = 0; i < 5; i++)
		printf("%ld\n", random());
	srand48(1234);
	for (int i = 0; i < 5; i++) {
		printf("%.17g\n", drand48());
		printf("%ld\n", lrand48());
		printf("%ld\n", mrand48());
	}
	unsigned short x[3] = {1, 2, 3};
	printf("%.17g\n", erand48(x));
	printf("%ld\n", nrand48(x));
	printf("%ld\n", jrand48(x));
	lcong48((unsigned short[7]){1, 2, 3, 4, 5, 6, 7});
	printf("%ld\n", lrand48());
	SHOW(getrandom(a, sizeof a, 0));
	SHOW(getentropy(b, sizeof b));
	SHOW(memcmp(a, b, sizeof a) != 0);
	SHOW(getentropy(b, 257));
	return 0;
}
