/*
 * Exceptions through compiled code, and backtraces: between the system's unwinder, images, and aot_enter().
 *
 * libgcc's unwinder finds unwind tables by dl_iterate_phdr(), which knows no images and is slow; its question is
 * answered here instead (the linker's --wrap), by the binary search tables that images and this program have.
 */
#include "run.h"

#include <elf.h>
#include <link.h>
#include <string.h>

/* What a frame description entry applies to; unwind-dw2-fde.h of gcc. */
struct dwarf_eh_bases {
	void *tbase, *dbase, *func;
};

/* How numbers are encoded: LSB, "DWARF Exception Header Encoding". */
enum {
	ENC_ULEB = 1,
	ENC_UDATA4 = 3,
	ENC_SDATA4 = 0xb,
	ENC_DATAREL = 0x30,
	ENC_OMIT = 0xff,
};

/* .eh_frame_hdr, as linkers make it: Linux Standard Base, "The .eh_frame_hdr section". */
struct eh_frame_hdr {
	uint8_t version, eh_frame_encoding, count_encoding, table_encoding;
	int32_t eh_frame;
	uint32_t count;
	struct eh_entry {
		int32_t start, fde; /* relative to the header */
	} table[];
};

static uint64_t leb(const uint8_t **p)
{
	uint64_t value = 0;
	unsigned shift = 0;
	uint8_t byte;

	do {
		byte = *(*p)++;
		value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while ((byte & 0x80) && shift < 64);
	return value;
}

/* Bytes of an encoded pointer. */
static size_t width(uint8_t encoding)
{
	switch (encoding & 7) {
	case 2: return 2;
	case 3: return 4;
	default: return 8;
	}
}

/* How addresses in a FDE are encoded: its CIE's augmentation says so. */
static uint8_t fde_encoding(const uint8_t *fde)
{
	const uint8_t *p = fde + 4;
	uint32_t back;
	const char *augmentation;

	memcpy(&back, p, 4);
	p = p - back + 8;
	augmentation = (const char *)p + 1;
	if (augmentation[0] != 'z')
		return 0;
	p += 1 + strlen(augmentation) + 1;
	leb(&p); /* code alignment */
	leb(&p); /* data alignment */
	leb(&p); /* return address column */
	leb(&p); /* length */
	for (const char *a = augmentation + 1; *a; a++) {
		if (*a == 'R')
			return *p;
		if (*a == 'P')
			p += 1 + width(*p);
		else if (*a == 'L')
			p++;
	}
	return 0;
}

static const void *search(const uint8_t *header, uintptr_t pc, uintptr_t *start)
{
	const struct eh_frame_hdr *h = (const void *)header;
	const int64_t at = (int64_t)(pc - (uintptr_t)header);
	uint32_t low = 0, high = h->count;
	const uint8_t *fde;
	uint64_t length = 0;
	size_t n;

	if (h->version != 1 || h->count_encoding != ENC_UDATA4 ||
	    h->table_encoding != (ENC_DATAREL | ENC_SDATA4))
		return NULL;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (h->table[middle].start <= at)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	fde = header + h->table[low - 1].fde;
	*start = (uintptr_t)header + h->table[low - 1].start;
	n = width(fde_encoding(fde));
	memcpy(&length, fde + 8 + n, n);
	return pc - *start < length ? fde : NULL;
}

/* This program's own. */
static const uint8_t *own_header;
static uintptr_t own_begin, own_end;

static int note_own(struct dl_phdr_info *info, size_t size, void *context)
{
	(void)size;
	(void)context;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		uintptr_t at = info->dlpi_addr + ph->p_vaddr;

		if (ph->p_type == PT_GNU_EH_FRAME)
			own_header = (const uint8_t *)at;
		if (ph->p_type == PT_LOAD && (ph->p_flags & PF_X)) {
			own_begin = at;
			own_end = at + ph->p_memsz;
		}
	}
	return 1; /* the first is the program */
}

