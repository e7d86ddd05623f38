/*
 * Shared by the files of the generator of random modules: bytes.c (numbers, bytes, types), body.c (values and
 * statements), control.c (blocks, branches, exceptions), loop.c (loops that count), table.c (references) and main.c (the
 * module around them).
 */
#ifndef GENERATE_H
#define GENERATE_H

#include "../../../runtime-lite/wasm/module.h"
#include "../../../runtime-lite/wasm/opcodes.h"

#define NTYPES	8
#define NFUNCS	6
#define NTAGS	2
#define NTABLE	12 /* initial elements */
#define MAXARGS 4
#define NLOCALS 10 /* of a function, besides parameters and a scratch of each type */
#define FUEL	0  /* the global */
#define SIZE 400 /* values and statements in a function after which nothing new is begun, at most */
#define MAXLABELS 50
#define CALLS	  300	     /* fuel for one export */
#define COUNTERS  2	     /* loops that count within each other */
#define NODES	  (1u << 16) /* values and statements of a module */

/* Random numbers and choices; `state` may be used as one. */
extern uint64_t state;
uint32_t rnd(uint32_t n);			      /* less than n */
bool chance(uint32_t n);			      /* one in n */
extern bool simd, relaxed, wild, delegates, standard; /* the options */

/*
 * Every value and statement has a number, in the order in which they are begun. Those that are cut are made like all others
 * and then replaced, by zero or by nothing: so what is left of the module stays as it is.
 */
extern bool cut[NODES];
extern unsigned node, node_end[NODES]; /* the next, and of each the first one after its parts */

struct buf {
	uint8_t *p;
	size_t n, room;
};

void put(struct buf *b, unsigned byte);
void put_bytes(struct buf *b, const void *p, size_t n);
void put_leb(struct buf *b, uint64_t v);
void put_sleb(struct buf *b, int64_t v);
void put_op(struct buf *b, uint32_t op);
/* These empty the second buffer into the first. */
void put_sized(struct buf *out, struct buf *b);
void put_section(struct buf *out, unsigned id, struct buf *b);

/* Types are letters, as in opcodes.def, and lists of types strings. */
extern const char letters[6];
uint8_t valtype(char letter);
char random_letter(void);

struct type {
	unsigned nparams, nresults;
	char params[MAXARGS + 1], results[MAXARGS + 1];
};

extern struct type types[NTYPES]; /* the first NTAGS have no results: tags are of these */
extern unsigned functype[NFUNCS]; /* types of functions */
extern const char globals[10];	  /* types of globals; the first is fuel */

/* The function that is being written. */
struct label {
	const char *types; /* what a branch takes */
	unsigned at;	   /* which of the blocks that are open, from the outermost */
};

extern struct buf code;
extern unsigned self, nlocals, nlabels, nested;
extern unsigned limit;	   /* SIZE, or less for a smaller module */
extern unsigned counters;  /* the first of COUNTERS locals that nothing but their loops may set */
extern unsigned ncounters; /* loops that are open */
extern unsigned size;	   /* so far; not in bytes, as it must be the same in each encoding */
extern unsigned nopen;	   /* blocks; more than labels, when some are there for the encoding only */
extern unsigned exnrefs;   /* the first of MAXLABELS + 2 locals, with the standard encoding */
extern char locals[MAXARGS + 5 + NLOCALS + COUNTERS];
extern unsigned scratch[128]; /* local of each type */
extern struct label labels[MAXLABELS + 2];

void collect(void); /* to be called first */
void function(unsigned index);
void put_locals(unsigned first);

void emit(uint32_t op);
void emit_index(uint32_t op, uint32_t index);
void emit_i32(int32_t v);
void zero(char type);
void constant(char type);
void value(char type, unsigned depth); /* leaves one */
void statements(unsigned n, unsigned depth);

void push_label(const char *t);
void emit_label(uint32_t op, unsigned label);
void end(void);
void burn(void); /* fuel */
void keep(const struct type *t,
	  char wanted);	      /* after a call: into locals, but for one value of that type */
bool counted(unsigned depth); /* a loop; false if there is none to be had */
void stream(void);	      /* a loop over arrays, of the kind that compilers like */
void counter(void);	      /* the innermost one's value */
void table_statement(unsigned depth);
void table_value(unsigned depth); /* an i32 */
/* With the type 0 instead of a letter they leave nothing. */
void block(char type, unsigned depth);
void branch_if(char type, unsigned depth);
void leave(unsigned depth); /* maybe, by a branch, a return or an exception */

#endif
