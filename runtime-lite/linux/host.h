/*
 * What a system call handler may use. One handler is one C function
 *
 *	int64_t sys_read(struct thread *t, int32_t fd, uint32_t buf, uint32_t count);
 *
 * declared from spec/wali.def (I32 as uint32_t where the KIND is a pointer or a size, else int32_t; I64 as
 * int64_t), and returns the result or a negative errno. A guest value is hostile until checked.
 *
 * The support imports (__init, __cl_get_argc, ...) are functions aux_<name>, aux_init for example, by the
 * same rules. thread.h has host_enter and host_leave, which go around every call, and the API for calls
 * that wait under a temporary signal mask.
 */
#ifndef LINUX_HOST_H
#define LINUX_HOST_H

#include "thread.h"

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>

/* The native address of a guest pointer, good for giving to the kernel: whatever a u32 and a u32
 * length can reach lies within the reservation. Never dereference it: use copy_in and copy_out. */
static inline void *guest(const struct thread *t, uint32_t p)
{
	return t->base + p;
}

static inline void *guest_or_null(const struct thread *t, uint32_t p)
{
	return p ? t->base + p : NULL;
}

/* 0, or -EFAULT and nothing promised about how much was copied. */
int copy_in(struct thread *t, void *dst, uint32_t src, size_t n);
int copy_out(struct thread *t, uint32_t dst, const void *src, size_t n);
/* Length without the terminating zero, -EFAULT, or -ENAMETOOLONG when it does not fit in size. */
int64_t copy_in_string(struct thread *t, char *dst, uint32_t src, size_t size);

/* The native system call, raw: result or -errno, nothing else happens. */
int64_t host_call(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);

enum restart {
	RESTART_NEVER, /* EINTR once a handler has run, SA_RESTART or not: poll, sleeps, sigsuspend */
	RESTART_SA,    /* entered again when all handlers that ran had SA_RESTART */
};

/*
 * A native system call that may block. If a guest signal is pending it is not entered; pending signals are
 * taken, then the call is restarted or -EINTR returned. When t->exec.unwind is set on return, the caller
 * returns at once, whatever the result.
 */
int64_t host_call_blocking(struct thread *t, enum restart restart, long nr, uint64_t a, uint64_t b,
			   uint64_t c, uint64_t d, uint64_t e, uint64_t f);

/* With fewer arguments: HOST(openat, AT_FDCWD, path, flags), BLOCKING(t, RESTART_SA, read, fd, p, n). */
#define HOST_ARGS_(nr, a, b, c, d, e, f, ...)                                                      \
	nr, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), (uint64_t)(d), (uint64_t)(e), (uint64_t)(f)
#define HOST(name, ...) host_call(HOST_ARGS_(__NR_##name, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0))
#define BLOCKING(t, restart, name, ...)                                                            \
	host_call_blocking(t, restart, HOST_ARGS_(__NR_##name, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0))

#endif
