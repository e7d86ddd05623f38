/*
 * Reading bytes that nobody has looked at yet. Every function returns false, with r->err filled, when the
 * bytes are not what it wants; nothing is read at or past `end`.
 */
#ifndef WASM_READER_H
#define WASM_READER_H

#include "module.h"

struct reader {
	const uint8_t *pos, *end;
	const uint8_t *module; /* the module's first byte: offsets in errors count from here */
	struct wasm_error *err;
};

/* Fill *err with the current offset and the message. All return false. */
__attribute__((format(printf, 2, 3))) bool fail_malformed(struct reader *r, const char *fmt, ...);
__attribute__((format(printf, 2, 3))) bool fail_invalid(struct reader *r, const char *fmt, ...);
bool fail_memory(struct reader *r); /* this machine's memory is short */

bool read_leb_u(struct reader *r, unsigned bits, uint64_t *out);
bool read_leb_s(struct reader *r, unsigned bits, int64_t *out);

static inline size_t remaining(const struct reader *r)
{
	return r->end - r->pos;
}

static inline bool read_byte(struct reader *r, uint8_t *out)
{
	if (r->pos == r->end)
		return fail_malformed(r, "unexpected end");
	*out = *r->pos++;
	return true;
}

static inline bool read_u32(struct reader *r, uint32_t *out)
{
	uint64_t value;

	if (r->pos < r->end && *r->pos < 0x80) {
		*out = *r->pos++;
		return true;
	}
	if (!read_leb_u(r, 32, &value))
		return false;
	*out = value;
	return true;
}

bool read_bytes(struct reader *r, size_t n, const uint8_t **out);
/* The length of a vector of which every element takes at least `each` bytes: bounds what is allocated. */
bool read_count(struct reader *r, size_t each, const char *what, uint32_t limit, uint32_t *out);
bool read_name(struct reader *r, struct name *out);
bool read_valtype(struct reader *r, uint8_t *out);
bool read_reftype(struct reader *r, uint8_t *out);

static inline bool is_reftype(uint8_t type)
{
	return type == TYPE_FUNCREF || type == TYPE_EXTERNREF || type == TYPE_EXNREF;
}

bool is_utf8(const uint8_t *s, size_t n);
const char *valtype_name(uint8_t type); /* "i32"; 0 is "any" */

#endif
