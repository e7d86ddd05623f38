/*
 * A decoded and validated module. Both engines work from this and from nothing else.
 *
 * The bytes of the module are not copied: everything below points into them, so whoever mapped
 * them keeps them for as long as the module lives. After module_decode() has said yes, function
 * bodies are known to be valid and may be walked without further checks.
 *
 * Numbers are those of the WebAssembly core specification, chapter "Binary Format". Instructions and their
 * immediates are in opcodes.h; leb.h reads the numbers of validated code.
 */
#ifndef WASM_MODULE_H
#define WASM_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WASM_PAGE 65536u /* bytes in a page of linear memory */

/*
 * What a module may have at most; beyond that it is refused, as engines agree (JavaScript API, "Implementation-
 * defined Limits"). All other counts are bounded by the bytes that the module needs to state them.
 */
#define MAX_MODULE_SIZE (1u << 30) /* bytes */
#define MAX_LOCALS	50000u	   /* of a function, parameters included */
#define MAX_PARAMS	1000u
#define MAX_RESULTS	1000u
#define MAX_STACK 65536u /* operand stack of a function, in slots: ours, no engine documents one */
#define MAX_MEMORIES   100u
#define MAX_TABLES     100000u
#define MAX_TABLE_SIZE 10000000u /* elements; a larger table cannot be instantiated, nor grown to */

enum valtype {
	TYPE_I32 = 0x7f,
	TYPE_I64 = 0x7e,
	TYPE_F32 = 0x7d,
	TYPE_F64 = 0x7c,
	TYPE_V128 = 0x7b,
	TYPE_FUNCREF = 0x70,
	TYPE_EXTERNREF = 0x6f,
	TYPE_EXNREF = 0x69,
};

/* Two function types are the same type exactly when their `id` is the same number, across all
 * modules of the process: call_indirect is one compare. */
struct functype {
	uint32_t id;
	uint32_t nparams, nresults;
	const uint8_t *params, *results; /* enum valtype, one byte each */
};

struct limits {
	uint64_t min, max; /* pages for memories, elements for tables; max only if has_max */
	bool has_max, shared;
};

struct memtype {
	struct limits limits;
};

struct tabletype {
	uint8_t elem; /* enum valtype: a reference type */
	struct limits limits;
	/* Reserve the address space of 2^32 elements, so that any index can be used unchecked. Not from the module: set
	 * before it is instantiated, for compiled code. */
	bool unchecked;
};

struct globaltype {
	uint8_t type; /* enum valtype */
	bool mutable;
};

enum externkind { EXTERN_FUNC, EXTERN_TABLE, EXTERN_MEMORY, EXTERN_GLOBAL, EXTERN_TAG };

struct name {
	const char *s; /* not zero-terminated; valid UTF-8 */
	uint32_t len;
};

struct import {
	struct name module, name;
	enum externkind kind;
	union {
		uint32_t type; /* function or tag: index into types */
		struct tabletype table;
		struct memtype memory;
		struct globaltype global;
	};
};

struct export
{
	struct name name;
	enum externkind kind;
	uint32_t index;
};

/* A constant expression, up to and with its `end`. */
struct constexpr
{
	const uint8_t *start, *end;
};

struct locals {
	uint32_t count;
	uint8_t type;
};

/* A function defined in this module. */
struct function {
	uint32_t type; /* index into types */
	uint32_t nlocalgroups;
	const struct locals *localgroups; /* parameters not included */
	uint32_t nlocals;		  /* sum over the groups */
	uint32_t maxstack;		  /* highest operand stack in slots; a v128 is two */
	const uint8_t *code, *end;	  /* first instruction; one past the final `end` */
};

enum segmentmode { SEGMENT_ACTIVE, SEGMENT_PASSIVE, SEGMENT_DECLARED };

struct elemsegment {
	enum segmentmode mode;
	uint8_t type; /* reference type */
	uint32_t table;
	struct constexpr offset; /* active only */
	uint32_t count;
	const uint32_t *funcs;	       /* function indices, or NULL: */
	const struct constexpr *exprs; /* one expression an element */
};

struct datasegment {
	enum segmentmode mode;
	uint32_t memory;
	struct constexpr offset; /* active only */
	const uint8_t *bytes;
	uint32_t size;
};

struct customsection {
	struct name name;
	const uint8_t *bytes;
	size_t size;
};

struct instance;

struct wasm_error {
	size_t offset;	   /* byte offset into the module */
	bool malformed;	   /* the bytes are no module; else it is one but not valid */
	char message[200]; /* the specification's wording where it has one */
};

/* Index spaces start with the imports: function i is an import iff i < nfuncimports. */
struct module {
	const uint8_t *bytes;
	size_t size;

	uint32_t ntypes, nimports, nexports, nfunctions, ntables, nmemories, nglobals, ntags;
	uint32_t nfuncimports, ntableimports, nmemoryimports, nglobalimports, ntagimports;
	struct functype *types;
	struct import *imports;
	struct export *exports;
	struct function *functions;    /* defined only: [nfunctions] */
	const uint32_t *functypes;     /* all, imports first: [nfuncimports + nfunctions] */
	struct tabletype *tables;      /* all, imports first: [ntables] */
	struct constexpr *tableinits;  /* [ntables]; start == NULL: null references */
	struct memtype *memories;      /* all: [nmemories] */
	struct globaltype *globals;    /* all: [nglobals] */
	struct constexpr *globalinits; /* [nglobals], of defined ones */
	const uint32_t *tags;	       /* type indices, all: [ntags] */

	bool has_start;
	uint32_t start; /* function index */

	/*
	 * Not from the module: set before it is instantiated, for compiled code. Called when all that an instance has is
	 * allocated, before segments are copied and others can see it; false, with err->message set, is failure. What it has
	 * filled memories with is all that is to be in them, if they are preloaded.
	 */
	bool (*attach)(struct instance *inst, void *context, struct wasm_error *err);
	void *attach_context;
	bool preloaded;

	uint32_t nelems, ndata, ncustoms;
	struct elemsegment *elems;
	struct datasegment *data;
	struct customsection *customs;

	void *arena; /* what the arrays above live in */
};

/* Decode and validate. Returns false and fills *err when the bytes are not a valid module. Never
 * reads outside [bytes, bytes + size). Memory use is bounded by a small multiple of size. */
bool module_decode(struct module *m, const uint8_t *bytes, size_t size, struct wasm_error *err);
/*
 * The same for bytes that have been validated before, and of which the bodies are not needed: they are not looked at.
 * Functions have their types then, and nothing else. Whatever the bytes are, this is as safe as module_decode().
 */
bool module_decode_trusted(struct module *m, const uint8_t *bytes, size_t size,
			   struct wasm_error *err);
void module_free(struct module *m);

static inline const struct functype *module_functype(const struct module *m, uint32_t func)
{
	return &m->types[m->functypes[func]];
}

const struct export *module_find_export(const struct module *m, const char *name);
const struct customsection *module_find_custom(const struct module *m, const char *name);

/* The name of a function by the "name" section, else by an export, else "func[N]". Writes at most
 * size bytes, always terminated. */
const char *module_funcname(const struct module *m, uint32_t func, char *buf, size_t size);
/* The names of all at once, where they have any (else s is NULL): out[nfuncimports + nfunctions]. They may be empty. */
void module_funcnames(const struct module *m, struct name *out);

#endif
