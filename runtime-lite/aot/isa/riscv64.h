/* riscv64: what isa.h asks for. */

#include <stdbool.h>

#define RED_ZONE 0

static inline uintptr_t signal_pc(const void *ucontext)
{
	return ((const ucontext_t *)ucontext)->uc_mcontext.__gregs[REG_PC];
}

static inline uintptr_t signal_sp(const void *ucontext)
{
	return ((const ucontext_t *)ucontext)->uc_mcontext.__gregs[REG_SP];
}

#define FRAME_REGISTERS 26 /* ra, s0...s11, fs0...fs11, sp */
#define FRAME_SP	25
#define FRAME_RETURN	0

static inline int frame_register(uint64_t number)
{
	const uint64_t n = number & 31;
	const int first = number < 32 ? 1 : 13;

	if (number == 1 || number == 2)
		return number == 1 ? FRAME_RETURN : FRAME_SP;
	if (number >= 64)
		return -1;
	if (n == 8 || n == 9)
		return first + (int)n - 8;
	return n >= 18 && n <= 27 ? first + (int)n - 16 : -1;
}

static inline void frame_from_signal(uintptr_t *registers, const void *ucontext)
{
	const mcontext_t *m = &((const ucontext_t *)ucontext)->uc_mcontext;

	registers[0] = m->__gregs[1];
	registers[FRAME_SP] = m->__gregs[2];
	for (int i = 0; i < 12; i++) {
		registers[1 + i] = m->__gregs[i < 2 ? 8 + i : 16 + i];
		registers[13 + i] = m->__fpregs.__d.__f[i < 2 ? 8 + i : 16 + i];
	}
}

/* li a7, 139; ecall */
#define FRAME_SIGNAL_RETURN  {0x93, 0x08, 0xb0, 0x08, 0x73, 0, 0, 0}
#define FRAME_SIGNAL_CONTEXT sizeof(siginfo_t)

static inline void load_segment(const void *base)
{
	(void)base;
}

/* glibc's have no unwind tables here. The empty assembly keeps them from becoming calls of those. */
static inline void guest_copy(uint8_t *to, const uint8_t *from, size_t n)
{
	const bool words = !(((uintptr_t)to | (uintptr_t)from) & 7);
	size_t i = 0;

	if ((size_t)(to - from) >= n) {
		for (; words && n - i >= 8; i += 8) {
			*(uint64_t *)(to + i) = *(const uint64_t *)(from + i);
			__asm__ volatile("");
		}
		for (; i < n; i++) {
			to[i] = from[i];
			__asm__ volatile("");
		}
		return;
	}
	for (; words && n % 8; n--) {
		to[n - 1] = from[n - 1];
		__asm__ volatile("");
	}
	for (; words && n; n -= 8) {
		*(uint64_t *)(to + n - 8) = *(const uint64_t *)(from + n - 8);
		__asm__ volatile("");
	}
	for (; n; n--) {
		to[n - 1] = from[n - 1];
		__asm__ volatile("");
	}
}

static inline void guest_fill(uint8_t *to, int value, size_t n)
{
	const uint64_t word = UINT64_C(0x0101010101010101) * (uint8_t)value;

	for (; n && (uintptr_t)to % 8; to++, n--) {
		*to = (uint8_t)value;
		__asm__ volatile("");
	}
	for (; n >= 8; to += 8, n -= 8) {
		*(uint64_t *)to = word;
		__asm__ volatile("");
	}
	for (; n; to++, n--) {
		*to = (uint8_t)value;
		__asm__ volatile("");
	}
}

