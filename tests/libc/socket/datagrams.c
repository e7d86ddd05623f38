/* UDP: connected and not, truncation, several at a time, control data, multicast-free options.
 * oracle: musl glibc
 */
#include "must.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

static int bound(struct sockaddr_in *address)
{
	socklen_t size = sizeof *address;
	int fd = MUST(socket(AF_INET, SOCK_DGRAM, 0));

	*address = (struct sockaddr_in){.sin_family = AF_INET,
					.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	MUST(bind(fd, (struct sockaddr *)address, size));
	MUST(getsockname(fd, (struct sockaddr *)address, &size));
	return fd;
}

int main(void)
{
	struct sockaddr_in a_address, b_address, from;
	int a = bound(&a_address), b = bound(&b_address), one = 1;
	socklen_t size = sizeof from;
	char text[64] = "", other[64] = "";

	TRY(sendto(a, "datagram", 8, 0, (struct sockaddr *)&b_address, sizeof b_address));
	TRY(recvfrom(b, text, sizeof text, 0, (struct sockaddr *)&from, &size));
	printf("%s %d %d\n", text, (int)size, from.sin_port == a_address.sin_port);
	TRY(sendto(a, "", 0, 0, (struct sockaddr *)&b_address, sizeof b_address));
	TRY(recv(b, text, sizeof text, 0));
	MUST(sendto(a, "truncated", 9, 0, (struct sockaddr *)&b_address, sizeof b_address));
	TRY(recv(b, text, 4, MSG_TRUNC));
	TRY(recv(b, text, 4, MSG_DONTWAIT));
	TRY(connect(a, (struct sockaddr *)&b_address, sizeof b_address));
	TRY(send(a, "connected", 9, 0));
	TRY(recv(b, text, sizeof text, 0));

	struct iovec parts[2] = {{text, 5}, {other, sizeof other}};
	char control[256];
	struct msghdr message = {.msg_name = &from,
				 .msg_namelen = sizeof from,
				 .msg_iov = parts,
				 .msg_iovlen = 2,
				 .msg_control = control,
				 .msg_controllen = sizeof control};
	TRY(setsockopt(b, IPPROTO_IP, IP_PKTINFO, &one, sizeof one));
	TRY(setsockopt(b, SOL_SOCKET, SO_TIMESTAMP, &one, sizeof one));
	MUST(send(a, "scattered data", 14, 0));
	TRY(recvmsg(b, &message, 0));
	printf("%.5s|%s flags %x name %d\n", text, other, message.msg_flags,
	       (int)message.msg_namelen);
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
		printf("level %d type %d", c->cmsg_level, c->cmsg_type);
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo info;
			memcpy(&info, CMSG_DATA(c), sizeof info);
			printf(" to %s", inet_ntoa(info.ipi_addr));
		}
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMP) {
			struct timeval when;
			memcpy(&when, CMSG_DATA(c), sizeof when);
			printf(" recent %d", when.tv_sec > 1500000000);
		}
		putchar('\n');
	}
	TRY(sendmsg(a,
		    &(struct msghdr){.msg_iov = (struct iovec[]){{"ga", 2}, {"ther", 4}},
				     .msg_iovlen = 2},
		    0));
	memset(text, 0, sizeof text);
	TRY(recv(b, text, sizeof text, 0));
	puts(text);

	struct mmsghdr many[3] = {0};
	struct iovec vectors[3] = {{"one", 3}, {"twotwo", 6}, {"three", 5}};
	for (int i = 0; i < 3; i++)
		many[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
	TRY(sendmmsg(a, many, 3, 0));
	char buffers[3][16] = {{0}};
	for (int i = 0; i < 3; i++)
		vectors[i] = (struct iovec){buffers[i], sizeof buffers[i]};
	TRY(recvmmsg(b, many, 3, MSG_WAITFORONE, NULL));
	for (int i = 0; i < 3; i++)
		printf("%u %s\n", many[i].msg_len, buffers[i]);
	close(b);
	MUST(send(a, "to nobody", 9, 0));
	TRY(recv(a, text, 1, 0)); /* the port is closed: refused */
	static char huge[70000];
	TRY(send(a, huge, sizeof huge, 0));
	return 0;
}
