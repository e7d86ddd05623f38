/* Fused pairs that store or branch, and the table of all fused pairs. */
#include "fused-first.h"

/* Stores at an address that the first computes. */
#define FIELD_I32_STORE	  u32
#define FIELD_I32_STORE8  u32
#define FIELD_I32_STORE16 u32
#define FIELD_I64_STORE	  u64
#define FIELD_F32_STORE	  f32
#define FIELD_F64_STORE	  f64
#define OPERAND_s(S)	  SLOT(0).S
#define OPERAND_i(S)	  OPERAND(0)

#define THEN_STORE_TO(name, sform, FIELD, first, S)                                                \
	HANDLER(name##_0)                                                                          \
	{                                                                                          \
		first;                                                                             \
		ACCESS();                                                                          \
		S##_to(mem + (uint64_t)v + (uint32_t)HIGH, OPERAND_##sform(FIELD));                \
		ACCESSED();                                                                        \
		NEXT(3);                                                                           \
	}
#define THEN_STORE_TO_(...) THEN_STORE_TO(__VA_ARGS__)
#define ALU_TO(ID, form, S, sform)                                                                 \
	THEN_STORE_TO_(ID##_##form##__##S##_##sform, sform, FIELD_##S, COMPUTE_##form##_INT(ID), S)
#define LOAD_TO(ID, form, S, sform)                                                                \
	THEN_STORE_TO_(ID##_##form##__##S##_##sform, sform, FIELD_##S, FETCH(ID, form, INT), S)
#define INDEXED_TO(ID, form, S, sform)                                                             \
	THEN_STORE_TO_(ID##_##form##__##S##_##sform, sform, FIELD_##S, COMPUTE_INDEXED_##form, S)
GROUP_ALU_TO(ALU_TO)
GROUP_LOAD_TO(LOAD_TO)
GROUP_INDEXED_TO(INDEXED_TO)

/* Stores of what the first computes or loads. */
#define THEN_STORE(name, first, S)                                                                 \
	HANDLER(name##_0)                                                                          \
	{                                                                                          \
		first;                                                                             \
		ACCESS();                                                                          \
		S##_to(mem + (uint64_t)SLOT(0).u32 + (uint32_t)HIGH, v);                           \
		ACCESSED();                                                                        \
		NEXT(3);                                                                           \
	}
#define ALU_OF_INT(ID, form, S, sform)                                                             \
	THEN_STORE(ID##_##form##__##S##_##sform, COMPUTE_##form##_INT(ID), S)
#define ALU_OF_F32(ID, form, S, sform)                                                             \
	THEN_STORE(ID##_##form##__##S##_##sform, COMPUTE_##form##_F32(ID), S)
#define ALU_OF_F64(ID, form, S, sform)                                                             \
	THEN_STORE(ID##_##form##__##S##_##sform, COMPUTE_##form##_F64(ID), S)
#define LOAD_OF_INT(ID, form, S, sform)                                                            \
	THEN_STORE(ID##_##form##__##S##_##sform, FETCH(ID, form, INT), S)
#define LOAD_OF_F32(ID, form, S, sform)                                                            \
	THEN_STORE(ID##_##form##__##S##_##sform, FETCH(ID, form, F32), S)
#define LOAD_OF_F64(ID, form, S, sform)                                                            \
	THEN_STORE(ID##_##form##__##S##_##sform, FETCH(ID, form, F64), S)
GROUP_ALU_OF_INT(ALU_OF_INT)
GROUP_ALU_OF_F32(ALU_OF_F32)
GROUP_ALU_OF_F64(ALU_OF_F64)
GROUP_LOAD_OF_INT(LOAD_OF_INT)
GROUP_LOAD_OF_F32(LOAD_OF_F32)
GROUP_LOAD_OF_F64(LOAD_OF_F64)

/* Branches. */
#define AGAINST_s(S) S##_value(v, fp[HIGH].u64)
#define AGAINST_i(S) S##_value(v, HIGH)

#define THEN_BRANCH(name, first, condition)                                                        \
	HANDLER(name##_0)                                                                          \
	{                                                                                          \
		first;                                                                             \
		if (condition) {                                                                   \
			JUMP();                                                                    \
			DISPATCH();                                                                \
		}                                                                                  \
		NEXT(3);                                                                           \
	}                                                                                          \
	HANDLER(name##_1)                                                                          \
	{                                                                                          \
		first;                                                                             \
		if (condition) {                                                                   \
			JUMP();                                                                    \
			if (poll_wanted(x))                                                        \
				GOTO(poll_slowly);                                                 \
			DISPATCH();                                                                \
		}                                                                                  \
		NEXT(3);                                                                           \
	}
#define ALU_BRANCH(ID, form, S, sform)                                                             \
	THEN_BRANCH(ID##_##form##__##S##_##sform, COMPUTE_##form##_INT(ID), AGAINST_##sform(S))
#define LOAD_BRANCH(ID, form, S, sform)                                                            \
	THEN_BRANCH(ID##_##form##__##S##_##sform, FETCH(ID, form, INT), AGAINST_##sform(S))
#define TEE(ID, form, S, sform, first)                                                             \
	THEN_BRANCH(ID##_##form##_tee__##S##_##sform, first; a = v;                                \
		    SLOT(0).u64 = a, AGAINST_##sform(S))
#define TEE_ALU(ID, form, S, sform)	TEE(ID, form, S, sform, COMPUTE_##form##_INT(ID))
#define TEE_LOAD(ID, form, S, sform)	TEE(ID, form, S, sform, FETCH(ID, form, INT))
#define MASKED_I32_LOAD_FIRST(form)	FETCH(I32_LOAD, form, INT)
#define MASKED_I32_LOAD8_U_FIRST(form)	FETCH(I32_LOAD8_U, form, INT)
#define MASKED_I32_LOAD16_U_FIRST(form) FETCH(I32_LOAD16_U, form, INT)
#define MASKED_BRANCH(ID, form, S, sform)                                                          \
	THEN_BRANCH(ID##_##form##__##S##_##sform, ID##_FIRST(form), S##_value(v &HIGH, OPERAND(0)))
#define AT_AGAINST_s(S) S##_value(v, SLOT(0).u64)
#define AT_AGAINST_i(S) S##_value(v, OPERAND(0))
#define AT_BRANCH(ID, form, S, sform)                                                              \
	THEN_BRANCH(ID##_##form##__##S##_##sform, FETCH_AT(ID, form, INT), AT_AGAINST_##sform(S))
GROUP_ALU_BRANCH(ALU_BRANCH)
GROUP_LOAD_BRANCH(LOAD_BRANCH)
GROUP_TEE_ALU(TEE_ALU)
GROUP_TEE_LOAD(TEE_LOAD)
GROUP_MASKED_BRANCH(MASKED_BRANCH)
GROUP_AT_BRANCH(AT_BRANCH)

/* Loads from an address that is kept; not before the load is done, which may be executed again. */
#define TEE_ADDRESS_FORM(name, R, first, S, d, n)                                                  \
	HANDLER(name##_##n)                                                                        \
	{                                                                                          \
		first;                                                                             \
		ACCESS();                                                                          \
		__auto_type loaded = S##_from(mem + (uint64_t)v + (uint32_t)HIGH);                 \
		LOADED_##R(loaded);                                                                \
		a = v;                                                                             \
		SLOT(3).u64 = a;                                                                   \
		PUT_##d##_##R(loaded);                                                             \
		NEXT(3);                                                                           \
	}
#define TEE_ADDRESS_FORMS(name, R, first, S)                                                       \
	TEE_ADDRESS_FORM(name, R, first, S, s, 0) TEE_ADDRESS_FORM(name, R, first, S, a, 1)
#define TEE_ADDRESS_FORMS_(...) TEE_ADDRESS_FORMS(__VA_ARGS__)
#define TEE_ADDRESS(ID, form, S, sform)                                                            \
	TEE_ADDRESS_FORMS_(ID##_##form##_tee__##S##_##sform, RESULT_##S, COMPUTE_##form##_INT(ID), \
			   S)
GROUP_TEE_ADDRESS(TEE_ADDRESS)

/* The table: a matrix of numbers, since most combinations do not exist. */
#define DECLARE_PAIR(ID, form, S, sform)                                                           \
	extern handler_function ID##_##form##__##S##_##sform##_0, ID##_##form##__##S##_##sform##_1;
EACH_VALUE_PAIR(DECLARE_PAIR)

#define PAIR_NUMBER(ID, form, S, sform) PAIR_##ID##_##form##__##S##_##sform,
#define TEE_NUMBER(ID, form, S, sform)	TEE_##ID##_##form##__##S##_##sform,
enum {
	NO_PAIR,
	EACH_VALUE_PAIR(PAIR_NUMBER) EACH_STORE_PAIR(PAIR_NUMBER) EACH_BRANCH_PAIR(PAIR_NUMBER)
		EACH_TEE_PAIR(TEE_NUMBER)
};

#define PAIR_ENTRY(ID, form, S, sform)                                                             \
	[PAIR_##ID##_##form##__##S##_##                                                            \
		sform] = {ID##_##form##__##S##_##sform##_0, ID##_##form##__##S##_##sform##_1},
#define STORE_ENTRY(ID, form, S, sform)                                                            \
	[PAIR_##ID##_##form##__##S##_##sform] = {ID##_##form##__##S##_##sform##_0},
#define TEE_ENTRY(ID, form, S, sform)                                                              \
	[TEE_##ID##_##form##__##S##_##sform] = {ID##_##form##_tee__##S##_##sform##_0,              \
						ID##_##form##_tee__##S##_##sform##_1},
static const handler pairs[][2] = {EACH_VALUE_PAIR(PAIR_ENTRY) EACH_STORE_PAIR(STORE_ENTRY)
					   EACH_BRANCH_PAIR(PAIR_ENTRY) EACH_TEE_PAIR(TEE_ENTRY)};

#define PAIR_INDEX(ID, form, S, sform)                                                             \
	[FIRST_##ID##_##form][SECOND_##S##_##sform] = PAIR_##ID##_##form##__##S##_##sform,
#define TEE_INDEX(ID, form, S, sform)                                                              \
	[FIRST_##ID##_##form][SECOND_##S##_##sform] = TEE_##ID##_##form##__##S##_##sform,
static const uint16_t pair_numbers[FIRSTS][SECONDS] = {
	EACH_VALUE_PAIR(PAIR_INDEX) EACH_STORE_PAIR(PAIR_INDEX) EACH_BRANCH_PAIR(PAIR_INDEX)};
static const uint16_t tee_numbers[FIRSTS][SECONDS] = {EACH_TEE_PAIR(TEE_INDEX)};

const handler *fused_handlers(enum fused_first first, enum fused_second second)
{
	uint16_t number = pair_numbers[first][second];

	return number ? pairs[number] : NULL;
}

const handler *fused_tee_handlers(enum fused_first first, enum fused_second second)
{
	uint16_t number = tee_numbers[first][second];

	return number ? pairs[number] : NULL;
}
