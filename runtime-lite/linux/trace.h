/*
 * wali-run --trace: prints each call as strace does, by the kinds of its parameters in spec/wali.def.
 *
 *	trace_begin(&trace, t, "read");
 *	trace_in(&trace, value, TRACE_<kind>);	for each parameter: what is known before the call
 *	trace_enter(&trace);
 *	trace_return(&trace, ret);
 *	trace_out(&trace, value, TRACE_<kind>);	for each again: what the call has written
 *	trace_end(&trace);			prints the line
 *
 * Lines go where trace_to said, each with one write.
 */
#ifndef LINUX_TRACE_H
#define LINUX_TRACE_H

#include "thread.h"

enum trace_kind {
	TRACE_KIND_DEC, /* signed */
	TRACE_KIND_UDEC,
	TRACE_KIND_HEX,
	TRACE_KIND_MODE, /* octal */
	TRACE_KIND_DIRFD,
	TRACE_KIND_SIGNO,
	TRACE_KIND_FLAGS, /* of the set `name` */
	TRACE_KIND_ENUM,  /* of the set `name` */
	TRACE_KIND_ADDR,
	TRACE_KIND_STRING,
	TRACE_KIND_STRINGS,
	TRACE_KIND_BYTES,	/* n bytes */
	TRACE_KIND_OBJECT,	/* n of the type `name` */
	TRACE_KIND_IOVEC,	/* n of them */
	TRACE_KIND_SOCKADDR,	/* n bytes */
	TRACE_KIND_SOCKADDR_AT, /* n is the guest address of its length */
};

enum trace_when { TRACE_BEFORE = 1, TRACE_AFTER = 2, TRACE_BOTH = 3 };

/* What a parameter is: the expansion of TRACE_<KIND>, three arguments of trace_in and trace_out. */
#define TRACE_INT		TRACE_KIND_DEC, TRACE_BEFORE, NULL, 0
#define TRACE_UINT		TRACE_KIND_UDEC, TRACE_BEFORE, NULL, 0
#define TRACE_HEX		TRACE_KIND_HEX, TRACE_BEFORE, NULL, 0
#define TRACE_LONG		TRACE_KIND_DEC, TRACE_BEFORE, NULL, 0
#define TRACE_ULONG		TRACE_KIND_DEC, TRACE_BEFORE, NULL, 0
#define TRACE_OFF		TRACE_KIND_DEC, TRACE_BEFORE, NULL, 0
#define TRACE_SIZE		TRACE_KIND_UDEC, TRACE_BEFORE, NULL, 0
#define TRACE_FD		TRACE_KIND_DEC, TRACE_BEFORE, NULL, 0
#define TRACE_DIRFD		TRACE_KIND_DIRFD, TRACE_BEFORE, NULL, 0
#define TRACE_PID		TRACE_KIND_DEC, TRACE_BEFORE, NULL, 0
#define TRACE_UID		TRACE_KIND_DEC, TRACE_BEFORE, NULL, 0
#define TRACE_GID		TRACE_KIND_DEC, TRACE_BEFORE, NULL, 0
#define TRACE_MODE		TRACE_KIND_MODE, TRACE_BEFORE, NULL, 0
#define TRACE_DEV		TRACE_KIND_HEX, TRACE_BEFORE, NULL, 0
#define TRACE_SIGNO		TRACE_KIND_SIGNO, TRACE_BEFORE, NULL, 0
#define TRACE_FLAGS(set)	TRACE_KIND_FLAGS, TRACE_BEFORE, #set, 0
#define TRACE_ENUM(set)		TRACE_KIND_ENUM, TRACE_BEFORE, #set, 0
#define TRACE_ARG		TRACE_KIND_HEX, TRACE_BEFORE, NULL, 0
#define TRACE_ADDR		TRACE_KIND_ADDR, TRACE_BEFORE, NULL, 0
#define TRACE_RANGE(n)		TRACE_KIND_ADDR, TRACE_BEFORE, NULL, 0
#define TRACE_PATH		TRACE_KIND_STRING, TRACE_BEFORE, NULL, 0
#define TRACE_STR		TRACE_KIND_STRING, TRACE_BEFORE, NULL, 0
#define TRACE_STRV		TRACE_KIND_STRINGS, TRACE_BEFORE, NULL, 0
#define TRACE_IN(n)		TRACE_KIND_BYTES, TRACE_BEFORE, NULL, (uint64_t)(n)
#define TRACE_OUT(n)		TRACE_KIND_BYTES, TRACE_AFTER, NULL, (uint64_t)(n)
#define TRACE_IN_OBJ(t)		TRACE_KIND_OBJECT, TRACE_BEFORE, #t, 1
#define TRACE_OUT_OBJ(t)	TRACE_KIND_OBJECT, TRACE_AFTER, #t, 1
#define TRACE_INOUT_OBJ(t)	TRACE_KIND_OBJECT, TRACE_BOTH, #t, 1
#define TRACE_IN_ARRAY(t, n)	TRACE_KIND_OBJECT, TRACE_BEFORE, "[" #t, (uint64_t)(n)
#define TRACE_OUT_ARRAY(t, n)	TRACE_KIND_OBJECT, TRACE_AFTER, "[" #t, (uint64_t)(n)
#define TRACE_INOUT_ARRAY(t, n) TRACE_KIND_OBJECT, TRACE_BOTH, "[" #t, (uint64_t)(n)
#define TRACE_IOVEC_IN(n)	TRACE_KIND_IOVEC, TRACE_BEFORE, NULL, (uint64_t)(n)
#define TRACE_IOVEC_OUT(n)	TRACE_KIND_IOVEC, TRACE_AFTER, NULL, (uint64_t)(n)
#define TRACE_SOCKADDR_IN(n)	TRACE_KIND_SOCKADDR, TRACE_BEFORE, NULL, (uint64_t)(n)
#define TRACE_SOCKADDR_OUT(p)	TRACE_KIND_SOCKADDR_AT, TRACE_AFTER, NULL, (uint64_t)(p)

struct trace {
	struct thread *t;
	const char *name;
	int next; /* parameter */
	int64_t ret;
	char args[6][400];
};

/* To be called before the first line. Keeps a duplicate of fd; false, with errno, if it cannot. */
bool trace_to(int fd);

void trace_begin(struct trace *trace, struct thread *t, const char *name);
void trace_in(struct trace *trace, int64_t value, enum trace_kind kind, enum trace_when when,
	      const char *name, uint64_t n);
void trace_enter(struct trace *trace);
void trace_return(struct trace *trace, int64_t ret);
void trace_out(struct trace *trace, int64_t value, enum trace_kind kind, enum trace_when when,
	       const char *name, uint64_t n);
void trace_end(struct trace *trace);

/*
 * Names of a set: of flags, joined by '|', or of one value. Returns dst; what has no name is printed
 * as a number.
 */
char *trace_flags(char *dst, size_t size, const char *set, uint64_t value);
char *trace_enum(char *dst, size_t size, const char *set, uint64_t value);

#endif
