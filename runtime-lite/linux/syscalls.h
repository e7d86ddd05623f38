/*
 * Every handler's declaration, from spec/wali.def and spec/aux.def, and the table the loader resolves
 * imports with. A handler runs between host_enter and host_leave; see host.h for what it may use.
 */
#ifndef LINUX_SYSCALLS_H
#define LINUX_SYSCALLS_H

#include "host.h"
#include "params.h"

/* int64_t sys_read(struct thread *t, int32_t fd, uint32_t buf, uint32_t count); and all the others. Those
 * that wali.def calls PASS, BLOCK, WAIT, DENY and NOSYS are in pass.h, the rest in a file by subject. */
#define SYS_PARAM(type, cname, kind) WALI_CTYPE(type, cname, kind) cname
#define SYS(name, x, a, r, st, how, n, ...)                                                        \
	int64_t sys_##name(struct thread *t WALI_COMMA(n, SYS_PARAM, ##__VA_ARGS__));
#include "wali.def"
#undef SYS

/* int32_t aux_cl_copy_argv(struct thread *t, uint32_t argbuf, uint32_t arg_index); ... */
#define AUX_RESULT_I32	int32_t
#define AUX_RESULT_VOID void
#define AUX(import, name, result, n, ...)                                                          \
	AUX_RESULT_##result aux_##name(struct thread *t WALI_COMMA(n, SYS_PARAM, ##__VA_ARGS__));
#include "aux.def"
#undef AUX

/* What the module "wali" exports under this name, or NULL. With process.trace, the functions that are found
 * print the calls too. */
const struct hostfunc *hostfunc_find(const char *name, size_t len);

#endif
