/* Messages, options, ioctl, polling, IPC. */
#include "guest.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/filter.h>
#include <linux/input.h>
#include <linux/sockios.h>
#include <linux/if.h>
#include <netinet/tcp.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct msghdr32 {
	uint32_t name, namelen, iov, iovlen, pad1, control, controllen, pad2, flags;
};

static uint32_t one_iovec(uint32_t p, uint32_t len)
{
	struct guest_iovec v = {p, len};

	return put(&v, sizeof(v));
}

/* Does the handler itself refuse, rather than the kernel? Only it says so, on standard error. */
static bool is_refused_here(int64_t (*call)(uint32_t), uint32_t argument)
{
	char line[200];
	int p[2], err = dup(STDERR_FILENO);
	ssize_t n = -1;

	fflush(stderr);
	process.trace = true;
	if (!pipe2(p, O_NONBLOCK) && dup2(p[1], STDERR_FILENO) >= 0) {
		call(argument);
		n = read(p[0], line, sizeof(line));
	}
	process.trace = false;
	dup2(err, STDERR_FILENO);
	close(err);
	close(p[0]);
	close(p[1]);
	return n > 0;
}

static int64_t ioctl_of_memory(uint32_t request)
{
	return sys_ioctl(t, STDIN_FILENO, (int32_t)request, room(64));
}

/* Structures in which the kernel would follow a pointer of 64 bits: nothing here may pass them. */
static void test_pointers_within(void)
{
	struct {
		uint32_t len, pad;
		int32_t level, type;
		uint64_t address, size;
	} rdma = {32, 0, 276 /* SOL_RDS */, 3 /* RDS_CMSG_RDMA_MAP */, 0x400000, 4096};
	struct msghdr32 m = {0};
	int s[2];

	ok(is_refused_here(ioctl_of_memory, EVIOCGMASK), "EVIOCGMASK");
	ok(!is_refused_here(ioctl_of_memory, EVIOCGNAME(32)), "but not EVIOCGNAME");
	ok(is_refused_here(ioctl_of_memory, BLKPG), "BLKPG");
	ok(is_refused_here(ioctl_of_memory, SIOCGIFBR), "SIOCGIFBR");

	ok(!socketpair(AF_UNIX, SOCK_DGRAM, 0, s), "(sockets)");
	m.control = put(&rdma, sizeof(rdma));
	m.controllen = sizeof(rdma);
	is(sys_sendmsg(t, s[0], put(&m, 36), 0), -EINVAL, "control messages of RDS");
	close(s[0]);
	close(s[1]);
}

