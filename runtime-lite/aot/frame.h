/*
 * From one frame of a call stack to the next, by the unwind tables of images and of this program.
 *
 * What is thrown, is mostly thrown from the same places through the same frames. So what the tables say about a place is read
 * once and kept, per thread. Only what compilers make of ordinary functions is understood; the system's unwinder does
 * the rest.
 */
#ifndef AOT_FRAME_H
#define AOT_FRAME_H

#include "engine.h"

#include "isa.h"

struct frame {
	/* What calls preserve, the stack pointer and the return address: at the numbers that isa.h gives them. */
	uintptr_t registers[FRAME_REGISTERS];
	uintptr_t pc;
	bool exact; /* a signal has come at pc; else it is where a call returns to */
};

/* What the tables say about a place in a function. */
struct frame_rule {
	uintptr_t function; /* where it begins */
	uintptr_t pad;	    /* its landing pad for what is thrown here; 0: none */
	int32_t cfa_offset;
	uint8_t cfa_register;
	bool last; /* has no caller */
	uint8_t nsaved;
	struct frame_saved {
		int16_t at; /* bytes from the CFA */
		int16_t number;
	} saved[FRAME_REGISTERS];
};

/* The places that a thread remembers: sets, a power of two, in which a new one takes the place of the oldest. */
#define FRAME_SETS 64
#define FRAME_WAYS 4
struct frame_cache {
	struct frame_set {
		uintptr_t at[FRAME_WAYS];
		struct frame_rule rules[FRAME_WAYS];
		unsigned oldest;
	} sets[FRAME_SETS];
};

/* Assembly of isa.h: the caller's frame; and to go on at `pc`, with `value` where landing pads expect what is thrown. */
void aot_capture(uintptr_t registers[FRAME_REGISTERS]);
_Noreturn void aot_install(const uintptr_t registers[FRAME_REGISTERS], uintptr_t pc,
			   uintptr_t value);

/* Where a frame is, for tables: in the call, not after it. */
static inline uintptr_t frame_at(const struct frame *f)
{
	return f->pc - !f->exact;
}

/* The rule for a frame, or NULL: no tables, or not simple. Without a cache, `space` holds it. */
const struct frame_rule *frame_rule(struct frame_cache *cache, struct frame_rule *space,
				    const struct frame *f);

/* To the caller. */
void frame_leave(struct frame *f, const struct frame_rule *rule);

/* If the frame is the kernel's, of a signal: to what it has interrupted. */
bool frame_leave_signal(struct frame *f);

/* For the system's unwinder: the entry for a function in .eh_frame; and a landing pad in a function's LSDA. */
const uint8_t *frame_description(uintptr_t pc, uintptr_t *function);
uintptr_t frame_landing_pad(const uint8_t *lsda, uintptr_t at);

#endif
