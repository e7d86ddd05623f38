/* Writing past a block that malloc() has made is found when it is freed: by its first byte where the block's slot has little more
 * room, and in any case when it leaves the slot.
 * oracle: musl
 * stderr: ignore
 */
#include "must.h"
#include <sys/wait.h>

enum { UNIT = 16, HEADER = 4 }; /* of a slot */

/* For five and for nine, malloc() may take a larger slot. */
static const size_t units[] = {1, 2, 3, 4, 6, 7, 8};
enum { SLOTS = sizeof(units) / sizeof(*units) };

/* A block that is new, or the one that was freed last. */
static int dies(size_t size, size_t where, int again)
{
	int status;

	fflush(stdout);
	if (!MUST(fork())) {
		char *volatile p = malloc(size);

		if (again) {
			free(p);
			p = malloc(size);
		}
		*(volatile char *)(p + where) = 1;
		free(p);
		_exit(0);
	}
	MUST(wait(&status));
	return !!WIFSIGNALED(status);
}

int main(void)
{
	for (int again = 0; again < 2; again++) {
		int found = 0, left = 0, wrong = 0;

		for (int i = 0; i < SLOTS; i++) {
			size_t room = units[i] * UNIT - HEADER;

			for (size_t more = 0; more <= 4; more++)
				found += dies(room - more, room - more, again);
			left += dies(room - UNIT + 1, room, again);
			wrong += dies(room, room - 1, again);
		}
		printf("%s: %d of %d found, %d of %d found when they leave, %d taken for one\n",
		       again ? "again" : "new", found, 5 * SLOTS, left, SLOTS, wrong);
	}
	return 0;
}
