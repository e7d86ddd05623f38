#include "refuse.h"
#include "thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void refuse_once(const char *call, uint64_t request, uint64_t detail)
{
	/* Which ones have been named: by hash, so that a loop of them costs nothing and says nothing. */
	static _Atomic uint64_t named[16];
	static const char *debug;
	static _Atomic int asked;
	uint64_t hash = (request * 31 + detail + (uint64_t)call[0] * 1021 + strlen(call)) % 1021;
	uint64_t bit = UINT64_C(1) << hash % 64;
	char line[160];
	int len;

	if (!asked) {
		debug = getenv("WALI_DEBUG");
		asked = 1;
	}
	if (!process.trace && !(debug && *debug))
		return;
	if (named[hash / 64] & bit)
		return;
	named[hash / 64] |= bit;
	len = snprintf(line, sizeof(line),
		       "wali-run: %s: request %#llx (%llu) is not known and has been refused\n",
		       call, (unsigned long long)request, (unsigned long long)detail);
	if (write(STDERR_FILENO, line, (size_t)len) < 0)
		return;
}