/* clang-format off */
#define AOT_SAVED_(save, at, reg) "	" save " " reg ", " #at "(sp)\n"
#define AOT_SAVED(sx, fx) \
	AOT_SAVED_(sx, 0, "ra") AOT_SAVED_(sx, 8, "s0") AOT_SAVED_(sx, 16, "s1") \
	AOT_SAVED_(sx, 24, "s2") AOT_SAVED_(sx, 32, "s3") AOT_SAVED_(sx, 40, "s4") \
	AOT_SAVED_(sx, 48, "s5") AOT_SAVED_(sx, 56, "s6") AOT_SAVED_(sx, 64, "s7") \
	AOT_SAVED_(sx, 72, "s8") AOT_SAVED_(sx, 80, "s9") AOT_SAVED_(sx, 88, "s10") \
	AOT_SAVED_(sx, 96, "s11") AOT_SAVED_(fx, 104, "fs0") AOT_SAVED_(fx, 112, "fs1") \
	AOT_SAVED_(fx, 120, "fs2") AOT_SAVED_(fx, 128, "fs3") AOT_SAVED_(fx, 136, "fs4") \
	AOT_SAVED_(fx, 144, "fs5") AOT_SAVED_(fx, 152, "fs6") AOT_SAVED_(fx, 160, "fs7") \
	AOT_SAVED_(fx, 168, "fs8") AOT_SAVED_(fx, 176, "fs9") AOT_SAVED_(fx, 184, "fs10") \
	AOT_SAVED_(fx, 192, "fs11")
#define AOT_OFFSET_(reg, at) "	.cfi_offset " reg ", " #at "\n"
#define AOT_OFFSETS \
	AOT_OFFSET_("ra", -208) AOT_OFFSET_("s0", -200) AOT_OFFSET_("s1", -192) \
	AOT_OFFSET_("s2", -184) AOT_OFFSET_("s3", -176) AOT_OFFSET_("s4", -168) \
	AOT_OFFSET_("s5", -160) AOT_OFFSET_("s6", -152) AOT_OFFSET_("s7", -144) \
	AOT_OFFSET_("s8", -136) AOT_OFFSET_("s9", -128) AOT_OFFSET_("s10", -120) \
	AOT_OFFSET_("s11", -112) AOT_OFFSET_("fs0", -104) AOT_OFFSET_("fs1", -96) \
	AOT_OFFSET_("fs2", -88) AOT_OFFSET_("fs3", -80) AOT_OFFSET_("fs4", -72) \
	AOT_OFFSET_("fs5", -64) AOT_OFFSET_("fs6", -56) AOT_OFFSET_("fs7", -48) \
	AOT_OFFSET_("fs8", -40) AOT_OFFSET_("fs9", -32) AOT_OFFSET_("fs10", -24) \
	AOT_OFFSET_("fs11", -16)

