/* A reader of DWARF line tables: DWARF 5, section 6.2, and "DWARF for WebAssembly" (addresses count from the code
 * section's contents). */
#include "lines.h"

#include <stdlib.h>
#include <string.h>

/* Reading past the end gives zeros and sets `bad`, so that only loops need to look. */
struct cursor {
	const uint8_t *p, *end;
	bool bad;
};

static uint64_t number(struct cursor *c, unsigned bytes)
{
	uint64_t value = 0;

	if ((size_t)(c->end - c->p) < bytes) {
		c->bad = true;
		c->p = c->end;
		return 0;
	}
	for (unsigned i = 0; i < bytes; i++)
		value |= (uint64_t)c->p[i] << 8 * i;
	c->p += bytes;
	return value;
}

static uint64_t uleb(struct cursor *c)
{
	uint64_t value = 0, byte = 0x80;

	for (unsigned shift = 0; byte & 0x80 && !c->bad; shift += 7) {
		byte = number(c, 1);
		if (shift < 64)
			value |= (byte & 0x7f) << shift;
	}
	return value;
}

static int64_t sleb(struct cursor *c)
{
	uint64_t value = 0, byte = 0x80;
	unsigned shift = 0;

	for (; byte & 0x80 && !c->bad; shift += 7) {
		byte = number(c, 1);
		if (shift < 64)
			value |= (byte & 0x7f) << shift;
	}
	if (shift < 64 && (byte & 0x40))
		value |= -(UINT64_C(1) << shift);
	return (int64_t)value;
}

static const char *string(struct cursor *c)
{
	const char *s = (const char *)c->p;
	const uint8_t *zero = c->p < c->end ? memchr(c->p, 0, (size_t)(c->end - c->p)) : NULL;

	if (!zero) {
		c->bad = true;
		c->p = c->end;
		return "";
	}
	c->p = zero + 1;
	return s;
}

static struct cursor cut(struct cursor *c, uint64_t n)
{
	struct cursor part = {c->p, c->end, false};

	if (n > (size_t)(c->end - c->p))
		c->bad = true;
	else
		part.end = c->p + n;
	c->p = part.end;
	return part;
}

/* What one line table's header says, and where its rows go. */
struct unit {
	struct lines *out;
	size_t first_row; /* of the sequence in out->rows */
	size_t code;	  /* offset of the code section's contents */
	struct cursor strings, line_strings;
	unsigned version, offset_size, instruction_length, line_range, opcode_base;
	int line_base;
	uint8_t lengths[256]; /* of standard opcodes, in arguments */
	uint32_t ndirs;
	const char **dirs;   /* of the header */
	uint32_t first_file; /* in out->files */
	uint32_t file_base;  /* number of the header's first file: 1 before DWARF 5 */
};

/* Room for one more element; false when memory is short. */
static bool grow(void *array, uint64_t n, size_t element)
{
	void **p = array, *bigger;

	if (n & (n - 1))
		return true;
	if (n > UINT32_MAX / 2)
		return false;
	bigger = realloc(*p, (n ? 2 * n : 1) * element);
	if (bigger)
		*p = bigger;
	return bigger;
}

static char *joined(const char *directory, const char *name)
{
	size_t n = strlen(directory), size = n + strlen(name) + 2;
	char *s = malloc(size);

	if (!s)
		return NULL;
	if (n && *name != '/') {
		memcpy(s, directory, n);
		s[n++] = '/';
	} else {
		n = 0;
	}
	memcpy(s + n, name, strlen(name) + 1);
	return s;
}

static bool add_file(struct unit *u, const char *name, uint64_t directory)
{
	struct lines *out = u->out;
	/* Directory 0 is where the compiler ran, which names need not repeat. */
	const char *in = directory && directory < u->ndirs ? u->dirs[directory] : "";

	if (!grow(&out->files, out->nfiles, sizeof(*out->files)))
		return false;
	struct line_file file = {joined(in, name),
				 out->ndirectories ? out->directories[out->ndirectories - 1] : ""};
	if (!file.name)
		return false;
	out->files[out->nfiles++] = file;
	return true;
}

static bool add_directory(struct unit *u, const char *name)
{
	if (!grow(&u->dirs, u->ndirs, sizeof(*u->dirs)))
		return false;
	u->dirs[u->ndirs++] = name;
	return true;
}

static bool set_home(struct unit *u, const char *name)
{
	struct lines *out = u->out;

	if (!grow(&out->directories, out->ndirectories, sizeof(*out->directories)))
		return false;
	char *copy = strdup(name);
	if (!copy)
		return false;
	out->directories[out->ndirectories++] = copy;
	return true;
}

static bool old_tables(struct unit *u, struct cursor *c)
{
	if (!add_directory(u, "") || !set_home(u, ""))
		return false;
	for (const char *s; *(s = string(c));)
		if (!add_directory(u, s))
			return false;
	u->file_base = 1;
	for (const char *s; *(s = string(c));) {
		uint64_t directory = uleb(c);

		uleb(c); /* time */
		uleb(c); /* size */
		if (!add_file(u, s, directory))
			return false;
	}
	return true;
}

