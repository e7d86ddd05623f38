/* inotify and extended attributes.
 * oracle: musl glibc
 */
#include "must.h"
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/xattr.h>

static void events(int fd)
{
	_Alignas(struct inotify_event) char buffer[4096];
	ssize_t size = read(fd, buffer, sizeof buffer);

	if (size < 0)
		printf("errno %d\n", errno);
	for (char *p = buffer; p < buffer + size;) {
		struct inotify_event *event = (void *)p;
		printf("watch %d mask %x %s\n", event->wd, event->mask,
		       event->len ? event->name : "");
		p += sizeof *event + event->len;
	}
}

int main(void)
{
	int fd = MUST(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));

	MUST(mkdir("d", 0755));
	TRY(inotify_add_watch(fd, "d", IN_CREATE | IN_DELETE | IN_MOVE | IN_CLOSE_WRITE));
	TRY(inotify_add_watch(fd, "none", IN_CREATE));
	events(fd);
	int file = MUST(creat("d/one", 0644));
	MUST(write(file, "x", 1));
	close(file);
	MUST(mkdir("d/sub", 0755));
	MUST(rename("d/one", "d/two"));
	MUST(unlink("d/two"));
	events(fd);
	TRY(inotify_rm_watch(fd, 1));
	events(fd);
	TRY(inotify_rm_watch(fd, 1));

	char value[32];
	if (setxattr("d", "user.name", "value", 5, 0)) {
		printf("%s\n", errno == ENOTSUP ? "no attributes here" : "fails");
		return 0;
	}
	TRY(getxattr("d", "user.name", value, sizeof value));
	TRY(getxattr("d", "user.name", value, 2));
	TRY(getxattr("d", "user.none", value, sizeof value));
	TRY(listxattr("d", value, sizeof value));
	TRY(setxattr("d", "user.name", "other", 5, XATTR_CREATE));
	TRY(removexattr("d", "user.name"));
	return 0;
}
