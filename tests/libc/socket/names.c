/* Addresses as text, getaddrinfo and getnameinfo of numeric and local names, byte order, databases.
 * oracle: musl
 */
#include "must.h"
#include <arpa/inet.h>
#include <endian.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

static void lookup(const char *node, const char *service, int family, int type, int flags)
{
	struct addrinfo hints = {.ai_family = family, .ai_socktype = type, .ai_flags = flags},
			*list;
	int error = getaddrinfo(node, service, &hints, &list);

	printf("%s:%s: %d", node ? node : "-", service ? service : "-", error);
	if (!error) {
		for (struct addrinfo *a = list; a; a = a->ai_next) {
			char host[64], port[16];
			getnameinfo(a->ai_addr, a->ai_addrlen, host, sizeof host, port, sizeof port,
				    NI_NUMERICHOST | NI_NUMERICSERV);
			printf(" [%d %d %d %s %s]", a->ai_family, a->ai_socktype, a->ai_protocol,
			       host, port);
		}
		freeaddrinfo(list);
	}
	putchar('\n');
}

int main(void)
{
	static const char *const v4[] = {"127.0.0.1", "1.2.3", "0x7f.1",    "256.1.1.1",
					 "1.2.3.4.5", "",      "010.1.1.1", "4294967295"};
	static const char *const v6[] = {
		"::1",	   "::",      "fe80::1",    "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4",
		"1::2::3", "12345::", "2001:db8::", "1:2:3:4:5:6:7::"};
	struct in_addr in;
	struct in6_addr in6;
	char text[64];

	for (size_t i = 0; i < sizeof v4 / sizeof *v4; i++) {
		int aton = inet_aton(v4[i], &in);
		printf("%s: %d %s", v4[i], aton, aton ? inet_ntoa(in) : "");
		printf(" %d\n", inet_pton(AF_INET, v4[i], &in));
	}
	for (size_t i = 0; i < sizeof v6 / sizeof *v6; i++) {
		int good = inet_pton(AF_INET6, v6[i], &in6);
		printf("%s: %d %s\n", v6[i], good,
		       good == 1 ? inet_ntop(AF_INET6, &in6, text, sizeof text) : "");
	}
	printf("%x %x %llx\n", htonl(0x12345678), htons(0x1234),
	       (unsigned long long)be64toh(0x0102030405060708));
	lookup("127.0.0.1", "80", AF_UNSPEC, SOCK_STREAM, 0);
	lookup("::1", "22", AF_UNSPEC, SOCK_STREAM, AI_NUMERICHOST);
	lookup("localhost", "http", AF_INET, SOCK_STREAM, 0);
	lookup("localhost", NULL, AF_INET, SOCK_DGRAM, 0);
	lookup(NULL, "53", AF_INET, SOCK_DGRAM, AI_PASSIVE);
	lookup("not-numeric", "80", AF_INET, 0, AI_NUMERICHOST);
	lookup("127.0.0.1", "no-such-service", AF_INET, SOCK_STREAM, 0);
	lookup("127.0.0.1", "http", AF_INET, SOCK_STREAM, AI_NUMERICSERV);
	lookup("1.2.3.4", "5", 99, 0, 0);
	struct sockaddr_in local = {.sin_family = AF_INET,
				    .sin_port = htons(25),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	SHOW(getnameinfo((struct sockaddr *)&local, sizeof local, text, sizeof text, NULL, 0, 0));
	puts(text);
	SHOW(getnameinfo((struct sockaddr *)&local, 4, text, sizeof text, NULL, 0, 0));
	struct servent *service = getservbyname("smtp", "tcp");
	printf("%d\n", service ? ntohs(service->s_port) : -1);
	struct protoent *protocol = getprotobyname("udp");
	printf("%d\n", protocol ? protocol->p_proto : -1);
	struct hostent *host = gethostbyname("127.0.0.1");
	printf("%s %d\n", host ? inet_ntoa(*(struct in_addr *)host->h_addr_list[0]) : "",
	       host ? host->h_length : -1);
	SHOW(if_nametoindex("lo"));
	printf("%s\n", if_indextoname(1, text) ? text : "none");
	SHOW(if_nametoindex("nosuch0"));
	struct ifaddrs *addresses;
	int loopbacks = 0;
	MUST(getifaddrs(&addresses));
	for (struct ifaddrs *a = addresses; a; a = a->ifa_next)
		if (a->ifa_addr && a->ifa_addr->sa_family == AF_INET && !strcmp(a->ifa_name, "lo"))
			loopbacks += ((struct sockaddr_in *)a->ifa_addr)->sin_addr.s_addr ==
				     htonl(INADDR_LOOPBACK);
	freeifaddrs(addresses);
	SHOW(loopbacks);
	return 0;
}
