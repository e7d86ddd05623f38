#ifndef __ASM_WASM_SIGCONTEXT_H
#define __ASM_WASM_SIGCONTEXT_H

/* mcontext_t of <signal.h>, under the name that the kernel has for it. */
struct sigcontext {
	unsigned long in_call, pc, sp, fault_addr;
	unsigned long reserved[4];
};

#endif
