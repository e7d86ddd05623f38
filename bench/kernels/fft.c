/* FFT: radix 2, in place, twiddle factors by recurrence from a table of roots. */
#include "kernel.h"

#define LOG  14
#define SIZE (1 << LOG)

static double re[SIZE], im[SIZE];

/* cos and -sin of 2 pi / 2^k, by the half-angle formulas from k = 1. */
static double root_re[LOG + 1], root_im[LOG + 1];

static double square_root(double x)
{
	double y = x > 1 ? x : 1;

	for (int i = 0; i < 60; i++)
		y = (y + x / y) / 2;
	return y;
}

static void transform(void)
{
	for (int i = 1, j = 0; i < SIZE; i++) {
		int bit = SIZE >> 1;

		for (; j & bit; bit >>= 1)
			j ^= bit;
		j ^= bit;
		if (i < j) {
			double t = re[i];
			re[i] = re[j];
			re[j] = t;
			t = im[i];
			im[i] = im[j];
			im[j] = t;
		}
	}
	for (int k = 1; k <= LOG; k++) {
		int half = 1 << (k - 1);

		for (int begin = 0; begin < SIZE; begin += 2 * half) {
			double wr = 1, wi = 0;

			for (int i = begin; i < begin + half; i++) {
				double xr = re[i + half] * wr - im[i + half] * wi;
				double xi = re[i + half] * wi + im[i + half] * wr;
				double t = wr * root_re[k] - wi * root_im[k];

				re[i + half] = re[i] - xr;
				im[i + half] = im[i] - xi;
				re[i] += xr;
				im[i] += xi;
				wi = wr * root_im[k] + wi * root_re[k];
				wr = t;
			}
		}
	}
}

uint64_t kernel(uint32_t n)
{
	uint64_t sum = 0;

	root_re[1] = -1;
	root_im[1] = 0;
	for (int k = 2; k <= LOG; k++) {
		root_re[k] = square_root((1 + root_re[k - 1]) / 2);
		root_im[k] = -square_root((1 - root_re[k - 1]) / 2);
	}
	while (n--) {
		for (int i = 0; i < SIZE; i++) {
			re[i] = (i * 7 + (int)n) % 32 - 16;
			im[i] = 0;
		}
		transform();
		sum = mix(sum, (uint64_t)(int64_t)(re[n % SIZE] * 16));
	}
	return sum;
}
