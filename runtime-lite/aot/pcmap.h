/*
 * From native code to WebAssembly: which instruction of the module a program counter belongs to. Only calls, accesses
 * and what else may trap are in the map; what lies between belongs to the one before.
 *
 * In memory and in an image it is a sequence of pairs, by program counter: the distance from the one before (ULEB128),
 * and the change of the byte offset in the module (SLEB128). Offset 0: code that is from no instruction.
 */
#ifndef AOT_PCMAP_H
#define AOT_PCMAP_H

#include <stddef.h>
#include <stdint.h>

/*
 * The byte offset in the module of the instruction that is at `pc`, which counts from the image's text_begin; 0: none. For a
 * return address, ask for the byte before it. The map may be damaged: there is always an answer. May be called from
 * signal handlers.
 */
uint32_t pcmap_find(const uint8_t *map, size_t size, uint32_t pc);

#endif
