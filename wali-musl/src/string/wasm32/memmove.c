#include <string.h>

void *memmove(void *dest, const void *src, size_t n)
{
	/* Compiles to memory.copy. */
	return __builtin_memmove(dest, src, n);
}
