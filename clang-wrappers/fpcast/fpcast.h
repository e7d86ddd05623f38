/*
 * wali-fpcast: makes calls through function pointers of another type work in a linked module, as they do on
 * machines whose calling convention does not mind: too many arguments are dropped, missing ones are 0, `int` and
 * `long` convert, a result that nobody expects is dropped.
 *
 * Every type T that the module calls indirectly gets a table of its own, in which functions of type T stand as they
 * are and others behind an adapter of type T; `call_indirect T` is pointed at that table. A pointer to a function
 * remains what it was, an index into table 0, which does not change: the host calls signal handlers and thread
 * entries through it. Calls cost what they cost before, on every engine. Existing code keeps its size, so that debug
 * information stays right.
 *
 *   main.c      files and errors
 *   buffer.c    bytes that grow
 *   scan.c      the module -> what is called and what is in the table
 *   adapt.c     two types -> the body of an adapter
 *   write.c     the module with the additions
 */
#ifndef FPCAST_H
#define FPCAST_H

#include "../../runtime-lite/wasm/module.h"

#include <stdint.h>

struct buffer {
	uint8_t *bytes;
	size_t size, capacity;
};

void put(struct buffer *b, const void *bytes, size_t n);
void put_byte(struct buffer *b, uint8_t byte);
void put_u32(struct buffer *b, uint32_t value);			/* LEB128 */
void put_sized(struct buffer *b, const struct buffer *content); /* its size, then its bytes */
void free_buffer(struct buffer *b);

struct call {
	uint8_t *table; /* the table immediate */
	unsigned width; /* its bytes: wasm-ld leaves room for a relocation */
	uint32_t type;	/* index into the call types below */
};

struct plan {
	struct module module;
	uint8_t *bytes; /* the module's, to be patched */

	uint32_t ncalls, ntypes;
	struct call *calls;
	uint32_t *types; /* called types: indices into the module's types, no two equal */

	uint32_t first, nslots; /* the filled part of table 0 */
	const uint32_t *slots;	/* function indices */
};

_Noreturn void fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Fills in all but module and bytes. Fails if the module is not laid out as wasm-ld does it. */
void scan(struct plan *plan);

/*
 * Appends the body of a function of type `as` that calls `func`, of type `is`. False, and nothing appended, if no
 * conversion makes sense: vectors, references, float against double.
 */
bool adapt(struct buffer *out, uint32_t func, const struct functype *is, const struct functype *as);

/* Patches the calls and appends the finished module. */
void write_module(struct buffer *out, struct plan *plan);

#endif
