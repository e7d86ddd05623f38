#include "fpcast.h"

/*
 * Arguments pair up as in the System V calling convention of x86-64, the one that such code was written on: integers
 * with integers and floating point with floating point, each in order.
 */
enum class { INTEGER, FLOATING, OTHER };

static enum class class_of(uint8_t type) {
	switch (type){
		case TYPE_I32 : case TYPE_I64 : return INTEGER;
		case TYPE_F32 : case TYPE_F64 : return FLOATING;
		default : return OTHER;
	}
}

static void put_zero(struct buffer *b, uint8_t type)
{
	static const uint8_t zeros[8];

	switch (type) {
	case TYPE_I32: put(b, "\x41", 2); break;
	case TYPE_I64: put(b, "\x42", 2); break;
	case TYPE_F32:
		put_byte(b, 0x43);
		put(b, zeros, 4);
		break;
	case TYPE_F64:
		put_byte(b, 0x44);
		put(b, zeros, 8);
		break;
	}
}

/* Of the same class, and not one floating-point type against another. */
static void put_conversion(struct buffer *b, uint8_t from, uint8_t to)
{
	if (from == TYPE_I64 && to == TYPE_I32)
		put_byte(b, 0xa7); /* i32.wrap_i64 */
	if (from == TYPE_I32 && to == TYPE_I64)
		put_byte(b, 0xac); /* i64.extend_i32_s */
}

/* The n-th parameter of a class, or -1 */
static int find_param(const struct functype *type, enum class class, unsigned n)
{
	for (uint32_t i = 0; i < type->nparams; i++)
		if (class_of(type->params[i]) == class && n-- == 0)
			return i;
	return -1;
}

static bool convertible(uint8_t from, uint8_t to)
{
	return class_of(from) != FLOATING || from == to;
}

static bool put_arguments(struct buffer *b, const struct functype *is, const struct functype *as)
{
	unsigned seen[OTHER] = {0};

	for (uint32_t i = 0; i < is->nparams; i++) {
		enum class class = class_of(is->params[i]);
		int source;

		if (class == OTHER)
			return false;
		source = find_param(as, class, seen[class]++);
		if (source < 0) {
			put_zero(b, is->params[i]);
			continue;
		}
		if (!convertible(as->params[source], is->params[i]))
			return false;
		put_byte(b, 0x20); /* local.get */
		put_u32(b, source);
		put_conversion(b, as->params[source], is->params[i]);
	}
	return true;
}

static bool put_result(struct buffer *b, const struct functype *is, const struct functype *as)
{
	uint8_t from = is->nresults ? is->results[0] : 0, to = as->nresults ? as->results[0] : 0;

	if (is->nresults > 1 || as->nresults > 1)
		return false;
	if ((from && class_of(from) == OTHER) || (to && class_of(to) == OTHER))
		return false;
	if (from && to && class_of(from) == class_of(to)) {
		if (!convertible(from, to))
			return false;
		put_conversion(b, from, to);
		return true;
	}
	if (from)
		put_byte(b, 0x1a); /* drop */
	if (to)
		put_zero(b, to);
	return true;
}

bool adapt(struct buffer *out, uint32_t func, const struct functype *is, const struct functype *as)
{
	struct buffer body = {0};
	bool possible;

	put_byte(&body, 0); /* no locals */
	possible = put_arguments(&body, is, as);
	if (possible) {
		put_byte(&body, 0x10); /* call */
		put_u32(&body, func);
		possible = put_result(&body, is, as);
	}
	if (possible) {
		put_byte(&body, 0x0b); /* end */
		put_sized(out, &body);
	}
	free_buffer(&body);
	return possible;
}
