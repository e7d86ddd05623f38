#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include "atomic.h"
#include "syscall.h"

/* The compiler (-wasm-enable-sjlj) turns calls of setjmp and longjmp into calls of these. A jump is
 * an exception with the tag __c_longjmp, which lives in compiler-rt and carries the address of a
 * { env, val } pair. A function that calls setjmp catches it, asks __wasm_setjmp_test which of its
 * setjmp calls is meant, if any, and goes on there or throws again. */

struct jmp {
	void *invocation;	/* tells activations of one function apart */
	uint32_t label;		/* which setjmp call in it; never 0 */
	struct {
		void *env;
		int val;
	} thrown;
};

_Static_assert(sizeof(struct jmp) <= sizeof(__jmp_buf), "jmp_buf is too small");

void __wasm_setjmp(void *env, uint32_t label, void *invocation)
{
	struct jmp *j = env;
	if (!label) a_crash();
	j->invocation = invocation;
	j->label = label;
	((struct __jmp_buf_tag *)env)->__fl = 0;
}

uint32_t __wasm_setjmp_test(void *env, void *invocation)
{
	struct __jmp_buf_tag *tag = env;
	struct jmp *j = env;
	if (!j->label) a_crash();
	if (j->invocation != invocation) return 0;
	/* The stack has been unwound: only now may signals come. */
	if (tag->__fl) __syscall(SYS_rt_sigprocmask, SIG_SETMASK, tag->__ss, 0, _NSIG/8);
	return j->label;
}

_Noreturn void __wasm_longjmp(void *env, int val)
{
	struct jmp *j = env;
	j->thrown.env = env;
	j->thrown.val = val ? val : 1;
	__builtin_wasm_throw(1, &j->thrown);
}
