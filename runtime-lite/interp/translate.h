/*
 * Translation of one function, in one pass over its valid code.
 *
 * The operand stack exists at translation time only. Each value on it has a
 * home, the slot that its position on the stack gives it; but a local that was
 * pushed stays in the local until that changes, a constant becomes an
 * immediate, and what the last instruction left in an accumulator is taken from
 * there, in which case the store into its home is dropped after the fact
 * (struct accumulator).
 *
 * Where control flow meets, values are in their homes: what a label receives is
 * moved there before the branch, and no local is on the stack unread when a
 * block begins.
 *
 * translate.c goes through the instructions, block.c and branch.c translate those that
 * concern labels, compute.c and simd-translate.c those that compute; all emit
 * through the functions of value.c, and fuse.c makes one of two. Out of memory ends the translation by longjmp.
 */
#ifndef INTERP_TRANSLATE_H
#define INTERP_TRANSLATE_H

#include "../wasm/leb.h"
#include "../wasm/opcodes.h"
#include "tables.h"

#include <string.h>

enum value_kind { VALUE_SLOT, VALUE_LOCAL, VALUE_CONST };

struct value {
	uint8_t kind, type; /* enum value_kind, enum valtype */
	uint32_t local;	    /* VALUE_LOCAL */
	int32_t home;
	uint64_t bits; /* VALUE_CONST */
};

struct local {
	int32_t slot;
	uint32_t refs; /* times that it is on the stack */
	uint8_t type;
};

enum block_kind {
	BLOCK_PLAIN,
	BLOCK_LOOP,
	BLOCK_IF,
	BLOCK_ELSE,
	BLOCK_TRY,
	BLOCK_CATCH,
	BLOCK_FUNCTION
};

/* A place that is to be patched when a label's position is known. */
struct fixup {
	uint32_t next; /* or NO_FIXUP */
	uint32_t from; /* word that distances count from; or CLAUSE_FIXUP */
	uint32_t at;   /* in halves of words; or the clause */
};

#define NO_FIXUP     UINT32_MAX
#define CLAUSE_FIXUP UINT32_MAX

struct block {
	enum block_kind kind;
	const uint8_t *params, *results; /* enum valtype */
	uint32_t nparams, nresults;
	uint32_t height;	   /* values below it, its parameters excluded */
	int32_t slot;		   /* home of the first parameter and result */
	uint32_t start;		   /* loops: its word */
	uint32_t fixups;	   /* to its end */
	uint32_t else_fixups;	   /* if: to its else */
	uint32_t outer, inner;	   /* scopes around it and in it */
	uint32_t last_clause;	   /* try */
	uint32_t stub, stub_owner; /* br_table: code that branches here, made for the
                                one at word stub_owner */
};

/* What an accumulator holds: the value of `slot`. If that is a home, and the
 * value is taken from here, the word at `at` may become `bare`, the same
 * instruction without the store. */
struct accumulator {
	int32_t slot; /* or NO_SLOT */
	uint32_t at;
	handler bare; /* or NULL */
	bool vector;  /* which is in that slot and the next */
};

enum { ACC_INT, ACC_FLOAT };

struct update;

/* An instruction that made a value. */
struct recent {
	uint32_t at, end; /* words; end is 0 when there is none */
	int32_t slot;	  /* where the result goes */
	bool stored;	  /* which is a local, by local.set */
	uint32_t op;	  /* enum opcode; OP_NOP when that is of no use */
	enum form form;
	enum extend_form extension; /* of vectors */
	int32_t local; /* slot of the operand that is in the accumulator as well, or NO_SLOT */
	uint8_t first; /* enum fused_first: what it is as the first of two */
	const struct update *update; /* what it and a store are, or NULL */
	/* Its operand in the accumulator comes from the instruction before: as a
   * value that nobody else takes, or as a local that has just been set. */
	enum { CHAIN_NONE, CHAIN_TAKEN, CHAIN_TEE } chain;
	struct accumulator before[2]; /* the accumulators before it */
};

struct translation {
	struct func *func;
	const struct instance *inst;
	const struct module *m;
	const struct function *fn;
	const struct functype *type;
	const uint8_t *p, *op; /* the next byte; the instruction being translated */

	uint64_t *words;
	uint32_t nwords, words_size;
	struct local *locals;
	uint32_t nlocals, nlocal_refs;
	struct value *values;
	uint32_t nvalues, values_size;
	struct block *blocks;
	uint32_t nblocks, blocks_size;
	struct fixup *fixups;
	uint32_t nfixups, fixups_size;
	struct region *regions;
	uint32_t nregions, regions_size;
	struct handler_scope *scopes;
	uint32_t nscopes, scopes_size;
	struct catch_clause *clauses;
	uint32_t nclauses, clauses_size;

