#include "trace.h"
#include "host.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHOWN_BYTES 32 /* of a buffer, as strace */

/* Appends to one parameter's text; what does not fit is cut. */
static void put(char *dst, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void put(char *dst, size_t size, const char *format, ...)
{
	size_t len = strlen(dst);
	va_list ap;

	va_start(ap, format);
	vsnprintf(dst + len, size - len, format, ap);
	va_end(ap);
}

static void put_quoted(char *dst, size_t size, const uint8_t *bytes, size_t n, bool more)
{
	put(dst, size, "\"");
	for (size_t i = 0; i < n; i++) {
		uint8_t c = bytes[i];

		if (c == '"' || c == '\\')
			put(dst, size, "\\%c", c);
		else if (c == '\n')
			put(dst, size, "\\n");
		else if (c == '\t')
			put(dst, size, "\\t");
		else if (c == '\r')
			put(dst, size, "\\r");
		else if (isprint(c))
			put(dst, size, "%c", c);
		else /* all three digits where the next character could be taken for one */
			put(dst, size, i + 1 < n && isdigit(bytes[i + 1]) ? "\\%03o" : "\\%o", c);
	}
	put(dst, size, more ? "\"..." : "\"");
}

static void put_bytes(struct trace *trace, char *dst, size_t size, uint32_t p, uint64_t n)
{
	uint8_t bytes[SHOWN_BYTES];
	size_t shown = n < sizeof(bytes) ? n : sizeof(bytes);

	if (copy_in(trace->t, bytes, p, shown))
		put(dst, size, "%#x", p);
	else
		put_quoted(dst, size, bytes, shown, shown < n);
}

static void put_string(struct trace *trace, char *dst, size_t size, uint32_t p)
{
	char s[300];
	int64_t len = copy_in_string(trace->t, s, p, sizeof(s));

	if (len == -ENAMETOOLONG)
		put_quoted(dst, size, (uint8_t *)s, 250, true);
	else if (len < 0)
		put(dst, size, "%#x", p);
	else
		put_quoted(dst, size, (uint8_t *)s, (size_t)len, false);
}

static void put_strings(struct trace *trace, char *dst, size_t size, uint32_t p)
{
	put(dst, size, "[");
	for (int i = 0;; i++) {
		uint32_t s;

		if (copy_in(trace->t, &s, p + 4 * i, sizeof(s))) {
			put(dst, size, "%s%#x", i ? ", " : "", p + 4 * i);
			break;
		}
		if (!s)
			break;
		if (i)
			put(dst, size, ", ");
		if (strlen(dst) + 40 > size) {
			put(dst, size, "...");
			break;
		}
		put_string(trace, dst, size - 10, s);
	}
	put(dst, size, "]");
}

static void put_iovec(struct trace *trace, char *dst, size_t size, uint32_t p, uint64_t count,
		      bool after)
{
	uint64_t left = after && trace->ret >= 0 ? (uint64_t)trace->ret : UINT64_MAX;

	put(dst, size, "[");
	for (uint64_t i = 0; i < count; i++) {
		uint32_t iov[2];

		if (i)
			put(dst, size, ", ");
		if (i == 8 || copy_in(trace->t, iov, p + 8 * i, sizeof(iov))) {
			put(dst, size, i == 8 ? "..." : "?");
			break;
		}
		put(dst, size, "{iov_base=");
		if (after && trace->ret < 0)
			put(dst, size, "%#x", iov[0]);
		else
			put_bytes(trace, dst, size, iov[0], left < iov[1] ? left : iov[1]);
		put(dst, size, ", iov_len=%u}", iov[1]);
		left -= left < iov[1] ? left : iov[1];
	}
	put(dst, size, "]");
}

static void put_sockaddr(struct trace *trace, char *dst, size_t size, uint32_t p, uint64_t n)
{
	union {
		struct sockaddr_storage storage;
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_un un;
		struct sockaddr_nl nl;
	} u = {0};
	char text[INET6_ADDRSTRLEN];

	if (n > sizeof(u))
		n = sizeof(u);
	if (n < sizeof(u.sa.sa_family) || copy_in(trace->t, &u, p, n)) {
		put(dst, size, "%#x", p);
		return;
	}
	put(dst, size, "{sa_family=%s", trace_enum(text, sizeof(text), "AF_", u.sa.sa_family));
	if (u.sa.sa_family == AF_INET) {
		inet_ntop(AF_INET, &u.in.sin_addr, text, sizeof(text));
		put(dst, size, ", sin_port=htons(%u), sin_addr=inet_addr(\"%s\")",
		    ntohs(u.in.sin_port), text);
	} else if (u.sa.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &u.in6.sin6_addr, text, sizeof(text));
		put(dst, size, ", sin6_port=htons(%u), sin6_addr=\"%s\"", ntohs(u.in6.sin6_port),
		    text);
	} else if (u.sa.sa_family == AF_UNIX && n > sizeof(u.sa.sa_family)) {
		size_t len = n - sizeof(u.sa.sa_family);

		if (u.un.sun_path[0])
			len = strnlen(u.un.sun_path, len);
		put(dst, size, ", sun_path=");
		put_quoted(dst, size, (uint8_t *)u.un.sun_path, len, false);
	} else if (u.sa.sa_family == AF_NETLINK) {
		put(dst, size, ", nl_pid=%u, nl_groups=%#x", u.nl.nl_pid, u.nl.nl_groups);
	}
	put(dst, size, "}");
}

