/* What handlers of fused pairs are made of; fused.h says where operands are. */
#ifndef INTERP_FUSED_FIRST_H
#define INTERP_FUSED_FIRST_H

#include "fused.h"
#include "handler.h"
#include "semantics.h"

#define LOW  (((const code_i32 *)pc)[4])
#define HIGH (((const code_i32 *)pc)[5])

/* The value of the first instruction, computing or loading. Integers take their
 * type from what ID_value() takes. */
#define COMPUTE_ss_INT(ID) __auto_type v = ID##_value(SLOT(1).u64, fp[LOW].u64)
#define COMPUTE_si_INT(ID) __auto_type v = ID##_value(SLOT(1).u64, LOW)
#define COMPUTE_as_INT(ID) __auto_type v = ID##_value(a, fp[LOW].u64)
#define COMPUTE_ai_INT(ID) __auto_type v = ID##_value(a, LOW)
#define COMPUTE_ss_F32(ID) float v = ID##_value(SLOT(1).f32, fp[LOW].f32)
#define COMPUTE_as_F32(ID) float v = ID##_value(acc_f32(f), fp[LOW].f32)
#define COMPUTE_sa_F32(ID) float v = ID##_value(fp[LOW].f32, acc_f32(f))
#define COMPUTE_ss_F64(ID) double v = ID##_value(SLOT(1).f64, fp[LOW].f64)
#define COMPUTE_as_F64(ID) double v = ID##_value(acc_f64(f), fp[LOW].f64)
#define COMPUTE_sa_F64(ID) double v = ID##_value(fp[LOW].f64, acc_f64(f))
#define COMPUTE_INDEXED_s  uint32_t v = (SLOT(1).u32 << (LOW & 31)) + SLOT(2).u32
#define COMPUTE_INDEXED_a  uint32_t v = ((uint32_t)a << (LOW & 31)) + SLOT(2).u32

#define BASE_s	      (mem + (uint64_t)SLOT(1).u32 + (uint32_t)LOW)
#define BASE_a	      (mem + (uint64_t)(uint32_t)a + (uint32_t)LOW)
#define BASE_i	      (mem + (uint32_t)LOW)
#define LOADED_INT(v) LOADED_i64(v)
#define LOADED_F32(v) LOADED_f32(v)
#define LOADED_F64(v) LOADED_f64(v)
#define FETCH(ID, form, TYPE)                                                                      \
	ACCESS();                                                                                  \
	__auto_type v = ID##_from(BASE_##form);                                                    \
	LOADED_##TYPE(v)

/* From a sum; the offset is HIGH. */
#define SUM_si		    (SLOT(1).u32 + (uint32_t)LOW)
#define SUM_ss		    (SLOT(1).u32 + fp[LOW].u32)
#define AT_I32_LOAD_from    I32_LOAD_from
#define AT_I32_LOAD8_U_from I32_LOAD8_U_from
#define AT_I64_LOAD_from    I64_LOAD_from
#define AT_F32_LOAD_from    F32_LOAD_from
#define AT_F64_LOAD_from    F64_LOAD_from
#define FETCH_AT(ID, form, TYPE)                                                                   \
	ACCESS();                                                                                  \
	__auto_type v = ID##_from(mem + (uint64_t)SUM_##form + (uint32_t)HIGH);                    \
	LOADED_##TYPE(v)

/* Integers of either width. */
#define PUT_s_INT(v) PUT_s_i64(v)
#define PUT_a_INT(v) PUT_a_i64(v)
#define PUT_s_F32(v) PUT_s_f32(v)
#define PUT_a_F32(v) PUT_a_f32(v)
#define PUT_s_F64(v) PUT_s_f64(v)
#define PUT_a_F64(v) PUT_a_f64(v)

#define RESULT_I32_LOAD	    i32
#define RESULT_I32_LOAD8_S  i32
#define RESULT_I32_LOAD8_U  i32
#define RESULT_I32_LOAD16_S i32
#define RESULT_I32_LOAD16_U i32
#define RESULT_I64_LOAD	    i64
#define RESULT_I64_LOAD8_U  i64
#define RESULT_I64_LOAD32_S i64
#define RESULT_I64_LOAD32_U i64
#define RESULT_F32_LOAD	    f32
#define RESULT_F64_LOAD	    f64

/* With the result in its slot and without. */
#define BOTH(name, R, first, value)                                                                \
	HANDLER(name##_0)                                                                          \
	{                                                                                          \
		first;                                                                             \
		PUT_s_##R(value);                                                                  \
		NEXT(3);                                                                           \
	}                                                                                          \
	HANDLER(name##_1)                                                                          \
	{                                                                                          \
		first;                                                                             \
		PUT_a_##R(value);                                                                  \
		NEXT(3);                                                                           \
	}

#endif
