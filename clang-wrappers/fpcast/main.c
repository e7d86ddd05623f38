#include "fpcast.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *path = "wali-fpcast";

void fail(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "wali-fpcast: %s: ", path);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

static uint8_t *read_file(const char *name, size_t *size, mode_t *mode)
{
	struct stat st;
	uint8_t *bytes;
	ssize_t n;
	int fd = open(name, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st))
		fail("%s", strerror(errno));
	bytes = malloc(st.st_size + 1);
	if (!bytes)
		fail("%s", strerror(errno));
	for (*size = 0; *size < (size_t)st.st_size; *size += n) {
		n = read(fd, bytes + *size, st.st_size - *size);
		if (n < 0)
			fail("%s", strerror(errno));
		if (n == 0)
			break;
	}
	close(fd);
	*mode = st.st_mode & 07777;
	return bytes;
}

/* Beside the file and then into its place: whoever reads it sees the old one or the new one. */
static void replace_file(const char *name, const struct buffer *b, mode_t mode)
{
	char *temporary;
	int fd;

	if (asprintf(&temporary, "%s.XXXXXX", name) < 0)
		fail("%s", strerror(errno));
	fd = mkstemp(temporary);
	if (fd < 0)
		fail("%s: %s", temporary, strerror(errno));
	for (size_t done = 0; done < b->size;) {
		ssize_t n = write(fd, b->bytes + done, b->size - done);

		if (n < 0) {
			int error = errno;

			unlink(temporary);
			fail("%s", strerror(error));
		}
		done += n;
	}
	if (fchmod(fd, mode) || close(fd) || rename(temporary, name)) {
		int error = errno;

		unlink(temporary);
		fail("%s", strerror(error));
	}
}

int main(int argc, char **argv)
{
	struct plan plan = {0};
	struct buffer out = {0};
	struct wasm_error error;
	size_t size;
	mode_t mode;

	if (argc != 2 || !strcmp(argv[1], "--help")) {
		fputs("usage: wali-fpcast MODULE\n"
		      "Changes a linked module in place so that calls through function pointers of another type work.\n",
		      argc == 2 ? stdout : stderr);
		return argc == 2 ? 0 : 2;
	}
	path = argv[1];
	plan.bytes = read_file(path, &size, &mode);
	if (!module_decode(&plan.module, plan.bytes, size, &error))
		fail("not a valid module: %s (at byte %zu)", error.message, error.offset);
	scan(&plan);
	if (!plan.ncalls)
		return 0;
	write_module(&out, &plan);
	replace_file(path, &out, mode);
	return 0;
}