__attribute__((constructor)) static void find_own(void)
{
	dl_iterate_phdr(note_own, NULL);
}

const void *__real__Unwind_Find_FDE(void *pc, struct dwarf_eh_bases *bases);
const void *__wrap__Unwind_Find_FDE(void *pc, struct dwarf_eh_bases *bases);

const void *__wrap__Unwind_Find_FDE(void *pc, struct dwarf_eh_bases *bases)
{
	const struct aot_image *image = image_at((uintptr_t)pc);
	const uint8_t *header = image ? image->eh_frame_hdr : NULL;
	const void *fde;
	uintptr_t start;

	if (!image) {
		if ((uintptr_t)pc < own_begin || (uintptr_t)pc >= own_end || !own_header)
			return __real__Unwind_Find_FDE(pc, bases);
		header = own_header;
	}
	fde = search(header, (uintptr_t)pc, &start);
	if (fde)
		*bases = (struct dwarf_eh_bases){.func = (void *)start};
	return fde;
}

/* A number of a call-site table, by its encoding. */
static uint64_t number(const uint8_t **p, uint8_t encoding)
{
	uint32_t value;

	if (encoding == ENC_ULEB)
		return leb(p);
	memcpy(&value, *p, sizeof(value));
	*p += sizeof(value);
	return value;
}

/* The landing pad for a place in a function, both relative to its start; 0: none. LSDA, as gcc's except.cc writes it. */
static uintptr_t landing_pad(const uint8_t *lsda, uintptr_t at)
{
	const uint8_t *p = lsda, *end;
	uint8_t encoding;
	uint64_t length;

	if (*p++ != ENC_OMIT) /* landing pads relative to another place: LLVM has no such thing */
		return 0;
	if (*p++ != ENC_OMIT) /* types: all landing pads catch everything */
		leb(&p);
	encoding = *p++;
	length = leb(&p);
	end = p + length;
	while (p < end) {
		uint64_t start = number(&p, encoding), size = number(&p, encoding);
		uint64_t pad = number(&p, encoding);

		leb(&p); /* action */
		if (at - start < size)
			return pad;
	}
	return 0;
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
	pad = landing_pad(lsda, ip - start - !before);
	if (!pad)
		return _URC_CONTINUE_UNWIND;
	if (actions & _UA_SEARCH_PHASE)
		return _URC_HANDLER_FOUND;
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

_Noreturn void aot_unwind(struct exec *x, enum outcome outcome)
{
	struct aot_engine *e = x->engine;

	if (outcome == EXEC_EXCEPTION) {
		e->unwind = (struct _Unwind_Exception){0};
		_Unwind_RaiseException(&e->unwind);
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
	size_t n, max;
};

/* A frame does not tell its instance, but what is wanted of it is the same in all of an image. */
static const struct instance *instance_at(const struct aot_image *image)
{
	for (const struct aot_instance *in = first_instance(); in; in = in->next)
		if (in->image == image)
			return in->shared.instance;
	return NULL;
}

static _Unwind_Reason_Code trace_frame(struct _Unwind_Context *context, void *argument)
{
	struct trace *t = argument;
	int before = 0;
	uintptr_t ip = _Unwind_GetIPInfo(context, &before) - !before;
	const struct aot_image *image = image_at(ip);
	const struct instance *inst = image ? instance_at(image) : NULL;

	if (t->n == t->max)
		return _URC_END_OF_STACK;
	if (inst) {
		uint32_t func = image_function(inst, image, _Unwind_GetRegionStart(context));

		if (func != UINT32_MAX)
			t->entries[t->n++] = (struct backtrace_entry){inst->module, func, 0};
	}
	return _URC_NO_REASON;
}

size_t aot_backtrace(struct exec *x, struct backtrace_entry *entries, size_t max, bool offsets)
{
	(void)x;
	(void)offsets;
	struct trace t = {.entries = entries, .max = max};

	_Unwind_Backtrace(trace_frame, &t);
	return t.n;
}
