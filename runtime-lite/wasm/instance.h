/*
 * Run-time objects: what a module becomes when it is instantiated.
 *
 * Guest threads share one struct instance (memories, tables, functions, code); only the globals
 * that the module defines are per thread. They live in a block of their own that struct exec points at.
 */
#ifndef WASM_INSTANCE_H
#define WASM_INSTANCE_H

#include "module.h"

#include <pthread.h>
#include <stdatomic.h>

struct engine_ops;
struct exec;
struct func;
struct instance;

/* A value on the operand stack, a local, an argument or a result. A v128 takes two slots. */
union slot {
	int32_t i32;
	uint32_t u32;
	int64_t i64;
	uint64_t u64;
	float f32;
	double f64;
	struct func *func;     /* funcref; NULL is ref.null */
	void *externref;       /* NULL is ref.null */
	struct exception *exn; /* exnref */
};
_Static_assert(sizeof(union slot) == 8, "a slot is 64 bits");

union global {
	union slot slot[2];
	uint8_t v128[16];
};

/*
 * A linear memory: a reservation of MEMORY_RESERVE bytes, PROT_NONE beyond what is mapped, so that
 * base + u32 + u32 can be accessed without a check. `bytes` is what memory.size reports (times the
 * page size); it only grows. Within it there can be holes that the guest has unmapped.
 */
#define MEMORY_RESERVE ((UINT64_C(8) << 30) + WASM_PAGE)

struct memory {
	uint8_t *base;
	_Atomic uint64_t bytes;
	uint64_t max_bytes; /* at most 4 GiB */
	struct memtype type;
	pthread_mutex_t lock; /* held by whoever changes what is mapped */
	void *map;	      /* the Linux layer's map of the address space, or NULL */
	/* Called by memory_grow() with the lock held, after the pages have become accessible; may be NULL. */
	void (*grown)(struct memory *mem, uint64_t old_bytes, uint64_t new_bytes);
};

/* NULL and errno set when the address space cannot be reserved. `hint` may be NULL. */
struct memory *memory_new(const struct memtype *type, void *hint);
void memory_free(struct memory *mem);
/* As memory.grow: the old size in pages, or -1. Takes the lock. */
int64_t memory_grow(struct memory *mem, uint64_t pages);

/*
 * What lies beyond an unchecked table's elements where that is accessible at all: no struct func, and no null reference
 * either, so that compiled code that looks for one there faults in another way.
 */
#define TABLE_POISON UINT64_C(2048)

/*
 * A table never moves, so that threads can read it while another grows it: its address space is reserved for as
 * many elements as it may ever have. Elements below `size` are always initialised.
 */
struct table {
	union slot *elems;
	_Atomic uint32_t size;
	uint32_t max; /* MAX_TABLE_SIZE at most */
	struct tabletype type;
	pthread_mutex_t lock; /* held by table_grow() */
};

/* NULL and errno set when it is larger than MAX_TABLE_SIZE or memory is short. */
struct table *table_new(const struct tabletype *type, union slot init);
void table_free(struct table *table);
/* The instructions. table_grow returns the old size or -1; the others false when out of bounds, and then have
 * done nothing. */
int64_t table_grow(struct table *table, uint32_t delta, union slot init);
bool table_fill(struct table *table, uint32_t at, union slot value, uint32_t n);
bool table_copy(struct table *dst, uint32_t to, const struct table *src, uint32_t from, uint32_t n);
bool table_init(struct instance *inst, uint32_t table, uint32_t elem, uint32_t to, uint32_t from,
		uint32_t n);

/* Identity is the address: an imported tag is the same tag. */
struct tag {
	const struct functype *type;
};

/*
 * A function that the host provides. `sig` spells the wasm type, "iIfd" for i32 i64 f32 f64, parameters,
 * then ':' and the result if there is one, for example "iii:I". `call` reads its arguments from the slots
 * and writes its result to the first; `direct` is the C function itself with the wasm types as C types
 * after a struct exec *, for compiled code. A host function that wants to unwind sets x->unwind.
 */
struct hostfunc {
	const char *module, *name, *sig;
	void (*call)(struct exec *x, union slot *slots);
	void *direct;
};

struct func {
	const struct functype *type;
	struct instance *instance;	 /* NULL for host functions */
	const struct function *function; /* NULL for host functions */
	const struct hostfunc *host;	 /* NULL for functions of modules */
	_Atomic(void *) code;		 /* belongs to the engine */
	const void *key;		 /* its type, to compiled code: aot/abi.h */
};

struct instance {
	const struct module *module;
	struct func **funcs;   /* all, imports first */
	struct table **tables; /* all, imports first */
	struct memory **memories;
	struct tag **tags;
	union global **imported_globals; /* [nglobalimports] */
	union global *globals;		 /* defined ones: [nglobals - nglobalimports] */
	_Atomic bool *elem_dropped, *data_dropped;
	struct func *defined_funcs; /* what those of `funcs` that are not imported point at */
	struct tag *defined_tags;
	const struct engine_ops *ops;	/* the engine that has compiled it, or NULL */
	void *compiled;			/* that engine's */
	struct instance *next_immortal; /* private to instance.c */
};

/* What an import is resolved to: one of the pointers, by kind; none set means "not found". */
struct externval {
	enum externkind kind;
	union {
		struct func *func;
		struct table *table;
		struct memory *memory;
		struct tag *tag;
		struct {
			union global *value;
			struct globaltype type;
		} global;
	};
};

/* Finds what an import names; false when there is no such thing. Types are checked by the caller. */
typedef bool (*import_resolver)(void *context, const struct import *import, struct externval *out);

/*
 * Instantiate: resolve and check imports, allocate, evaluate initialisers, copy active segments, but do
 * not run the start function. Returns NULL with err->message set when an import does not resolve or
 * match ("unknown import", "incompatible import type") or a segment does not fit (a trap).
 * `memory_hint`: address at which to reserve memory 0, or NULL.
 *
 * After a failure the module must be kept if it imports tables: they may hold functions of it by then.
 */
struct instance *instance_new(const struct module *module, import_resolver resolve, void *context,
			      void *memory_hint, struct wasm_error *err);
void instance_free(struct instance *inst);
/*
 * The initial values of the globals that the module defines, for a new thread: `out` has room for
 * nglobals - nglobalimports.
 */
void instance_init_globals(const struct instance *inst, union global *out);
bool instance_find_export(struct instance *inst, struct name name, struct externval *out);

/* A function object for a host function, for good; type comes from its sig. NULL when memory is short. */
struct func *func_new_host(const struct hostfunc *host);

#endif
