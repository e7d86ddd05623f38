/* What loops end with: additions to two locals, and a branch by the second. tables.h says where operands are. */
#include "../wasm/opcodes.h"
#include "handler.h"
#include "semantics.h"
#include "tables.h"

#define LOW  (((const code_i32 *)pc)[4])
#define HIGH (((const code_i32 *)pc)[5])

#define FIRST_i (SLOT(1).u32 + (uint32_t)LOW)
#define FIRST_s (SLOT(1).u32 + fp[LOW].u32)
/* The slot that is written, and the one that is added to, are given. */
#define SECOND_i32_i(from) ((from).u32 + (uint32_t)HIGH)
#define SECOND_i32_s(from) ((from).u32 + fp[HIGH].u32)
#define SECOND_i64_i(from) ((from).u64 + (uint64_t)HIGH)
#define SECOND_i64_s(from) ((from).u64 + fp[HIGH].u64)

#define ADD_ADD(p, T, y)                                                                           \
	HANDLER(op_add_##p##_add_##T##_##y)                                                        \
	{                                                                                          \
		SLOT(0).u64 = FIRST_##p;                                                           \
		a = SECOND_##T##_##y(SLOT(3));                                                     \
		SLOT(2).u64 = a;                                                                   \
		NEXT(3);                                                                           \
	}
#define EACH_ADD_ADD(M)                                                                            \
	M(i, i32, i)                                                                               \
	M(i, i32, s) M(i, i64, i) M(i, i64, s) M(s, i32, i) M(s, i32, s) M(s, i64, i) M(s, i64, s)
EACH_ADD_ADD(ADD_ADD)

/* The second adds to the first sum. */
#define ADD_THEN(p, q, addend)                                                                     \
	HANDLER(op_add_##p##_then_##q)                                                             \
	{                                                                                          \
		uint32_t v = FIRST_##p;                                                            \
		SLOT(0).u64 = v;                                                                   \
		a = v + (addend);                                                                  \
		SLOT(2).u64 = a;                                                                   \
		NEXT(3);                                                                           \
	}
ADD_THEN(i, i, (uint32_t)HIGH)
ADD_THEN(i, s, fp[HIGH].u32)
ADD_THEN(s, i, (uint32_t)HIGH)
ADD_THEN(s, s, fp[HIGH].u32)
const handler add_then_handlers[2][2] = {{op_add_i_then_i, op_add_i_then_s},
					 {op_add_s_then_i, op_add_s_then_s}};

/* With a branch, whose distance is in the first word: the slots of the second addition are in the last. */
#define AGAINST_s fp[((const code_i32 *)pc)[7]].u64
#define AGAINST_i ((const code_i32 *)pc)[7]
#define ADD_ADD_BRANCH(p, T, y, ID, q)                                                             \
	HANDLER(op_add_##p##_add_##T##_##y##_##ID##_##q)                                           \
	{                                                                                          \
		SLOT(0).u64 = FIRST_##p;                                                           \
		a = SECOND_##T##_##y(SLOT(9));                                                     \
		SLOT(8).u64 = a;                                                                   \
		if (ID##_value(a, AGAINST_##q)) {                                                  \
			JUMP();                                                                    \
			if (poll_wanted(x))                                                        \
				GOTO(poll_slowly);                                                 \
			DISPATCH();                                                                \
		}                                                                                  \
		NEXT(4);                                                                           \
	}
#define EACH_BRANCH_i32(M, x, y)                                                                   \
	M(x, i32, y, I32_EQ)                                                                       \
	M(x, i32, y, I32_NE)                                                                       \
	M(x, i32, y, I32_LT_S)                                                                     \
	M(x, i32, y, I32_LT_U)                                                                     \
	M(x, i32, y, I32_GT_S)                                                                     \
	M(x, i32, y, I32_GT_U)                                                                     \
	M(x, i32, y, I32_LE_S) M(x, i32, y, I32_LE_U) M(x, i32, y, I32_GE_S) M(x, i32, y, I32_GE_U)
#define EACH_BRANCH_i64(M, x, y)                                                                   \
	M(x, i64, y, I64_EQ)                                                                       \
	M(x, i64, y, I64_NE)                                                                       \
	M(x, i64, y, I64_LT_S)                                                                     \
	M(x, i64, y, I64_LT_U)                                                                     \
	M(x, i64, y, I64_GT_S)                                                                     \
	M(x, i64, y, I64_GT_U)                                                                     \
	M(x, i64, y, I64_LE_S) M(x, i64, y, I64_LE_U) M(x, i64, y, I64_GE_S) M(x, i64, y, I64_GE_U)
#define BRANCHES(x, T, y, ID) ADD_ADD_BRANCH(x, T, y, ID, s) ADD_ADD_BRANCH(x, T, y, ID, i)
#define EACH_BRANCH(x, T, y)  EACH_BRANCH_##T(BRANCHES, x, y)
EACH_ADD_ADD(EACH_BRANCH)

#define ENTRY(x, T, y) op_add_##x##_add_##T##_##y
const handler add_add_handlers[2][4] = {
	{ENTRY(i, i32, i), ENTRY(i, i32, s), ENTRY(i, i64, i), ENTRY(i, i64, s)},
	{ENTRY(s, i32, i), ENTRY(s, i32, s), ENTRY(s, i64, i), ENTRY(s, i64, s)},
};

#define BRANCH_ENTRY(x, T, y, ID)                                                                  \
	[OP_##ID - OP_COMPARE_FIRST] = {op_add_##x##_add_##T##_##y##_##ID##_s,                     \
					op_add_##x##_add_##T##_##y##_##ID##_i},
#define BRANCH_ENTRIES(x)                                                                          \
	{                                                                                          \
		{EACH_BRANCH_i32(BRANCH_ENTRY, x, i)}, {EACH_BRANCH_i32(BRANCH_ENTRY, x, s)},      \
			{EACH_BRANCH_i64(BRANCH_ENTRY, x, i)},                                     \
		{                                                                                  \
			EACH_BRANCH_i64(BRANCH_ENTRY, x, s)                                        \
		}                                                                                  \
	}
const handler add_add_branch_handlers[2][4][ADD_ADD_COMPARES][2] = {BRANCH_ENTRIES(i),
								    BRANCH_ENTRIES(s)};
