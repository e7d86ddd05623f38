/* A program that dies by SIGSEGV, as a shell sees it.
 * oracle: musl glibc
 * stderr: ignore
 */
#include "must.h"

int main(void)
{
	volatile int *volatile nowhere = NULL;

	puts("before");
	fflush(stdout);
	*nowhere = 1;
	puts("after");
	return 0;
}
