/* Unix sockets: stream, datagram, sequenced packets, abstract names, descriptors and credentials passed.
 * oracle: musl glibc
 */
#include "must.h"
#include <fcntl.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

static void send_descriptors(int socket, const int *fds, int count)
{
	union {
		char data[CMSG_SPACE(sizeof(int) * 8)];
		struct cmsghdr align;
	} control = {0};
	struct iovec part = {"F", 1};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control.data,
				 .msg_controllen = CMSG_SPACE(sizeof(int) * count)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int) * count);
	memcpy(CMSG_DATA(c), fds, sizeof(int) * count);
	TRY(sendmsg(socket, &message, 0));
}

static void receive(int socket, size_t room)
{
	union {
		char data[512];
		struct cmsghdr align;
	} control;
	char data[16] = "";
	struct iovec part = {data, sizeof data};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control.data,
				 .msg_controllen = room};

	TRY(recvmsg(socket, &message, MSG_CMSG_CLOEXEC));
	printf("%s flags %x\n", data, message.msg_flags & ~MSG_CMSG_CLOEXEC);
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
		if (c->cmsg_type == SCM_RIGHTS) {
			int count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int), fds[8];
			memcpy(fds, CMSG_DATA(c), count * sizeof(int));
			printf("%d descriptors:", count);
			for (int i = 0; i < count; i++) {
				char text[16] = "";
				MUST(lseek(fds[i], 0, SEEK_SET));
				MUST(read(fds[i], text, sizeof text - 1));
				printf(" %s cloexec %d", text, fcntl(fds[i], F_GETFD));
				close(fds[i]);
			}
			putchar('\n');
		} else if (c->cmsg_type == SCM_CREDENTIALS) {
			struct ucred who;
			memcpy(&who, CMSG_DATA(c), sizeof who);
			printf("credentials: pid %d uid %d gid %d\n",
			       who.pid == getpid()    ? 1
			       : who.pid == getppid() ? 2
						      : 3,
			       who.uid == getuid(), who.gid == getgid());
		}
	}
}

static int file_with(const char *text)
{
	int fd = MUST(open(text, O_RDWR | O_CREAT, 0600));
	MUST(write(fd, text, strlen(text)));
	return fd;
}

int main(void)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "socket"}, peer;
	int pair[2], one = 1, status;
	char text[64] = "";
	socklen_t size = sizeof peer;

	int listener = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
	TRY(bind(listener, (struct sockaddr *)&name, sizeof name));
	TRY(bind(listener, (struct sockaddr *)&name, sizeof name));
	TRY(listen(listener, 3));
	struct stat st;
	MUST(stat("socket", &st));
	SHOW(S_ISSOCK(st.st_mode));
	fflush(stdout);
	pid_t pid = MUST(fork());
	if (!pid) {
		int fd = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
		MUST(connect(fd, (struct sockaddr *)&name, sizeof name));
		MUST(write(fd, "hello", 5));
		MUST(read(fd, text, 5));
		_exit(strcmp(text, "HELLO"));
	}
	int fd = MUST(accept(listener, (struct sockaddr *)&peer, &size));
	SHOW(size);
	MUST(read(fd, text, 5));
	struct ucred who;
	size = sizeof who;
	TRY(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size));
	SHOW(who.pid == pid && who.uid == getuid());
	for (int i = 0; i < 5; i++)
		text[i] -= 32;
	MUST(write(fd, text, 5));
	MUST(waitpid(pid, &status, 0));
	SHOW(status);
	size = sizeof peer;
	memset(&peer, 0, sizeof peer);
	TRY(getsockname(listener, (struct sockaddr *)&peer, &size));
	printf("%s\n", peer.sun_path);
	close(listener);
	TRY(connect(MUST(socket(AF_UNIX, SOCK_STREAM, 0)), (struct sockaddr *)&name, sizeof name));

	/* Abstract. */
	int length =
		snprintf(name.sun_path, sizeof name.sun_path, "%cwali-test-%d", 0, (int)getpid());
	size = offsetof(struct sockaddr_un, sun_path) + length;
	listener = MUST(socket(AF_UNIX, SOCK_SEQPACKET, 0));
	TRY(bind(listener, (struct sockaddr *)&name, size));
	TRY(listen(listener, 1));
	int to = MUST(socket(AF_UNIX, SOCK_SEQPACKET, 0));
	TRY(connect(to, (struct sockaddr *)&name, size));
	fd = MUST(accept(listener, NULL, NULL));
	MUST(send(to, "first", 5, 0));
	MUST(send(to, "second", 6, 0));
	TRY(recv(fd, text, sizeof text, 0));
	TRY(recv(fd, text, 3, 0));
	close(to);
	TRY(recv(fd, text, 3, 0));

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	int fds[2] = {file_with("first file"), file_with("second file")};
	send_descriptors(pair[0], fds, 2);
	receive(pair[1], 512);
	send_descriptors(pair[0], fds, 1);
	receive(pair[1], 0); /* no room: cut, and the descriptors are gone */
	send_descriptors(pair[0], (int[]){999}, 1);
	MUST(setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &one, sizeof one));
	MUST(write(pair[0], "cred", 4));
	receive(pair[1], 512);
	fflush(stdout);
	pid = MUST(fork());
	if (!pid) {
		/* Passed to another process. */
		receive(pair[1], 512);
		fflush(stdout);
		_exit(0);
	}
	send_descriptors(pair[0], fds, 2);
	fflush(stdout);
	MUST(waitpid(pid, NULL, 0));

	MUST(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair));
	TRY(recv(pair[0], text, 1, 0));
	MUST(send(pair[1], "dgram", 5, 0));
	TRY(recv(pair[0], text, sizeof text, 0));
	shutdown(pair[0], SHUT_RD);
	TRY(send(pair[1], "x", 1, MSG_NOSIGNAL));
	return 0;
}
