#include "reader.h"

#include <stdarg.h>
#include <stdio.h>

static bool fail(struct reader *r, bool malformed, const char *fmt, va_list ap)
{
	r->err->offset = r->pos - r->module;
	r->err->malformed = malformed;
	vsnprintf(r->err->message, sizeof(r->err->message), fmt, ap);
	return false;
}

bool fail_malformed(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fail(r, true, fmt, ap);
	va_end(ap);
	return false;
}

bool fail_invalid(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fail(r, false, fmt, ap);
	va_end(ap);
	return false;
}

bool fail_memory(struct reader *r)
{
	return fail_invalid(r, "out of memory while reading the module");
}

/* The last byte of an N-bit number may use only the bits that N leaves for it. */
bool read_leb_u(struct reader *r, unsigned bits, uint64_t *out)
{
	uint64_t value = 0;

	for (unsigned shift = 0;; shift += 7) {
		uint8_t byte;

		if (!read_byte(r, &byte))
			return false;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (shift + 7 < bits) {
			if (byte & 0x80)
				continue;
			break;
		}
		if (byte & 0x80)
			return fail_malformed(r, "integer representation too long");
		if (byte >> (bits - shift))
			return fail_malformed(r, "integer too large");
		break;
	}
	*out = value;
	return true;
}

bool read_leb_s(struct reader *r, unsigned bits, int64_t *out)
{
	uint64_t value = 0;

	for (unsigned shift = 0;; shift += 7) {
		uint8_t byte;

		if (!read_byte(r, &byte))
			return false;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (shift + 7 < bits) {
			if (byte & 0x80)
				continue;
			if (byte & 0x40)
				value |= -(UINT64_C(1) << (shift + 7));
			break;
		}
		if (byte & 0x80)
			return fail_malformed(r, "integer representation too long");
		/* From the sign bit up, all bits are the same. */
		unsigned used = bits - shift;
		uint8_t high = byte >> (used - 1), ones = 0x7f >> (used - 1);

		if (high != 0 && high != ones)
			return fail_malformed(r, "integer too large");
		if (high && bits < 64)
			value |= -(UINT64_C(1) << bits);
		break;
	}
	*out = value;
	return true;
}

bool read_bytes(struct reader *r, size_t n, const uint8_t **out)
{
	if (n > remaining(r))
		return fail_malformed(r, "length out of bounds");
	*out = r->pos;
	r->pos += n;
	return true;
}

bool read_count(struct reader *r, size_t each, const char *what, uint32_t limit, uint32_t *out)
{
	if (!read_u32(r, out))
		return false;
	if (*out > remaining(r) / each)
		return fail_malformed(r, "length out of bounds: %u %s", *out, what);
	if (*out > limit)
		return fail_invalid(r, "too many %s: %u, at most %u are supported", what, *out,
				    limit);
	return true;
}

/* RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool is_utf8(const uint8_t *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		uint8_t c = s[i++];
		uint8_t low = 0x80, high = 0xbf;
		int more;

		if (c < 0x80)
			continue;
		if (c >= 0xc2 && c <= 0xdf)
			more = 1;
		else if (c >= 0xe0 && c <= 0xef)
			more = 2;
		else if (c >= 0xf0 && c <= 0xf4)
			more = 3;
		else
			return false;
		if (c == 0xe0)
			low = 0xa0;
		else if (c == 0xed)
			high = 0x9f;
		else if (c == 0xf0)
			low = 0x90;
		else if (c == 0xf4)
			high = 0x8f;
		for (; more; more--, i++) {
			if (i == n || s[i] < low || s[i] > high)
				return false;
			low = 0x80, high = 0xbf;
		}
	}
	return true;
}

bool read_name(struct reader *r, struct name *out)
{
	const uint8_t *s;

	if (!read_u32(r, &out->len) || !read_bytes(r, out->len, &s))
		return false;
	if (!is_utf8(s, out->len)) {
		r->pos = s;
		return fail_malformed(r, "malformed UTF-8 encoding");
	}
	out->s = (const char *)s;
	return true;
}

/* Says why a type byte that is no type here is refused. */
static bool bad_type(struct reader *r, uint8_t byte, const char *what)
{
	r->pos--;
	if (byte == 0x63 || byte == 0x64 || (byte >= 0x6a && byte <= 0x74))
		return fail_malformed(r,
				      "malformed %s: typed references and garbage collection "
				      "are not supported (type 0x%02x)",
				      what, byte);
	return fail_malformed(r, "malformed %s 0x%02x", what, byte);
}

bool read_valtype(struct reader *r, uint8_t *out)
{
	if (!read_byte(r, out))
		return false;
	if ((*out >= TYPE_V128 && *out <= TYPE_I32) || is_reftype(*out))
		return true;
	return bad_type(r, *out, "value type");
}

bool read_reftype(struct reader *r, uint8_t *out)
{
	if (!read_byte(r, out))
		return false;
	if (is_reftype(*out))
		return true;
	return bad_type(r, *out, "reference type");
}

const char *valtype_name(uint8_t type)
{
	switch (type) {
	case 0: return "any";
	case TYPE_I32: return "i32";
	case TYPE_I64: return "i64";
	case TYPE_F32: return "f32";
	case TYPE_F64: return "f64";
	case TYPE_V128: return "v128";
	case TYPE_FUNCREF: return "funcref";
	case TYPE_EXTERNREF: return "externref";
	case TYPE_EXNREF: return "exnref";
	default: return "?";
	}
}
