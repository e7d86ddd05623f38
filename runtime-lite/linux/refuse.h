/* Requests that go by a table of what their argument is, and are not in it. */
#ifndef LINUX_REFUSE_H
#define LINUX_REFUSE_H

#include <stdint.h>

/* Says so on standard error, once for each, if --trace or the environment variable WALI_DEBUG asks for it. */
void refuse_once(const char *call, uint64_t request, uint64_t detail);

#endif
