/* dlopen in a static program fails in the proper way; auxiliary values; weak symbols.
 * oracle: musl
 */
#include "must.h"
#include <dlfcn.h>
#include <sys/auxv.h>

extern int not_there(void) __attribute__((weak));

int main(void)
{
	void *handle = dlopen("libnone.so", RTLD_NOW);

	SHOW(handle == NULL);
	SHOW(dlerror() != NULL);
	SHOW(dlerror() == NULL);
	SHOW(not_there == NULL);
	errno = 0;
	SHOW(getauxval(999));
	SHOW(errno);
	SHOW(getauxval(AT_SECURE));
	SHOW(getauxval(AT_PAGESZ) == 0 || (long)getauxval(AT_PAGESZ) == sysconf(_SC_PAGESIZE));
	SHOW(strlen(program_invocation_short_name));
	puts(program_invocation_short_name);
	return 0;
}