enum { DW_LNCT_path = 1, DW_LNCT_directory_index = 2 };

enum {
	DW_FORM_block2 = 0x03,
	DW_FORM_data2 = 0x05,
	DW_FORM_data4 = 0x06,
	DW_FORM_data8 = 0x07,
	DW_FORM_string = 0x08,
	DW_FORM_block = 0x09,
	DW_FORM_data1 = 0x0b,
	DW_FORM_strp = 0x0e,
	DW_FORM_udata = 0x0f,
	DW_FORM_data16 = 0x1e,
	DW_FORM_line_strp = 0x1f,
};

struct value {
	const char *string;
	uint64_t number;
};

static const char *string_at(const struct cursor *section, uint64_t offset)
{
	struct cursor c = *section;

	cut(&c, offset);
	return string(&c);
}

static struct value form(struct unit *u, struct cursor *c, uint64_t kind)
{
	struct value v = {"", 0};

	switch (kind) {
	case DW_FORM_string: v.string = string(c); break;
	case DW_FORM_line_strp:
		v.string = string_at(&u->line_strings, number(c, u->offset_size));
		break;
	case DW_FORM_strp: v.string = string_at(&u->strings, number(c, u->offset_size)); break;
	case DW_FORM_data1: v.number = number(c, 1); break;
	case DW_FORM_data2: v.number = number(c, 2); break;
	case DW_FORM_data4: v.number = number(c, 4); break;
	case DW_FORM_data8: v.number = number(c, 8); break;
	case DW_FORM_udata: v.number = uleb(c); break;
	case DW_FORM_data16: cut(c, 16); break;
	case DW_FORM_block: cut(c, uleb(c)); break;
	case DW_FORM_block2: cut(c, number(c, 2)); break;
	default: c->bad = true; /* of a length that we do not know */
	}
	return v;
}

/* A table of directories or of files: its format, then its entries. */
static bool new_table(struct unit *u, struct cursor *c, bool files)
{
	struct {
		uint64_t content, form;
	} format[256];
	unsigned nformats = (unsigned)number(c, 1);

	for (unsigned i = 0; i < nformats; i++) {
		format[i].content = uleb(c);
		format[i].form = uleb(c);
	}
	uint64_t n = uleb(c);
	for (uint64_t i = 0; i < n && nformats && !c->bad; i++) {
		const char *path = "";
		uint64_t directory = 0;

		for (unsigned k = 0; k < nformats; k++) {
			struct value v = form(u, c, format[k].form);

			if (format[k].content == DW_LNCT_path)
				path = v.string;
			else if (format[k].content == DW_LNCT_directory_index)
				directory = v.number;
		}
		if (!(files ? add_file(u, path, directory)
			    : add_directory(u, path) && (i || set_home(u, path))))
			return false;
	}
	return true;
}

struct state {
	uint64_t address, file;
	uint32_t line, column;
};

static bool emit(struct unit *u, const struct state *s, bool end)
{
	struct lines *out = u->out;
	uint64_t file = s->file - u->file_base;
	bool known = s->file >= u->file_base && file < out->nfiles - u->first_file;

	/* The last of several rows for one address is the one that counts. */
	if (out->nrows > u->first_row && out->rows[out->nrows - 1].offset == u->code + s->address)
		out->nrows--;
	if (!grow(&out->rows, out->nrows, sizeof(*out->rows)))
		return false;
	out->rows[out->nrows++] = (struct line_row){
		.offset = u->code + s->address,
		.file = known ? u->first_file + (uint32_t)file : 0,
		.line = end || !known ? 0 : s->line,
		.column = s->column,
	};
	return true;
}

enum {
	COPY = 1,
	ADVANCE_PC,
	ADVANCE_LINE,
	SET_FILE,
	SET_COLUMN,
	CONST_ADD_PC = 8,
	FIXED_ADVANCE_PC
};
enum { END_SEQUENCE = 1, SET_ADDRESS };