#define AOT_ASM \
	AOT_FUNCTION(aot_enter) \
	"	.cfi_personality 0x1b, aot_boundary\n" \
	"	addi sp, sp, -208\n" \
	"	.cfi_def_cfa_offset 208\n" \
	AOT_SAVED("sd", "fsd") \
	AOT_OFFSETS \
	"	addi s0, sp, 208\n" \
	"	.cfi_def_cfa s0, 0\n" \
	"	sd sp, 0(a0)\n" \
	"	beqz a5, 1f\n" \
	"	mv sp, a5\n" \
	"1:	mv t0, a1\n" \
	"	mv a0, a2\n" \
	"	mv a1, a3\n" \
	"	mv a2, a4\n" \
	"	jalr t0\n" \
	"	li a0, 0\n" \
	"	addi sp, s0, -208\n" \
	"2:	.cfi_def_cfa sp, 208\n" \
	AOT_SAVED("ld", "fld") \
	"	addi sp, sp, 208\n" \
	"	.cfi_def_cfa_offset 0\n" \
	"	ret\n" \
	AOT_END(aot_enter) \
	AOT_FUNCTION(aot_leave) \
	"	ld sp, 0(a0)\n" \
	"	mv a0, a1\n" \
	"	j 2b\n" \
	AOT_END(aot_leave) \
	AOT_FUNCTION(aot_call_on_stack) \
	"	addi sp, sp, -16\n" \
	"	.cfi_def_cfa_offset 16\n" \
	"	sd ra, 8(sp)\n" \
	"	sd s0, 0(sp)\n" \
	"	.cfi_offset ra, -8\n" \
	"	.cfi_offset s0, -16\n" \
	"	addi s0, sp, 16\n" \
	"	.cfi_def_cfa s0, 0\n" \
	"	mv sp, a0\n" \
	"	mv a0, a2\n" \
	"	jalr a1\n" \
	"	addi sp, s0, -16\n" \
	"	.cfi_def_cfa sp, 16\n" \
	"	ld ra, 8(sp)\n" \
	"	ld s0, 0(sp)\n" \
	"	addi sp, sp, 16\n" \
	"	.cfi_def_cfa_offset 0\n" \
	"	ret\n" \
	AOT_END(aot_call_on_stack) \
	AOT_FUNCTION(aot_capture) \
	"	sd ra, 0(a0)\n" \
	"	sd s0, 8(a0)\n" \
	"	sd s1, 16(a0)\n" \
	"	sd s2, 24(a0)\n" \
	"	sd s3, 32(a0)\n" \
	"	sd s4, 40(a0)\n" \
	"	sd s5, 48(a0)\n" \
	"	sd s6, 56(a0)\n" \
	"	sd s7, 64(a0)\n" \
	"	sd s8, 72(a0)\n" \
	"	sd s9, 80(a0)\n" \
	"	sd s10, 88(a0)\n" \
	"	sd s11, 96(a0)\n" \
	"	fsd fs0, 104(a0)\n" \
	"	fsd fs1, 112(a0)\n" \
	"	fsd fs2, 120(a0)\n" \
	"	fsd fs3, 128(a0)\n" \
	"	fsd fs4, 136(a0)\n" \
	"	fsd fs5, 144(a0)\n" \
	"	fsd fs6, 152(a0)\n" \
	"	fsd fs7, 160(a0)\n" \
	"	fsd fs8, 168(a0)\n" \
	"	fsd fs9, 176(a0)\n" \
	"	fsd fs10, 184(a0)\n" \
	"	fsd fs11, 192(a0)\n" \
	"	sd sp, 200(a0)\n" \
	"	ret\n" \
	AOT_END(aot_capture) \
	AOT_FUNCTION(aot_install) \
	"	ld ra, 0(a0)\n" \
	"	ld s0, 8(a0)\n" \
	"	ld s1, 16(a0)\n" \
	"	ld s2, 24(a0)\n" \
	"	ld s3, 32(a0)\n" \
	"	ld s4, 40(a0)\n" \
	"	ld s5, 48(a0)\n" \
	"	ld s6, 56(a0)\n" \
	"	ld s7, 64(a0)\n" \
	"	ld s8, 72(a0)\n" \
	"	ld s9, 80(a0)\n" \
	"	ld s10, 88(a0)\n" \
	"	ld s11, 96(a0)\n" \
	"	fld fs0, 104(a0)\n" \
	"	fld fs1, 112(a0)\n" \
	"	fld fs2, 120(a0)\n" \
	"	fld fs3, 128(a0)\n" \
	"	fld fs4, 136(a0)\n" \
	"	fld fs5, 144(a0)\n" \
	"	fld fs6, 152(a0)\n" \
	"	fld fs7, 160(a0)\n" \
	"	fld fs8, 168(a0)\n" \
	"	fld fs9, 176(a0)\n" \
	"	fld fs10, 184(a0)\n" \
	"	fld fs11, 192(a0)\n" \
	"	mv a5, a1\n" \
	"	ld a4, 200(a0)\n" \
	"	mv a0, a2\n" \
	"	li a1, 1\n" \
	"	mv sp, a4\n" \
	"	jr a5\n" \
	AOT_END(aot_install)
/* clang-format on */
