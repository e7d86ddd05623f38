/* The texts of errors and signals, and the functions that print them.
 * oracle: musl
 */
#include "must.h"
#include <err.h>
#include <netdb.h>
#include <signal.h>

int main(void)
{
	char buffer[64];

	for (int i = 0; i < 134; i++)
		printf("%d %s\n", i, strerror(i));
	for (int i = 0; i < 65; i++)
		printf("%d %s\n", i, strsignal(i));
	SHOW(!!strerror_r(EINTR, buffer, sizeof buffer));
	SHOW(!!strerror_r(EINTR, buffer, 5));
	puts(buffer);
	static const int lookups[] = {EAI_BADFLAGS, EAI_NONAME,	  EAI_AGAIN,   EAI_FAIL,
				      EAI_FAMILY,   EAI_SOCKTYPE, EAI_SERVICE, EAI_MEMORY,
				      EAI_SYSTEM,   EAI_OVERFLOW};
	for (size_t i = 0; i < sizeof lookups / sizeof *lookups; i++)
		puts(gai_strerror(lookups[i]));
	errno = ENOENT;
	perror("perror");
	warn("warn %d", 1);
	warnx("warnx %d", 2);
	psignal(SIGTERM, "psignal");
	fflush(stdout);
	errno = EACCES;
	err(5, "err %s", "leaves");
}
