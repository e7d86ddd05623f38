/*
 * LEB128 and fixed-width numbers in bytes that the validator has accepted: nothing is checked here.
 * Hostile bytes go through reader.h.
 */
#ifndef WASM_LEB_H
#define WASM_LEB_H

#include <stdint.h>
#include <string.h>

static inline uint64_t leb_u64(const uint8_t **p)
{
	uint64_t value = 0;
	unsigned shift = 0;
	uint8_t byte;

	do {
		byte = *(*p)++;
		value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	return value;
}

static inline uint32_t leb_u32(const uint8_t **p)
{
	if (!(**p & 0x80))
		return *(*p)++;
	return leb_u64(p);
}

static inline int64_t leb_s64(const uint8_t **p)
{
	uint64_t value = 0;
	unsigned shift = 0;
	uint8_t byte;

	do {
		byte = *(*p)++;
		value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	if (shift < 64 && (byte & 0x40))
		value |= -(UINT64_C(1) << shift);
	return value;
}

static inline int32_t leb_s32(const uint8_t **p)
{
	return leb_s64(p);
}

/* An opcode as enum opcode numbers it, prefix and all. */
static inline uint32_t leb_opcode(const uint8_t **p)
{
	uint32_t byte = *(*p)++;

	return byte < 0xfc || byte == 0xff ? byte : byte << 12 | leb_u32(p);
}

#endif
