/* Three or four instructions: fused pairs that are taken further. */
#include "../wasm/opcodes.h"
#include "fused-first.h"

#define THEN_s_INT(S) S##_value(v, SLOT(2).u64)
#define THEN_i_INT(S) S##_value(v, OPERAND(2))
#define THEN_r_INT(S) S##_value(SLOT(2).u64, v)
#define THEN_p_INT(S) S##_value(a, v)
#define THEN_s_F32(S) S##_value(v, SLOT(2).f32)
#define THEN_r_F32(S) S##_value(SLOT(2).f32, v)
#define THEN_p_F32(S) S##_value(acc_f32(f), v)
#define THEN_s_F64(S) S##_value(v, SLOT(2).f64)
#define THEN_r_F64(S) S##_value(SLOT(2).f64, v)
#define THEN_p_F64(S) S##_value(acc_f64(f), v)

#define AT(ID, form, S, sform, R)                                                                  \
	BOTH(ID##_##form##__##S##_##sform, R, FETCH_AT(ID, form, R), THEN_##sform##_##R(S))
#define AT_INT(ID, form, S, sform) AT(ID, form, S, sform, INT)
#define AT_F32(ID, form, S, sform) AT(ID, form, S, sform, F32)
#define AT_F64(ID, form, S, sform) AT(ID, form, S, sform, F64)
GROUP_AT_INT(AT_INT)
GROUP_AT_F32(AT_F32)
GROUP_AT_F64(AT_F64)

/* A byte, loaded with offset LOW, shifted by HIGH. */
#define FETCH_SCALED                                                                               \
	FETCH(I32_LOAD8_U, s, INT);                                                                \
	v <<= HIGH & 31
#define SCALED_THEN(ID, form, S, sform)                                                            \
	BOTH(ID##_##form##__##S##_##sform, INT, FETCH_SCALED, THEN_##sform##_INT(S))
GROUP_SCALED(SCALED_THEN)

/* The access that faults may be either one: nothing has changed in between. */
#define SCALED_LOAD_FORM(name, R, S, d, n)                                                         \
	HANDLER(name##_##n)                                                                        \
	{                                                                                          \
		FETCH_SCALED;                                                                      \
		v += SLOT(2).u32;                                                                  \
		ACCESS();                                                                          \
		__auto_type loaded = S##_from(mem + (uint64_t)v + (uint32_t)OPERAND(3));           \
		LOADED_##R(loaded);                                                                \
		PUT_##d##_##R(loaded);                                                             \
		NEXT(3);                                                                           \
	}
#define SCALED_LOAD_FORMS(name, R, S)                                                              \
	SCALED_LOAD_FORM(name, R, S, s, 0) SCALED_LOAD_FORM(name, R, S, a, 1)
#define SCALED_LOAD(ID, form, S, sform)                                                            \
	SCALED_LOAD_FORMS(ID##_##form##__##S##_##sform, RESULT_##S, S)
GROUP_SCALED_LOAD(SCALED_LOAD)

#define ROTL_XOR_si  I32_XOR_value(a, I32_ROTL_value(SLOT(1).u32, LOW))
#define SHR_U_XOR_si I32_XOR_value(a, I32_SHR_U_value(SLOT(1).u32, LOW))
#define ROTATED(ID, form, S, sform)                                                                \
	BOTH(ID##_##form##__##S##_##sform, INT, uint32_t v = ID##_##form, THEN_##sform##_INT(S))
GROUP_ROTATED(ROTATED)

/* What is loaded is changed and stored. */
#define CHANGED_s_INT(S) S##_value(v, fp[HIGH].u64)
#define CHANGED_i_INT(S) S##_value(v, HIGH)
#define CHANGED_s_F32(S) S##_value(v, fp[HIGH].f32)
#define CHANGED_r_F32(S) S##_value(fp[HIGH].f32, v)
#define CHANGED_s_F64(S) S##_value(v, fp[HIGH].f64)
#define CHANGED_r_F64(S) S##_value(fp[HIGH].f64, v)
#define TARGET_s	 (mem + (uint64_t)SLOT(0).u32 + (uint32_t)OPERAND(2))
#define TARGET_a	 (mem + (uint64_t)(uint32_t)a + (uint32_t)OPERAND(2))
#define UPDATE(T, form, S, sform, R)                                                               \
	HANDLER(T##_LOAD_##form##__##S##_##sform##__STORE)                                         \
	{                                                                                          \
		FETCH(T##_LOAD, form, R);                                                          \
		__auto_type changed = CHANGED_##sform##_##R(S);                                    \
		ACCESS();                                                                          \
		T##_STORE_to(TARGET_##form, changed);                                              \
		ACCESSED();                                                                        \
		NEXT(3);                                                                           \
	}
#define UPDATES_OF_I32(M, form)                                                                    \
	M(I32, form, I32_ADD, s, INT)                                                              \
	M(I32, form, I32_ADD, i, INT)                                                              \
	M(I32, form, I32_SUB, s, INT)                                                              \
	M(I32, form, I32_AND, s, INT)                                                              \
	M(I32, form, I32_AND, i, INT)                                                              \
	M(I32, form, I32_OR, s, INT)                                                               \
	M(I32, form, I32_OR, i, INT) M(I32, form, I32_XOR, s, INT) M(I32, form, I32_XOR, i, INT)
#define UPDATES_OF_I64(M, form)                                                                    \
	M(I64, form, I64_ADD, s, INT)                                                              \
	M(I64, form, I64_ADD, i, INT)                                                              \
	M(I64, form, I64_SUB, s, INT) M(I64, form, I64_OR, s, INT) M(I64, form, I64_XOR, s, INT)
#define UPDATES_OF_FLOAT(M, T, form)                                                               \
	M(T, form, T##_ADD, s, T)                                                                  \
	M(T, form, T##_SUB, s, T) M(T, form, T##_SUB, r, T) M(T, form, T##_MUL, s, T)
/* An integer that is loaded from the accumulator's address replaces that. */
#define EACH_UPDATE(M)                                                                             \
	UPDATES_OF_I32(M, s)                                                                       \
	UPDATES_OF_I64(M, s)                                                                       \
	UPDATES_OF_FLOAT(M, F32, s)                                                                \
	UPDATES_OF_FLOAT(M, F64, s) UPDATES_OF_FLOAT(M, F32, a) UPDATES_OF_FLOAT(M, F64, a)
EACH_UPDATE(UPDATE)

#define IN_A_s false
#define IN_A_a true
#define UPDATE_ENTRY(T, form, S, sform, R)                                                         \
	{FIRST_##T##_LOAD_##form, SECOND_##S##_##sform, IN_A_##form, OP_##T##_STORE,               \
	 T##_LOAD_##form##__##S##_##sform##__STORE},
static const struct update updates[] = {EACH_UPDATE(UPDATE_ENTRY)};

const struct update *find_update(enum fused_first first, enum fused_second second)
{
	for (unsigned i = 0; i < sizeof(updates) / sizeof(*updates); i++)
		if (updates[i].first == first && updates[i].second == second)
			return &updates[i];
	return NULL;
}

/* Two instructions and a third that takes both values. */
#define LEFT_si(ID)   ID##_value(SLOT(1).u64, LOW)
#define RIGHT_si(ID)  ID##_value(SLOT(2).u64, HIGH)
#define LEFT_F32(ID)  ID##_value(SLOT(1).f32, fp[LOW].f32)
#define RIGHT_F32(ID) ID##_value(SLOT(2).f32, fp[HIGH].f32)
#define LEFT_F64(ID)  ID##_value(SLOT(1).f64, fp[LOW].f64)
#define RIGHT_F64(ID) ID##_value(SLOT(2).f64, fp[HIGH].f64)
#define FETCH_RIGHT(ID, TYPE)                                                                      \
	ACCESS();                                                                                  \
	__auto_type right = ID##_from(mem + (uint64_t)SLOT(2).u32 + (uint32_t)HIGH);               \
	LOADED_##TYPE(right)

#define SHIFTS_INT(M, X, Y, form)                                                                  \
	M(X, Y, I32_XOR, form) M(X, Y, I32_OR, form) M(X, Y, I32_ADD, form)
#define SHIFTS_OF(M, X)                                                                            \
	SHIFTS_INT(M, X, I32_ROTL, si)                                                             \
	SHIFTS_INT(M, X, I32_SHL, si) SHIFTS_INT(M, X, I32_SHR_U, si) SHIFTS_INT(M, X, I32_AND, si)
#define SHIFTS_I64(M, X, Y) M(X, Y, I64_XOR, si) M(X, Y, I64_OR, si)
#define DUAL_SHIFTS(M)                                                                             \
	SHIFTS_OF(M, I32_ROTL)                                                                     \
	SHIFTS_OF(M, I32_SHL)                                                                      \
	SHIFTS_OF(M, I32_SHR_U)                                                                    \
	SHIFTS_OF(M, I32_AND)                                                                      \
	SHIFTS_I64(M, I64_SHL, I64_SHR_U) SHIFTS_I64(M, I64_SHR_U, I64_SHL)
#define DUAL_PRODUCTS(M, T)                                                                        \
	M(T##_MUL, T##_MUL, T##_ADD, T)                                                            \
	M(T##_MUL, T##_MUL, T##_SUB, T) M(T##_SUB, T##_SUB, T##_MUL, T)
#define DUAL_LOADS_FLOAT(M, T)                                                                     \
	M(T##_LOAD, T##_LOAD, T##_ADD, T)                                                          \
	M(T##_LOAD, T##_LOAD, T##_SUB, T) M(T##_LOAD, T##_LOAD, T##_MUL, T)
#define DUAL_LOADS(M)                                                                              \
	M(I32_LOAD, I32_LOAD, I32_ADD, INT)                                                        \
	M(I32_LOAD, I32_LOAD, I32_SUB, INT)                                                        \
	M(I32_LOAD, I32_LOAD, I32_AND, INT)                                                        \
	M(I32_LOAD, I32_LOAD, I32_OR, INT)                                                         \
	M(I32_LOAD, I32_LOAD, I32_XOR, INT)                                                        \
	M(I32_LOAD8_U, I32_LOAD8_U, I32_SUB, INT)                                                  \
	M(I32_LOAD8_U, I32_LOAD8_U, I32_XOR, INT)                                                  \
	DUAL_LOADS_FLOAT(M, F32) DUAL_LOADS_FLOAT(M, F64)

#define SHIFTS(X, Y, S, form)                                                                      \
	BOTH(X##__##Y##__##S, INT, __auto_type v = LEFT_##form(X), S##_value(v, RIGHT_##form(Y)))
#define PRODUCTS(X, Y, S, T)                                                                       \
	BOTH(X##__##Y##__##S, T, __auto_type v = LEFT_##T(X), S##_value(v, RIGHT_##T(Y)))
#define LOADS(X, Y, S, TYPE)                                                                       \
	BOTH(X##__##Y##__##S, TYPE, FETCH(X, s, TYPE); FETCH_RIGHT(Y, TYPE), S##_value(v, right))
DUAL_SHIFTS(SHIFTS)
DUAL_PRODUCTS(PRODUCTS, F32)
DUAL_PRODUCTS(PRODUCTS, F64)
DUAL_LOADS(LOADS)

#define DUAL(X, x, Y, y, S)                                                                        \
	{FIRST_##X##_##x, FIRST_##Y##_##y, OP_##S, {X##__##Y##__##S##_0, X##__##Y##__##S##_1}},
#define SHIFTS_ENTRY(X, Y, S, form) DUAL(X, form, Y, form, S)
#define PRODUCTS_ENTRY(X, Y, S, T)  DUAL(X, ss, Y, ss, S)
#define LOADS_ENTRY(X, Y, S, TYPE)  DUAL(X, s, Y, s, S)
static const struct {
	uint8_t first, second;
	uint16_t op;
	handler handlers[2];
} duals[] = {DUAL_SHIFTS(SHIFTS_ENTRY) DUAL_PRODUCTS(PRODUCTS_ENTRY, F32)
		     DUAL_PRODUCTS(PRODUCTS_ENTRY, F64) DUAL_LOADS(LOADS_ENTRY)};

const handler *dual_handlers(enum fused_first first, enum fused_first second, uint32_t op)
{
	for (unsigned i = 0; i < sizeof(duals) / sizeof(*duals); i++)
		if (duals[i].first == first && duals[i].second == second && duals[i].op == op)
			return duals[i].handlers;
	return NULL;
}
