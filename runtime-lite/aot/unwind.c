/*
 * Exceptions through compiled code, and backtraces: between the system's unwinder, images, and aot_enter().
 *
 * libgcc's unwinder finds unwind tables by dl_iterate_phdr(), which knows no images and is slow; its question is
 * answered here instead (the linker's --wrap), by the binary search tables that images and this program have.
 */
#include "pcmap.h"
#include "run.h"

#include <stdlib.h>

/* What a frame description entry applies to; unwind-dw2-fde.h of gcc. */
struct dwarf_eh_bases {
	void *tbase, *dbase, *func;
};

const void *__real__Unwind_Find_FDE(void *pc, struct dwarf_eh_bases *bases);
const void *__wrap__Unwind_Find_FDE(void *pc, struct dwarf_eh_bases *bases);

const void *__wrap__Unwind_Find_FDE(void *pc, struct dwarf_eh_bases *bases)
{
	uintptr_t start;
	const void *fde = frame_description((uintptr_t)pc, &start);

	if (fde)
		*bases = (struct dwarf_eh_bases){.func = (void *)start};
	else if (!image_at((uintptr_t)pc))
		fde = __real__Unwind_Find_FDE(pc, bases);
	return fde;
}

/*
 * The personality of compiled functions. Signals make any instruction one that throws, and tables list calls only: what
 * is not in them is no cause for alarm, but has nobody here who catches.
 */
_Unwind_Reason_Code wali_personality(int version, _Unwind_Action actions,
				     _Unwind_Exception_Class class,
				     struct _Unwind_Exception *thrown,
				     struct _Unwind_Context *context)
{
	const uint8_t *lsda = (const uint8_t *)_Unwind_GetLanguageSpecificData(context);
	uintptr_t start = _Unwind_GetRegionStart(context), ip, pad;
	int before = 0; /* ... the instruction, where a signal has come; else it is after a call */

	(void)version;
	(void)class;
	if (!lsda)
		return _URC_CONTINUE_UNWIND;
	ip = _Unwind_GetIPInfo(context, &before);
	pad = frame_landing_pad(lsda, ip - start - !before);
	if (!pad)
		return _URC_CONTINUE_UNWIND;
	if (actions & _UA_SEARCH_PHASE)
		return _URC_HANDLER_FOUND;
	leave_crossings((struct aot_engine *)((char *)thrown - offsetof(struct aot_engine, unwind)),
			_Unwind_GetCFA(context));
	_Unwind_SetGR(context, __builtin_eh_return_data_regno(0), (uintptr_t)thrown);
	_Unwind_SetGR(context, __builtin_eh_return_data_regno(1), 1);
	_Unwind_SetIP(context, start + pad);
	return _URC_INSTALL_CONTEXT;
}

const uintptr_t aot_personality_address = (uintptr_t)wali_personality;

/* aot_enter()'s: exceptions end here, backtraces do not. */
_Unwind_Reason_Code aot_boundary(int version, _Unwind_Action actions, _Unwind_Exception_Class class,
				 struct _Unwind_Exception *thrown, struct _Unwind_Context *context);
_Unwind_Reason_Code aot_boundary(int version, _Unwind_Action actions, _Unwind_Exception_Class class,
				 struct _Unwind_Exception *thrown, struct _Unwind_Context *context)
{
	(void)version;
	(void)actions;
	(void)class;
	(void)thrown;
	(void)context;
	return _URC_FATAL_PHASE1_ERROR;
}

static bool is_boundary(const struct frame_rule *rule)
{
	return rule->function == (uintptr_t)aot_enter;
}

static struct frame_cache *cache_of(struct aot_engine *e)
{
	if (!e->frames)
		e->frames = calloc(1, sizeof(*e->frames));
	return e->frames;
}

