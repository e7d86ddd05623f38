/*
 * Between compiled code and the runtime: what wali-aotc puts into an image and what wali-run expects of it.
 *
 * Compiled code has no relocations and no imports. All it knows of the outside is its context, a struct
 * aot_context, one per thread and instance, which every function gets as a hidden first argument, in a register
 * that calls preserve (swiftself: x20) where the ISA has that. On x86-64, GS points at it, and the hidden argument
 * (swiftself: r13) is the base of memory 0. A change here changes AOT_VERSION.
 *
 * Calling convention of a function of the module: the hidden argument, then the parameters as LLVM types (i32, i64, float,
 * double, <16 x i8>, ptr for references); no result, the result, or a struct of the results. On x86-64 and aarch64 it is
 * swiftcc, and an i32 (but one in a struct) comes as 64 bits of which the upper half is zero; on riscv64 the C
 * convention; in modules that have tail calls, whatever makes them work.
 *
 * Leaving C. Signals that come while the program counter is in C code of the runtime are only recorded, and
 * exec->poll is set. So whatever in compiled code calls C and is returned to looks at exec->poll and exec->unwind
 * afterwards (one 64-bit load, they are neighbours) and calls helpers->attend if either is set. Within compiled code
 * signals are taken at once, at any instruction.
 */
#ifndef AOT_ABI_H
#define AOT_ABI_H

#include "../wasm/exec.h"

#include <stddef.h>
#include <stdint.h>

#define AOT_VERSION 1

struct aot_helpers;
struct aot_shared;

/* union global is 16 bytes, so the globals are where the compiler says they are. */
struct aot_context {
	/* First: on x86-64, LLVM folds a load of gs:0 away, as what thread-local storage has there is its own address. */
	struct aot_context *self;
	struct exec *exec;
	const struct aot_helpers *helpers;
	const struct aot_shared *shared;
	uint8_t *memory; /* memory 0's base; NULL without one */
	_Atomic uint64_t *memory_bytes;
	union slot *table;   /* shared->tables[0]; NULL without one */
	const uint8_t *keys; /* shared->keys */
	union global globals
		[]; /* those that the module defines; exec->globals or instance->globals points here */
};

_Static_assert(offsetof(struct aot_context, self) == 0, "gs:0");

/* One per instance, constant after it has been set up. */
struct aot_shared {
	struct instance *instance;
	struct func **funcs; /* instance->funcs: all, imports first */
	const struct aot_import *imports;
	union slot **tables;		/* table->elems, which never move */
	_Atomic uint32_t **table_sizes; /* &table->size */
	struct memory_view {
		uint8_t *base;
		_Atomic uint64_t *bytes;
	} *memories;
	union global **imported_globals;
	struct tag **tags;
	/* What func->key of this instance's functions points at: &keys[i], where i is the first type of the module that
	 * is equal to the function's. */
	const uint8_t *keys;
};

/* An imported function. Each has a thunk, which calls it; optimised code calls `direct` itself where it can. */
struct aot_import {
	/* The host function by the C convention, a struct exec * first; NULL: helpers->call does it. */
	void *direct;
	struct func *func;
};

/*
 * C convention all. Values are passed in slots, as exec_call() has them. A helper traps by itself, which unwinds. trap,
 * throw and rethrow do not return.
 */
struct aot_helpers {
	/* exec->poll or exec->unwind was found set, after C code has returned or at a safepoint. */
	void (*attend)(struct aot_context *c);
	void (*trap)(struct aot_context *c, uint32_t trap); /* enum trap */

	/* Any function, of any instance; slots: arguments, then results. */
	void (*call)(struct aot_context *c, struct func *f, union slot *slots);
	/* call_indirect where func->key is not the expected one: another instance's function, a host function, or a trap. */
	void (*call_indirect)(struct aot_context *c, uint32_t table, uint32_t index, uint32_t type,
			      union slot *slots);

	void (*throw)(struct aot_context *c, uint32_t tag, const union slot *slots);
	void (*rethrow)(struct aot_context *c, struct exception *exn); /* NULL traps */
	/* First thing in a landing pad: what the landingpad instruction has as its pointer, made the exception. */
	struct exception *(*caught)(struct aot_context *c, void *unwind_exception);

	/* -1, or the old size in pages. */
	int32_t (*memory_grow)(struct aot_context *c, uint32_t memory, uint32_t pages);
	void (*memory_copy)(struct aot_context *c, uint32_t to_memory, uint32_t from_memory,
			    uint32_t to, uint32_t from, uint32_t n);
	void (*memory_fill)(struct aot_context *c, uint32_t memory, uint32_t at, uint32_t value,
			    uint32_t n);
	void (*memory_init)(struct aot_context *c, uint32_t memory, uint32_t segment, uint32_t to,
			    uint32_t from, uint32_t n);
	void (*data_drop)(struct aot_context *c, uint32_t segment);
	uint32_t (*notify)(struct aot_context *c, uint32_t memory, uint64_t address,
			   uint32_t count);
	uint32_t (*wait32)(struct aot_context *c, uint32_t memory, uint64_t address,
			   uint32_t expected, int64_t timeout);
	uint32_t (*wait64)(struct aot_context *c, uint32_t memory, uint64_t address,
			   uint64_t expected, int64_t timeout);

	void *(*table_get)(struct aot_context *c, uint32_t table, uint32_t at);
	void (*table_set)(struct aot_context *c, uint32_t table, uint32_t at, void *value);
	int32_t (*table_grow)(struct aot_context *c, uint32_t table, void *value, uint32_t n);
	void (*table_fill)(struct aot_context *c, uint32_t table, uint32_t at, void *value,
			   uint32_t n);
	void (*table_copy)(struct aot_context *c, uint32_t to_table, uint32_t from_table,
			   uint32_t to, uint32_t from, uint32_t n);
	void (*table_init)(struct aot_context *c, uint32_t table, uint32_t segment, uint32_t to,
			   uint32_t from, uint32_t n);
	void (*elem_drop)(struct aot_context *c, uint32_t segment);
	/* global.set of an imported exnref global, which other threads may see. */
	void (*global_pin)(struct aot_context *c, struct exception *exn);
};

/*
 * What compiled code reads in structures of wasm/: the offsets are checked where the helpers are.
 *
 *	struct exec	  poll and unwind, 32 bits each, one after the other, 8-byte aligned
 *	struct func	  key, code
 *	struct exception  tag, slots
 */

/*
 * A table whose index needs no bounds check: all 2^32 elements are reserved, those beyond its size PROT_NONE, so that a
 * load beyond its end faults (undefined element). An element that is ref.null faults when its key is read
 * (uninitialized element). Only for tables that the module defines; the image says which.
 */
#define AOT_TABLE_RESERVE (UINT64_C(8) << 32)

/*
 * Symbols that the compiler defines for the writer of the image. Function symbols carry the guest's names and are for
 * people; the runtime finds functions by table.
 *
 *	wali:functions	int32_t[]: for each function that the module defines, its address minus that of the table
 *	wali:entries	int32_t[]: for each type, its entry, the same way; 0: no function of that type is
 *			defined
 *	wali:text_begin, wali:text_end	all compiled code lies between
 *
 * An entry is void entry(struct aot_context *c, void *function, union slot *slots) by the C convention: it attends to
 * exec->poll, calls the function with arguments from the slots and puts the results there.
 *
 * The personality routine is reached through the one word that LLVM makes for it (DW.ref.wali_personality), which the
 * loader fills in; it is the only relocation. Landing pads catch everything; the code there looks at the tag.
 */

#endif
