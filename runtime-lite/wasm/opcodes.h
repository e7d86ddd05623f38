/*
 * Opcodes as numbers and a table of what is known about each. The list itself is opcodes.def.
 */
#ifndef WASM_OPCODES_H
#define WASM_OPCODES_H

#include <stdint.h>

enum opcode {
#define OP(code, ident, name, imm, sig, align) OP_##ident = code,
#include "opcodes.def"
};

/* What follows an opcode. Indices and counts are LEB128 u32 unless it says otherwise. */
enum immediate {
	IMM_NONE,
	IMM_BLOCK,     /* block type: 0x40, a value type, or s33 type index */
	IMM_TRY_TABLE, /* block type, vec(catch): kind byte (enum catchkind), [tag,] label */
	IMM_BR_TABLE,  /* vec(label), label */
	IMM_LABEL,
	IMM_FUNC,
	IMM_CALL_INDIRECT, /* type, table */
	IMM_TAG,
	IMM_SELECT_T, /* vec(value type), always of one element */
	IMM_REFTYPE,  /* one byte: enum valtype */
	IMM_LOCAL,
	IMM_GLOBAL,
	IMM_TABLE,
	IMM_ELEM_TABLE, /* element segment, table */
	IMM_ELEM,
	IMM_TABLE_TABLE, /* destination, source */
	IMM_MEMARG,	 /* u32: log2 align, bit 6: a memory index follows; [memory,] offset */
	IMM_MEMARG_LANE, /* as IMM_MEMARG, then a lane byte */
	IMM_MEMORY,
	IMM_MEMORY_MEMORY, /* destination, source */
	IMM_DATA_MEMORY,   /* data segment, memory */
	IMM_DATA,
	IMM_I32,   /* s32 LEB128 */
	IMM_I64,   /* s64 LEB128 */
	IMM_F32,   /* 4 bytes, little-endian */
	IMM_F64,   /* 8 bytes */
	IMM_V128,  /* 16 bytes */
	IMM_LANE,  /* a lane byte */
	IMM_LANES, /* 16 lane bytes */
	IMM_FENCE, /* a zero byte */
};

enum catchkind { CATCH = 0, CATCH_REF = 1, CATCH_ALL = 2, CATCH_ALL_REF = 3 };

struct opinfo {
	uint32_t code; /* enum opcode */
	uint8_t imm;   /* enum immediate */
	uint8_t align;
	const char *name;
	const char *sig;
};

/* NULL when there is no such instruction. `code` is an opcode byte or prefix << 12 | number. */
const struct opinfo *opcode_info(uint32_t code);

/* In validated code: goes past what follows an opcode. */
void opcode_skip_immediates(const uint8_t **p, enum immediate imm);

#endif