	uint32_t scope; /* in force, or NO_HANDLER */
	uint32_t nargs; /* slots below fp */
	int32_t top;	/* home of the next value */
	int32_t max_top;
	bool dead; /* cannot be reached */

	struct accumulator acc[2];

	/* The last instruction and the one before, if they made a value and no label
   * has come since. */
	struct recent last, previous;
	/* The last move to a slot that another may be fused with. */
	struct {
		uint32_t at, end;
		bool is_const, is_pair;
	} last_move;

#define SCRATCH_SLOTS 8
	/* More slots than 16 bits can number: operands go through scratch slots,
   * accumulators are not used. */
	bool wide;
	int32_t scratch, scratch_used;

	/* Looking for the instruction that a word belongs to. */
	bool watching;
	uint32_t watched;
	size_t found; /* offset in the module */

	jmp_buf bail;
	const char *failure;
};

_Noreturn void translation_fail(struct translation *t, const char *why);
/* Makes room for one more element. */
void *translation_grow(struct translation *t, void *array, uint32_t n, uint32_t *size, size_t each);
#define GROW(t, name)                                                                              \
	((t)->name = translation_grow(t, (t)->name, (t)->n##name, &(t)->name##_size,               \
				      sizeof(*(t)->name)))

/* value.c: emitting */
uint64_t *emit(struct translation *t, handler h, uint32_t nwords); /* good until the next */
void set_operand(uint64_t *w, unsigned n, int32_t slot);	   /* OPERAND(n) */
void set_wide(uint64_t *w, unsigned n, int32_t v);		   /* WIDE0, WIDE1 */
/* A slot as a 16-bit operand. */
int32_t operand(struct translation *t, int32_t slot, uint8_t type);
/* Nothing is known about the accumulators here; what came before cannot be
 * changed any more. */
void forget(struct translation *t);
/* A slot has been written. */
void clobber(struct translation *t, int32_t slot, uint8_t type);

static inline int16_t get_operand(const uint64_t *w, unsigned n)
{
	int16_t v;

	memcpy(&v, (const char *)(w + 1) + 2 * n, sizeof(v));
	return v;
}

/* value.c: the stack */
struct value pop(struct translation *t);
void push_slot(struct translation *t, uint8_t type);
void push_local(struct translation *t, uint32_t local);
void push_const(struct translation *t, uint8_t type, uint64_t bits);
void truncate_values(struct translation *t, uint32_t n);
int32_t slot_of(const struct translation *t, const struct value *v);
/* A constant into its home. */
void materialise(struct translation *t, struct value *v);
/* Is it in that accumulator? And taking it from there, for good. */
bool holds(const struct translation *t, int acc, const struct value *v);
void take(struct translation *t, int acc, const struct value *v);
/* Copies a value to any slot. */
void move(struct translation *t, int32_t slot, const struct value *v);
/* Locals on the stack into their homes: all, or one. */
void flush_locals(struct translation *t);
void flush_local(struct translation *t, uint32_t local);
/* A value is in its home now. */
void settle(struct translation *t, struct value *v);
/* The result of the instruction at word `at`, which has been emitted to write
 * destination(). A vector is in an accumulator, too, if it may be `bare`. */
int32_t destination(const struct translation *t);
void define(struct translation *t, uint8_t type, uint32_t at, handler bare);
/* Of one that moves bits without regard to their type: floats are in the
 * integer accumulator, too. */
void define_in_a(struct translation *t, uint8_t type, uint32_t at, handler bare);

/* value.c: instructions */
void translate_local_set(struct translation *t, uint32_t local);
void translate_select(struct translation *t);

/* compute.c */
struct memarg {
	uint32_t memory, offset;
};

/* Reads the immediate; another memory than the first becomes the one until
 * end_memory(). */
struct memarg begin_memory(struct translation *t);
void end_memory(struct translation *t, struct memarg arg);
uint8_t type_of_letter(char c);
/* The instruction that gives the same with its operands exchanged, or 0. */
uint32_t exchanged(uint32_t op);
void translate_by_signature(struct translation *t, const struct opinfo *info);
/* A form with all operands in slots, results by signature; `words` long, the
 * caller fills in the rest. */
uint64_t *translate_slots(struct translation *t, handler h, unsigned words, const char *sig);

