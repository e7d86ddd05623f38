/* Several control messages in one buffer: sizes, alignment, and what the kernel writes.
 * oracle: musl glibc
 */
#include "must.h"
#include <sys/socket.h>
#include <sys/uio.h>

int main(void)
{
	union {
		char bytes[256];
		struct cmsghdr header;
	} control = {0};
	int fds[3] = {0, 1, 2}, pair[2], on = 1;
	struct ucred self = {getpid(), getuid(), getgid()};
	char byte = 'x';
	struct iovec iov = {&byte, 1};
	struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control};
	struct cmsghdr *h;

	for (int i = 0; i < 20; i++)
		printf("%d: space %d len %d\n", i, (int)CMSG_SPACE(i), (int)CMSG_LEN(i));

	MUST(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
	MUST(setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)));
	message.msg_controllen = CMSG_SPACE(sizeof(fds)) + CMSG_SPACE(sizeof(self));
	h = CMSG_FIRSTHDR(&message);
	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(h), fds, sizeof(fds));
	h = CMSG_NXTHDR(&message, h);
	printf("the second at %d\n", (int)((char *)h - control.bytes));
	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_CREDENTIALS;
	h->cmsg_len = CMSG_LEN(sizeof(self));
	memcpy(CMSG_DATA(h), &self, sizeof(self));
	printf("no third: %d\n", CMSG_NXTHDR(&message, h) == NULL);
	MUST(sendmsg(pair[0], &message, 0));

	memset(&control, 0, sizeof(control));
	message.msg_controllen = sizeof(control);
	MUST(recvmsg(pair[1], &message, 0));
	printf("received %d bytes, flags %#x\n", (int)message.msg_controllen, message.msg_flags);
	for (h = CMSG_FIRSTHDR(&message); h; h = CMSG_NXTHDR(&message, h)) {
		printf("at %d: level %d type %d len %d\n", (int)((char *)h - control.bytes),
		       h->cmsg_level, h->cmsg_type, (int)h->cmsg_len);
		if (h->cmsg_type == SCM_CREDENTIALS)
			printf("from me: %d\n", !memcmp(CMSG_DATA(h), &self, sizeof(self)));
	}
	return 0;
}
