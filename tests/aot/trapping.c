/* What debug.t looks for is on the lines that are marked. Divides by zero, three functions deep, unless it is called with a number. */
#include <stdio.h>
#include <stdlib.h>

static volatile int zero, seven = 7;

static __attribute__((noinline)) int divide(int a, int b)
{
	return a / b; /* divide */
}

static __attribute__((noinline)) int middle(int n)
{
	if (n == 5)
		return divide(n, zero) + 1; /* middle */
	return n * seven;
}

static __attribute__((noinline)) unsigned spin(unsigned n)
{
	unsigned sum = 1;

	for (unsigned i = 0; i < n; i++)
		sum = sum * 1664525 + (sum >> 7);
	return sum;
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return spin((unsigned)strtoul(argv[1], NULL, 0)) == 1;
	fflush(stdout);
	return middle(argc + 4) > 1; /* main */
}
