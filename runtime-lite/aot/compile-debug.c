/* DWARF 5, section 6.2, as LLVM writes it; and as little of it as debuggers need. */
#include "compile-debug.h"

#include "../wasm/leb.h"
#include "../wasm/lines.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

struct buffer {
	uint8_t *bytes;
	size_t size, room;
	bool failed;
};

static void put(struct buffer *b, const void *bytes, size_t n)
{
	if (b->failed)
		return;
	if (b->room - b->size < n) {
		size_t room = 2 * b->room + n + 4096;
		uint8_t *bigger = realloc(b->bytes, room);

		if (!bigger) {
			b->failed = true;
			return;
		}
		b->bytes = bigger;
		b->room = room;
	}
	if (n)
		memcpy(b->bytes + b->size, bytes, n);
	b->size += n;
}

static void put_number(struct buffer *b, uint64_t value, unsigned bytes)
{
	put(b, &value, bytes);
}

static void put_uleb(struct buffer *b, uint64_t value)
{
	for (; value > 0x7f; value >>= 7)
		put_number(b, 0x80 | (value & 0x7f), 1);
	put_number(b, value, 1);
}

static void put_sleb(struct buffer *b, int64_t value)
{
	for (; value < -64 || value > 63; value >>= 7)
		put_number(b, 0x80 | (value & 0x7f), 1);
	put_number(b, value & 0x7f, 1);
}

static void put_string(struct buffer *b, const char *s)
{
	put(b, s, strlen(s) + 1);
}

/* Native address, and byte offset in the module; 0: none. */
struct row {
	uint64_t address;
	uint32_t offset;
	uint32_t order;
};

struct rows {
	struct row *rows;
	uint32_t n, room;
	bool failed;
};

static void add_row(struct rows *rows, uint64_t address, uint64_t offset)
{
	if (rows->n == rows->room) {
		uint32_t room = 2 * rows->room + 1024;
		struct row *bigger = realloc(rows->rows, room * sizeof(*bigger));

		if (!bigger) {
			rows->failed = true;
			return;
		}
		rows->rows = bigger;
		rows->room = room;
	}
	rows->rows[rows->n] = (struct row){address, (uint32_t)offset, rows->n};
	rows->n++;
}

static int by_address(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	/* Where code ends, other code may begin. */
	if (!x->offset != !y->offset)
		return x->offset ? 1 : -1;
	return x->order < y->order ? -1 : 1;
}

static uint64_t number(const uint8_t **p, unsigned bytes)
{
	uint64_t value = 0;

	memcpy(&value, *p, bytes);
	*p += bytes;
	return value;
}

enum {
	DW_LNS_COPY = 1,
	DW_LNS_ADVANCE_PC,
	DW_LNS_ADVANCE_LINE,
	DW_LNS_SET_FILE,
	DW_LNS_SET_COLUMN,
	DW_LNS_CONST_ADD_PC = 8,
	DW_LNS_FIXED_ADVANCE_PC = 9,
	DW_LNE_END_SEQUENCE = 1,
	DW_LNE_SET_ADDRESS = 2,
};

/* One table; the bytes are our own linker's, and are trusted. */
static const uint8_t *read_table(const uint8_t *p, struct rows *rows)
{
	uint64_t length = number(&p, 4), address = 0, line = 1;
	const uint8_t *end = p + length, *program, *lengths, *next;
	unsigned scale, range, base, opcode;
	int line_base;

	p += 4; /* version, address size, segment selector size */
	length = number(&p, 4);
	program = p + length;
	scale = *p;
	line_base = (int8_t)p[3];
	range = p[4];
	base = p[5];
	lengths = p + 5;
	for (p = program; p < end;) {
		opcode = *p++;
		if (opcode >= base) {
			address += (uint64_t)(opcode - base) / range * scale;
			line += (uint64_t)(int64_t)(line_base + (int)((opcode - base) % range));
			add_row(rows, address, line);
			continue;
		}
		switch (opcode) {
		case 0:
			length = leb_u64(&p);
			next = p + length;
			opcode = *p++;
			if (opcode == DW_LNE_SET_ADDRESS) {
				address = number(&p, 8);
			} else if (opcode == DW_LNE_END_SEQUENCE) {
				add_row(rows, address, 0);
				address = 0;
				line = 1;
			}
			p = next;
			break;
		case DW_LNS_COPY: add_row(rows, address, line); break;
		case DW_LNS_ADVANCE_PC: address += leb_u64(&p) * scale; break;
		case DW_LNS_ADVANCE_LINE: line += (uint64_t)leb_s64(&p); break;
		case DW_LNS_CONST_ADD_PC: address += (uint64_t)(255 - base) / range * scale; break;
		case DW_LNS_FIXED_ADVANCE_PC: address += number(&p, 2); break;
		default:
			for (unsigned i = lengths[opcode]; i; i--)
				leb_u64(&p);
		}
	}
	return end;
}

