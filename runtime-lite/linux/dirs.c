/* getdents, which later ISAs do not have. Its records are as long as those of getdents64, and differ in where the
 * type is. */
#include "syscalls.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

int64_t sys_getdents(struct thread *t, int32_t fd, uint32_t dirp, uint32_t count)
{
	size_t size = count < (64u << 10) ? count : 64u << 10;
	char *records = malloc(size ? size : 1);
	int64_t r;

	if (!records)
		return -ENOMEM;
	r = HOST(getdents64, fd, records, size);
	for (int64_t at = 0; at < r;) {
		struct dirent64 *d = (struct dirent64 *)(records + at);
		char type = (char)d->d_type;
		size_t name = offsetof(struct dirent64, d_name), len = d->d_reclen;

		memmove(&d->d_type, &d->d_name, len - name);
		records[at + (int64_t)len - 1] = type;
		at += (int64_t)len;
	}
	if (r > 0 && copy_out(t, dirp, records, (size_t)r))
		r = -EFAULT;
	free(records);
	return r;
}