/* Objects whose fields are few and telling; the others are printed as their address. */
static const struct {
	const char *type, *format; /* a field: a letter that says what it is */
	size_t size;
} objects[] = {
	{"int", "d", 4},
	{"u32", "u", 4},
	{"u64", "U", 8},
	{"off", "D", 8},
	{"long", "D", 8},
	{"wstatus", "w", 4},
	{"sigset", "s", 8},
	{"timespec", "{tv_sec=D, tv_nsec=D}", 16},
	{"timeval", "{tv_sec=D, tv_usec=D}", 16},
	{"itimerval", "{it_interval={tv_sec=D, tv_usec=D}, it_value={tv_sec=D, tv_usec=D}}", 32},
	{"itimerspec", "{it_interval={tv_sec=D, tv_nsec=D}, it_value={tv_sec=D, tv_nsec=D}}", 32},
	{"rlimit", "{rlim_cur=U, rlim_max=U}", 16},
	{"stat", "", 144},
	{"pollfd", "{fd=d, events=h, revents=h}", 8},
	{"epoll_event", "{events=x, data=X}", 12},
	{"sigaction", "{sa_handler=x, sa_flags=X, ?x, sa_mask=s}", 24},
	{"stack", "{ss_sp=x, ss_flags=d, ss_size=u}", 12},
};

static void put_sigset(char *dst, size_t size, uint64_t set)
{
	bool most = __builtin_popcountll(set) > 32;
	const char *space = "";

	if (most)
		set = ~set;
	put(dst, size, most ? "~[" : "[");
	for (int sig = 1; sig <= 64; sig++) {
		if (!(set & SIGBIT(sig)))
			continue;
		const char *name = sig < 32 ? sigabbrev_np(sig) : NULL;

		if (name)
			put(dst, size, "%s%s", space, name);
		else
			put(dst, size, "%sRT_%d", space, sig - 32);
		space = " ";
	}
	put(dst, size, "]");
}