/* Puts the rows in order, and leaves out those that say nothing new. */
static void tidy(struct rows *rows)
{
	uint32_t n = 0;

	if (!rows->n)
		return;
	qsort(rows->rows, rows->n, sizeof(*rows->rows), by_address);
	for (uint32_t i = 0; i < rows->n; i++) {
		struct row *r = &rows->rows[i];

		if (n && rows->rows[n - 1].address == r->address)
			n--;
		if (!n || rows->rows[n - 1].offset != r->offset)
			rows->rows[n++] = *r;
	}
	rows->n = n;
}

static void write_map(const struct rows *rows, uint64_t begin, struct buffer *out)
{
	uint64_t address = begin;
	uint32_t offset = 0;

	for (uint32_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->rows[i];

		put_uleb(out, r->address - address);
		put_sleb(out, (int32_t)(r->offset - offset));
		address = r->address;
		offset = r->offset;
	}
}

/* DWARF 4: its file table is simpler, and every debugger knows it. */
static void begin_line_table(struct buffer *out, const struct lines *l)
{
	static const uint8_t lengths[] = {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1};
	size_t header;

	put_number(out, 0, 4);
	put_number(out, 4, 2);
	header = out->size;
	put_number(out, 0, 4);
	put(out, (const uint8_t[]){1, 1, 1, 0, 1, 13}, 6);
	put(out, lengths, sizeof(lengths));
	for (uint32_t i = 0; i < l->ndirectories; i++)
		put_string(out, *l->directories[i] ? l->directories[i] : ".");
	put_number(out, 0, 1);
	for (uint32_t i = 0; i < l->nfiles; i++) {
		uint32_t directory = 0;

		while (directory < l->ndirectories &&
		       l->directories[directory] != l->files[i].directory)
			directory++;
		put_string(out, *l->files[i].name ? l->files[i].name : "?");
		put_uleb(out, directory < l->ndirectories ? directory + 1 : 0);
		put_number(out, 0, 2);
	}
	put_number(out, 0, 1);
	if (!out->failed)
		memcpy(out->bytes + header, &(uint32_t){(uint32_t)(out->size - header - 4)}, 4);
}

/* Registers of the machine that reads line tables. */
struct sequence {
	bool open;
	uint64_t address;
	uint32_t file, line, column;
};

static void go_on_at(struct sequence *s, uint64_t address, struct buffer *out)
{
	put_number(out, DW_LNS_ADVANCE_PC, 1);
	put_uleb(out, address - s->address);
	s->address = address;
}

static void write_row(struct sequence *s, const struct line_row *row, struct buffer *out)
{
	if (row->file + 1 != s->file) {
		put_number(out, DW_LNS_SET_FILE, 1);
		put_uleb(out, s->file = row->file + 1);
	}
	if (row->line != s->line) {
		put_number(out, DW_LNS_ADVANCE_LINE, 1);
		put_sleb(out, (int64_t)row->line - s->line);
		s->line = row->line;
	}
	if (row->column != s->column) {
		put_number(out, DW_LNS_SET_COLUMN, 1);
		put_uleb(out, s->column = row->column);
	}
	put_number(out, DW_LNS_COPY, 1);
}

/* Code without a source is in no sequence, or it would pass for what is before it. */
static void write_lines(const struct rows *rows, const struct lines *l, struct buffer *out)
{
	struct sequence s = {0};

	begin_line_table(out, l);
	for (uint32_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->rows[i];
		const struct line_row *row = r->offset ? lines_find(l, r->offset) : NULL;
		const bool same = row && s.open && row->file + 1 == s.file && row->line == s.line &&
				  row->column == s.column;

		if (row && !row->line)
			row = NULL;
		if ((!row && !s.open) || same)
			continue;
		if (s.open) {
			go_on_at(&s, r->address, out);
		} else {
			s = (struct sequence){
				.open = true, .address = r->address, .file = 1, .line = 1};
			put(out, (const uint8_t[]){0, 9, DW_LNE_SET_ADDRESS}, 3);
			put_number(out, r->address, 8);
		}
		if (row)
			write_row(&s, row, out);
		else
			put(out, (const uint8_t[]){0, 1, DW_LNE_END_SEQUENCE}, 3);
		s.open = row;
	}
	if (!out->failed)
		memcpy(out->bytes, &(uint32_t){(uint32_t)(out->size - 4)}, 4);
}

