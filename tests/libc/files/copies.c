/* sendfile, splice, tee, vmsplice, copy_file_range.
 * oracle: musl glibc
 */
#include "must.h"
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>

static void show(int fd, int size)
{
	char data[64];
	ssize_t got = read(fd, data, size);

	printf("%zd %.*s\n", got, got > 0 ? (int)got : 0, data);
}

int main(void)
{
	int pipe1[2], pipe2[2], in = MUST(open("in", O_RDWR | O_CREAT, 0600)),
				out = MUST(open("out", O_RDWR | O_CREAT, 0600));
	off_t from = 5, to = 0;
	loff_t place = 10;

	MUST(write(in, "0123456789abcdefghijklmnopqrstuvwxyz", 36));
	MUST(pipe(pipe1));
	MUST(pipe(pipe2));
	TRY(sendfile(out, in, &from, 10));
	SHOW(from);
	TRY(lseek(in, 0, SEEK_SET));
	TRY(sendfile(pipe1[1], in, NULL, 6));
	SHOW(lseek(in, 0, SEEK_CUR));
	show(pipe1[0], 20);
	MUST(lseek(out, 0, SEEK_SET));
	show(out, 20);
	TRY(splice(in, &place, pipe1[1], NULL, 8, 0));
	SHOW(place);
	TRY(tee(pipe1[0], pipe2[1], 4, 0));
	show(pipe2[0], 10);
	TRY(splice(pipe1[0], NULL, out, NULL, 100, SPLICE_F_MOVE));
	MUST(lseek(out, 0, SEEK_SET));
	show(out, 40);
	struct iovec parts[2] = {{"vmsp", 4}, {"lice", 4}};
	TRY(vmsplice(pipe1[1], parts, 2, 0));
	show(pipe1[0], 20);
	from = 20;
	TRY(copy_file_range(in, &from, out, &to, 5, 0));
	printf("%lld %lld\n", (long long)from, (long long)to);
	MUST(lseek(out, 0, SEEK_SET));
	show(out, 40);
	TRY(splice(in, NULL, out, NULL, 4, 0));
	TRY(sendfile(99, in, NULL, 1));
	TRY(fallocate(out, 0, 0, 4096));
	struct stat status;
	MUST(fstat(out, &status));
	SHOW(status.st_size);
	TRY(fallocate(out, FALLOC_FL_KEEP_SIZE, 4096, 4096));
	return 0;
}
