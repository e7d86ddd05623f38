/*
 * What differs by instruction set; isa/<isa>.h has the same for each:
 *
 *	AOT_ASM			aot_enter, aot_leave and aot_call_on_stack, which run.h describes, and frame.h's
 *				aot_capture and aot_install
 *	signal_pc, signal_sp	of what a signal interrupted
 *	FRAME_REGISTERS		how many registers frame.h's frames have, FRAME_SP and FRAME_RETURN among them; and
 *	frame_register		which of them DWARF calls by a number, or -1
 *	frame_from_signal	their values in what a signal interrupted
 *	FRAME_SIGNAL_RETURN	the bytes of the code that native handlers return to, and
 *	FRAME_SIGNAL_CONTEXT	where the ucontext lies then, from the stack pointer
 *	RED_ZONE		bytes below the stack pointer that are in use
 *	guest_copy, guest_fill	memmove and memset that can be unwound through at any instruction
 *	load_segment		makes an address the base of the GS segment, where there is such a thing
 */
#ifndef AOT_ISA_H
#define AOT_ISA_H

#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

#define AOT_FUNCTION(name)                                                                         \
	"	.text\n	.balign 16\n	.globl " #name "\n	.type " #name                      \
	", %function\n" #name ":\n"                                                                \
	"	.cfi_startproc\n"
#define AOT_END(name) "	.cfi_endproc\n	.size " #name ", . - " #name "\n"

#if defined(__x86_64__)
#include "isa/x86_64.h"
#elif defined(__aarch64__)
#include "isa/aarch64.h"
#elif defined(__riscv) && __riscv_xlen == 64
#include "isa/riscv64.h"
#else
#error "no aot/isa/<isa>.h for this machine"
#endif

#endif
