/*
 * What differs by instruction set: the system call instruction, the signal context, and a few functions that
 * must be assembly because signal handlers recognise them by program counter. isa/<isa>.h has the same names
 * for each; nothing else in linux/ asks which ISA it is.
 *
 *	native_syscall		the instruction: result or -errno
 *	context_pc, context_set_pc
 *	struct native_sigaction	the kernel's struct sigaction; native_set_restorer() completes it
 *	ISA_ASM			the functions declared below, defined once, in window.c
 */
#ifndef LINUX_ISA_H
#define LINUX_ISA_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

/*
 * The blocking call. If *interrupt is set, or becomes set by a signal whose handler finds the program counter in
 * [host_window_begin, host_window_end) and moves it to host_window_refuse, returns NOT_ENTERED and the
 * call has not been made.
 */
int64_t host_window_call(_Atomic uint32_t *interrupt, long nr, const uint64_t args[6]);
#define NOT_ENTERED (-4096)
extern const char host_window_begin[], host_window_end[], host_window_refuse[];

/*
 * Copies of guest memory: 0 (for the string: its length, or -ENAMETOOLONG), or -EFAULT, which is what they return
 * when a fault in [host_copy_begin, host_copy_end) is made to continue at host_copy_fault. Aligned words of
 * 2, 4 and 8 bytes are copied in one access each.
 */
int64_t host_copy(void *dst, const void *src, size_t n);
int64_t host_copy_string(char *dst, const char *src, size_t size);
extern const char host_copy_begin[], host_copy_end[], host_copy_fault[];

/* Returns from a native signal handler; only where the kernel wants to be told one. */
void host_signal_return(void);

#define FUNCTION(name)                                                                             \
	"	.text\n	.balign 16\n	.globl " #name "\n	.type " #name                      \
	", %function\n" #name ":\n"                                                                \
	"	.cfi_startproc\n"
#define LABEL(name) "	.globl " #name "\n" #name ":\n"
#define END(name)   "	.cfi_endproc\n	.size " #name ", . - " #name "\n"

#if defined(__x86_64__)
#include "isa/x86_64.h"
#elif defined(__aarch64__)
#include "isa/aarch64.h"
#elif defined(__riscv) && __riscv_xlen == 64
#include "isa/riscv64.h"
#else
#error "no linux/isa/<isa>.h for this machine"
#endif

#endif
