/* aarch64: what isa.h asks for. */

static inline int64_t native_syscall(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
				     uint64_t e, uint64_t f)
{
	register uint64_t x8 __asm__("x8") = (uint64_t)nr;
	register uint64_t x0 __asm__("x0") = a;
	register uint64_t x1 __asm__("x1") = b;
	register uint64_t x2 __asm__("x2") = c;
	register uint64_t x3 __asm__("x3") = d;
	register uint64_t x4 __asm__("x4") = e;
	register uint64_t x5 __asm__("x5") = f;
	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return (int64_t)x0;
}

static inline uintptr_t context_pc(const ucontext_t *uc)
{
	return (uintptr_t)uc->uc_mcontext.pc;
}

static inline void context_set_pc(ucontext_t *uc, uintptr_t pc)
{
	uc->uc_mcontext.pc = pc;
}

/* The kernel has a restorer of its own in the vDSO. */
struct native_sigaction {
	void (*handler)(int, siginfo_t *, void *);
	unsigned long flags;
	void (*restorer)(void);
	uint64_t mask;
};

#define native_set_restorer(sa) ((void)(sa))

/* clang-format off */
#define ISA_ASM \
	FUNCTION(host_window_call) \
	"	mov x9, x0\n" \
	"	mov x8, x1\n" \
	"	mov x10, x2\n" \
	"	ldp x0, x1, [x10]\n" \
	"	ldp x2, x3, [x10, 16]\n" \
	"	ldp x4, x5, [x10, 32]\n" \
	LABEL(host_window_begin) \
	"	ldr w11, [x9]\n" \
	"	cbnz w11, host_window_refuse\n" \
	"	svc 0\n" \
	LABEL(host_window_end) \
	"	ret\n" \
	LABEL(host_window_refuse) \
	"	mov x0, #-4096\n" \
	"	ret\n" \
	END(host_window_call) \
	FUNCTION(host_copy) \
	LABEL(host_copy_begin) \
	"	lsr x3, x2, #3\n" \
	"	cbz x3, 2f\n" \
	"1:	ldr x4, [x1], #8\n" \
	"	str x4, [x0], #8\n" \
	"	subs x3, x3, #1\n" \
	"	b.ne 1b\n" \
	"2:	tbz w2, #2, 3f\n" \
	"	ldr w4, [x1], #4\n" \
	"	str w4, [x0], #4\n" \
	"3:	tbz w2, #1, 4f\n" \
	"	ldrh w4, [x1], #2\n" \
	"	strh w4, [x0], #2\n" \
	"4:	tbz w2, #0, 5f\n" \
	"	ldrb w4, [x1]\n" \
	"	strb w4, [x0]\n" \
	"5:	mov x0, #0\n" \
	"	ret\n" \
	END(host_copy) \
	FUNCTION(host_copy_string) \
	"	mov x3, #0\n" \
	"1:	cmp x3, x2\n" \
	"	b.eq 2f\n" \
	"	ldrb w4, [x1, x3]\n" \
	"	strb w4, [x0, x3]\n" \
	"	cbz w4, 3f\n" \
	"	add x3, x3, #1\n" \
	"	b 1b\n" \
	"2:	mov x3, #-36\n" \
	"3:	mov x0, x3\n" \
	"	ret\n" \
	LABEL(host_copy_end) \
	LABEL(host_copy_fault) \
	"	mov x0, #-14\n" \
	"	ret\n" \
	END(host_copy_string)
/* clang-format on */
