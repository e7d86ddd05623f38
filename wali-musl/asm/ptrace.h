#ifndef __ASM_WASM_PTRACE_H
#define __ASM_WASM_PTRACE_H

/* Of a WebAssembly thread; see struct user_regs_struct in <sys/user.h>. */
struct pt_regs {
	unsigned long pc, sp;
};

#endif
