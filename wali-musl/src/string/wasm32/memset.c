#include <string.h>

void *memset(void *dest, int c, size_t n)
{
	/* Compiles to memory.fill. */
	return __builtin_memset(dest, c, n);
}
