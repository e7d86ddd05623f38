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
	for (int i = -12; i < 1; i++)
		puts(gai_strerror(i));
	errno = ENOENT;
	perror("perror");
	warn("warn %d", 1);
	warnx("warnx %d", 2);
	psignal(SIGTERM, "psignal");
	fflush(stdout);
	errno = EACCES;
	err(5, "err %s", "leaves");
}
