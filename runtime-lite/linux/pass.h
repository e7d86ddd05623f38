/*
 * The calls that need no code of their own: pointers are translated, numbers extended as their kind says, and the host's
 * kernel does the rest. These are definitions, for table.c, so that they become part of the functions there: after a
 * system call the processor may have forgotten where functions return to, and each that returns costs.
 */
#ifndef LINUX_PASS_H
#define LINUX_PASS_H

#include "isa.h"
#include "layout.h"
#include "syscalls.h"

#define PASS_S(value) (int64_t)(value)
#define PASS_U(value) (uint64_t)(value)
#define PASS_P(value) guest_or_null(t, value)
#define PASS_R(value) guest(t, value)

#define VALUE(type, cname, kind) VALUE_(WALI_CLASS(kind), cname)
#define VALUE_(class, cname)	 VALUE__(class, cname)
#define VALUE__(class, cname)	 PASS_##class(cname)
#define PADDED(nr, ...)		 HOST_ARGS(nr, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)
#define HOST_ARGS(...)		 HOST_ARGS_(__VA_ARGS__)
#define ARGS(nr, n, ...)	 PADDED(nr WALI_COMMA(n, VALUE, ##__VA_ARGS__))
#define PARAM(type, cname, kind) __attribute__((unused)) SYS_PARAM(type, cname, kind)

#define DEFINE(name, n, body, ...)                                                                 \
	int64_t sys_##name(                                                                        \
		__attribute__((unused)) struct thread *t WALI_COMMA(n, PARAM, ##__VA_ARGS__))      \
	{                                                                                          \
		body;                                                                              \
	}

/* The instruction right here, since a call for it would show. */
#define NATIVE(...) native_syscall(__VA_ARGS__)
#define DEFINE_PASS(name, nr, n, ...)                                                              \
	DEFINE(name, n, return NATIVE(ARGS(nr, n, ##__VA_ARGS__)), ##__VA_ARGS__)
#define DEFINE_BLOCK(name, nr, n, ...)                                                             \
	DEFINE(name, n, return host_call_blocking(t, RESTART_SA, ARGS(nr, n, ##__VA_ARGS__)),      \
	       ##__VA_ARGS__)
#define DEFINE_WAIT(name, nr, n, ...)                                                              \
	DEFINE(name, n, return host_call_blocking(t, RESTART_NEVER, ARGS(nr, n, ##__VA_ARGS__)),   \
	       ##__VA_ARGS__)
#define DEFINE_DENY(name, nr, n, ...)  DEFINE(name, n, return -EPERM, ##__VA_ARGS__)
#define DEFINE_NOSYS(name, nr, n, ...) DEFINE(name, n, return -ENOSYS, ##__VA_ARGS__)
#define DEFINE_WORK(name, nr, n, ...)

#define SYS(name, x, a, r, st, how, n, ...) DEFINE_##how(name, HOST_NR(x, a, r), n, ##__VA_ARGS__)
#include "wali.def"
#undef SYS

#endif
