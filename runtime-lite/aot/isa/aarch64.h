/* aarch64: what isa.h asks for. */

#define RED_ZONE 128 /* AAPCS64 has none; Linux's signal frames leave room all the same */

static inline uintptr_t signal_pc(const void *ucontext)
{
	return (uintptr_t)((const ucontext_t *)ucontext)->uc_mcontext.pc;
}

static inline uintptr_t signal_sp(const void *ucontext)
{
	return (uintptr_t)((const ucontext_t *)ucontext)->uc_mcontext.sp;
}

#define FRAME_REGISTERS 21 /* x19...x30, d8...d15, sp */
#define FRAME_SP	20
#define FRAME_RETURN	11

static inline int frame_register(uint64_t number)
{
	if (number >= 19 && number <= 30)
		return (int)number - 19;
	if (number >= 72 && number <= 79) /* v8...v15 */
		return (int)number - 72 + 12;
	return number == 31 ? FRAME_SP : -1;
}

static inline void frame_from_signal(uintptr_t *registers, const void *ucontext)
{
	const mcontext_t *m = &((const ucontext_t *)ucontext)->uc_mcontext;
	/* struct fpsimd_context of asm/sigcontext.h is always the first record. */
	const uint64_t *fp = (const uint64_t *)(m->__reserved + 16);

	memcpy(registers, &m->regs[19], 12 * 8);
	for (int i = 0; i < 8; i++)
		registers[12 + i] = fp[2 * (8 + i)];
	registers[FRAME_SP] = m->sp;
}

/* mov x8, 139; svc 0 */
#define FRAME_SIGNAL_RETURN  {0x68, 0x11, 0x80, 0xd2, 0x01, 0, 0, 0xd4}
#define FRAME_SIGNAL_CONTEXT sizeof(siginfo_t)

static inline void load_segment(const void *base)
{
	(void)base;
}

/* glibc's are assembly that has unwind tables. */
#define guest_copy memmove
#define guest_fill memset

/* clang-format off */
#define AOT_ASM \
	AOT_FUNCTION(aot_enter) \
	"	.cfi_personality 0x1b, aot_boundary\n" \
	"	stp x29, x30, [sp, -160]!\n" \
	"	mov x29, sp\n" \
	"	.cfi_def_cfa x29, 160\n" \
	"	.cfi_offset x29, -160\n" \
	"	.cfi_offset x30, -152\n" \
	"	stp x19, x20, [x29, 16]\n" \
	"	stp x21, x22, [x29, 32]\n" \
	"	stp x23, x24, [x29, 48]\n" \
	"	stp x25, x26, [x29, 64]\n" \
	"	stp x27, x28, [x29, 80]\n" \
	"	stp d8, d9, [x29, 96]\n" \
	"	stp d10, d11, [x29, 112]\n" \
	"	stp d12, d13, [x29, 128]\n" \
	"	stp d14, d15, [x29, 144]\n" \
	"	.cfi_offset x19, -144\n" \
	"	.cfi_offset x20, -136\n" \
	"	.cfi_offset x21, -128\n" \
	"	.cfi_offset x22, -120\n" \
	"	.cfi_offset x23, -112\n" \
	"	.cfi_offset x24, -104\n" \
	"	.cfi_offset x25, -96\n" \
	"	.cfi_offset x26, -88\n" \
	"	.cfi_offset x27, -80\n" \
	"	.cfi_offset x28, -72\n" \
	"	.cfi_offset d8, -64\n" \
	"	.cfi_offset d9, -56\n" \
	"	.cfi_offset d10, -48\n" \
	"	.cfi_offset d11, -40\n" \
	"	.cfi_offset d12, -32\n" \
	"	.cfi_offset d13, -24\n" \
	"	.cfi_offset d14, -16\n" \
	"	.cfi_offset d15, -8\n" \
	"	str x29, [x0]\n" \
	"	cbz x5, 1f\n" \
	"	mov sp, x5\n" \
	"1:	mov x8, x1\n" \
	"	mov x0, x2\n" \
	"	mov x1, x3\n" \
	"	mov x2, x4\n" \
	"	blr x8\n" \
	"	mov w0, 0\n" \
	"2:	mov sp, x29\n" \
	"	ldp x19, x20, [sp, 16]\n" \
	"	ldp x21, x22, [sp, 32]\n" \
	"	ldp x23, x24, [sp, 48]\n" \
	"	ldp x25, x26, [sp, 64]\n" \
	"	ldp x27, x28, [sp, 80]\n" \
	"	ldp d8, d9, [sp, 96]\n" \
	"	ldp d10, d11, [sp, 112]\n" \
	"	ldp d12, d13, [sp, 128]\n" \
	"	ldp d14, d15, [sp, 144]\n" \
	"	ldp x29, x30, [sp], 160\n" \
	"	.cfi_def_cfa sp, 0\n" \
	"	.cfi_restore x29\n" \
	"	.cfi_restore x30\n" \
	"	ret\n" \
	AOT_END(aot_enter) \
	AOT_FUNCTION(aot_leave) \
	"	ldr x29, [x0]\n" \
	"	mov w0, w1\n" \
	"	b 2b\n" \
	AOT_END(aot_leave) \
	AOT_FUNCTION(aot_call_on_stack) \
	"	stp x29, x30, [sp, -16]!\n" \
	"	mov x29, sp\n" \
	"	.cfi_def_cfa x29, 16\n" \
	"	.cfi_offset x29, -16\n" \
	"	.cfi_offset x30, -8\n" \
	"	mov sp, x0\n" \
	"	mov x0, x2\n" \
	"	blr x1\n" \
	"	mov sp, x29\n" \
	"	ldp x29, x30, [sp], 16\n" \
	"	.cfi_def_cfa sp, 0\n" \
	"	.cfi_restore x29\n" \
	"	.cfi_restore x30\n" \
	"	ret\n" \
	AOT_END(aot_call_on_stack) \
	AOT_FUNCTION(aot_capture) \
	"	stp x19, x20, [x0]\n" \
	"	stp x21, x22, [x0, 16]\n" \
	"	stp x23, x24, [x0, 32]\n" \
	"	stp x25, x26, [x0, 48]\n" \
	"	stp x27, x28, [x0, 64]\n" \
	"	stp x29, x30, [x0, 80]\n" \
	"	stp d8, d9, [x0, 96]\n" \
	"	stp d10, d11, [x0, 112]\n" \
	"	stp d12, d13, [x0, 128]\n" \
	"	stp d14, d15, [x0, 144]\n" \
	"	mov x1, sp\n" \
	"	str x1, [x0, 160]\n" \
	"	ret\n" \
	AOT_END(aot_capture) \
	AOT_FUNCTION(aot_install) \
	"	ldp x19, x20, [x0]\n" \
	"	ldp x21, x22, [x0, 16]\n" \
	"	ldp x23, x24, [x0, 32]\n" \
	"	ldp x25, x26, [x0, 48]\n" \
	"	ldp x27, x28, [x0, 64]\n" \
	"	ldp x29, x30, [x0, 80]\n" \
	"	ldp d8, d9, [x0, 96]\n" \
	"	ldp d10, d11, [x0, 112]\n" \
	"	ldp d12, d13, [x0, 128]\n" \
	"	ldp d14, d15, [x0, 144]\n" \
	"	ldr x3, [x0, 160]\n" \
	"	mov x4, x1\n" \
	"	mov x0, x2\n" \
	"	mov x1, 1\n" \
	"	mov sp, x3\n" \
	"	br x4\n" \
	AOT_END(aot_install)
/* clang-format on */
