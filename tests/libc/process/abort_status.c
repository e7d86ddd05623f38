/* A program that aborts, as a shell sees it.
 * oracle: musl glibc
 * stderr: ignore
 */
#include "must.h"

int main(void)
{
	puts("before");
	fflush(stdout);
	abort();
}
