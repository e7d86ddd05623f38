/* Branches, constants, copies, select and globals. */
#include "../wasm/opcodes.h"
#include "handler.h"
#include "semantics.h"
#include "tables.h"

/* Compare and branch. An immediate is in a word of its own. Going backwards
 * looks at x->poll. */
#define TEST_s_i32(n) SLOT(n).u32
#define TEST_s_i64(n) SLOT(n).u64
#define TEST_s_f32(n) SLOT(n).f32
#define TEST_s_f64(n) SLOT(n).f64
#define TEST_a_i32(n) ((uint32_t)a)
#define TEST_a_i64(n) a
#define TEST_a_f32(n) acc_f32(f)
#define TEST_a_f64(n) acc_f64(f)
#define TEST_i_i32(n) ((uint32_t)WORD(2))
#define TEST_i_i64(n) WORD(2)

#define BRANCH(name, length, condition)                                                            \
	HANDLER(name##_forward)                                                                    \
	{                                                                                          \
		if (condition) {                                                                   \
			JUMP();                                                                    \
			DISPATCH();                                                                \
		}                                                                                  \
		NEXT(length);                                                                      \
	}                                                                                          \
	HANDLER(name##_back)                                                                       \
	{                                                                                          \
		if (condition) {                                                                   \
			JUMP();                                                                    \
			if (poll_wanted(x))                                                        \
				GOTO(poll_slowly);                                                 \
			DISPATCH();                                                                \
		}                                                                                  \
		NEXT(length);                                                                      \
	}
#define BRANCH_LENGTH_s 2
#define BRANCH_LENGTH_i 3
#define BRANCH_FORM(ID, T, S, op, p, q)                                                            \
	BRANCH(ID##_branch_##p##q, BRANCH_LENGTH_##q, (S)TEST_##p##_##T(0) op(S) TEST_##q##_##T(1))
#define COMPARE(ID, T, S, INVERSE, op)                                                             \
	BRANCH_FORM(ID, T, S, op, s, s)                                                            \
	BRANCH_FORM(ID, T, S, op, s, i)                                                            \
	BRANCH_FORM(ID, T, S, op, a, s)                                                            \
	BRANCH_FORM(ID, T, S, op, a, i)
#define BRANCH_FLOAT(ID, T, op, p)                                                                 \
	BRANCH(ID##_branch_##p##s, 2, TEST_##p##_##T(0) op TEST_s_##T(1))                          \
	BRANCH(ID##_unless_##p##s, 2, !(TEST_##p##_##T(0) op TEST_s_##T(1)))
#define COMPARE_FLOAT(ID, T, op) BRANCH_FLOAT(ID, T, op, s) BRANCH_FLOAT(ID, T, op, a)
#include "ops.def"

#define BRANCH_PAIR(name) {name##_forward, name##_back}
#define BRANCH_INT(ID)                                                                             \
	{[FORM_SS] = BRANCH_PAIR(ID##_branch_ss),                                                  \
	 [FORM_SI] = BRANCH_PAIR(ID##_branch_si),                                                  \
	 [FORM_AS] = BRANCH_PAIR(ID##_branch_as),                                                  \
	 [FORM_AI] = BRANCH_PAIR(ID##_branch_ai)}
#define COMPARE(ID, T, S, INVERSE, op)                                                             \
	[OP_##ID - OP_COMPARE_FIRST] = {BRANCH_INT(ID), BRANCH_INT(INVERSE)},
#define COMPARE_FLOAT(ID, T, op)                                                                   \
	[OP_##ID - OP_COMPARE_FIRST] = {                                                           \
		{[FORM_SS] = BRANCH_PAIR(ID##_branch_ss),                                          \
		 [FORM_AS] = BRANCH_PAIR(ID##_branch_as)},                                         \
		{[FORM_SS] = BRANCH_PAIR(ID##_unless_ss),                                          \
		 [FORM_AS] = BRANCH_PAIR(ID##_unless_as)},                                         \
	},

const handler branch_handlers[OP_COMPARE_LAST - OP_COMPARE_FIRST + 1][2][FORM_AI + 1][2] = {
#include "ops.def"
};

HANDLER(op_br)
{
	UNUSED_REGISTERS;
	JUMP();
	DISPATCH();
}

/* With a move before: OPERAND(0) = OPERAND(1), plus WORD(2). */
HANDLER(op_copy_br)
{
	a = SLOT(1).u64;
	SLOT(0).u64 = a;
	JUMP();
	DISPATCH();
}

HANDLER(op_copy_br_back)
{
	a = SLOT(1).u64;
	SLOT(0).u64 = a;
	JUMP();
	if (poll_wanted(x))
		GOTO(poll_slowly);
	DISPATCH();
}

HANDLER(op_add_br)
{
	a = SLOT(1).u32 + (uint32_t)WORD(2);
	SLOT(0).u64 = a;
	JUMP();
	DISPATCH();
}

HANDLER(op_add_br_back)
{
	a = SLOT(1).u32 + (uint32_t)WORD(2);
	SLOT(0).u64 = a;
	JUMP();
	if (poll_wanted(x))
		GOTO(poll_slowly);
	DISPATCH();
}

HANDLER(op_br_back)
{
	UNUSED_REGISTERS;
	JUMP();
	if (poll_wanted(x))
		GOTO(poll_slowly);
	DISPATCH();
}

/* WIDE1 is the number of labels without the default; the distances follow, two
 * a word. */
#define BR_TABLE(index)                                                                            \
	do {                                                                                       \
		uint32_t i = (index), n = WIDE1;                                                   \
		UNUSED_REGISTERS;                                                                  \
		pc = (const uint64_t *)((const char *)pc +                                         \
					((const code_i32 *)pc)[4 + (i < n ? i : n)]);              \
		DISPATCH();                                                                        \
	} while (0)

HANDLER(op_br_table_s)
{
	BR_TABLE(SLOT(0).u32);
}

/* By the byte at the address in OPERAND(0), with offset OPERAND(1). */
HANDLER(op_br_table_load8)
{
	ACCESS();
	uint32_t v = I32_LOAD8_U_from(mem + (uint64_t)SLOT(0).u32 + (uint32_t)OPERAND(1));
	LOADED_i32(v);
	BR_TABLE(v);
}

HANDLER(op_br_table_a)
{
	BR_TABLE((uint32_t)a);
}

HANDLER(op_unreachable)
{
	GOTO(trap_unreachable);
}

HANDLER(op_const32)
{
	fp[WIDE0].u64 = (uint32_t)WIDE1;
	NEXT(2);
}

HANDLER(op_const64)
{
	fp[WIDE0].u64 = WORD(2);
	NEXT(3);
}

HANDLER(op_copy)
{
	a = fp[WIDE1].u64;
	fp[WIDE0].u64 = a;
	NEXT(2);
}

/* Two moves: OPERAND(0) and OPERAND(2) from OPERAND(1) and OPERAND(3), or from
 * the halves of WORD(2). */
#define IMMEDIATE_LOW  ((uint32_t)WORD(2))
#define IMMEDIATE_HIGH (WORD(2) >> 32)

HANDLER(op_copy_copy)
{
	SLOT(0).u64 = SLOT(1).u64;
	a = SLOT(3).u64;
	SLOT(2).u64 = a;
	NEXT(2);
}

HANDLER(op_copy_const)
{
	a = SLOT(1).u64;
	SLOT(0).u64 = a;
	SLOT(2).u64 = IMMEDIATE_HIGH;
	NEXT(3);
}

HANDLER(op_const_copy)
{
	SLOT(0).u64 = IMMEDIATE_LOW;
	a = SLOT(3).u64;
	SLOT(2).u64 = a;
	NEXT(3);
}

HANDLER(op_const_const)
{
	SLOT(0).u64 = IMMEDIATE_LOW;
	SLOT(2).u64 = IMMEDIATE_HIGH;
	NEXT(3);
}

HANDLER(op_copy128)
{
	uint64_t low = fp[WIDE1].u64, high = fp[WIDE1 + 1].u64;

	fp[WIDE0].u64 = low;
	fp[WIDE0 + 1].u64 = high;
	NEXT(2);
}

HANDLER(op_set_a)
{
	fp[WIDE0].u64 = a;
	NEXT(2);
}

HANDLER(op_set_f)
{
	fp[WIDE0].u64 = acc_bits(f);
	NEXT(2);
}

HANDLER(op_select_s)
{
	uint64_t yes = SLOT(1).u64, no = SLOT(2).u64;

	a = SLOT(3).u32 ? yes : no;
	SLOT(0).u64 = a;
	NEXT(2);
}

HANDLER(op_select_a)
{
	uint64_t yes = SLOT(1).u64, no = SLOT(2).u64;

	a = (uint32_t)a ? yes : no;
	SLOT(0).u64 = a;
	NEXT(2);
}

/* And after a comparison. */
#define SELECT_s_i32 fp[(code_slot)WORD(2)].u32
#define SELECT_s_i64 fp[(code_slot)WORD(2)].u64
#define SELECT_s_f32 fp[(code_slot)WORD(2)].f32
#define SELECT_s_f64 fp[(code_slot)WORD(2)].f64
#define SELECT_i_i32 ((uint32_t)WORD(2))
#define SELECT_i_i64 WORD(2)
typedef int64_t code_slot;
#define SELECT_FORM(ID, T, p, q)                                                                   \
	HANDLER(ID##_select_##p##q)                                                                \
	{                                                                                          \
		uint64_t yes = SLOT(1).u64, no = SLOT(2).u64;                                      \
		a = ID##_value(TEST_##p##_##T(3), SELECT_##q##_##T) ? yes : no;                    \
		SLOT(0).u64 = a;                                                                   \
		NEXT(3);                                                                           \
	}
#define COMPARE(ID, T, ...)                                                                        \
	SELECT_FORM(ID, T, s, s)                                                                   \
	SELECT_FORM(ID, T, s, i) SELECT_FORM(ID, T, a, s) SELECT_FORM(ID, T, a, i)
#define COMPARE_FLOAT(ID, T, ...) SELECT_FORM(ID, T, s, s) SELECT_FORM(ID, T, a, s)
#include "ops.def"

#define COMPARE(ID, ...)                                                                           \
	[OP_##ID - OP_COMPARE_FIRST] = {[FORM_SS] = ID##_select_ss,                                \
					[FORM_SI] = ID##_select_si,                                \
					[FORM_AS] = ID##_select_as,                                \
					[FORM_AI] = ID##_select_ai},
#define COMPARE_FLOAT(ID, ...)                                                                     \
	[OP_##ID - OP_COMPARE_FIRST] = {[FORM_SS] = ID##_select_ss, [FORM_AS] = ID##_select_as},
const handler select_handlers[OP_COMPARE_LAST - OP_COMPARE_FIRST + 1][FORM_SA + 1] = {
#include "ops.def"
};

/* The operand in the accumulator is a local as well, which is not to be read back. */
#define EXTREME(name, T, C, op)                                                                    \
	HANDLER(name##_ss)                                                                         \
	{                                                                                          \
		CTYPE_##T y = SLOT(2).C, z = SLOT(1).C;                                            \
		PUT_s_##T((S_##C)z op(S_##C) y ? z : y);                                           \
		NEXT(2);                                                                           \
	}                                                                                          \
	HANDLER(name##_as)                                                                         \
	{                                                                                          \
		CTYPE_##T y = SLOT(2).C, z = GET_a_##T(1);                                         \
		PUT_s_##T((S_##C)z op(S_##C) y ? z : y);                                           \
		NEXT(2);                                                                           \
	}
#define S_i32	       int32_t
#define S_u32	       uint32_t
#define S_i64	       int64_t
#define S_u64	       uint64_t
#define EXTREMES(T, C) EXTREME(C##_min, T, C, <) EXTREME(C##_max, T, C, >)
EXTREMES(i32, i32)
EXTREMES(i32, u32)
EXTREMES(i64, i64)
EXTREMES(i64, u64)
#define EXTREME_FORMS(name) {[FORM_SS] = name##_ss, [FORM_AS] = name##_as}
#define EXTREME_TABLE(C)    {EXTREME_FORMS(C##_min), EXTREME_FORMS(C##_max)}
const handler extreme_handlers[2][2][2][FORM_AS + 1] = {{EXTREME_TABLE(i32), EXTREME_TABLE(u32)},
							{EXTREME_TABLE(i64), EXTREME_TABLE(u64)}};

HANDLER(op_select128)
{
	const union slot *from = &SLOT(SLOT(3).u32 ? 1 : 2);
	uint64_t low = from[0].u64, high = from[1].u64;

	(&SLOT(0))[0].u64 = low;
	(&SLOT(0))[1].u64 = high;
	NEXT(2);
}

/* Globals that the module defines, by byte offset in the thread's copy. */
#define GLOBAL ((union global *)((char *)g + (uint32_t)WIDE1))

HANDLER(op_global_get)
{
	a = GLOBAL->slot[0].u64;
	SLOT(0).u64 = a;
	NEXT(2);
}

HANDLER(op_global_get_a)
{
	a = GLOBAL->slot[0].u64;
	NEXT(2);
}

HANDLER(op_global_set_s)
{
	GLOBAL->slot[0] = SLOT(0);
	NEXT(2);
}

HANDLER(op_global_set_a)
{
	GLOBAL->slot[0].u64 = a;
	NEXT(2);
}

/* The stack pointer, down into a local and up from one. */
HANDLER(op_global_lower)
{
	a = GLOBAL->slot[0].u32 - (uint32_t)WORD(2);
	SLOT(0).u64 = a;
	GLOBAL->slot[0].u64 = a;
	NEXT(3);
}

HANDLER(op_global_raise)
{
	a = SLOT(0).u32 + (uint32_t)WORD(2);
	GLOBAL->slot[0].u64 = a;
	NEXT(3);
}

HANDLER(op_global_get128)
{
	uint64_t low = GLOBAL->slot[0].u64, high = GLOBAL->slot[1].u64;

	(&SLOT(0))[0].u64 = low;
	(&SLOT(0))[1].u64 = high;
	NEXT(2);
}

HANDLER(op_global_set128)
{
	uint64_t low = (&SLOT(0))[0].u64, high = (&SLOT(0))[1].u64;

	GLOBAL->slot[0].u64 = low;
	GLOBAL->slot[1].u64 = high;
	NEXT(2);
}

/* Imported globals, by address. */
HANDLER(op_import_get)
{
	a = POINTER(union global, 2)->slot[0].u64;
	SLOT(0).u64 = a;
	NEXT(3);
}

HANDLER(op_import_set)
{
	POINTER(union global, 2)->slot[0] = SLOT(0);
	NEXT(3);
}

HANDLER(op_import_get128)
{
	const union global *from = POINTER(union global, 2);
	uint64_t low = from->slot[0].u64, high = from->slot[1].u64;

	(&SLOT(0))[0].u64 = low;
	(&SLOT(0))[1].u64 = high;
	NEXT(3);
}

HANDLER(op_import_set128)
{
	union global *to = POINTER(union global, 2);
	uint64_t low = (&SLOT(0))[0].u64, high = (&SLOT(0))[1].u64;

	to->slot[0].u64 = low;
	to->slot[1].u64 = high;
	NEXT(3);
}

/* For the instructions up to the next of these, another memory is the one. */
HANDLER(op_memory)
{
	mem = POINTER(struct memory, 2)->base;
	NEXT(3);
}

HANDLER(op_fence)
{
	atomic_thread_fence(memory_order_seq_cst);
	NEXT(2);
}
