#include "load.h"
#include "../../runtime-lite/aot/compile.h"
#include "../../runtime-lite/aot/engine.h"
#include "../../runtime-lite/aot/target.h"

#include <elf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define MAXOBJECTS  8
#define MAXSECTIONS 256 /* in all objects */
#define MAXFRAMES   4096
#define PAGE	    4096u

/* What is mapped, in this order: each begins a page. */
enum part { POLLED, TEXT, DATA, NPARTS };

struct section {
	const Elf64_Shdr *header;
	uint8_t *at; /* NULL: not loaded */
};

struct object {
	const uint8_t *bytes;
	const Elf64_Shdr *headers;
	struct section *sections;
	unsigned nsections;
	const Elf64_Sym *symbols;
	size_t nsymbols;
	const char *names; /* of symbols */
};

/* .eh_frame_hdr's table: aot/unwind.c reads it. */
struct frames {
	uint8_t version, eh_frame_encoding, count_encoding, table_encoding;
	int32_t eh_frame;
	uint32_t count;
	struct frame {
		int32_t start, fde; /* relative to this structure */
	} table[MAXFRAMES];
};

struct load {
	struct object objects[MAXOBJECTS];
	unsigned nobjects;
	struct section sections[MAXSECTIONS];
	unsigned nsections;
	uint8_t *parts[NPARTS + 1]; /* where each begins and the last ends */
	struct frames *frames;
	char *error;
	size_t error_size;
};

__attribute__((format(printf, 2, 3))) static bool fail(struct load *l, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(l->error, l->error_size, fmt, ap);
	va_end(ap);
	return false;
}

static const char *section_name(const struct object *o, const Elf64_Shdr *s)
{
	const Elf64_Ehdr *elf = (const Elf64_Ehdr *)o->bytes;

	return (const char *)o->bytes + o->headers[elf->e_shstrndx].sh_offset + s->sh_name;
}

static bool read_object(struct load *l, const struct aot_object *from)
{
	struct object *o = &l->objects[l->nobjects++];
	const Elf64_Ehdr *elf = (const Elf64_Ehdr *)from->bytes;

	o->bytes = from->bytes;
	o->headers = (const Elf64_Shdr *)(from->bytes + elf->e_shoff);
	o->nsections = elf->e_shnum;
	o->sections = &l->sections[l->nsections];
	if (l->nsections + o->nsections > MAXSECTIONS)
		return fail(l, "too many sections");
	l->nsections += o->nsections;
	for (unsigned i = 0; i < o->nsections; i++) {
		const Elf64_Shdr *s = &o->headers[i];

		o->sections[i].header = s;
		if (s->sh_type != SHT_SYMTAB)
			continue;
		o->symbols = (const Elf64_Sym *)(o->bytes + s->sh_offset);
		o->nsymbols = s->sh_size / sizeof(*o->symbols);
		o->names = (const char *)o->bytes + o->headers[s->sh_link].sh_offset;
	}
	return true;
}

static enum part part_of(const struct object *o, const Elf64_Shdr *s)
{
	if (!(s->sh_flags & SHF_EXECINSTR))
		return DATA;
	return strncmp(section_name(o, s), ".text.polled", 12) ? TEXT : POLLED;
}

/* Gives each section that is loaded its place, as an offset. */
static size_t lay_out(struct load *l, size_t begins[static NPARTS + 1])
{
	size_t at = 0;

	for (enum part part = 0; part < NPARTS; part++) {
		begins[part] = at;
		for (unsigned k = 0; k < l->nobjects; k++)
			for (unsigned i = 1; i < l->objects[k].nsections; i++) {
				struct section *s = &l->objects[k].sections[i];
				const Elf64_Shdr *h = s->header;

				if (!(h->sh_flags & SHF_ALLOC) ||
				    part_of(&l->objects[k], h) != part)
					continue;
				at = (at + h->sh_addralign - 1) & -h->sh_addralign;
				s->at = (uint8_t *)1 + at;
				at += h->sh_size;
			}
		if (part == DATA) {
			at = (at + 7) & -8ul;
			l->frames = (struct frames *)at;
			at += sizeof(*l->frames);
		}
		at = (at + PAGE - 1) & -(size_t)PAGE;
	}
	begins[NPARTS] = at;
	return at;
}

