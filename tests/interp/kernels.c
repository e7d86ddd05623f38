/*
 * Compute kernels for comparing the interpreter with native code: each prints its name, a checksum that must be
 * the same everywhere, and how many milliseconds of processor time it took.
 *
 * Usage: kernels [NAME...]
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint32_t seed;

static uint32_t next_random(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

static __attribute__((noinline)) int fib(int n)
{
	return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static uint64_t run_fib(void)
{
	return fib(32);
}

static uint64_t run_sieve(void)
{
	enum { N = 4000000 };
	static uint8_t composite[N];
	uint64_t n = 0;

	memset(composite, 0, sizeof(composite));
	for (uint32_t i = 2; i < N; i++) {
		if (composite[i])
			continue;
		n++;
		for (uint32_t k = 2 * i; k < N; k += i)
			composite[k] = 1;
	}
	return n;
}

static uint64_t run_matrix(void)
{
	enum { N = 160 };
	static double a[N][N], b[N][N], c[N][N];
	double sum = 0;

	for (int i = 0; i < N; i++)
		for (int k = 0; k < N; k++) {
			a[i][k] = i + k;
			b[i][k] = i - k;
		}
	for (int i = 0; i < N; i++)
		for (int k = 0; k < N; k++) {
			double s = 0;

			for (int j = 0; j < N; j++)
				s += a[i][j] * b[j][k];
			c[i][k] = s;
		}
	for (int i = 0; i < N; i++)
		for (int k = 0; k < N; k++)
			sum += c[i][k] * (i ^ k);
	return (int64_t)sum;
}

struct body {
	double x, y, z, vx, vy, vz, mass;
};

static uint64_t run_nbody(void)
{
	struct body b[5];
	double e = 0;

	for (int i = 0; i < 5; i++)
		b[i] = (struct body){i * 1.5, i * i * 0.7, 3 - i, 0.1 * i, 0.2, -0.05 * i, 1 + i};
	for (int step = 0; step < 200000; step++) {
		for (int i = 0; i < 5; i++)
			for (int k = i + 1; k < 5; k++) {
				double dx = b[i].x - b[k].x, dy = b[i].y - b[k].y,
				       dz = b[i].z - b[k].z;
				double d2 = dx * dx + dy * dy + dz * dz + 0.01;
				double mag = 0.001 / (d2 * sqrt(d2));

				b[i].vx -= dx * b[k].mass * mag;
				b[i].vy -= dy * b[k].mass * mag;
				b[i].vz -= dz * b[k].mass * mag;
				b[k].vx += dx * b[i].mass * mag;
				b[k].vy += dy * b[i].mass * mag;
				b[k].vz += dz * b[i].mass * mag;
			}
		for (int i = 0; i < 5; i++) {
			b[i].x += 0.001 * b[i].vx;
			b[i].y += 0.001 * b[i].vy;
			b[i].z += 0.001 * b[i].vz;
		}
	}
	for (int i = 0; i < 5; i++)
		e += b[i].mass * (b[i].vx * b[i].vx + b[i].vy * b[i].vy + b[i].vz * b[i].vz);
	return (uint64_t)(e * 1e6);
}

static uint32_t rotate(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

static uint64_t run_sha256(void)
{
	static uint32_t k[64];
	static uint8_t data[1 << 20];
	uint32_t h[8] = {1, 2, 3, 4, 5, 6, 7, 8};

	for (int i = 0; i < 64; i++)
		k[i] = next_random() * 257;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = next_random();
	for (size_t at = 0; at < sizeof(data); at += 64) {
		uint32_t w[64], v[8];

		for (int i = 0; i < 16; i++)
			w[i] = data[at + 4 * i] << 24 | data[at + 4 * i + 1] << 16 |
			       data[at + 4 * i + 2] << 8 | data[at + 4 * i + 3];
		for (int i = 16; i < 64; i++) {
			uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
			uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;

			w[i] = w[i - 16] + s0 + w[i - 7] + s1;
		}
		memcpy(v, h, sizeof(v));
		for (int i = 0; i < 64; i++) {
			uint32_t s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
			uint32_t t1 = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + k[i] + w[i];
			uint32_t s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
			uint32_t t2 = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));

			v[7] = v[6];
			v[6] = v[5];
			v[5] = v[4];
			v[4] = v[3] + t1;
			v[3] = v[2];
			v[2] = v[1];
			v[1] = v[0];
			v[0] = t1 + t2;
		}
		for (int i = 0; i < 8; i++)
			h[i] += v[i];
	}
	return (uint64_t)h[0] << 32 | h[7];
}

static int compare_ints(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

static void sort_ints(int *a, int n)
{
	while (n > 16) {
		int pivot = a[n / 2], i = 0, k = n - 1;

		for (;;) {
			while (a[i] < pivot)
				i++;
			while (a[k] > pivot)
				k--;
			if (i >= k)
				break;
			int t = a[i];

			a[i++] = a[k];
			a[k--] = t;
		}
		sort_ints(a, i);
		a += i;
		n -= i;
	}
	for (int i = 1; i < n; i++) {
		int v = a[i], k = i;

		for (; k > 0 && a[k - 1] > v; k--)
			a[k] = a[k - 1];
		a[k] = v;
	}
}

static uint64_t run_sort(void)
{
	enum { N = 500000 };
	static int a[N];
	uint64_t h = 0;

	for (int i = 0; i < N; i++)
		a[i] = next_random();
	sort_ints(a, N);
	for (int i = 0; i < N; i++)
		h = h * 31 + a[i];
	return h;
}

static uint64_t run_indirect(void)
{
	enum { N = 100000 };
	static int a[N];
	uint64_t h = 0;

	for (int i = 0; i < N; i++)
		a[i] = next_random();
	qsort(a, N, sizeof(a[0]), compare_ints);
	for (int i = 0; i < N; i++)
		h = h * 31 + a[i];
	return h;
}

struct node {
	struct node *left, *right;
};

static struct node *grow(int depth)
{
	struct node *n = malloc(sizeof(*n));

	n->left = depth ? grow(depth - 1) : NULL;
	n->right = depth ? grow(depth - 1) : NULL;
	return n;
}

static int fell(struct node *n)
{
	int count = 1;

	if (n->left)
		count += fell(n->left) + fell(n->right);
	free(n);
	return count;
}

static uint64_t run_trees(void)
{
	uint64_t n = 0;

	for (int i = 0; i < 8; i++)
		n += fell(grow(14));
	return n;
}

static uint64_t run_hash(void)
{
	enum { SIZE = 1 << 16 };
	static uint32_t keys[SIZE], counts[SIZE];
	uint64_t sum = 0;

	memset(keys, 0, sizeof(keys));
	memset(counts, 0, sizeof(counts));
	for (int i = 0; i < 2000000; i++) {
		uint32_t key = next_random() % 40000 + 1, at = key * 2654435761u >> 16;

		while (keys[at] && keys[at] != key)
			at = (at + 1) % SIZE;
		keys[at] = key;
		counts[at]++;
	}
	for (int i = 0; i < SIZE; i++)
		sum += (uint64_t)keys[i] * counts[i];
	return sum;
}

static uint64_t run_search(void)
{
	enum { N = 1 << 21 };
	static char text[N + 1];
	uint64_t found = 0;
	const char *pattern = "abacabad";

	for (int i = 0; i < N; i++)
		text[i] = 'a' + (next_random() & 7) % 5;
	for (int i = 0; i < N - 8; i++) {
		int k = 0;

		while (pattern[k] && text[i + k] == pattern[k])
			k++;
		found += k;
	}
	return found;
}

static uint64_t run_fft(void)
{
	enum { LOG = 15, N = 1 << LOG };
	static double re[N], im[N];
	double sum = 0;

	for (int i = 0; i < N; i++) {
		re[i] = next_random() % 1000;
		im[i] = 0;
	}
	for (int round = 0; round < 4; round++) {
		for (int i = 1, j = 0; i < N; i++) {
			int bit = N >> 1;

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
		for (int len = 2; len <= N; len <<= 1) {
			double angle = -2 * 3.14159265358979323846 / len, wr = cos(angle),
			       wi = sin(angle);

			for (int i = 0; i < N; i += len) {
				double cr = 1, ci = 0;

				for (int j = 0; j < len / 2; j++) {
					double ur = re[i + j], ui = im[i + j];
					double vr =
						re[i + j + len / 2] * cr - im[i + j + len / 2] * ci;
					double vi =
						re[i + j + len / 2] * ci + im[i + j + len / 2] * cr;
					double t = cr * wr - ci * wi;

					re[i + j] = ur + vr;
					im[i + j] = ui + vi;
					re[i + j + len / 2] = ur - vr;
					im[i + j + len / 2] = ui - vi;
					ci = cr * wi + ci * wr;
					cr = t;
				}
			}
		}
		for (int i = 0; i < N; i++) {
			re[i] /= 200;
			im[i] /= 200;
		}
	}
	for (int i = 0; i < N; i++)
		sum += fabs(re[i]);
	return (uint64_t)(sum / 1000);
}

static uint64_t run_mandelbrot(void)
{
	uint64_t n = 0;

	for (int py = 0; py < 200; py++)
		for (int px = 0; px < 200; px++) {
			double x0 = px / 100.0 - 1.5, y0 = py / 100.0 - 1, x = 0, y = 0;
			int i = 0;

			for (; i < 200 && x * x + y * y < 4; i++) {
				double t = x * x - y * y + x0;

				y = 2 * x * y + y0;
				x = t;
			}
			n += i;
		}
	return n;
}

static uint64_t run_bytecode(void)
{
	enum { PUSH, ADD, SUB, DUP, SWAP, JNZ, HALT, LOAD, STORE };
	static const uint8_t program[] = {PUSH, 0, STORE, 0, LOAD, 1,	LOAD,  0, ADD, STORE, 0,
					  LOAD, 1, PUSH,  1, SUB,  DUP, STORE, 1, JNZ, 4,     HALT};
	int64_t stack[16], memory[2] = {0, 1000000};
	int sp = 0, pc = 0;

	for (;;) {
		switch (program[pc++]) {
		case PUSH: stack[sp++] = program[pc++]; break;
		case ADD:
			sp--;
			stack[sp - 1] += stack[sp];
			break;
		case SUB:
			sp--;
			stack[sp - 1] -= stack[sp];
			break;
		case DUP:
			stack[sp] = stack[sp - 1];
			sp++;
			break;
		case SWAP: break;
		case LOAD: stack[sp++] = memory[program[pc++]]; break;
		case STORE: memory[program[pc++]] = stack[--sp]; break;
		case JNZ: pc = stack[--sp] ? program[pc] : pc + 1; break;
		case HALT: return memory[0];
		}
	}
}

static uint64_t run_compress(void)
{
	enum { N = 1 << 19 };
	static uint8_t in[N], out[2 * N];
	static int table[1 << 14];
	size_t o = 0;
	uint64_t h = 0;

	for (int i = 0; i < N; i++)
		in[i] = i > 64 && next_random() % 5 ? in[i - next_random() % 64 - 1]
						    : next_random();
	memset(table, 0xff, sizeof(table));
	for (int i = 0; i < N - 4;) {
		uint32_t word;
		int at, length = 0;

		memcpy(&word, in + i, 4);
		word = word * 2654435761u >> 18;
		at = table[word];
		table[word] = i;
		if (at >= 0 && i - at < 65536)
			while (length < 255 && i + length < N && in[at + length] == in[i + length])
				length++;
		if (length >= 4) {
			out[o++] = 255;
			out[o++] = length;
			out[o++] = (i - at) >> 8;
			out[o++] = i - at;
			i += length;
		} else {
			out[o++] = in[i++];
		}
	}
	for (size_t i = 0; i < o; i++)
		h = h * 31 + out[i];
	return h;
}

static const struct kernel {
	const char *name;
	uint64_t (*run)(void);
} kernels[] = {
	{"fib", run_fib},	    {"sieve", run_sieve},	{"matrix", run_matrix},
	{"nbody", run_nbody},	    {"sha256", run_sha256},	{"sort", run_sort},
	{"indirect", run_indirect}, {"trees", run_trees},	{"hash", run_hash},
	{"search", run_search},	    {"fft", run_fft},		{"mandelbrot", run_mandelbrot},
	{"bytecode", run_bytecode}, {"compress", run_compress},
};

static double milliseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
		const struct kernel *k = &kernels[i];
		int wanted = argc == 1;

		for (int j = 1; j < argc; j++)
			wanted |= strcmp(argv[j], k->name) == 0;
		if (!wanted)
			continue;
		seed = 42;
		double start = milliseconds();
		uint64_t sum = k->run();

		printf("%-12s %016llx %10.1f\n", k->name, (unsigned long long)sum,
		       milliseconds() - start);
	}
	return 0;
}