static void test_messages(void)
{
	int s[2], pipefd[2], fd;
	uint32_t buf = room(64), control = room(64);
	struct {
		uint32_t len, pad;
		int32_t level, type, fd, more;
	} rights = {20, 0xdeadbeef, SOL_SOCKET, SCM_RIGHTS, 0, 0};
	struct msghdr32 m = {0}, *back;
	uint32_t p;

	ok(!socketpair(AF_UNIX, SOCK_DGRAM, 0, s) && !pipe(pipefd), "(sockets)");
	rights.fd = pipefd[1];
	m.iov = one_iovec(put("hello", 5), 5);
	m.iovlen = 1;
	m.control = put(&rights, sizeof(rights));
	m.controllen = 20;
	is(sys_sendmsg(t, s[0], put(&m, 36), 0), 5,
	   "sendmsg with a descriptor, and noise in the padding");
	m.iov = one_iovec(buf, 64);
	m.control = control;
	m.controllen = 64;
	m.pad1 = m.pad2 = 77;
	p = put(&m, 36);
	is(sys_recvmsg(t, s[1], p, 0), 5, "recvmsg");
	back = AT(struct msghdr32, p);
	ok(!memcmp(AT(char, buf), "hello", 5), "its text");
	is(back->controllen, 24, "length of control messages");
	is(back->flags, 0, "flags");
	is(back->pad2, 77, "padding is left alone");
	ok(AT(uint32_t, control)[0] == 20 && AT(uint32_t, control)[1] == 0, "cmsg_len");
	fd = AT(int, control)[4];
	ok(write(fd, "x", 1) == 1 && read(pipefd[0], AT(char, buf), 1) == 1,
	   "the descriptor works");

	m.controllen = 16;
	m.control = put(&rights, sizeof(rights));
	rights.len = 1000;
	m.control = put(&rights, sizeof(rights));
	m.controllen = 20;
	int64_t r = sys_sendmsg(t, s[0], put(&m, 36), 0);
	if (r > 0) { /* qemu-user drops it */
		skip("control message longer than its buffer", "the host does not mind");
		is(recv(s[1], AT(char, buf), 64, 0), r, "(received)");
	} else {
		is(r, -EINVAL, "control message longer than its buffer");
	}
	m.controllen = 0x7fffffff;
	is(sys_sendmsg(t, s[0], put(&m, 36), 0), -ENOBUFS, "too much control");
	m.control = UNMAPPED;
	m.controllen = 20;
	is(sys_sendmsg(t, s[0], put(&m, 36), 0), -EFAULT, "bad control pointer");
	m.control = m.controllen = 0;
	m.iovlen = 1025;
	is(sys_sendmsg(t, s[0], put(&m, 36), 0), -EMSGSIZE, "too many buffers");
	is(sys_sendmsg(t, s[0], UNMAPPED, 0), -EFAULT, "bad pointer");
	is(sys_recvmsg(t, s[0], 0, 0), -EFAULT, "NULL");

	struct {
		struct msghdr32 h;
		uint32_t len;
	} many[3] = {0};
	for (int i = 0; i < 3; i++) {
		many[i].h.iov = one_iovec(put("abc", 3), (uint32_t)i + 1);
		many[i].h.iovlen = 1;
	}
	p = put(many, sizeof(many));
	is(sys_sendmmsg(t, s[0], p, 3, 0), 3, "sendmmsg");
	is(AT(uint32_t, p)[29], 3, "length of the third");
	for (int i = 0; i < 3; i++)
		many[i].h.iov = one_iovec(buf, 64);
	p = put(many, sizeof(many));
	is(sys_recvmmsg(t, s[1], p, 2, 0, 0), 2, "recvmmsg");
	is(AT(uint32_t, p)[19], 2, "length of the second");
	is(sys_recvmmsg(t, s[1], p, 3, MSG_WAITFORONE, 0), 1, "MSG_WAITFORONE");
	struct timespec limit = {0, 2000000000};
	is(sys_recvmmsg(t, s[1], p, 3, 0, put(&limit, sizeof(limit))), -EINVAL, "bad timeout");
	is(sys_recvmmsg(t, s[1], p, 3, MSG_DONTWAIT, 0), -EAGAIN, "nothing left");
}

static void test_options(void)
{
	int s = socket(AF_INET, SOCK_STREAM, 0);
	uint32_t value = room(16), len = put(&(int){16}, 4);
	struct sock_filter accept_all = {BPF_RET | BPF_K, 0, 0, 0xffff};
	struct {
		uint16_t n;
		uint32_t filter;
	} program = {1, put(&accept_all, sizeof(accept_all))};

	AT(int, value)[0] = 1;
	is(sys_setsockopt(t, s, SOL_SOCKET, SO_REUSEADDR, value, 4), 0, "SO_REUSEADDR");
	AT(int, value)[0] = 77;
	is(sys_getsockopt(t, s, SOL_SOCKET, SO_REUSEADDR, value, len), 0, "read back");
	ok(AT(int, value)[0] == 1 && AT(int, len)[0] == 4, "value and length");
	struct timeval tv = {3, 500000};
	is(sys_setsockopt(t, s, SOL_SOCKET, SO_RCVTIMEO, put(&tv, sizeof(tv)), 16), 0,
	   "SO_RCVTIMEO");
	int64_t r = sys_setsockopt(t, s, SOL_SOCKET, SO_ATTACH_FILTER, put(&program, 8), 8);
	if (r == -ENOPROTOOPT) /* of qemu-user */
		skip("SO_ATTACH_FILTER", "the host cannot");
	else
		is(r, 0, "SO_ATTACH_FILTER");
	is(sys_setsockopt(t, s, SOL_SOCKET, SO_ATTACH_FILTER, put(&program, 8), 16), -EINVAL,
	   "of another size");
	AT(int, value)[0] = 1;
	is(sys_setsockopt(t, s, IPPROTO_TCP, TCP_NODELAY, value, 4), 0, "TCP_NODELAY");
	AT(int, len)[0] = 16;
	is(sys_getsockopt(t, s, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, value, len), -ENOPROTOOPT,
	   "what maps memory is refused");
	is(sys_setsockopt(t, s, IPPROTO_IP, 64, value, 16), -ENOPROTOOPT,
	   "netfilter tables are refused");
	r = getsockopt(s, 12345, 1, AT(int, value), AT(socklen_t, len)) ? -errno : 0;
	is(sys_getsockopt(t, s, 12345, 1, value, len), r, "unknown level, as the host says it");
	int unix_socket = socket(AF_UNIX, SOCK_STREAM, 0);
	is(sys_getsockopt(t, unix_socket, 9999, 1, value, len), -EOPNOTSUPP, "of another family");
	is(sys_setsockopt(t, s, SOL_SOCKET, SO_REUSEADDR, UNMAPPED, 4), -EFAULT, "bad pointer");
	close(s);
}