/* To the landing pad. Returns true when nobody in this activation catches, false when that cannot be told. */
static bool throw_simply(struct aot_engine *e)
{
	struct frame_cache *cache = cache_of(e);
	const struct frame_rule *rule;
	struct frame_rule space;
	struct frame f = {.exact = false};

	aot_capture(f.registers);
	f.pc = f.registers[FRAME_RETURN];
	for (;;) {
		rule = frame_rule(cache, &space, &f);
		if (rule) {
			if (rule->pad) {
				leave_crossings(e, f.registers[FRAME_SP]);
				aot_install(f.registers, rule->pad, (uintptr_t)&e->unwind);
			}
			if (rule->last || is_boundary(rule))
				return true;
			frame_leave(&f, rule);
		} else if (!frame_leave_signal(&f)) {
			return false;
		}
	}
}

_Noreturn void aot_unwind(struct exec *x, enum outcome outcome)
{
	struct aot_engine *e = x->engine;

	if (outcome == EXEC_EXCEPTION) {
		if (!throw_simply(e)) {
			e->unwind = (struct _Unwind_Exception){0};
			_Unwind_RaiseException(&e->unwind);
		}
		/* Nobody is left to catch it: say so while the stack still stands. */
		if (!e->activation->prev && x->hooks && x->hooks->trap) {
			outcome = exec_trap(x, TRAP_EXCEPTION, 0, 0);
			if (outcome == EXEC_OK)
				outcome = EXEC_EXCEPTION;
		}
	}
	aot_leave(e->activation, outcome);
}

struct trace {
	struct backtrace_entry *entries;
	size_t n, max, activations;
	bool offsets;
};

/* A frame does not tell its instance, but what is wanted of it is the same in all of an image. */
static const struct instance *instance_at(const struct aot_image *image)
{
	for (const struct aot_instance *in = first_instance(); in; in = in->next)
		if (in->image == image)
			return in->shared.instance;
	return NULL;
}

static void add_frame(struct trace *t, uintptr_t at, uintptr_t function)
{
	const struct aot_image *image = image_at(at);
	const struct instance *inst = image ? instance_at(image) : NULL;
	uint32_t func;
	size_t offset = 0;

	if (!inst || t->n == t->max)
		return;
	func = image_function(inst, image, function);
	if (func == UINT32_MAX)
		return;
	if (t->offsets)
		offset = pcmap_find(image->pcmap, image->pcmap_size,
				    (uint32_t)(at - (uintptr_t)image->text_begin));
	t->entries[t->n++] = (struct backtrace_entry){inst->module, func, offset};
}

static _Unwind_Reason_Code trace_frame(struct _Unwind_Context *context, void *argument)
{
	struct trace *t = argument;
	int before = 0;
	uintptr_t ip = _Unwind_GetIPInfo(context, &before) - !before;

	if (t->n == t->max)
		return _URC_END_OF_STACK;
	add_frame(t, ip, _Unwind_GetRegionStart(context));
	return _URC_NO_REASON;
}

/* False when there is a frame that is not simple. */
static bool trace_simply(struct trace *t, struct frame_cache *cache)
{
	const struct frame_rule *rule;
	struct frame_rule space;
	struct frame f = {.exact = false};

	aot_capture(f.registers);
	f.pc = f.registers[FRAME_RETURN];
	while (t->n < t->max) {
		rule = frame_rule(cache, &space, &f);
		if (rule) {
			add_frame(t, frame_at(&f), rule->function);
			if (rule->last || (is_boundary(rule) && !--t->activations))
				break;
			frame_leave(&f, rule);
		} else if (!frame_leave_signal(&f)) {
			return false;
		}
	}
	return true;
}

size_t aot_backtrace(struct exec *x, struct backtrace_entry *entries, size_t max, bool offsets)
{
	struct aot_engine *e = x->engine;
	struct trace t = {.entries = entries, .max = max, .offsets = offsets};

	for (const struct activation *a = e->activation; a; a = a->prev)
		t.activations++;
	if (!t.activations)
		return 0;
	if (!trace_simply(&t, cache_of(e))) {
		t.n = 0;
		_Unwind_Backtrace(trace_frame, &t);
	}
	return t.n;
}
