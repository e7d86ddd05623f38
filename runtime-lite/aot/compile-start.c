/*
 * Where the kernel starts an image that is executed by itself: it becomes `env wali-run IMAGE ARGUMENT...`.
 *
 * Offsets are those of the stack that the kernel makes: the number of arguments, these, NULL, the environment, NULL, pairs
 * of which one is 31 (AT_EXECFN) and the name of the file. That takes the place of argv[0]; "wali-run" that of the number; and "env"
 * lies below.
 */
#include "compile-unit.h"

#include <string.h>

#define NO_ENV "cannot execute /usr/bin/env; run this by wali-run\\n"

static const char strings[] = ".Lpath: .asciz \"/usr/bin/env\"\n"
			      ".Lname: .asciz \"wali-run\"\n"
			      ".Lmessage: .ascii \"" NO_ENV "\"\n"
			      ".Lmessage_end:\n"
			      "	.balign 4\n";

static const char *const starts[ISAS] = {
	[ISA_X86_64] = "	mov (%rsp), %rax\n"
		       "	lea 16(%rsp,%rax,8), %rdx\n"
		       "	mov %rdx, %rcx\n"
		       "1:	add $8, %rcx\n"
		       "	cmpq $0, -8(%rcx)\n"
		       "	jne 1b\n"
		       "2:	add $16, %rcx\n"
		       "	cmpq $31, -16(%rcx)\n"
		       "	jne 2b\n"
		       "	mov -8(%rcx), %rax\n"
		       "	mov %rax, 8(%rsp)\n"
		       "	lea .Lname(%rip), %rax\n"
		       "	mov %rax, (%rsp)\n"
		       "	lea .Lpath(%rip), %rdi\n"
		       "	mov %rdi, -8(%rsp)\n"
		       "	lea -8(%rsp), %rsi\n"
		       "	mov $59, %eax\n" /* execve */
		       "	syscall\n"
		       "	mov $2, %edi\n"
		       "	lea .Lmessage(%rip), %rsi\n"
		       "	mov $.Lmessage_end - .Lmessage, %edx\n"
		       "	mov $1, %eax\n" /* write */
		       "	syscall\n"
		       "	mov $127, %edi\n"
		       "	mov $231, %eax\n" /* exit_group */
		       "	syscall\n",
	[ISA_AARCH64] = "	ldr x0, [sp]\n"
			"	add x2, sp, x0, lsl #3\n"
			"	add x2, x2, #16\n"
			"	mov x3, x2\n"
			"1:	ldr x4, [x3], #8\n"
			"	cbnz x4, 1b\n"
			"2:	ldp x4, x5, [x3], #16\n"
			"	cmp x4, #31\n"
			"	b.ne 2b\n"
			"	str x5, [sp, #8]\n"
			"	adr x4, .Lname\n"
			"	str x4, [sp]\n"
			"	adr x0, .Lpath\n"
			"	stur x0, [sp, #-8]\n"
			"	sub x1, sp, #8\n"
			"	mov x8, #221\n"
			"	svc #0\n"
			"	mov x0, #2\n"
			"	adr x1, .Lmessage\n"
			"	mov x2, #(.Lmessage_end - .Lmessage)\n"
			"	mov x8, #64\n"
			"	svc #0\n"
			"	mov x0, #127\n"
			"	mov x8, #94\n"
			"	svc #0\n",
	[ISA_RISCV64] = "	ld a2, 0(sp)\n"
			"	slli a2, a2, 3\n"
			"	add a2, a2, sp\n"
			"	addi a2, a2, 16\n"
			"	mv a3, a2\n"
			"1:	ld a4, 0(a3)\n"
			"	addi a3, a3, 8\n"
			"	bnez a4, 1b\n"
			"	li a6, 31\n"
			"2:	ld a4, 0(a3)\n"
			"	ld a5, 8(a3)\n"
			"	addi a3, a3, 16\n"
			"	bne a4, a6, 2b\n"
			"	sd a5, 8(sp)\n"
			"	lla a4, .Lname\n"
			"	sd a4, 0(sp)\n"
			"	lla a0, .Lpath\n"
			"	sd a0, -8(sp)\n"
			"	addi a1, sp, -8\n"
			"	li a7, 221\n"
			"	ecall\n"
			"	li a0, 2\n"
			"	lla a1, .Lmessage\n"
			"	li a2, .Lmessage_end - .Lmessage\n"
			"	li a7, 64\n"
			"	ecall\n"
			"	li a0, 127\n"
			"	li a7, 94\n"
			"	ecall\n",
};

static void append(struct unit *u, const char *text)
{
	LLVMAppendModuleInlineAsm(u->module, text, strlen(text));
}

void compile_start(struct unit *u)
{
	append(u, "	.text\n"
		  "	.globl wali_start\n"
		  "	.hidden wali_start\n"
		  "	.type wali_start, %function\n"
		  "	.balign 4\n"
		  "wali_start:\n");
	append(u, starts[u->plan->isa]);
	append(u, strings);
	append(u, "	.size wali_start, . - wali_start\n");
}