static void put_wstatus(char *dst, size_t size, int status)
{
	if (WIFEXITED(status))
		put(dst, size, "{WIFEXITED(s) && WEXITSTATUS(s) == %d}", WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		put(dst, size, "{WIFSIGNALED(s) && WTERMSIG(s) == SIG%s}",
		    sigabbrev_np(WTERMSIG(status)));
	else
		put(dst, size, "%#x", status);
}

static void put_field(char *dst, size_t size, char letter, const uint8_t *p)
{
	int32_t w;
	int64_t d;
	int16_t h;

	memcpy(&h, p, sizeof(h));
	memcpy(&w, p, sizeof(w));
	memcpy(&d, p, sizeof(d));
	switch (letter) {
	case 'd': put(dst, size, "%d", w); break;
	case 'u': put(dst, size, "%u", (uint32_t)w); break;
	case 'x': put(dst, size, "%#x", (uint32_t)w); break;
	case 'h': put(dst, size, "%#x", (uint16_t)h); break;
	case 'D': put(dst, size, "%lld", (long long)d); break;
	case 'U':
		if ((uint64_t)d == UINT64_MAX)
			put(dst, size, "INFINITY");
		else
			put(dst, size, "%llu", (unsigned long long)d);
		break;
	case 'X': put(dst, size, "%#llx", (unsigned long long)d); break;
	case 's': put_sigset(dst, size, (uint64_t)d); break;
	case 'w': put_wstatus(dst, size, w); break;
	}
}

static size_t field_size(char letter)
{
	return letter == 'h' ? 2 : strchr("duxw", letter) ? 4 : 8;
}

static void put_object(struct trace *trace, char *dst, size_t size, const char *format, uint32_t p,
		       size_t bytes)
{
	uint8_t object[160] = {0};
	size_t at = 0;
	bool hidden = false;

	if (copy_in(trace->t, object, p, bytes)) {
		put(dst, size, "%#x", p);
		return;
	}
	if (!*format) { /* struct stat, which is the one that people look for */
		uint32_t mode;
		int64_t length;
		char names[100];

		memcpy(&mode, object + 24, sizeof(mode));
		memcpy(&length, object + 48, sizeof(length));
		put(dst, size, "{st_mode=%s|%#o, st_size=%lld, ...}",
		    trace_enum(names, sizeof(names), "S_IF", mode & 0170000), mode & 07777,
		    (long long)length);
		return;
	}
	for (const char *f = format; *f; f++) {
		bool field = strchr("duxhDUXsw", *f) &&
			     (f == format || f[-1] == '=' || f[-1] == '?');

		if (*f == '?') { /* a field nobody wants to see, and the comma after it */
			hidden = true;
		} else if (!field) {
			put(dst, size, "%c", *f);
		} else {
			if (!hidden)
				put_field(dst, size, *f, object + at);
			else
				f += 2;
			at += field_size(hidden ? f[-2] : *f);
			hidden = false;
		}
	}
}

static void put_objects(struct trace *trace, char *dst, size_t size, const char *type, uint32_t p,
			uint64_t n)
{
	bool array = *type == '[';

	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		if (strcmp(objects[i].type, type + array))
			continue;
		put(dst, size, array ? "[" : "");
		for (uint64_t k = 0; k < n; k++) {
			if (k)
				put(dst, size, ", ");
			if (k == 8) {
				put(dst, size, "...");
				break;
			}
			/* Single values behind a pointer are shown as arrays of one; sets have
			 * brackets of their own. */
			bool alone = !array && *objects[i].format && !objects[i].format[1] &&
				     *objects[i].format != 's';
			put(dst, size, alone ? "[" : "");
			put_object(trace, dst, size, objects[i].format,
				   p + (uint32_t)(k * objects[i].size), objects[i].size);
			put(dst, size, alone ? "]" : "");
		}
		put(dst, size, array ? "]" : "");
		return;
	}
	put(dst, size, "%#x", p);
}

static void put_pointer(struct trace *trace, char *dst, size_t size, uint32_t p,
			enum trace_kind kind, const char *name, uint64_t n, bool after)
{
	uint32_t len;

	if (!p) {
		put(dst, size, "NULL");
		return;
	}
	switch (kind) {
	case TRACE_KIND_STRING: put_string(trace, dst, size, p); break;
	case TRACE_KIND_STRINGS: put_strings(trace, dst, size, p); break;
	case TRACE_KIND_BYTES:
		if (after) /* the result says how much was written */
			n = trace->ret > 0 && (uint64_t)trace->ret < n ? (uint64_t)trace->ret
			    : trace->ret > 0			       ? n
								       : 0;
		put_bytes(trace, dst, size, p, n);
		break;
	case TRACE_KIND_OBJECT: put_objects(trace, dst, size, name, p, n); break;
	case TRACE_KIND_IOVEC: put_iovec(trace, dst, size, p, n, after); break;
	case TRACE_KIND_SOCKADDR: put_sockaddr(trace, dst, size, p, n); break;
	case TRACE_KIND_SOCKADDR_AT:
		if (copy_in(trace->t, &len, (uint32_t)n, sizeof(len)))
			put(dst, size, "%#x", p);
		else
			put_sockaddr(trace, dst, size, p, len);
		break;
	default: put(dst, size, "%#x", p);
	}
}

void trace_begin(struct trace *trace, struct thread *t, const char *name)
{
	trace->t = t;
	trace->name = name;
	trace->next = 0;
	trace->ret = 0;
}

