/* Instructions that compute: ops.def in every form. */
#include "../wasm/opcodes.h"
#include "handler.h"
#include "semantics.h"
#include "tables.h"

/* Every form of an instruction with two operands: first and second operand,
 * then destination. */
#define EACH_FORM(FORM, ID, T, R)                                                                  \
	FORM(ID, T, R, s, s, s)                                                                    \
	FORM(ID, T, R, s, s, a)                                                                    \
	FORM(ID, T, R, s, i, s)                                                                    \
	FORM(ID, T, R, s, i, a)                                                                    \
	FORM(ID, T, R, a, s, s)                                                                    \
	FORM(ID, T, R, a, s, a) FORM(ID, T, R, a, i, s) FORM(ID, T, R, a, i, a)
#define SA_FORMS_YES(FORM, ID, T, R)
#define SA_FORMS_NO(FORM, ID, T, R) FORM(ID, T, R, s, a, s) FORM(ID, T, R, s, a, a)

#define VALUE_FORM(ID, T, R, p, q, d)                                                              \
	HANDLER(ID##_##p##q##_##d)                                                                 \
	{                                                                                          \
		PUT_##d##_##R(ID##_value(GET_##p##_##T(1), GET_##q##_##T(2)));                     \
		NEXT(LENGTH_##q##_##T);                                                            \
	}

/* A constant first, where operands cannot be swapped. The slot is OPERAND(1) here. */
#define CONST_FORM(ID, T, R, q, d)                                                                 \
	HANDLER(ID##_i##q##_##d)                                                                   \
	{                                                                                          \
		PUT_##d##_##R(ID##_value(GET_i_##T(1), GET_##q##_##T(1)));                         \
		NEXT(LENGTH_i_##T);                                                                \
	}
#define CONST_FORMS_YES(ID, T, R)
#define CONST_FORMS_NO(ID, T, R)                                                                   \
	CONST_FORM(ID, T, R, s, s)                                                                 \
	CONST_FORM(ID, T, R, s, a) CONST_FORM(ID, T, R, a, s) CONST_FORM(ID, T, R, a, a)

#define BINARY(ID, T, R, COMMUTES, expr)                                                           \
	EACH_FORM(VALUE_FORM, ID, T, R)                                                            \
	SA_FORMS_##COMMUTES(VALUE_FORM, ID, T, R) CONST_FORMS_##COMMUTES(ID, T, R)
#define COMPARE(ID, T, S, INVERSE, op) EACH_FORM(VALUE_FORM, ID, T, i32)
#define COMPARE_FLOAT(ID, T, op)       EACH_FORM(VALUE_FORM, ID, T, i32)

#define DIVISION_FORM(ID, T, R, p, q, d)                                                           \
	HANDLER(ID##_##p##q##_##d)                                                                 \
	{                                                                                          \
		CTYPE_##T dividend = GET_##p##_##T(1), divisor = GET_##q##_##T(2);                 \
		if (UNLIKELY(divisor == 0))                                                        \
			GOTO(trap_divide);                                                         \
		if (UNLIKELY(ID##_overflows(dividend, divisor)))                                   \
			GOTO(trap_overflow);                                                       \
		PUT_##d##_##R(ID##_value(dividend, divisor));                                      \
		NEXT(LENGTH_##q##_##T);                                                            \
	}
#define DIVISION(ID, T, S, overflow, expr)                                                         \
	EACH_FORM(DIVISION_FORM, ID, T, T)                                                         \
	SA_FORMS_NO(DIVISION_FORM, ID, T, T)

#define UNARY_FORM(ID, T, R, p, d)                                                                 \
	HANDLER(ID##_##p##_##d)                                                                    \
	{                                                                                          \
		CTYPE_##T x_ = GET_##p##_##T(1);                                                   \
		PUT_##d##_##R(ID##_value(x_));                                                     \
		NEXT(2);                                                                           \
	}
#define UNARY_FORMS(FORM, ID, T, R)                                                                \
	FORM(ID, T, R, s, s)                                                                       \
	FORM(ID, T, R, s, a) FORM(ID, T, R, a, s) FORM(ID, T, R, a, a)
#define UNARY(ID, T, R, expr)	  UNARY_FORMS(UNARY_FORM, ID, T, R)
#define SATURATION(ID, T, R, ...) UNARY_FORMS(UNARY_FORM, ID, T, R)

#define TRUNCATION_FORM(ID, T, R, p, d)                                                            \
	HANDLER(ID##_##p##_##d)                                                                    \
	{                                                                                          \
		CTYPE_##T x_ = GET_##p##_##T(1);                                                   \
		if (UNLIKELY(x_ != x_))                                                            \
			GOTO(trap_conversion);                                                     \
		if (UNLIKELY(!ID##_fits(x_)))                                                      \
			GOTO(trap_overflow);                                                       \
		PUT_##d##_##R(ID##_value(x_));                                                     \
		NEXT(2);                                                                           \
	}
#define TRUNCATION(ID, T, R, ...) UNARY_FORMS(TRUNCATION_FORM, ID, T, R)

#include "ops.def"

#define SQUARE(ID, T) VALUE_FORM(ID, T, T, a, a, s) VALUE_FORM(ID, T, T, a, a, a)
SQUARE(I32_MUL, i32)
SQUARE(I64_MUL, i64)
SQUARE(F32_MUL, f32)
SQUARE(F64_MUL, f64)

/* The same list once more, as a table. */
#define PAIR(ID, pq) {ID##_##pq##_s, ID##_##pq##_a}
#define BINARY_TABLE(ID)                                                                           \
	[FORM_SS] = PAIR(ID, ss), [FORM_SI] = PAIR(ID, si), [FORM_AS] = PAIR(ID, as),              \
	[FORM_AI] = PAIR(ID, ai)
#define SA_YES(ID)
#define SA_NO(ID) [FORM_SA] = PAIR(ID, sa),
#define CONST_YES(ID)
#define CONST_NO(ID)	[FORM_IS] = PAIR(ID, is), [FORM_IA] = PAIR(ID, ia),
#define UNARY_TABLE(ID) {[FORM_SS] = PAIR(ID, s), [FORM_AS] = PAIR(ID, a)}
#define BINARY(ID, T, R, COMMUTES, ...)                                                            \
	[OP_INDEX(OP_##ID)] = {SA_##COMMUTES(ID) CONST_##COMMUTES(ID) BINARY_TABLE(ID)},
#define DIVISION(ID, ...)      [OP_INDEX(OP_##ID)] = {SA_NO(ID) BINARY_TABLE(ID)},
#define COMPARE(ID, ...)       [OP_INDEX(OP_##ID)] = {BINARY_TABLE(ID)},
#define COMPARE_FLOAT(ID, ...) [OP_INDEX(OP_##ID)] = {BINARY_TABLE(ID)},
#define UNARY(ID, ...)	       [OP_INDEX(OP_##ID)] = UNARY_TABLE(ID),
#define TRUNCATION(ID, ...)    [OP_INDEX(OP_##ID)] = UNARY_TABLE(ID),
#define SATURATION(ID, ...)    [OP_INDEX(OP_##ID)] = UNARY_TABLE(ID),

const handler value_handlers[OP_INDICES][FORM_IA + 1][2] = {
#include "ops.def"
};

const handler square_handlers[OP_INDICES][2] = {
	[OP_I32_MUL] = PAIR(I32_MUL, aa),
	[OP_I64_MUL] = PAIR(I64_MUL, aa),
	[OP_F32_MUL] = PAIR(F32_MUL, aa),
	[OP_F64_MUL] = PAIR(F64_MUL, aa),
};