static bool copy(struct load *l)
{
	size_t begins[NPARTS + 1], size = lay_out(l, begins);
	uint8_t *base =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (base == MAP_FAILED)
		return fail(l, "cannot map code");
	for (unsigned i = 0; i <= NPARTS; i++)
		l->parts[i] = base + begins[i];
	l->frames = (struct frames *)(base + (size_t)l->frames);
	for (unsigned k = 0; k < l->nobjects; k++)
		for (unsigned i = 1; i < l->objects[k].nsections; i++) {
			struct section *s = &l->objects[k].sections[i];

			if (!s->at)
				continue;
			s->at = base + (s->at - (uint8_t *)1);
			if (s->header->sh_type != SHT_NOBITS)
				memcpy(s->at, l->objects[k].bytes + s->header->sh_offset,
				       s->header->sh_size);
		}
	return true;
}

static uint8_t *address_of(const struct object *o, const Elf64_Sym *s)
{
	if (s->st_shndx == SHN_UNDEF || s->st_shndx >= o->nsections || !o->sections[s->st_shndx].at)
		return NULL;
	return o->sections[s->st_shndx].at + s->st_value;
}

/* A symbol that some object defines for others. */
static uint8_t *find(const struct load *l, const char *name)
{
	if (!strcmp(name, "wali_personality"))
		return (uint8_t *)aot_personality_address;
	for (unsigned k = 0; k < l->nobjects; k++) {
		const struct object *o = &l->objects[k];

		for (const Elf64_Sym *s = o->symbols; s < o->symbols + o->nsymbols; s++)
			if (ELF64_ST_BIND(s->st_info) != STB_LOCAL && address_of(o, s) &&
			    !strcmp(o->names + s->st_name, name))
				return address_of(o, s);
	}
	return NULL;
}

static bool relocate_section(struct load *l, const struct object *o, const Elf64_Shdr *h)
{
	const Elf64_Rela *r = (const Elf64_Rela *)(o->bytes + h->sh_offset);
	uint8_t *target = o->sections[h->sh_info].at;

	for (const Elf64_Rela *end = r + h->sh_size / sizeof(*r); r < end; r++) {
		const Elf64_Sym *s = &o->symbols[ELF64_R_SYM(r->r_info)];
		const char *name = o->names + s->st_name;
		const uint8_t *to = address_of(o, s);
		uint8_t *p = target + r->r_offset;

		if (!to && !(to = find(l, name)))
			return fail(l, "undefined symbol %s", name);
		const int64_t absolute = (int64_t)to + r->r_addend,
			      relative = absolute - (int64_t)p;

		switch (ELF64_R_TYPE(r->r_info)) {
		case R_X86_64_64: memcpy(p, &absolute, 8); break;
		case R_X86_64_PC32:
		case R_X86_64_PLT32: memcpy(p, &relative, 4); break;
		default: return fail(l, "a relocation of type %d", (int)ELF64_R_TYPE(r->r_info));
		}
	}
	return true;
}

static bool relocate(struct load *l)
{
	for (unsigned k = 0; k < l->nobjects; k++) {
		const struct object *o = &l->objects[k];

		for (unsigned i = 1; i < o->nsections; i++)
			if (o->headers[i].sh_type == SHT_RELA &&
			    o->sections[o->headers[i].sh_info].at &&
			    !relocate_section(l, o, &o->headers[i]))
				return false;
	}
	return true;
}