void trace_in(struct trace *trace, int64_t value, enum trace_kind kind, enum trace_when when,
	      const char *name, uint64_t n)
{
	char *dst = trace->args[trace->next++];
	size_t size = sizeof(trace->args[0]);

	*dst = 0;
	switch (kind) {
	case TRACE_KIND_DEC: put(dst, size, "%lld", (long long)value); break;
	case TRACE_KIND_UDEC: put(dst, size, "%llu", (unsigned long long)value); break;
	case TRACE_KIND_HEX: put(dst, size, value ? "%#llx" : "%llx", (long long)value); break;
	case TRACE_KIND_MODE: put(dst, size, "%#llo", (long long)value); break;
	case TRACE_KIND_FLAGS: trace_flags(dst, size, name, (uint64_t)value); break;
	case TRACE_KIND_ENUM: trace_enum(dst, size, name, (uint64_t)value); break;
	case TRACE_KIND_DIRFD:
		if (value == AT_FDCWD)
			put(dst, size, "AT_FDCWD");
		else
			put(dst, size, "%lld", (long long)value);
		break;
	case TRACE_KIND_SIGNO:
		if (value > 0 && value < 32)
			put(dst, size, "SIG%s", sigabbrev_np((int)value));
		else if (value >= 32 && value <= 64)
			put(dst, size, "SIGRT_%d", (int)value - 32);
		else
			put(dst, size, "%lld", (long long)value);
		break;
	case TRACE_KIND_ADDR: put(dst, size, value ? "%#llx" : "NULL", (long long)value); break;
	default:
		if (when & TRACE_BEFORE)
			put_pointer(trace, dst, size, (uint32_t)value, kind, name, n, false);
	}
}

static int output = STDERR_FILENO;

bool trace_to(int fd)
{
	/* Out of the way of the guest, which may close or redirect what it was. */
	output = fcntl(fd, F_DUPFD_CLOEXEC, 700);
	if (output < 0)
		output = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	return output >= 0;
}

static void print_line(const char *line, size_t len)
{
	host_call(__NR_write, (uint64_t)output, (uint64_t)(uintptr_t)line, len, 0, 0, 0);
}

static void print(struct trace *trace, const char *result)
{
	char line[sizeof(trace->args) + 200];

	*line = 0;
	put(line, sizeof(line), "[%d] %s(", trace->t->tid, trace->name);
	for (int i = 0; i < trace->next; i++)
		put(line, sizeof(line), "%s%s", i ? ", " : "", trace->args[i]);
	put(line, sizeof(line), ") = %s\n", result);
	print_line(line, strlen(line));
}

void trace_enter(struct trace *trace)
{
	/* Those that do not come back, or in another program. */
	static const char *const final[] = {"exit", "exit_group", "execve", "execveat"};

	for (size_t i = 0; i < sizeof(final) / sizeof(final[0]); i++)
		if (!strcmp(trace->name, final[i]))
			print(trace, "?");
}

void trace_return(struct trace *trace, int64_t ret)
{
	trace->ret = ret;
	trace->next = 0;
}

void trace_out(struct trace *trace, int64_t value, enum trace_kind kind, enum trace_when when,
	       const char *name, uint64_t n)
{
	char *dst = trace->args[trace->next++];
	size_t size = sizeof(trace->args[0]);

	if (!(when & TRACE_AFTER))
		return;
	if (trace->ret < 0) { /* nothing was written */
		if (!(when & TRACE_BEFORE)) {
			*dst = 0;
			put(dst, size, value ? "%#llx" : "NULL", (long long)value);
		}
		return;
	}
	if (when & TRACE_BEFORE) { /* before => after, when it has changed */
		char before[sizeof(trace->args[0])];

		strcpy(before, dst);
		*dst = 0;
		put_pointer(trace, dst, size, (uint32_t)value, kind, name, n, true);
		if (strcmp(before, dst)) {
			char after[sizeof(trace->args[0])];

			strcpy(after, dst);
			*dst = 0;
			put(dst, size, "%s => %s", before, after);
		}
		return;
	}
	*dst = 0;
	put_pointer(trace, dst, size, (uint32_t)value, kind, name, n, true);
}

void trace_end(struct trace *trace)
{
	char result[100] = "";
	const char *name;

	if (trace->t->exec.unwind != EXEC_OK) {
		put(result, sizeof(result), "?");
	} else if (trace->ret < 0 && trace->ret > -4096) {
		name = strerrorname_np((int)-trace->ret);
		put(result, sizeof(result), "-1 %s (%s)", name ? name : "?",
		    strerrordesc_np((int)-trace->ret));
	} else if (!strcmp(trace->name, "mmap") || !strcmp(trace->name, "brk") ||
		   !strcmp(trace->name, "mremap")) {
		put(result, sizeof(result), "%#llx", (long long)trace->ret);
	} else {
		put(result, sizeof(result), "%lld", (long long)trace->ret);
	}
	print(trace, result);
}