static void test_ioctl(void)
{
	uint32_t buf = room(4096);
	int s[2], pty, tty, udp = socket(AF_INET, SOCK_DGRAM, 0);
	struct {
		int32_t len;
		uint32_t buf;
	} conf = {400, buf};
	struct winsize size = {24, 80, 0, 0};
	uint32_t p;

	ok(!socketpair(AF_UNIX, SOCK_STREAM, 0, s) && write(s[0], "abc", 3) == 3, "(sockets)");
	is(sys_ioctl(t, s[1], FIONREAD, buf), 0, "FIONREAD");
	is(AT(int, buf)[0], 3, "bytes");
	is(sys_ioctl(t, s[1], FIONREAD, UNMAPPED), -EFAULT, "bad pointer");
	is(sys_ioctl(t, s[1], FIOCLEX, 0), 0, "FIOCLEX");
	is(sys_ioctl(t, s[1], 0x12345678, buf), -ENOTTY, "unknown request");
	is(sys_ioctl(t, 999, 0x12345678, buf), -EBADF, "unknown request, nothing open");
	is(sys_ioctl(t, s[1], TIOCGWINSZ, buf), -ENOTTY, "not a terminal");
	if (openpty(&pty, &tty, NULL, NULL, NULL)) {
		skip("terminals", "no pty here");
	} else {
		is(sys_ioctl(t, pty, TIOCSWINSZ, put(&size, sizeof(size))), 0, "TIOCSWINSZ");
		is(sys_ioctl(t, tty, TIOCGWINSZ, buf), 0, "TIOCGWINSZ");
		is(AT(struct winsize, buf)->ws_col, 80, "columns");
		is(sys_ioctl(t, tty, 0x5401, buf), 0, "TCGETS");
		is(sys_ioctl(t, tty, 0x5402, buf), 0, "TCSETS");
		is(sys_ioctl(t, tty, 0x540b, 0), 0, "TCFLSH");
	}
	p = put(&conf, 8);
	is(sys_ioctl(t, udp, SIOCGIFCONF, p), 0, "SIOCGIFCONF");
	ok(*AT(int32_t, p) % 40 == 0, "whole entries");
	is(AT(uint32_t, p)[1], buf, "pointer is left alone");
	strcpy(AT(char, buf), "lo");
	is(sys_ioctl(t, udp, SIOCGIFINDEX, buf), 0, "SIOCGIFINDEX");
	ok(AT(int, buf)[4] > 0, "index");
	*AT(uint32_t, buf + 100) = 0x0a; /* ETHTOOL_GLINK */
	*AT(uint32_t, buf + 16) = buf + 100;
	int64_t r = sys_ioctl(t, udp, SIOCETHTOOL, buf);
	if (r == -ENOSYS || r == -ENOTTY) /* qemu-user */
		skip("SIOCETHTOOL", "the host does not know it");
	else
		ok(r == 0 || r == -EOPNOTSUPP, "SIOCETHTOOL");
}