/* One compilation unit for all code, with what debuggers need to find the line table. */
static void write_unit(const struct rows *rows, const struct lines *l, struct buffer *abbrev,
		       struct buffer *info)
{
	static const uint8_t unit[] = {
		1,    0x11, 0,		/* number, DW_TAG_compile_unit, no children */
		0x25, 0x08, 0x13, 0x05, /* DW_AT_producer, language */
		0x03, 0x08, 0x1b, 0x08, /* name, comp_dir: strings */
		0x10, 0x17,		/* stmt_list: sec_offset */
		0x11, 0x01, 0x12, 0x07, /* low_pc: address; high_pc: a size */
		0,    0,    0,
	};
	const struct line_file *file = l->nfiles ? l->files : &(struct line_file){(char *)"?", ""};

	put(abbrev, unit, sizeof(unit));
	put_number(info, 0, 4);
	put_number(info, 4, 2);
	put_number(info, 0, 4);
	put_number(info, 8, 1);
	put_uleb(info, 1);
	put_string(info, "wali-aotc");
	put_number(info, 0x0c, 2); /* C99: what debuggers are to take expressions for */
	put_string(info, file->name);
	put_string(info, file->directory);
	put_number(info, 0, 4);
	put_number(info, rows->rows[0].address, 8);
	put_number(info, rows->rows[rows->n - 1].address - rows->rows[0].address, 8);
	if (!info->failed)
		memcpy(info->bytes, &(uint32_t){(uint32_t)(info->size - 4)}, 4);
}

struct writer {
	struct buffer out, names;
	Elf64_Shdr sections[64];
	unsigned nsections;
};

static void put_section(struct writer *w, const Elf64_Shdr *like, const char *name,
			const void *bytes, size_t size)
{
	static const char zero[8];
	Elf64_Shdr *s = &w->sections[w->nsections++];

	*s = like ? *like : (Elf64_Shdr){.sh_type = SHT_PROGBITS, .sh_addralign = 1};
	s->sh_name = (Elf64_Word)w->names.size;
	put_string(&w->names, name);
	if (s->sh_flags & SHF_ALLOC || s->sh_type == SHT_NULL)
		return;
	put(&w->out, zero, -w->out.size & 7);
	s->sh_offset = w->out.size;
	s->sh_size = size;
	put(&w->out, bytes, size);
}

struct elf {
	const uint8_t *bytes;
	const Elf64_Ehdr *header;
	const Elf64_Shdr *sections;
	const char *names;
};

/* Those of sections that are still there, at the numbers that they now have (0: dropped). On some ISAs, assemblers mark what is
 * data in any section, and there are no symbols for what is not in a file. */
static void put_symbols(struct writer *w, const struct elf *e, const Elf64_Shdr *s,
			const Elf64_Half *numbers)
{
	const Elf64_Sym *symbols = (const Elf64_Sym *)(e->bytes + s->sh_offset);
	Elf64_Shdr *made = &w->sections[w->nsections];
	struct buffer kept = {0};
	unsigned locals = 0;

	for (size_t i = 0; i < s->sh_size / sizeof(*symbols); i++) {
		Elf64_Sym symbol = symbols[i];

		if (symbol.st_shndx != SHN_UNDEF && symbol.st_shndx < SHN_LORESERVE) {
			symbol.st_shndx = numbers[symbol.st_shndx];
			if (!symbol.st_shndx)
				continue;
		}
		locals += ELF64_ST_BIND(symbol.st_info) == STB_LOCAL;
		put(&kept, &symbol, sizeof(symbol));
	}
	put_section(w, s, ".symtab", kept.bytes, kept.size);
	made->sh_info = locals;
	made->sh_link = w->nsections;
	w->out.failed |= kept.failed;
	free(kept.bytes);
}

