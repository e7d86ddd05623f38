/* riscv64: what isa.h asks for. */

static inline int64_t native_syscall(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
				     uint64_t e, uint64_t f)
{
	register uint64_t a7 __asm__("a7") = (uint64_t)nr;
	register uint64_t a0 __asm__("a0") = a;
	register uint64_t a1 __asm__("a1") = b;
	register uint64_t a2 __asm__("a2") = c;
	register uint64_t a3 __asm__("a3") = d;
	register uint64_t a4 __asm__("a4") = e;
	register uint64_t a5 __asm__("a5") = f;
	__asm__ volatile("ecall"
			 : "+r"(a0)
			 : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5)
			 : "memory");
	return (int64_t)a0;
}

static inline uintptr_t context_pc(const ucontext_t *uc)
{
	return (uintptr_t)uc->uc_mcontext.__gregs[REG_PC];
}

static inline void context_set_pc(ucontext_t *uc, uintptr_t pc)
{
	uc->uc_mcontext.__gregs[REG_PC] = pc;
}

/*
 * No restorer field: the kernel has one of its own in the vDSO. qemu-user (7.2, at least) believes in one, and reads and
 * writes the mask after it.
 */
struct native_sigaction {
	void (*handler)(int, siginfo_t *, void *);
	unsigned long flags;
	uint64_t mask, mask_of_qemu;
};

#define native_set_restorer(sa) ((void)((sa)->mask_of_qemu = (sa)->mask))

/* clang-format off */
#define ISA_ASM \
	FUNCTION(host_window_call) \
	"	mv t0, a0\n" \
	"	mv a7, a1\n" \
	"	mv t1, a2\n" \
	"	ld a0, 0(t1)\n" \
	"	ld a1, 8(t1)\n" \
	"	ld a2, 16(t1)\n" \
	"	ld a3, 24(t1)\n" \
	"	ld a4, 32(t1)\n" \
	"	ld a5, 40(t1)\n" \
	LABEL(host_window_begin) \
	"	lw t2, 0(t0)\n" \
	"	bnez t2, host_window_refuse\n" \
	"	ecall\n" \
	LABEL(host_window_end) \
	"	ret\n" \
	LABEL(host_window_refuse) \
	"	li a0, -4096\n" \
	"	ret\n" \
	END(host_window_call) \
	/* Whole words only where both addresses allow it: unaligned accesses may be emulated. */ \
	FUNCTION(host_copy) \
	LABEL(host_copy_begin) \
	"	or t0, a0, a1\n" \
	"	andi t1, t0, 3\n" \
	"	bnez t1, 4f\n" \
	"	andi t1, t0, 7\n" \
	"	bnez t1, 2f\n" \
	"	li t3, 8\n" \
	"1:	bltu a2, t3, 2f\n" \
	"	ld t2, 0(a1)\n" \
	"	sd t2, 0(a0)\n" \
	"	addi a0, a0, 8\n" \
	"	addi a1, a1, 8\n" \
	"	addi a2, a2, -8\n" \
	"	j 1b\n" \
	"2:	li t3, 4\n" \
	"3:	bltu a2, t3, 4f\n" \
	"	lw t2, 0(a1)\n" \
	"	sw t2, 0(a0)\n" \
	"	addi a0, a0, 4\n" \
	"	addi a1, a1, 4\n" \
	"	addi a2, a2, -4\n" \
	"	j 3b\n" \
	"4:	beqz a2, 5f\n" \
	"	lbu t2, 0(a1)\n" \
	"	sb t2, 0(a0)\n" \
	"	addi a0, a0, 1\n" \
	"	addi a1, a1, 1\n" \
	"	addi a2, a2, -1\n" \
	"	j 4b\n" \
	"5:	li a0, 0\n" \
	"	ret\n" \
	END(host_copy) \
	FUNCTION(host_copy_string) \
	"	li t0, 0\n" \
	"1:	beq t0, a2, 2f\n" \
	"	add t1, a1, t0\n" \
	"	lbu t2, 0(t1)\n" \
	"	add t1, a0, t0\n" \
	"	sb t2, 0(t1)\n" \
	"	beqz t2, 3f\n" \
	"	addi t0, t0, 1\n" \
	"	j 1b\n" \
	"2:	li t0, -36\n" \
	"3:	mv a0, t0\n" \
	"	ret\n" \
	LABEL(host_copy_end) \
	LABEL(host_copy_fault) \
	"	li a0, -14\n" \
	"	ret\n" \
	END(host_copy_string)
/* clang-format on */
