#include <setjmp.h>
#include <signal.h>
#include "syscall.h"

/* The second half of the macro sigsetjmp. The mask is restored by __wasm_setjmp_test. */
int __sigsetjmp_tail(struct __jmp_buf_tag *env, int save, int ret)
{
	if (!ret && save && !__syscall(SYS_rt_sigprocmask, SIG_SETMASK, 0, env->__ss, _NSIG/8))
		env->__fl = 1;
	return ret;
}
