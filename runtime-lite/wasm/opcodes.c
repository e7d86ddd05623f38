/* The table behind opcodes.h. */
#include "opcodes.h"

#include "leb.h"

#include <stddef.h>

/* One row of 512 a page: no prefix, 0xfc, 0xfd, 0xfe. Relaxed SIMD needs more than 256. */
#define ROW	    512
#define INDEX(code) ((code) < 0x100 ? (code) : (((code) >> 12) - 0xfb) * ROW + ((code) & 0xfff))

static const struct opinfo table[4 * ROW] = {
#define OP(code, ident, name, imm, sig, align) [INDEX(code)] = {code, IMM_##imm, align, name, sig},
#include "opcodes.def"
};

const struct opinfo *opcode_info(uint32_t code)
{
	if (code >= 0x100) {
		uint32_t prefix = code >> 12;

		if (prefix < 0xfc || prefix > 0xfe || (code & 0xfff) >= ROW)
			return NULL;
	}
	const struct opinfo *info = &table[INDEX(code)];

	return info->name ? info : NULL;
}

void opcode_skip_immediates(const uint8_t **p, enum immediate imm)
{
	uint32_t n;

	switch (imm) {
	case IMM_NONE: break;
	case IMM_BLOCK:
	case IMM_I32:
	case IMM_I64: leb_s64(p); break;
	case IMM_TRY_TABLE:
		leb_s64(p);
		for (n = leb_u32(p); n; n--) {
			if (*(*p)++ <= CATCH_REF)
				leb_u32(p);
			leb_u32(p);
		}
		break;
	case IMM_BR_TABLE:
		for (n = leb_u32(p); n; n--)
			leb_u32(p);
		/* fall through */
	case IMM_LABEL:
	case IMM_FUNC:
	case IMM_TAG:
	case IMM_LOCAL:
	case IMM_GLOBAL:
	case IMM_TABLE:
	case IMM_ELEM:
	case IMM_MEMORY:
	case IMM_DATA: leb_u32(p); break;
	case IMM_CALL_INDIRECT:
	case IMM_ELEM_TABLE:
	case IMM_TABLE_TABLE:
	case IMM_MEMORY_MEMORY:
	case IMM_DATA_MEMORY:
		leb_u32(p);
		leb_u32(p);
		break;
	case IMM_SELECT_T:
		n = leb_u32(p);
		*p += n;
		break;
	case IMM_MEMARG:
	case IMM_MEMARG_LANE:
		if (leb_u32(p) & 64)
			leb_u32(p);
		leb_u64(p);
		*p += imm == IMM_MEMARG_LANE;
		break;
	case IMM_REFTYPE:
	case IMM_LANE:
	case IMM_FENCE: ++*p; break;
	case IMM_F32: *p += 4; break;
	case IMM_F64: *p += 8; break;
	case IMM_V128:
	case IMM_LANES: *p += 16; break;
	}
}