static void test_polling(void)
{
	uint32_t fds, buf = room(256), sigmask, pack;
	int p[2], ep;
	struct {
		int32_t fd;
		int16_t events, revents;
	} poll[2] = {{0, 1, 0}, {0, 1, 0}};
	struct {
		uint32_t events;
		uint64_t data;
	} __attribute__((packed)) event = {EPOLLIN, 0x1122334455667788}, *got;
	struct timespec zero = {0, 0};
	struct timeval tv = {0, 1000};
	uint64_t words[2];

	ok(!pipe(p) && write(p[1], "x", 1) == 1, "(pipe)");
	poll[0].fd = p[0];
	poll[1].fd = -1;
	fds = put(poll, sizeof(poll));
	is(sys_poll(t, fds, 2, 0), 1, "poll");
	is(AT(int16_t, fds)[3], 1, "revents");
	is(sys_poll(t, fds, 2, -1), 1, "poll for ever");
	is(sys_poll(t, fds, INT64_MAX, 0), -EINVAL, "too many");
	is(sys_poll(t, UNMAPPED, 2, 0), -EFAULT, "bad pointer");
	sigmask = put(&(uint64_t){0}, 8);
	is(sys_ppoll(t, fds, 2, put(&zero, sizeof(zero)), sigmask, 8), 1, "ppoll");
	is(sys_ppoll(t, fds, 2, 0, sigmask, 16), -EINVAL, "another mask");
	is(sys_ppoll(t, fds, 2, 0, UNMAPPED, 8), -EFAULT, "bad mask");

	memset(AT(char, buf), 0, 128);
	AT(uint8_t, buf)[p[0] / 8] |= (uint8_t)(1 << p[0] % 8);
	is(sys_select(t, p[0] + 1, buf, 0, 0, put(&tv, sizeof(tv))), 1, "select");
	words[0] = sigmask;
	words[1] = 8;
	pack = put(words, 16);
	is(sys_pselect6(t, p[0] + 1, buf, 0, 0, put(&zero, sizeof(zero)), pack), 1, "pselect6");
	words[0] = 0x100000000 | sigmask;
	is(sys_pselect6(t, p[0] + 1, buf, 0, 0, 0, put(words, 16)), -EFAULT, "mask beyond memory");
	words[1] = 4;
	is(sys_pselect6(t, p[0] + 1, buf, 0, 0, 0, put(words, 16)), -EINVAL,
	   "mask of another size");
	tv.tv_sec = -1;
	is(sys_select(t, 0, 0, 0, 0, put(&tv, sizeof(tv))), -EINVAL, "negative timeout");

	ep = (int)sys_epoll_create(t, 1);
	ok(ep >= 0, "epoll_create");
	is(sys_epoll_create(t, 0), -EINVAL, "epoll_create of nothing");
	is(sys_epoll_ctl(t, ep, EPOLL_CTL_ADD, p[0], put(&event, 12)), 0, "epoll_ctl");
	is(sys_epoll_ctl(t, ep, EPOLL_CTL_MOD, p[0], 0), -EFAULT, "without an event");
	memset(AT(char, buf), 0xee, 64);
	is(sys_epoll_wait(t, ep, buf, 3, -1), 1, "epoll_wait");
	got = (void *)AT(char, buf);
	ok(got->events == EPOLLIN && got->data == event.data, "the event");
	is(AT(uint8_t, buf)[12], 0xee, "and no more");
	is(sys_epoll_pwait(t, ep, buf, 100, 0, sigmask, 8), 1, "epoll_pwait");
	int64_t r = sys_epoll_pwait2(t, ep, buf, 1, put(&zero, sizeof(zero)), 0, 0);
	ok(r == 1 || r == -ENOSYS, "epoll_pwait2");
	is(sys_epoll_wait(t, ep, buf, 0, 0), -EINVAL, "room for none");
	is(sys_epoll_wait(t, ep, UNMAPPED, 3, 0), -EFAULT, "bad pointer");
	is(sys_epoll_ctl(t, ep, EPOLL_CTL_DEL, p[0], 0), 0, "EPOLL_CTL_DEL");
	ok(sys_eventfd(t, 3) >= 0, "eventfd");
	ok(sys_signalfd(t, -1, sigmask, 8) >= 0, "signalfd");
	r = sys_inotify_init(t);
	ok(r >= 0 || r == -EMFILE, "inotify_init");
}

static void test_semaphores(void)
{
	uint32_t buf = room(128);
	int64_t id = sys_semget(t, IPC_PRIVATE, 2, 0600);

	if (id < 0) {
		skip("semaphores", "none here");
		return;
	}
	uint16_t values[2] = {5, 7};
	is(sys_semctl(t, (int)id, 0, SETALL, put(values, sizeof(values))), 0, "SETALL");
	is(sys_semctl(t, (int)id, 1, GETVAL, 0), 7, "GETVAL");
	is(sys_semctl(t, (int)id, 1, SETVAL, 9), 0, "SETVAL");
	is(sys_semctl(t, (int)id, 0, IPC_STAT, buf), 0, "IPC_STAT");
	is(AT(int64_t, buf)[10], 2, "sem_nsems is where x86-64 has it");
	ok(AT(int64_t, buf)[8] >= time(NULL) - 60, "and sem_ctime");
	AT(uint32_t, buf)[5] = 0640;
	is(sys_semctl(t, (int)id, 0, IPC_SET, buf), 0, "IPC_SET");
	is(sys_semctl(t, (int)id, 0, IPC_STAT, UNMAPPED), -EFAULT, "bad pointer");
	is(sys_semctl(t, (int)id, 0, 999, buf), -EINVAL, "unknown command");
	is(sys_semctl(t, (int)id, 0, IPC_RMID, 0), 0, "IPC_RMID");
}

int main(void)
{
	begin();
	test_pointers_within();
	test_messages();
	test_options();
	test_ioctl();
	test_polling();
	test_semaphores();
	return finish();
}
