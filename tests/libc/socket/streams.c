/* TCP: server with several clients by fork, options, shutdown, out-of-band, non-blocking connect.
 * oracle: musl glibc
 */
#include "must.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>

static struct sockaddr_in address = {.sin_family = AF_INET};

static int client(void)
{
	int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));

	MUST(connect(fd, (struct sockaddr *)&address, sizeof address));
	return fd;
}

static int option(int fd, int level, int name)
{
	int value = -1;
	socklen_t size = sizeof value;

	MUST(getsockopt(fd, level, name, &value, &size));
	return value;
}

int main(void)
{
	enum { CLIENTS = 5, BYTES = 400000 };
	int one = 1, listener = MUST(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), status;
	socklen_t size = sizeof address;
	char text[64];
	struct sockaddr_in peer;

	SHOW(fcntl(listener, F_GETFD));
	TRY(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one));
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	TRY(bind(listener, (struct sockaddr *)&address, sizeof address));
	TRY(listen(listener, 10));
	TRY(getsockname(listener, (struct sockaddr *)&address, &size));
	printf("%s %d %d\n", inet_ntop(AF_INET, &address.sin_addr, text, sizeof text),
	       address.sin_port != 0, (int)size);
	SHOW(option(listener, SOL_SOCKET, SO_REUSEADDR));
	SHOW(option(listener, SOL_SOCKET, SO_TYPE) == SOCK_STREAM);
	SHOW(option(listener, SOL_SOCKET, SO_ACCEPTCONN));

	fflush(stdout);
	for (int i = 0; i < CLIENTS; i++)
		if (!MUST(fork())) {
			char block[1000];
			int fd = client();
			memset(block, 'a' + i, sizeof block);
			for (int sent = 0; sent < BYTES;)
				sent += MUST(send(fd, block, sizeof block, 0));
			MUST(shutdown(fd, SHUT_WR));
			long sum = 0;
			ssize_t got;
			while ((got = MUST(recv(fd, block, sizeof block, 0))))
				for (ssize_t j = 0; j < got; j++)
					sum += block[j];
			_exit(sum == (long)BYTES * ('A' + i) ? 0 : 1);
		}
	int good = 0;
	for (int i = 0; i < CLIENTS; i++) {
		size = sizeof peer;
		int fd = MUST(accept4(listener, (struct sockaddr *)&peer, &size, SOCK_CLOEXEC));
		pid_t pid = MUST(fork());
		if (!pid) {
			static char data[BYTES];
			ssize_t got;
			int total = 0;
			while ((got = MUST(read(fd, data + total, sizeof data - total))))
				total += got;
			for (int j = 0; j < total; j++)
				data[j] -= 'a' - 'A';
			for (int done = 0; done < total;)
				done += MUST(write(fd, data + done, total - done));
			_exit(total == BYTES ? 0 : 1);
		}
		close(fd);
	}
	for (int i = 0; i < 2 * CLIENTS; i++) {
		MUST(wait(&status));
		good += status == 0;
	}
	SHOW(good);

	int fd = client(), server = MUST(accept(listener, NULL, NULL));
	TRY(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one));
	SHOW(option(fd, IPPROTO_TCP, TCP_NODELAY));
	TRY(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one));
	struct linger linger = {1, 0};
	struct timeval wait = {0, 30000};
	TRY(setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait));
	TRY(recv(server, text, sizeof text, 0));
	MUST(send(fd, "peek at me", 10, 0));
	TRY(recv(server, text, 4, MSG_PEEK | MSG_WAITALL));
	int waiting;
	MUST(ioctl(server, FIONREAD, &waiting));
	SHOW(waiting);
	TRY(recv(server, text, sizeof text, MSG_DONTWAIT));
	printf("%.10s\n", text);
	TRY(recv(server, text, sizeof text, MSG_DONTWAIT));
	struct iovec parts[2] = {{"two ", 4}, {"parts", 5}};
	TRY(writev(fd, parts, 2));
	memset(text, 0, sizeof text);
	TRY(recv(server, text, 9, MSG_WAITALL));
	puts(text);
	TRY(send(fd, "!", 1, MSG_OOB));
	struct pollfd urgent = {server, POLLPRI, 0};
	SHOW(poll(&urgent, 1, 2000));
	TRY(recv(server, text, 1, MSG_OOB));
	size = sizeof peer;
	TRY(getpeername(server, (struct sockaddr *)&peer, &size));
	SHOW(peer.sin_port != address.sin_port);
	TRY(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
	close(fd); /* resets */
	TRY(recv(server, text, 1, 0));
	TRY(send(server, text, 1, MSG_NOSIGNAL));
	close(server);
	close(listener);

	fd = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
	if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0 && errno == EINPROGRESS) {
		struct pollfd p = {fd, POLLOUT, 0};
		poll(&p, 1, 2000);
		errno = option(fd, SOL_SOCKET, SO_ERROR);
	}
	SHOW(errno);
	TRY(accept(fd, NULL, NULL));
	TRY(socket(AF_INET, SOCK_STREAM, 999));
	TRY(socket(999, SOCK_STREAM, 0));
	TRY(connect(1, (struct sockaddr *)&address, sizeof address));
	TRY(getsockopt(fd, 9999, 1, text, &size));
	return 0;
}
