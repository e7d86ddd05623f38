/* Allocation until there is no more fails with ENOMEM, and freed memory can be had again.
 * The limit is RLIMIT_AS natively, the linear memory otherwise.
 * oracle: musl glibc
 */
#include "must.h"
#include <sys/resource.h>

int main(void)
{
	enum { PIECE = 64 << 20, MOST = 100 };
	void *pieces[MOST];
	int count = 0, again = 0;

	if (sizeof(void *) == 8)
		MUST(setrlimit(RLIMIT_AS, &(struct rlimit){4ul << 30, 4ul << 30}));
	while (count < MOST && (pieces[count] = malloc(PIECE)))
		*(char *)pieces[count++] = 1;
	SHOW(errno);
	SHOW(count > 40 && count < 66);
	for (int i = 0; i < count; i++)
		free(pieces[i]);
	while (again < MOST && (pieces[again] = malloc(PIECE)))
		again++;
	SHOW(again == count);
	for (int i = 0; i < again; i++)
		free(pieces[i]);
	return 0;
}