/* The file as far as it is mapped, and symbols; then what is given here. */
static void write_elf(const struct elf *e, struct buffer debug[3], struct buffer *out)
{
	static const char *const names[3] = {".debug_line", ".debug_abbrev", ".debug_info"};
	struct writer w = {0};
	Elf64_Half *numbers = calloc(e->header->e_shnum, sizeof(*numbers));
	size_t mapped = 0, name;

	w.out.failed = !numbers;
	for (unsigned i = 0; i < e->header->e_shnum; i++) {
		const Elf64_Shdr *s = &e->sections[i];

		if (s->sh_flags & SHF_ALLOC && s->sh_offset + s->sh_size > mapped)
			mapped = s->sh_offset + s->sh_size;
	}
	put(&w.out, e->bytes, mapped);
	for (unsigned i = 0; numbers && i < e->header->e_shnum && w.nsections < 32; i++)
		if (e->sections[i].sh_flags & SHF_ALLOC || !i) {
			numbers[i] = (Elf64_Half)w.nsections;
			put_section(&w, &e->sections[i], e->names + e->sections[i].sh_name, NULL,
				    0);
		}
	for (unsigned i = 0; numbers && i < e->header->e_shnum; i++) {
		const Elf64_Shdr *s = &e->sections[i], *strings = &e->sections[s->sh_link];

		if (s->sh_type != SHT_SYMTAB)
			continue;
		put_symbols(&w, e, s, numbers);
		put_section(&w, strings, ".strtab", e->bytes + strings->sh_offset,
			    strings->sh_size);
	}
	free(numbers);
	for (unsigned i = 0; i < 3; i++)
		if (debug[i].size)
			put_section(&w, NULL, names[i], debug[i].bytes, debug[i].size);
	name = w.names.size;
	put_string(&w.names, ".shstrtab");
	w.sections[w.nsections++] = (Elf64_Shdr){
		.sh_name = (Elf64_Word)name,
		.sh_type = SHT_STRTAB,
		.sh_offset = w.out.size,
		.sh_size = w.names.size,
		.sh_addralign = 1,
	};
	put(&w.out, w.names.bytes, w.names.size);
	put(&w.out, "\0\0\0\0\0\0\0", -w.out.size & 7);
	if (!w.out.failed) {
		Elf64_Ehdr *h = (Elf64_Ehdr *)w.out.bytes;

		h->e_shoff = w.out.size;
		h->e_shnum = (Elf64_Half)w.nsections;
		h->e_shstrndx = (Elf64_Half)(w.nsections - 1);
	}
	put(&w.out, w.sections, w.nsections * sizeof(*w.sections));
	w.out.failed |= w.names.failed;
	free(w.names.bytes);
	*out = w.out;
}

static void read_rows(const struct elf *e, struct rows *rows)
{
	for (unsigned i = 0; i < e->header->e_shnum; i++) {
		const Elf64_Shdr *s = &e->sections[i];
		const uint8_t *p = e->bytes + s->sh_offset, *end = p + s->sh_size;

		if (!strcmp(e->names + s->sh_name, ".debug_line"))
			while (p < end)
				p = read_table(p, rows);
	}
	tidy(rows);
}

bool debug_finish(const uint8_t *elf, uint64_t text_begin, const struct module *m, bool lines,
		  struct debug_output *out)
{
	struct elf e = {.bytes = elf, .header = (const Elf64_Ehdr *)elf};
	struct buffer map = {0}, file = {0}, debug[3] = {0};
	struct rows rows = {0};
	struct lines *l = lines ? lines_read(m) : NULL;

	e.sections = (const Elf64_Shdr *)(elf + e.header->e_shoff);
	e.names = (const char *)elf + e.sections[e.header->e_shstrndx].sh_offset;
	read_rows(&e, &rows);
	write_map(&rows, text_begin, &map);
	if (l && rows.n) {
		write_lines(&rows, l, &debug[0]);
		write_unit(&rows, l, &debug[1], &debug[2]);
	}
	write_elf(&e, debug, &file);
	*out = (struct debug_output){file.bytes, file.size, map.bytes, map.size};
	if (l)
		lines_free(l);
	free(rows.rows);
	for (unsigned i = 0; i < 3; i++) {
		file.failed |= debug[i].failed;
		free(debug[i].bytes);
	}
	return !rows.failed && !map.failed && !file.failed;
}
