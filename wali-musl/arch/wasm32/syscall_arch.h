/* System calls are imported functions, one a call, each with the signature that spec/wali.def
 * gives it. __wali_syscall is a switch over the whole list that folds away wherever the number
 * is a constant, so that a call site imports the one function that it calls. */

#define __SYSCALL_LL_E(x) (x)
#define __SYSCALL_LL_O(x) (x)

#define __scc(X) ((long) (X))
typedef long syscall_arg_t;

#include "params.h"

#define __WALI_C_I32 int
#define __WALI_C_I64 long
#define __WALI_CTYPE(type, cname, kind) __WALI_C_##type

#define SYS(name, x86_64, aarch64, riscv64, status, how, n, ...) \
	__attribute__((__import_module__("wali"), __import_name__("SYS_" #name))) \
	long __wali_SYS_##name(__WALI_PROTO_##n(__VA_ARGS__));
#define __WALI_PROTO_0() void
#define __WALI_PROTO_1(...) WALI_LIST_1(__WALI_CTYPE, __VA_ARGS__)
#define __WALI_PROTO_2(...) WALI_LIST_2(__WALI_CTYPE, __VA_ARGS__)
#define __WALI_PROTO_3(...) WALI_LIST_3(__WALI_CTYPE, __VA_ARGS__)
#define __WALI_PROTO_4(...) WALI_LIST_4(__WALI_CTYPE, __VA_ARGS__)
#define __WALI_PROTO_5(...) WALI_LIST_5(__WALI_CTYPE, __VA_ARGS__)
#define __WALI_PROTO_6(...) WALI_LIST_6(__WALI_CTYPE, __VA_ARGS__)
#include "wali.def"
#undef SYS

#define __WALI_INLINE static inline __attribute__((__always_inline__))

__WALI_INLINE
long __wali_syscall(long n, long a, long b, long c, long d, long e, long f)
{
	switch (n) {
#define __WALI_CAST(type, cname, kind) (__WALI_C_##type)
#define __WALI_ARGS_0()
#define __WALI_ARGS_1(p) __WALI_CAST p a
#define __WALI_ARGS_2(p, q) __WALI_ARGS_1(p), __WALI_CAST q b
#define __WALI_ARGS_3(p, q, r) __WALI_ARGS_2(p, q), __WALI_CAST r c
#define __WALI_ARGS_4(p, q, r, s) __WALI_ARGS_3(p, q, r), __WALI_CAST s d
#define __WALI_ARGS_5(p, q, r, s, t) __WALI_ARGS_4(p, q, r, s), __WALI_CAST t e
#define __WALI_ARGS_6(p, q, r, s, t, u) __WALI_ARGS_5(p, q, r, s, t), __WALI_CAST u f
#define SYS(name, x86_64, aarch64, riscv64, status, how, n, ...) \
	case x86_64: return __wali_SYS_##name(__WALI_ARGS_##n(__VA_ARGS__));
#include "wali.def"
#undef SYS
	}
	return -ENOSYS;
}

__WALI_INLINE long __syscall0(long n)
{
	return __wali_syscall(n, 0, 0, 0, 0, 0, 0);
}

__WALI_INLINE long __syscall1(long n, long a)
{
	return __wali_syscall(n, a, 0, 0, 0, 0, 0);
}

__WALI_INLINE long __syscall2(long n, long a, long b)
{
	return __wali_syscall(n, a, b, 0, 0, 0, 0);
}

__WALI_INLINE long __syscall3(long n, long a, long b, long c)
{
	return __wali_syscall(n, a, b, c, 0, 0, 0);
}

__WALI_INLINE long __syscall4(long n, long a, long b, long c, long d)
{
	return __wali_syscall(n, a, b, c, d, 0, 0);
}

__WALI_INLINE long __syscall5(long n, long a, long b, long c, long d, long e)
{
	return __wali_syscall(n, a, b, c, d, e, 0);
}

__WALI_INLINE long __syscall6(long n, long a, long b, long c, long d, long e, long f)
{
	return __wali_syscall(n, a, b, c, d, e, f);
}

/* Cancellation points. A signal handler cannot ask for its program counter here, so the state of the
 * thread says where it is: __cp_enter notes the stack pointer, which tells this call from one
 * that a signal handler makes meanwhile, and the runtime says in the ucontext whether the call
 * has had an effect. Without pthread_cancel in the program both functions are empty.
 * __cp_enter returns 0, or the result if the thread was cancelled before the call. */
long __cp_enter(long n, unsigned sp);
long __cp_leave(long n, long r);

__WALI_INLINE long __syscall_cp(long n, long a, long b, long c, long d, long e, long f)
{
	unsigned sp;
	__asm__ __volatile__(
		".globaltype __stack_pointer, i32\n"
		"global.get __stack_pointer\n"
		"local.set %0" : "=r"(sp));
	long r = __cp_enter(n, sp);
	return r ? r : __cp_leave(n, __wali_syscall(n, a, b, c, d, e, f));
}

/* What has no published signature, where musl knows another way: programs must not import names
 * that other engines lack without need. */
#undef SYS_pause
#undef SYS_getpgrp
#undef SYS_lchown
#undef SYS_renameat
#undef SYS_futimesat
#undef SYS_epoll_create
#undef SYS_epoll_wait
#undef SYS_inotify_init
#undef SYS_signalfd
#undef SYS_creat
#undef SYS_utimes

/* The same without an #ifdef to turn: these fail with ENOSYS, and musl goes the other way.
 * (Robust lists: the kernel cannot walk a guest's. libc itself does when a thread ends.) */
#undef SYS_fchmodat2
#undef SYS_set_robust_list
#define SYS_fchmodat2 (-1)
#define SYS_set_robust_list (-1)

#define IPC_64 0
