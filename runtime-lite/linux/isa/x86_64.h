/* x86-64: what isa.h asks for. */

static inline int64_t native_syscall(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
				     uint64_t e, uint64_t f)
{
	register uint64_t r10 __asm__("r10") = d;
	register uint64_t r8 __asm__("r8") = e;
	register uint64_t r9 __asm__("r9") = f;
	int64_t ret;
	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

static inline uintptr_t context_pc(const ucontext_t *uc)
{
	return (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
}

static inline void context_set_pc(ucontext_t *uc, uintptr_t pc)
{
	uc->uc_mcontext.gregs[REG_RIP] = (greg_t)pc;
}

struct native_sigaction {
	void (*handler)(int, siginfo_t *, void *);
	unsigned long flags;
	void (*restorer)(void);
	uint64_t mask;
};

#define NATIVE_SA_RESTORER 0x04000000
#define native_set_restorer(sa)                                                                    \
	((sa)->flags |= NATIVE_SA_RESTORER, (sa)->restorer = host_signal_return)

/* The bytes of host_signal_return are those by which unwinders and debuggers know a signal frame. */
/* clang-format off */
#define ISA_ASM \
	FUNCTION(host_window_call) \
	"	mov %rdi, %r11\n" \
	"	mov %rsi, %rax\n" \
	"	mov %rdx, %rcx\n" \
	"	mov 0(%rcx), %rdi\n" \
	"	mov 8(%rcx), %rsi\n" \
	"	mov 16(%rcx), %rdx\n" \
	"	mov 24(%rcx), %r10\n" \
	"	mov 32(%rcx), %r8\n" \
	"	mov 40(%rcx), %r9\n" \
	LABEL(host_window_begin) \
	"	cmpl $0, (%r11)\n" \
	"	jne host_window_refuse\n" \
	"	syscall\n" \
	LABEL(host_window_end) \
	"	ret\n" \
	LABEL(host_window_refuse) \
	"	mov $-4096, %rax\n" \
	"	ret\n" \
	END(host_window_call) \
	FUNCTION(host_copy) \
	LABEL(host_copy_begin) \
	"	mov %rdx, %rcx\n" \
	"	shr $3, %rcx\n" \
	"	jz 2f\n" \
	"	cmp $128, %rcx\n" \
	"	jae 5f\n" \
	"1:	mov (%rsi), %rax\n" \
	"	mov %rax, (%rdi)\n" \
	"	add $8, %rsi\n" \
	"	add $8, %rdi\n" \
	"	dec %rcx\n" \
	"	jnz 1b\n" \
	"2:	test $4, %dl\n" \
	"	jz 3f\n" \
	"	mov (%rsi), %eax\n" \
	"	mov %eax, (%rdi)\n" \
	"	add $4, %rsi\n" \
	"	add $4, %rdi\n" \
	"3:	test $2, %dl\n" \
	"	jz 4f\n" \
	"	mov (%rsi), %ax\n" \
	"	mov %ax, (%rdi)\n" \
	"	add $2, %rsi\n" \
	"	add $2, %rdi\n" \
	"4:	test $1, %dl\n" \
	"	jz 6f\n" \
	"	mov (%rsi), %al\n" \
	"	mov %al, (%rdi)\n" \
	"6:	xor %eax, %eax\n" \
	"	ret\n" \
	"5:	rep movsq\n" \
	"	jmp 2b\n" \
	END(host_copy) \
	FUNCTION(host_copy_string) \
	"	xor %eax, %eax\n" \
	"1:	cmp %rdx, %rax\n" \
	"	je 2f\n" \
	"	movb (%rsi,%rax), %cl\n" \
	"	movb %cl, (%rdi,%rax)\n" \
	"	test %cl, %cl\n" \
	"	jz 3f\n" \
	"	inc %rax\n" \
	"	jmp 1b\n" \
	"2:	mov $-36, %rax\n" \
	"3:	ret\n" \
	LABEL(host_copy_end) \
	LABEL(host_copy_fault) \
	"	mov $-14, %rax\n" \
	"	ret\n" \
	END(host_copy_string) \
	/* Unwinders look for tables for the byte before, and must find none. */ \
	"	nop\n" \
	"	.globl host_signal_return\n" \
	"	.type host_signal_return, %function\n" \
	"host_signal_return:\n" \
	"	mov $15, %rax\n" \
	"	syscall\n" \
	"	.size host_signal_return, . - host_signal_return\n"
/* clang-format on */
