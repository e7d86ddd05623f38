/* Fused pairs that give a value. */
#include "fused-first.h"

#define THEN_s_INT(S) S##_value(v, fp[HIGH].u64)
#define THEN_i_INT(S) S##_value(v, HIGH)
#define THEN_r_INT(S) S##_value(fp[HIGH].u64, v)
#define THEN_p_INT(S) S##_value(a, v)
#define THEN_p_F32(S) S##_value(acc_f32(f), v)
#define THEN_p_F64(S) S##_value(acc_f64(f), v)
#define THEN_s_F32(S) S##_value(v, fp[HIGH].f32)
#define THEN_r_F32(S) S##_value(fp[HIGH].f32, v)
#define THEN_s_F64(S) S##_value(v, fp[HIGH].f64)
#define THEN_r_F64(S) S##_value(fp[HIGH].f64, v)

#define ALU(ID, form, S, sform, R)                                                                 \
	BOTH(ID##_##form##__##S##_##sform, R, COMPUTE_##form##_##R(ID), THEN_##sform##_##R(S))
#define ALU_INT(ID, form, S, sform) ALU(ID, form, S, sform, INT)
#define ALU_F32(ID, form, S, sform) ALU(ID, form, S, sform, F32)
#define ALU_F64(ID, form, S, sform) ALU(ID, form, S, sform, F64)
GROUP_ALU_INT(ALU_INT)
GROUP_ALU_F32(ALU_F32)
GROUP_ALU_F64(ALU_F64)

#define LOAD_ALU(ID, form, S, sform, R)                                                            \
	BOTH(ID##_##form##__##S##_##sform, R, FETCH(ID, form, R), THEN_##sform##_##R(S))
#define LOAD_ALU_INT(ID, form, S, sform) LOAD_ALU(ID, form, S, sform, INT)
#define LOAD_ALU_F32(ID, form, S, sform) LOAD_ALU(ID, form, S, sform, F32)
#define LOAD_ALU_F64(ID, form, S, sform) LOAD_ALU(ID, form, S, sform, F64)
GROUP_LOAD_ALU_INT(LOAD_ALU_INT)
GROUP_LOAD_ALU_F32(LOAD_ALU_F32)
GROUP_LOAD_ALU_F64(LOAD_ALU_F64)

/* Loads at an address that the first computes. */
#define THEN_LOAD(name, R, first, S)                                                               \
	HANDLER(name##_0)                                                                          \
	{                                                                                          \
		first;                                                                             \
		ACCESS();                                                                          \
		__auto_type loaded = S##_from(mem + (uint64_t)v + (uint32_t)HIGH);                 \
		LOADED_##R(loaded);                                                                \
		PUT_s_##R(loaded);                                                                 \
		NEXT(3);                                                                           \
	}                                                                                          \
	HANDLER(name##_1)                                                                          \
	{                                                                                          \
		first;                                                                             \
		ACCESS();                                                                          \
		__auto_type loaded = S##_from(mem + (uint64_t)v + (uint32_t)HIGH);                 \
		LOADED_##R(loaded);                                                                \
		PUT_a_##R(loaded);                                                                 \
		NEXT(3);                                                                           \
	}
#define THEN_LOAD_(...) THEN_LOAD(__VA_ARGS__)
#define ALU_LOAD(ID, form, S, sform)                                                               \
	THEN_LOAD_(ID##_##form##__##S##_##sform, RESULT_##S, COMPUTE_##form##_INT(ID), S)
#define LOAD_LOAD(ID, form, S, sform)                                                              \
	THEN_LOAD_(ID##_##form##__##S##_##sform, RESULT_##S, FETCH(ID, form, INT), S)
#define INDEXED_LOAD(ID, form, S, sform)                                                           \
	THEN_LOAD_(ID##_##form##__##S##_##sform, RESULT_##S, COMPUTE_INDEXED_##form, S)
GROUP_ALU_LOAD(ALU_LOAD)
GROUP_LOAD_LOAD(LOAD_LOAD)
GROUP_INDEXED_LOAD(INDEXED_LOAD)

#define COMPARE_ALU_INT(ID, form, S, sform) ALU(ID, form, S, sform, INT)
GROUP_COMPARE_ALU(COMPARE_ALU_INT)
