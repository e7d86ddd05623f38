/* The table behind opcodes.h. */
#include "opcodes.h"

#include <stddef.h>

/* One row of 512 a page: no prefix, 0xfc, 0xfd, 0xfe. Relaxed SIMD needs more than 256. */
#define ROW	    512
#define INDEX(code) ((code) < 0x100 ? (code) : (((code) >> 12) - 0xfb) * ROW + ((code)&0xfff))

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
