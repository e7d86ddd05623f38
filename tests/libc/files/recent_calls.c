/* Calls younger than the native musl: statx, preadv2.
 * oracle: glibc
 * isa: qemu-user does not know preadv2
 */
#include "must.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>

int main(void)
{
	char a[4] = "", b[5] = "";
	struct iovec parts[2] = {{a, 3}, {b, 4}};
	struct statx sx;

	umask(022);
	int fd = MUST(open("file", O_RDWR | O_CREAT, 0666));
	MUST(write(fd, "0123456789abcdef", 16));
	TRY(preadv2(fd, parts, 2, 5, 0));
	printf("%s %s\n", a, b);
	TRY(pwritev2(fd, parts, 2, 0, 0));
	TRY(preadv2(fd, parts, 2, 0, 0x4000000));
	MUST(symlink("file", "link"));
	TRY(statx(AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &sx));
	printf("%o %d %lld\n", sx.stx_mode, (int)sx.stx_nlink, (long long)sx.stx_size);
	TRY(statx(fd, "", AT_EMPTY_PATH, STATX_SIZE | STATX_MTIME, &sx));
	printf("%o %lld %d\n", sx.stx_mode, (long long)sx.stx_size,
	       sx.stx_mtime.tv_sec > 1500000000);
	TRY(statx(AT_FDCWD, "none", 0, STATX_SIZE, &sx));
	return 0;
}