static int compare_frames(const void *a, const void *b)
{
	const struct frame *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/* Frame description entries: their addresses are relative and of 32 bits, as LLVM's always are. */
static bool collect_frames(struct load *l, const struct section *s)
{
	struct frames *f = l->frames;
	uint32_t length, cie;
	int32_t start;

	for (uint8_t *p = s->at, *end = p + s->header->sh_size; p < end; p += 4 + length) {
		memcpy(&length, p, 4);
		memcpy(&cie, p + 4, 4);
		if (!length)
			break;
		if (!cie)
			continue;
		if (f->count == MAXFRAMES)
			return fail(l, "too many functions");
		memcpy(&start, p + 8, 4);
		f->table[f->count++] = (struct frame){
			.start = (int32_t)(p + 8 + start - (uint8_t *)f),
			.fde = (int32_t)(p - (uint8_t *)f),
		};
	}
	return true;
}

static bool make_frames(struct load *l)
{
	/* udata4 for the count, datarel | sdata4 for the table; no pointer to .eh_frame. */
	*l->frames = (struct frames){.version = 1,
				     .eh_frame_encoding = 0xff,
				     .count_encoding = 3,
				     .table_encoding = 0x3b};
	for (unsigned k = 0; k < l->nobjects; k++)
		for (unsigned i = 1; i < l->objects[k].nsections; i++) {
			const struct section *s = &l->objects[k].sections[i];

			if (s->at &&
			    !strcmp(section_name(&l->objects[k], s->header), ".eh_frame") &&
			    !collect_frames(l, s))
				return false;
		}
	qsort(l->frames->table, l->frames->count, sizeof(struct frame), compare_frames);
	return true;
}

static struct aot_image *link_in_memory(struct load *l, const struct aot_output *out)
{
	struct aot_image *image = calloc(1, sizeof(*image));

	if (!image || out->nobjects > MAXOBJECTS) {
		fail(l, "too much for one module");
		return NULL;
	}
	for (uint32_t i = 0; i < out->nobjects; i++)
		if (!read_object(l, &out->objects[i]))
			return NULL;
	if (!copy(l) || !relocate(l) || !make_frames(l))
		return NULL;
	*image = (struct aot_image){
		.text_begin = (const char *)l->parts[POLLED],
		.text_end = (const char *)l->parts[DATA],
		.polled_begin = (const char *)l->parts[POLLED],
		.polled_end = (const char *)l->parts[TEXT],
		.functions = (const int32_t *)find(l, "wali:functions"),
		.entries = (const int32_t *)find(l, "wali:entries"),
		.eh_frame_hdr = (const uint8_t *)l->frames,
	};
	if (!image->functions || !image->entries) {
		fail(l, "tables are missing");
		return NULL;
	}
	if (mprotect(l->parts[POLLED], (size_t)(l->parts[DATA] - l->parts[POLLED]),
		     PROT_READ | PROT_EXEC)) {
		fail(l, "cannot make code executable");
		return NULL;
	}
	return image;
}

static bool attach(struct instance *inst, void *context, struct wasm_error *err)
{
	if (aot_attach(inst, context))
		return true;
	snprintf(err->message, sizeof(err->message), "out of memory");
	return false;
}

bool load_compiled(struct module *m, unsigned level, bool precise, bool verify, char *error,
		   size_t size)
{
	static struct target target;
	static bool chosen;
	struct load l = {.error = error, .error_size = size};
	struct aot_output out;
	struct aot_image *image;

	if (!chosen && !target_choose(&target, NULL, NULL, error, size))
		return false;
	chosen = true;
	const struct aot_options options = {
		.triple = target.isa->triple,
		.cpu = target.isa->cpu,
		.tune = target.tune,
		.features = target.text,
		.level = level,
		.precise = precise,
		.verify = verify,
		.threads = 1,
	};

	if (!aot_compile(m, &options, &out, error, size))
		return false;
	image = link_in_memory(&l, &out);
	for (uint32_t i = 0; image && i < out.nunchecked; i++)
		m->tables[out.unchecked[i]].unchecked = true;
	aot_output_free(&out);
	m->attach = attach;
	m->attach_context = image;
	return image;
}
