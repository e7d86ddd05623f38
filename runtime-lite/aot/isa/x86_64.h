/* x86-64: what isa.h asks for. */
#include <asm/prctl.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RED_ZONE 128

static inline uintptr_t signal_pc(const void *ucontext)
{
	return (uintptr_t)((const ucontext_t *)ucontext)->uc_mcontext.gregs[REG_RIP];
}

static inline uintptr_t signal_sp(const void *ucontext)
{
	return (uintptr_t)((const ucontext_t *)ucontext)->uc_mcontext.gregs[REG_RSP];
}

#define FRAME_REGISTERS 8 /* rbx rbp r12 r13 r14 r15 rsp rip */
#define FRAME_SP	6
#define FRAME_RETURN	7

static inline int frame_register(uint64_t number)
{
	static const int8_t numbers[17] = {-1, -1, -1, 0, -1, -1, 1, 6, -1,
					   -1, -1, -1, 2, 3,  4,  5, 7};

	return number < sizeof(numbers) ? numbers[number] : -1;
}

static inline void frame_from_signal(uintptr_t *registers, const void *ucontext)
{
	static const int8_t from[] = {REG_RBX, REG_RBP, REG_R12, REG_R13,
				      REG_R14, REG_R15, REG_RSP, REG_RIP};

	for (int i = 0; i < FRAME_REGISTERS; i++)
		registers[i] =
			(uintptr_t)((const ucontext_t *)ucontext)->uc_mcontext.gregs[from[i]];
}

/* mov $15, %rax; syscall */
#define FRAME_SIGNAL_RETURN  {0x48, 0xc7, 0xc0, 15, 0, 0, 0, 0x0f, 5}
#define FRAME_SIGNAL_CONTEXT 0

static inline void load_segment(const void *base)
{
	const unsigned long fsgsbase = 2; /* Documentation/arch/x86/x86_64/fsgs.rst */

	if (getauxval(AT_HWCAP2) & fsgsbase)
		__asm__ volatile("wrgsbase %0" : : "r"(base));
	else
		syscall(SYS_arch_prctl, ARCH_SET_GS, base);
}

/* glibc's are assembly that has unwind tables. */
#define guest_copy memmove
#define guest_fill memset

/* clang-format off */
#define AOT_ASM \
	AOT_FUNCTION(aot_enter) \
	"	.cfi_personality 0x1b, aot_boundary\n" \
	"	push %rbp\n" \
	"	.cfi_def_cfa_offset 16\n" \
	"	.cfi_offset %rbp, -16\n" \
	"	mov %rsp, %rbp\n" \
	"	.cfi_def_cfa_register %rbp\n" \
	"	push %rbx\n" \
	"	push %r12\n" \
	"	push %r13\n" \
	"	push %r14\n" \
	"	push %r15\n" \
	"	.cfi_offset %rbx, -24\n" \
	"	.cfi_offset %r12, -32\n" \
	"	.cfi_offset %r13, -40\n" \
	"	.cfi_offset %r14, -48\n" \
	"	.cfi_offset %r15, -56\n" \
	"	sub $8, %rsp\n" \
	"	mov %rsp, (%rdi)\n" \
	"	test %r9, %r9\n" \
	"	cmovnz %r9, %rsp\n" \
	"	mov %rsi, %rax\n" \
	"	mov %rdx, %rdi\n" \
	"	mov %rcx, %rsi\n" \
	"	mov %r8, %rdx\n" \
	"	call *%rax\n" \
	"	xor %eax, %eax\n" \
	"1:	lea -40(%rbp), %rsp\n" \
	"	pop %r15\n" \
	"	pop %r14\n" \
	"	pop %r13\n" \
	"	pop %r12\n" \
	"	pop %rbx\n" \
	"	pop %rbp\n" \
	"	.cfi_def_cfa %rsp, 8\n" \
	"	ret\n" \
	AOT_END(aot_enter) \
	AOT_FUNCTION(aot_leave) \
	"	mov (%rdi), %rbp\n" \
	"	add $48, %rbp\n" \
	"	mov %esi, %eax\n" \
	"	jmp 1b\n" \
	AOT_END(aot_leave) \
	AOT_FUNCTION(aot_call_on_stack) \
	"	push %rbp\n" \
	"	.cfi_def_cfa_offset 16\n" \
	"	.cfi_offset %rbp, -16\n" \
	"	mov %rsp, %rbp\n" \
	"	.cfi_def_cfa_register %rbp\n" \
	"	mov %rdi, %rsp\n" \
	"	mov %rdx, %rdi\n" \
	"	call *%rsi\n" \
	"	mov %rbp, %rsp\n" \
	"	pop %rbp\n" \
	"	.cfi_def_cfa %rsp, 8\n" \
	"	ret\n" \
	AOT_END(aot_call_on_stack) \
	AOT_FUNCTION(aot_capture) \
	"	mov %rbx, (%rdi)\n" \
	"	mov %rbp, 8(%rdi)\n" \
	"	mov %r12, 16(%rdi)\n" \
	"	mov %r13, 24(%rdi)\n" \
	"	mov %r14, 32(%rdi)\n" \
	"	mov %r15, 40(%rdi)\n" \
	"	lea 8(%rsp), %rax\n" \
	"	mov %rax, 48(%rdi)\n" \
	"	mov (%rsp), %rax\n" \
	"	mov %rax, 56(%rdi)\n" \
	"	ret\n" \
	AOT_END(aot_capture) \
	AOT_FUNCTION(aot_install) \
	"	mov (%rdi), %rbx\n" \
	"	mov 8(%rdi), %rbp\n" \
	"	mov 16(%rdi), %r12\n" \
	"	mov 24(%rdi), %r13\n" \
	"	mov 32(%rdi), %r14\n" \
	"	mov 40(%rdi), %r15\n" \
	"	mov %rdx, %rax\n" \
	"	mov $1, %edx\n" \
	"	mov 48(%rdi), %rsp\n" \
	"	jmp *%rsi\n" \
	AOT_END(aot_install)
/* clang-format on */