/* The line number program. False when memory is short. */
static bool run(struct unit *u, struct cursor *c)
{
	const struct state begin = {.file = 1, .line = 1};
	struct state s = begin;

	u->first_row = u->out->nrows;
	while (c->p < c->end && !c->bad) {
		unsigned op = (unsigned)number(c, 1);
		bool row = false;

		if (op >= u->opcode_base) {
			op -= u->opcode_base;
			s.address += (uint64_t)(op / u->line_range) * u->instruction_length;
			s.line += (uint32_t)(u->line_base + (int)(op % u->line_range));
			row = true;
		} else if (!op) {
			uint64_t length = uleb(c);
			struct cursor part = cut(c, length);

			switch (number(&part, 1)) {
			case END_SEQUENCE:
				if (!emit(u, &s, true))
					return false;
				/* Code that the linker has thrown away is said to be at 0, or at the end of addresses. */
				if (u->out->rows[u->first_row].offset - u->code - 1 >=
				    UINT32_MAX - 2)
					u->out->nrows = u->first_row;
				u->first_row = u->out->nrows;
				s = begin;
				break;
			case SET_ADDRESS:
				s.address = number(&part, length > 1 && length <= 9
								  ? (unsigned)length - 1
								  : 0);
				break;
			}
		} else {
			switch (op) {
			case COPY: row = true; break;
			case ADVANCE_PC: s.address += uleb(c) * u->instruction_length; break;
			case ADVANCE_LINE: s.line += (uint32_t)sleb(c); break;
			case SET_FILE: s.file = uleb(c); break;
			case SET_COLUMN: s.column = (uint32_t)uleb(c); break;
			case CONST_ADD_PC:
				s.address += (uint64_t)((255 - u->opcode_base) / u->line_range) *
					     u->instruction_length;
				break;
			case FIXED_ADVANCE_PC: s.address += number(c, 2); break;
			default:
				for (unsigned i = u->lengths[op]; i; i--)
					uleb(c);
			}
		}
		if (row && !emit(u, &s, false))
			return false;
	}
	u->out->nrows = u->first_row; /* a sequence without an end */
	return true;
}

/* One unit's line table, without its length. False when memory is short; what is broken is left out. */
static bool read_unit(struct unit *u, struct cursor *c)
{
	u->version = (unsigned)number(c, 2);
	if (u->version < 2 || u->version > 5)
		return true;
	if (u->version >= 5) {
		number(c, 2); /* sizes of addresses and segment selectors */
	}
	struct cursor header = cut(c, number(c, u->offset_size));
	u->instruction_length = (unsigned)number(&header, 1);
	if (u->version >= 4)
		number(&header, 1); /* operations in an instruction: VLIW only */
	number(&header, 1);	    /* do rows begin as statements? */
	u->line_base = (int8_t)number(&header, 1);
	u->line_range = (unsigned)number(&header, 1);
	u->opcode_base = (unsigned)number(&header, 1);
	if (!u->line_range || !u->opcode_base || header.bad)
		return true;
	for (unsigned i = 1; i < u->opcode_base; i++)
		u->lengths[i] = (uint8_t)number(&header, 1);
	u->ndirs = 0;
	u->first_file = u->out->nfiles;
	u->file_base = 0;
	if (u->version < 5 ? !old_tables(u, &header)
			   : !new_table(u, &header, false) || !new_table(u, &header, true))
		return false;
	return header.bad || run(u, c);
}

static struct cursor section(const struct module *m, const char *name)
{
	const struct customsection *s = module_find_custom(m, name);

	return s ? (struct cursor){s->bytes, s->bytes + s->size, false} : (struct cursor){0};
}

/* Offset of the code section's contents. The module is valid, so its sections have the lengths that they say. */
static size_t code_contents(const struct module *m)
{
	struct cursor c = {m->bytes + 8, m->bytes + m->size, false};

	while (c.p < c.end && !c.bad) {
		unsigned id = (unsigned)number(&c, 1);
		uint64_t size = uleb(&c);

		if (id == 10)
			return (size_t)(c.p - m->bytes);
		cut(&c, size);
	}
	return 0;
}

static int by_offset(const void *p, const void *q)
{
	const struct line_row *a = p, *b = q;

	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	/* One sequence ends where the next begins: the end comes first. */
	return (a->line != 0) - (b->line != 0);
}

struct lines *lines_read(const struct module *m)
{
	struct cursor all = section(m, ".debug_line");
	struct lines *l = all.p ? calloc(1, sizeof(*l)) : NULL;
	struct unit u = {.out = l,
			 .code = code_contents(m),
			 .strings = section(m, ".debug_str"),
			 .line_strings = section(m, ".debug_line_str")};
	bool memory = l;

	while (memory && all.p < all.end && !all.bad) {
		uint64_t length = number(&all, 4);

		u.offset_size = length == UINT32_MAX ? 8 : 4;
		if (length == UINT32_MAX)
			length = number(&all, 8);
		struct cursor unit = cut(&all, length);
		memory = read_unit(&u, &unit);
	}
	free(u.dirs);
	if (!memory || !l->nrows) {
		lines_free(l);
		return NULL;
	}
	qsort(l->rows, l->nrows, sizeof(l->rows[0]), by_offset);
	return l;
}

void lines_free(struct lines *l)
{
	if (!l)
		return;
	for (uint32_t i = 0; i < l->nfiles; i++)
		free(l->files[i].name);
	for (uint32_t i = 0; i < l->ndirectories; i++)
		free(l->directories[i]);
	free(l->files);
	free(l->directories);
	free(l->rows);
	free(l);
}

const struct line_row *lines_find(const struct lines *l, size_t offset)
{
	size_t low = 0, high = l->nrows;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (l->rows[middle].offset <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low && l->rows[low - 1].line ? &l->rows[low - 1] : NULL;
}
