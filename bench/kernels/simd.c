/* SIMD: a picture is blurred and blended, 16 bytes at a time, by clang's vectors. */
#include "kernel.h"

#define WIDTH  512
#define HEIGHT 512

typedef uint8_t bytes __attribute__((vector_size(16)));
typedef uint16_t words __attribute__((vector_size(32)));

static uint8_t from[HEIGHT][WIDTH + 32], to[HEIGHT][WIDTH + 32];

static words load(const uint8_t *p)
{
	bytes b;

	__builtin_memcpy(&b, p, sizeof(b));
	return __builtin_convertvector(b, words);
}

static void blur(void)
{
	for (int y = 1; y < HEIGHT - 1; y++)
		for (int x = 16; x < WIDTH; x += 16) {
			const uint8_t *p = &from[y][x];
			words sum = load(p - 1) + load(p) * 2 + load(p + 1);
			sum += load(p - sizeof(from[0])) + load(p + sizeof(from[0]));
			sum += load(p - sizeof(from[0]) - 1) + load(p + sizeof(from[0]) + 1);
			bytes b = __builtin_convertvector(sum >> 3, bytes);

			__builtin_memcpy(&to[y][x], &b, sizeof(b));
		}
}

uint64_t kernel(uint32_t n)
{
	uint64_t sum = 0;

	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++)
			from[y][x] = (uint8_t)(x * y + 13 * x);
	while (n--) {
		blur();
		for (int y = 1; y < HEIGHT - 1; y++)
			for (int x = 16; x < WIDTH; x++)
				from[y][x] ^= to[y][x] >> 1;
		sum = mix(sum, to[n % (HEIGHT - 2) + 1][16 + n % (WIDTH - 16)]);
	}
	return sum;
}