/* simd-translate.c */
void translate_simd(struct translation *t, const struct opinfo *info);

static inline unsigned width_of(uint8_t type)
{
	return type == TYPE_V128 ? 2 : 1;
}

static inline bool is_float(uint8_t type)
{
	return type == TYPE_F32 || type == TYPE_F64;
}

static inline int accumulator_of(uint8_t type)
{
	return is_float(type) || type == TYPE_V128 ? ACC_FLOAT : ACC_INT;
}

/* The second operand, as pairs have it, of an instruction without operands in accumulators: a slot or an immediate. */
static inline int32_t low_operand(const struct recent *r, const uint64_t *x)
{
	int32_t wide;

	if ((r->form == FORM_SS || r->form == FORM_AS) && r->op >= OP_I32_EQZ)
		return get_operand(x, 2);
	memcpy(&wide, (const char *)(x + 1) + 4, sizeof(wide));
	return wide;
}

/* fuse.c: each tries to make one of two instructions, the last one emitted and
 * the one to come, and is false when nothing was done. `v` is the value that
 * the last one made. */
enum second_form { SECOND_S, SECOND_I, SECOND_R, SECOND_P, SECOND_X, SECOND_V, SECOND_FORMS };
uint8_t first_number(uint32_t op, enum form form);
/* How the instruction to come depends on the last one through v. */
int chain_of(const struct translation *t, const struct value *v);
bool fuse_value(struct translation *t, const struct value *v, uint32_t op, enum second_form form,
		int32_t high, uint8_t type);
/* The same where the other operand is a value in a slot, second or (SECOND_R)
 * first. */
bool fuse_values(struct translation *t, const struct value *v, uint32_t op, enum second_form form,
		 const struct value *other, uint8_t type);
bool fuse_update(struct translation *t, const struct value *v, const struct value *address,
		 bool in_a, uint32_t op, int32_t offset);
bool fuse_load_tee(struct translation *t, const struct value *address, uint32_t op, int32_t offset,
		   uint8_t type);
bool fuse_store(struct translation *t, const struct value *v, uint32_t op, enum second_form form,
		int32_t operand, int32_t offset);
/* The word of the branch, or NO_BRANCH. */
#define NO_BRANCH UINT32_MAX
uint32_t fuse_branch(struct translation *t, const struct value *v, bool negate, bool back);
/* A branch, back or not; what is before it is taken into it. */
uint32_t emit_jump(struct translation *t, bool back);
struct comparison {
	uint32_t op;
	enum form form;
	int32_t x, y;
};
handler unfuse_comparison(struct translation *t, const struct value *c, struct comparison *out);
bool fuse_global_lower(struct translation *t, uint32_t offset);
bool fuse_global_raise(struct translation *t, const struct value *v, uint32_t offset);
uint64_t *emit_call(struct translation *t, int32_t args, int32_t frame, struct func *func);
void fuse_local_sets(struct translation *t);
bool fuse_move(struct translation *t, int32_t to, bool is_const, uint32_t from);

/* branch.c: labels */
struct block *label(struct translation *t, uint32_t depth);
/* Half `at` of the words is a distance from word `from`, or a clause's target (CLAUSE_FIXUP), to be known when the list is
 * bound, which is here. */
void add_fixup(struct translation *t, uint32_t *list, uint32_t from, uint32_t at);
void bind(struct translation *t, uint32_t *list);
/* The instruction at word `at` is a branch to that block's label: its distance is WIDE1. */
void aim(struct translation *t, struct block *b, uint32_t at);
/* The top n values to consecutive slots. */
void place(struct translation *t, uint32_t n, int32_t slot);
/* Somebody else may read the values from their homes later, except this one: the stores stay. */
void keep_stores(struct translation *t, int32_t except);

/* branch.c: branches. Values stay on the translator's stack; for_good: nobody needs them there any more. */
void emit_return(struct translation *t, bool for_good);
void emit_branch(struct translation *t, uint32_t depth, bool for_good);
void emit_branch_if(struct translation *t, uint32_t depth);
void emit_branch_table(struct translation *t);
/* Branches when the condition, just popped, is true, or (negate) false. Returns the word of the branch, to be aimed. */
uint32_t emit_condition(struct translation *t, struct value *c, bool negate, bool back);

/* block.c */
uint32_t width_of_all(const uint8_t *types, uint32_t n);
void begin_function(struct translation *t);
/* True when the function's end has been reached. */
bool translate_block(struct translation *t, uint32_t op);
void translate_call(struct translation *t, uint32_t op);

#endif
