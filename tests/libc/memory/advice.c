/* mincore, mlock, madvise, brk and page sizes.
 * oracle: musl
 * isa: qemu-user answers madvise() itself, whatever the advice
 */
#include "must.h"
#include <sys/mman.h>

int main(void)
{
	size_t page = getpagesize();
	unsigned char in_core[4];

	SHOW(page == (size_t)sysconf(_SC_PAGESIZE));
	char *p = MUST(
		mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	p[page] = 1;
	TRY(mincore(p, 4 * page, in_core));
	printf("%d %d\n", in_core[0] & 1, in_core[1] & 1);
	TRY(mlock(p, page));
	TRY(munlock(p, page));
	TRY(madvise(p, page, MADV_WILLNEED));
	TRY(madvise(p, page, MADV_SEQUENTIAL));
	TRY(posix_madvise(p, page, POSIX_MADV_NORMAL));
	TRY(madvise(p, page, 9999));
	TRY(madvise(p + 1, page, MADV_NORMAL));
	MUST(munmap(p, 4 * page));
	TRY(mincore(p, 4 * page, in_core));
	TRY(sbrk(0) != (void *)-1);
	TRY(sbrk(4096) == (void *)-1);
	SHOW(errno);
	return 0;
}
