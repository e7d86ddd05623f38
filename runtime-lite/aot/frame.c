/* Frames: frame.h. Formats: DWARF 5, section 6.4, and the Linux Standard Base, "Exception Frames". */
#include "run.h"

#include <elf.h>
#include <link.h>
#include <string.h>

/* How numbers are encoded: LSB, "DWARF Exception Header Encoding". */
enum {
	ENC_ULEB = 1,
	ENC_UDATA4 = 3,
	ENC_SDATA4 = 0xb,
	ENC_PCREL = 0x10,
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

static int64_t signed_leb(const uint8_t **p)
{
	const uint8_t *begin = *p;
	uint64_t value = leb(p);
	const unsigned bits = 7 * (unsigned)(*p - begin);

	return bits < 64 && ((*p)[-1] & 0x40) ? (int64_t)(value | -(UINT64_C(1) << bits))
					      : (int64_t)value;
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

/* A common information entry. */
struct cie {
	const uint8_t *begin, *end; /* instructions */
	uint64_t code_align, return_register;
	int64_t data_align;
	uint8_t address_encoding, lsda_encoding;
	bool augmented; /* FDEs have augmentation data */
};

/* Of a FDE. False when there is something in it that nobody here makes. */
static bool read_cie(const uint8_t *fde, struct cie *c)
{
	const uint8_t *p = fde + 4;
	const char *augmentation;
	uint32_t back, length;

	memcpy(&back, p, 4);
	p -= back;
	memcpy(&length, p, 4);
	*c = (struct cie){.end = p + 4 + length, .lsda_encoding = ENC_OMIT};
	p += 8;
	if (*p++ != 1) /* version */
		return false;
	augmentation = (const char *)p;
	p += strlen(augmentation) + 1;
	c->code_align = leb(&p);
	c->data_align = signed_leb(&p);
	c->return_register = leb(&p);
	if (*augmentation == 'z') {
		augmentation++;
		c->augmented = true;
		length = (uint32_t)leb(&p);
		c->begin = p + length;
	} else {
		c->begin = p;
	}
	for (; *augmentation; augmentation++) {
		if (*augmentation == 'R')
			c->address_encoding = *p++;
		else if (*augmentation == 'L')
			c->lsda_encoding = *p++;
		else if (*augmentation == 'P')
			p += 1 + width(*p);
		else
			return false;
	}
	return true;
}

static const uint8_t *search(const uint8_t *header, uintptr_t pc, uintptr_t *start)
{
	const struct eh_frame_hdr *h = (const void *)header;
	const int64_t at = (int64_t)(pc - (uintptr_t)header);
	uint32_t low = 0, high = h->count;
	const uint8_t *fde;
	struct cie cie;
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
	if (!read_cie(fde, &cie))
		return NULL;
	n = width(cie.address_encoding);
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

const uint8_t *frame_description(uintptr_t pc, uintptr_t *function)
{
	const struct aot_image *image = image_at(pc);
	const uint8_t *header = image ? image->eh_frame_hdr : NULL;

	if (!image && pc >= own_begin && pc < own_end)
		header = own_header;
	return header ? search(header, pc, function) : NULL;
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
uintptr_t frame_landing_pad(const uint8_t *lsda, uintptr_t at)
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

/* The LSDA of a FDE, or NULL. What an image's functions have is ours; in this program nobody catches. */
static const uint8_t *lsda_of(const uint8_t *fde, const struct cie *c)
{
	const uint8_t *p = fde + 8 + 2 * width(c->address_encoding);
	int64_t value = 0;

	if (!c->augmented || c->lsda_encoding == ENC_OMIT)
		return NULL;
	leb(&p);
	if (width(c->lsda_encoding) == 8)
		memcpy(&value, p, 8);
	else
		value = (int32_t)(p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24);
	if (!value)
		return NULL;
	return (c->lsda_encoding & 0x70) == ENC_PCREL ? p + value : (const uint8_t *)value;
}

/* What the instructions of CIE and FDE have come to. */
struct state {
	int64_t cfa_offset;
	int cfa_register;
	int64_t saved[FRAME_REGISTERS];
	bool last;
};

#define SAME	   INT64_MIN /* not saved */
#define REMEMBERED 4

struct machine {
	const struct cie *cie;
	struct state now, initial, remembered[REMEMBERED];
	unsigned depth;
	uint64_t at, wanted; /* bytes from the start of the function */
};

static void save(struct machine *m, uint64_t number, int64_t at)
{
	const int i = frame_register(number);

	if (i >= 0)
		m->now.saved[i] = at;
}

static void restore(struct machine *m, uint64_t number)
{
	const int i = frame_register(number);

	if (i >= 0)
		m->now.saved[i] = m->initial.saved[i];
}

static bool define_cfa(struct machine *m, uint64_t number, int64_t offset)
{
	m->now.cfa_register = frame_register(number);
	m->now.cfa_offset = offset;
	return m->now.cfa_register >= 0;
}

static uint64_t operand(const uint8_t **p, size_t size)
{
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++)
		value |= (uint64_t)*(*p)++ << 8 * i;
	return value;
}

/* DW_CFA_*, but those that have an operand in the opcode. False for what is not understood. */
static bool extended(struct machine *m, uint8_t op, const uint8_t **p)
{
	const int64_t align = m->cie->data_align;
	uint64_t number;

	switch (op) {
	case 0x00: /* nop */ return true;
	case 0x02: /* advance_loc1, 2, 4 */
	case 0x03:
	case 0x04: m->at += operand(p, 1u << (op - 2)) * m->cie->code_align; return true;
	case 0x05: /* offset_extended */
		number = leb(p);
		save(m, number, (int64_t)leb(p) * align);
		return true;
	case 0x06: /* restore_extended */ restore(m, leb(p)); return true;
	case 0x07: /* undefined */
		number = leb(p);
		if (number == m->cie->return_register)
			m->now.last = true;
		return true;
	case 0x08: /* same_value */ save(m, leb(p), SAME); return true;
	case 0x0a: /* remember_state */
		if (m->depth == REMEMBERED)
			return false;
		m->remembered[m->depth++] = m->now;
		return true;
	case 0x0b: /* restore_state */
		if (!m->depth)
			return false;
		m->now = m->remembered[--m->depth];
		return true;
	case 0x0c: /* def_cfa */ number = leb(p); return define_cfa(m, number, (int64_t)leb(p));
	case 0x0d: /* def_cfa_register */ return define_cfa(m, leb(p), m->now.cfa_offset);
	case 0x0e: /* def_cfa_offset */ m->now.cfa_offset = (int64_t)leb(p); return true;
	case 0x11: /* offset_extended_sf */
		number = leb(p);
		save(m, number, signed_leb(p) * align);
		return true;
	case 0x12: /* def_cfa_sf */
		number = leb(p);
		return define_cfa(m, number, signed_leb(p) * align);
	case 0x13: /* def_cfa_offset_sf */ m->now.cfa_offset = signed_leb(p) * align; return true;
	case 0x2e: /* GNU_args_size */ leb(p); return true;
	default: return false; /* expressions, registers in registers, signed return addresses */
	}
}

static bool execute(struct machine *m, const uint8_t *p, const uint8_t *end)
{
	while (p < end && m->at <= m->wanted) {
		const uint8_t op = *p++, low = op & 0x3f;

		switch (op >> 6) {
		case 0:
			if (!extended(m, op, &p))
				return false;
			break;
		case 1: m->at += low * m->cie->code_align; break;
		case 2: save(m, low, (int64_t)leb(&p) * m->cie->data_align); break;
		case 3: restore(m, low); break;
		}
	}
	return true;
}

static bool read_rule(struct frame_rule *r, uintptr_t at)
{
	uintptr_t function;
	const uint8_t *fde = frame_description(at, &function), *p, *lsda;
	struct machine m = {0};
	struct cie cie;
	uint32_t length;

	if (!fde || !read_cie(fde, &cie))
		return false;
	m.cie = &cie;
	m.wanted = at - function;
	m.now.cfa_register = -1;
	for (int i = 0; i < FRAME_REGISTERS; i++)
		m.now.saved[i] = SAME;
	if (!execute(&m, cie.begin, cie.end))
		return false;
	m.initial = m.now;
	memcpy(&length, fde, 4);
	p = fde + 8 + 2 * width(cie.address_encoding);
	if (cie.augmented) {
		uint64_t size = leb(&p);

		p += size;
	}
	if (!execute(&m, p, fde + 4 + length) || m.now.cfa_register < 0 ||
	    m.now.cfa_offset != (int32_t)m.now.cfa_offset)
		return false;
	*r = (struct frame_rule){.function = function,
				 .cfa_offset = (int32_t)m.now.cfa_offset,
				 .cfa_register = (uint8_t)m.now.cfa_register,
				 .last = m.now.last};
	for (int i = 0; i < FRAME_REGISTERS; i++) {
		if (m.now.saved[i] == SAME)
			continue;
		if (m.now.saved[i] != (int16_t)m.now.saved[i])
			return false;
		r->saved[r->nsaved++] = (struct frame_saved){(int16_t)m.now.saved[i], (int16_t)i};
	}
	lsda = image_at(at) ? lsda_of(fde, &cie) : NULL;
	r->pad = lsda ? frame_landing_pad(lsda, at - function) : 0;
	if (r->pad)
		r->pad += function;
	return true;
}

const struct frame_rule *frame_rule(struct frame_cache *cache, struct frame_rule *space,
				    const struct frame *f)
{
	const uintptr_t at = frame_at(f);
	struct frame_set *set;
	unsigned i;

	if (!cache || !at) /* 0: nothing is there */
		return read_rule(space, at) ? space : NULL;
	set = &cache->sets[(at * UINT64_C(0x9e3779b97f4a7c15)) >> 32 & (FRAME_SETS - 1)];
	for (i = 0; i < FRAME_WAYS; i++)
		if (set->at[i] == at)
			return &set->rules[i];
	i = set->oldest;
	set->at[i] = 0;
	if (!read_rule(&set->rules[i], at))
		return NULL;
	set->at[i] = at;
	set->oldest = (i + 1) % FRAME_WAYS;
	return &set->rules[i];
}

/* The words are other functions' frames, in which the sanitizer sees nothing to be read. */
__attribute__((no_sanitize("address"))) void frame_leave(struct frame *f,
							 const struct frame_rule *rule)
{
	const uintptr_t cfa = f->registers[rule->cfa_register] + (intptr_t)rule->cfa_offset;

	for (unsigned i = 0; i < rule->nsaved; i++)
		f->registers[rule->saved[i].number] =
			*(const uintptr_t *)(cfa + (intptr_t)rule->saved[i].at);
	f->registers[FRAME_SP] = cfa;
	f->pc = f->registers[FRAME_RETURN];
	f->exact = false;
}

__attribute__((no_sanitize("address"))) bool frame_leave_signal(struct frame *f)
{
	static const uint8_t code[] = FRAME_SIGNAL_RETURN;
	const void *context;

	if (image_at(f->pc) || f->exact || !f->pc ||
	    memcmp((const void *)f->pc, code, sizeof(code)) != 0)
		return false;
	context = (const void *)(f->registers[FRAME_SP] + FRAME_SIGNAL_CONTEXT);
	frame_from_signal(f->registers, context);
	f->pc = signal_pc(context);
	f->exact = true;
	return true;
}
