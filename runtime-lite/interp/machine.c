/* The interpreter's registers in a signal context. Which they are follows from
 * the calling convention. */
#include "machine.h"

#include <signal.h>
#include <ucontext.h>

#if defined(__x86_64__)
uintptr_t machine_native_pc(const void *ucontext)
{
	return ((const ucontext_t *)ucontext)->uc_mcontext.gregs[REG_RIP];
}

/* preserve_none: r12 r13 r14 r15 rdi rsi; xmm0 */
void machine_read_registers(const void *ucontext, struct machine_registers *r)
{
	const mcontext_t *mc = &((const ucontext_t *)ucontext)->uc_mcontext;

	r->pc = mc->gregs[REG_R12];
	r->fp = mc->gregs[REG_R13];
	r->mem = mc->gregs[REG_R14];
	r->x = mc->gregs[REG_R15];
	r->a = mc->gregs[REG_RSI];
	memcpy(&r->f, mc->fpregs->_xmm, sizeof(r->f));
}
#elif defined(__aarch64__)
#include <asm/sigcontext.h>

uintptr_t machine_native_pc(const void *ucontext)
{
	return ((const ucontext_t *)ucontext)->uc_mcontext.pc;
}

/* preserve_none: x20 x21 x22 x23 x24 x25; v0 */
void machine_read_registers(const void *ucontext, struct machine_registers *r)
{
	const mcontext_t *mc = &((const ucontext_t *)ucontext)->uc_mcontext;
	const struct _aarch64_ctx *head = (const void *)mc->__reserved;

	r->pc = mc->regs[20];
	r->fp = mc->regs[21];
	r->mem = mc->regs[22];
	r->x = mc->regs[23];
	r->a = mc->regs[25];
	while (head->magic && head->magic != FPSIMD_MAGIC)
		head = (const void *)((const char *)head + head->size);
	if (head->magic)
		memcpy(&r->f, ((const struct fpsimd_context *)head)->vregs, sizeof(r->f));
}
#elif defined(__riscv) && __riscv_xlen == 64
uintptr_t machine_native_pc(const void *ucontext)
{
	return ((const ucontext_t *)ucontext)->uc_mcontext.__gregs[REG_PC];
}

/* a0 .. a5; fa0 */
void machine_read_registers(const void *ucontext, struct machine_registers *r)
{
	const mcontext_t *mc = &((const ucontext_t *)ucontext)->uc_mcontext;

	r->pc = mc->__gregs[REG_A0];
	r->fp = mc->__gregs[REG_A0 + 1];
	r->mem = mc->__gregs[REG_A0 + 2];
	r->x = mc->__gregs[REG_A0 + 3];
	r->a = mc->__gregs[REG_A0 + 5];
	memcpy(&r->f, &mc->__fpregs.__d.__f[10], sizeof(r->f));
}
#else
#error "unknown ISA"
#endif
