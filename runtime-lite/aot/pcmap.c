#include "pcmap.h"

/* False at the end. */
static int number(const uint8_t **p, const uint8_t *end, int sign, uint32_t *out)
{
	uint32_t value = 0;
	unsigned shift = 0;
	uint8_t byte;

	do {
		if (*p == end)
			return 0;
		byte = *(*p)++;
		if (shift < 32)
			value |= (uint32_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	if (sign && shift < 32 && (byte & 0x40))
		value |= -(UINT32_C(1) << shift);
	*out = value;
	return 1;
}

uint32_t pcmap_find(const uint8_t *map, size_t size, uint32_t pc)
{
	const uint8_t *end = map + size;
	uint32_t at = 0, offset = 0, distance, change;

	while (number(&map, end, 0, &distance) && number(&map, end, 1, &change)) {
		at += distance;
		if (at > pc)
			break;
		offset += change;
	}
	return offset;
}
