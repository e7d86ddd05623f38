/*
 * Socket options, by a table of what their value is. Most are numbers and structures without pointers, which
 * look the same everywhere. What is not in the table may hold pointers of the guest, and is refused.
 */
#include "refuse.h"
#include "syscalls.h"

#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/mptcp.h>
#include <linux/netlink.h>
#include <linux/tls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

enum value {
	REFUSED,
	PLAIN,	 /* no pointers within */
	PROGRAM, /* struct sock_fprog; being read, the instructions themselves */
};

/* The first that matches counts. */
static const struct {
	int level, first, last;
	enum value value;
} options[] = {
	{SOL_SOCKET, SO_ATTACH_FILTER, SO_ATTACH_FILTER, PROGRAM},
	{SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, SO_ATTACH_REUSEPORT_CBPF, PROGRAM},
	{SOL_SOCKET, SO_DEBUG, 77 /* SO_PEERPIDFD */, PLAIN},
	/* From 64 on: netfilter's, whose tables have pointers, but for the original destination. */
	{IPPROTO_IP, IP_TOS, 63, PLAIN},
	{IPPROTO_IP, 80 /* SO_ORIGINAL_DST */, 80, PLAIN},
	{IPPROTO_IPV6, IPV6_ADDRFORM, 63, PLAIN},
	{IPPROTO_IPV6, IPV6_RECVTCLASS, 80 /* IP6T_SO_ORIGINAL_DST */, PLAIN},
	/* Maps pages at an address it is given. */
	{IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, TCP_ZEROCOPY_RECEIVE, REFUSED},
	{IPPROTO_TCP, TCP_NODELAY, 44 /* TCP_IS_MPTCP 43 and the next */, PLAIN},
	{IPPROTO_UDP, 1, 255, PLAIN},
	{IPPROTO_UDPLITE, 1, 255, PLAIN},
	{IPPROTO_RAW, 1, 1 /* ICMP_FILTER */, PLAIN},
	{IPPROTO_ICMPV6, 1, 1 /* ICMP6_FILTER */, PLAIN},
	/* A program or a descriptor, by what was set before. */
	{SOL_PACKET, PACKET_FANOUT_DATA, PACKET_FANOUT_DATA, REFUSED},
	{SOL_PACKET, PACKET_ADD_MEMBERSHIP, 24, PLAIN},
	{SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, NETLINK_GET_STRICT_CHK, PLAIN},
	{SOL_ALG, 1, 6, PLAIN},
	{SOL_TLS, TLS_TX, 4, PLAIN},
	{SOL_MPTCP, MPTCP_INFO, MPTCP_SUBFLOW_ADDRS, PLAIN},
	{AF_VSOCK, 0, 8, PLAIN},
};

static enum value find(int level, int option)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (options[i].level == level && options[i].first <= option &&
		    option <= options[i].last)
			return options[i].value;
	return REFUSED;
}

static int64_t set_program(struct thread *t, int32_t fd, int32_t level, int32_t option,
			   uint32_t value, uint32_t len)
{
	struct {
		uint16_t len;
		uint32_t filter;
	} g;
	struct sock_fprog native;

	if (len != sizeof(g))
		return -EINVAL;
	if (copy_in(t, &g, value, sizeof(g)))
		return -EFAULT;
	native.len = g.len;
	native.filter = guest_or_null(t, g.filter);
	return HOST(setsockopt, fd, level, option, &native, sizeof(native));
}

/* What a socket says to an option that it does not have differs by family: ask for it with no room for a value. */
static int64_t refuse(const char *call, int32_t fd, int32_t level, int32_t option)
{
	char none;
	int len = 0;
	int64_t r = HOST(getsockopt, fd, level, option, &none, &len);

	refuse_once(call, (uint64_t)level, (uint64_t)option);
	return r == -EBADF || r == -ENOTSOCK || r == -EOPNOTSUPP ? r : -ENOPROTOOPT;
}

int64_t sys_setsockopt(struct thread *t, int32_t sockfd, int32_t level, int32_t optname,
		       uint32_t optval, uint32_t optlen)
{
	switch (find(level, optname)) {
	case PLAIN:
		return HOST(setsockopt, sockfd, level, optname, guest_or_null(t, optval), optlen);
	case PROGRAM: return set_program(t, sockfd, level, optname, optval, optlen);
	case REFUSED: break;
	}
	return refuse("setsockopt", sockfd, level, optname);
}

int64_t sys_getsockopt(struct thread *t, int32_t sockfd, int32_t level, int32_t optname,
		       uint32_t optval, uint32_t optlen)
{
	if (find(level, optname) != REFUSED)
		return HOST(getsockopt, sockfd, level, optname, guest_or_null(t, optval),
			    guest_or_null(t, optlen));
	return refuse("getsockopt", sockfd, level, optname);
}
