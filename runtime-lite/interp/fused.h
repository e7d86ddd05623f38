/*
 * Two instructions in one: the first leaves a value that only the second takes.
 * What a dispatch costs is most of what an instruction costs, so that these pay
 * whenever they match; fuse.c finds them.
 *
 * All are three words long. The first instruction's operands are OPERAND(1), or
 * the accumulator, and LOW: a slot, an immediate or the offset of a load. Those
 * of the second are HIGH (a slot, an immediate or an offset) and
 *
 *	a computation or load	OPERAND(0) is the destination
 *	a store of the value	OPERAND(0) is the slot of the address
 *	a store to the value	OPERAND(0) is the slot of what is stored, or an
 * immediate of 16 bits a branch		WIDE1 is the distance;
 * OPERAND(0) where the first one's result goes, if it is wanted afterwards
 *
 * INDEXED is (OPERAND(1) << LOW) + OPERAND(2), a fused pair itself, as an
 * address.
 *
 * Other pairs that are firsts themselves keep LOW and HIGH, so that the third instruction's operand is OPERAND(2), of
 * 16 bits if it is an immediate; or OPERAND(0) for a branch:
 *
 *	AT_load		the load from a sum; forms are those of the sum
 *	SCALED		a byte loaded and shifted; SCALED_ADD is that plus OPERAND(2), as an address, with OPERAND(3)
 *	ROTL_XOR	a rotated or shifted slot, exclusive or with what is in the accumulator
 *
 * The lists below are of pairs M(first, its form, second, its form). Forms of
 * the first are as elsewhere; of the second: s the other operand is a slot, i
 * an immediate, r a slot and comes first, p what was in the accumulator before
 * both and comes first, x a load from the value, v a store of the value.
 */
#ifndef INTERP_FUSED_H
#define INTERP_FUSED_H

#include "tables.h"

#define ALU_FORMS(R, M, ID)  R(M, ID, ss) R(M, ID, si) R(M, ID, as) R(M, ID, ai)
#define LOAD_FORMS(R, M, ID) R(M, ID, s) R(M, ID, a) R(M, ID, i)
#define FIRST_I32(R, M)                                                                            \
	ALU_FORMS(R, M, I32_ADD)                                                                   \
	ALU_FORMS(R, M, I32_SUB)                                                                   \
	ALU_FORMS(R, M, I32_MUL)                                                                   \
	ALU_FORMS(R, M, I32_AND)                                                                   \
	ALU_FORMS(R, M, I32_OR)                                                                    \
	ALU_FORMS(R, M, I32_XOR)                                                                   \
	ALU_FORMS(R, M, I32_SHL)                                                                   \
	ALU_FORMS(R, M, I32_SHR_U)                                                                 \
	ALU_FORMS(R, M, I32_SHR_S)                                                                 \
	ALU_FORMS(R, M, I32_ROTL)
#define FIRST_I64(R, M)                                                                            \
	ALU_FORMS(R, M, I64_ADD)                                                                   \
	ALU_FORMS(R, M, I64_SUB)                                                                   \
	ALU_FORMS(R, M, I64_MUL)                                                                   \
	ALU_FORMS(R, M, I64_AND)                                                                   \
	ALU_FORMS(R, M, I64_OR)                                                                    \
	ALU_FORMS(R, M, I64_XOR)                                                                   \
	ALU_FORMS(R, M, I64_SHL)                                                                   \
	ALU_FORMS(R, M, I64_SHR_U)
#define FIRST_LOAD_I32(R, M)                                                                       \
	LOAD_FORMS(R, M, I32_LOAD)                                                                 \
	LOAD_FORMS(R, M, I32_LOAD8_U)                                                              \
	LOAD_FORMS(R, M, I32_LOAD8_S)                                                              \
	LOAD_FORMS(R, M, I32_LOAD16_U)
#define FIRST_FLOAT(R, M, T)                                                                       \
	R(M, T##_ADD, ss)                                                                          \
	R(M, T##_ADD, as)                                                                          \
	R(M, T##_SUB, ss) R(M, T##_SUB, as) R(M, T##_SUB, sa) R(M, T##_MUL, ss) R(M, T##_MUL, as)
#define FIRST_LOADS(R, M)                                                                          \
	FIRST_LOAD_I32(R, M)                                                                       \
	LOAD_FORMS(R, M, I64_LOAD)                                                                 \
	LOAD_FORMS(R, M, F32_LOAD)                                                                 \
	LOAD_FORMS(R, M, F64_LOAD)

#define SECOND_I32(M, ID, form)                                                                    \
	M(ID, form, I32_ADD, s)                                                                    \
	M(ID, form, I32_ADD, i)                                                                    \
	M(ID, form, I32_SUB, s)                                                                    \
	M(ID, form, I32_SUB, i)                                                                    \
	M(ID, form, I32_SUB, r)                                                                    \
	M(ID, form, I32_MUL, s)                                                                    \
	M(ID, form, I32_MUL, i)                                                                    \
	M(ID, form, I32_AND, s)                                                                    \
	M(ID, form, I32_AND, i)                                                                    \
	M(ID, form, I32_OR, s)                                                                     \
	M(ID, form, I32_OR, i)                                                                     \
	M(ID, form, I32_XOR, s)                                                                    \
	M(ID, form, I32_XOR, i)                                                                    \
	M(ID, form, I32_SHL, i)                                                                    \
	M(ID, form, I32_SHR_U, i)                                                                  \
	M(ID, form, I32_SHR_S, i)
#define SECOND_I64(M, ID, form)                                                                    \
	M(ID, form, I64_ADD, s)                                                                    \
	M(ID, form, I64_ADD, i)                                                                    \
	M(ID, form, I64_SUB, s)                                                                    \
	M(ID, form, I64_SUB, r)                                                                    \
	M(ID, form, I64_MUL, s)                                                                    \
	M(ID, form, I64_AND, s)                                                                    \
	M(ID, form, I64_AND, i)                                                                    \
	M(ID, form, I64_OR, s)                                                                     \
	M(ID, form, I64_XOR, s)                                                                    \
	M(ID, form, I64_SHL, i)                                                                    \
	M(ID, form, I64_SHR_U, i)
#define SECOND_FLOAT(M, ID, form, T)                                                               \
	M(ID, form, T##_ADD, s)                                                                    \
	M(ID, form, T##_SUB, s)                                                                    \
	M(ID, form, T##_SUB, r)                                                                    \
	M(ID, form, T##_MUL, s)
/* With the accumulator, which the first must have left alone. */
#define SECOND_P_I32(M, ID, form)                                                                  \
	M(ID, form, I32_ADD, p)                                                                    \
	M(ID, form, I32_SUB, p)                                                                    \
	M(ID, form, I32_AND, p)                                                                    \
	M(ID, form, I32_OR, p)                                                                     \
	M(ID, form, I32_XOR, p)
#define SECOND_P_I64(M, ID, form)                                                                  \
	M(ID, form, I64_ADD, p)                                                                    \
	M(ID, form, I64_SUB, p)                                                                    \
	M(ID, form, I64_OR, p)                                                                     \
	M(ID, form, I64_XOR, p)
#define SECOND_P_FLOAT(M, ID, form, T)                                                             \
	M(ID, form, T##_ADD, p)                                                                    \
	M(ID, form, T##_SUB, p)                                                                    \
	M(ID, form, T##_MUL, p)
#define SECOND_P_F32(M, ID, form) SECOND_P_FLOAT(M, ID, form, F32)
#define SECOND_P_F64(M, ID, form) SECOND_P_FLOAT(M, ID, form, F64)
#define FREE_FORMS(R, M, ID)	  R(M, ID, ss) R(M, ID, si)
#define FREE_I32(R, M)                                                                             \
	FREE_FORMS(R, M, I32_ADD)                                                                  \
	FREE_FORMS(R, M, I32_SUB)                                                                  \
	FREE_FORMS(R, M, I32_MUL)                                                                  \
	FREE_FORMS(R, M, I32_AND)                                                                  \
	FREE_FORMS(R, M, I32_OR)                                                                   \
	FREE_FORMS(R, M, I32_XOR)                                                                  \
	FREE_FORMS(R, M, I32_SHL)                                                                  \
	FREE_FORMS(R, M, I32_SHR_U)                                                                \
	FREE_FORMS(R, M, I32_ROTL)
#define FREE_I64(R, M)                                                                             \
	FREE_FORMS(R, M, I64_MUL)                                                                  \
	FREE_FORMS(R, M, I64_AND)                                                                  \
	FREE_FORMS(R, M, I64_SHL)                                                                  \
	FREE_FORMS(R, M, I64_SHR_U)
#define FREE_FLOAT(R, M, T)	     R(M, T##_ADD, ss) R(M, T##_SUB, ss) R(M, T##_MUL, ss)
#define FREE_LOAD(R, M, ID)	     R(M, ID, s) R(M, ID, i)
#define SECOND_F32(M, ID, form)	     SECOND_FLOAT(M, ID, form, F32)
#define SECOND_F64(M, ID, form)	     SECOND_FLOAT(M, ID, form, F64)
#define BRANCH_FORMS(M, ID, form, C) M(ID, form, C, s) M(ID, form, C, i)
#define SECOND_COMPARE(M, ID, form, T)                                                             \
	BRANCH_FORMS(M, ID, form, T##_EQ)                                                          \
	BRANCH_FORMS(M, ID, form, T##_NE)                                                          \
	BRANCH_FORMS(M, ID, form, T##_LT_S)                                                        \
	BRANCH_FORMS(M, ID, form, T##_LT_U)                                                        \
	BRANCH_FORMS(M, ID, form, T##_GT_S)                                                        \
	BRANCH_FORMS(M, ID, form, T##_GT_U)                                                        \
	BRANCH_FORMS(M, ID, form, T##_LE_S)                                                        \
	BRANCH_FORMS(M, ID, form, T##_LE_U)                                                        \
	BRANCH_FORMS(M, ID, form, T##_GE_S)                                                        \
	BRANCH_FORMS(M, ID, form, T##_GE_U)
#define SECOND_COMPARE_I32(M, ID, form) SECOND_COMPARE(M, ID, form, I32)
#define SECOND_COMPARE_I64(M, ID, form) SECOND_COMPARE(M, ID, form, I64)
#define SECOND_ZERO_I32(M, ID, form)	M(ID, form, I32_EQ, i) M(ID, form, I32_NE, i)
#define SECOND_RANGE(M, ID, form)                                                                  \
	SECOND_ZERO_I32(M, ID, form)                                                               \
	M(ID, form, I32_LT_U, i)                                                                   \
	M(ID, form, I32_GT_U, i) M(ID, form, I32_LE_U, i) M(ID, form, I32_GE_U, i)

#define SECOND_LOAD(M, ID, form)                                                                   \
	M(ID, form, I32_LOAD, x)                                                                   \
	M(ID, form, I32_LOAD8_S, x)                                                                \
	M(ID, form, I32_LOAD8_U, x)                                                                \
	M(ID, form, I32_LOAD16_S, x)                                                               \
	M(ID, form, I32_LOAD16_U, x)                                                               \
	M(ID, form, I64_LOAD, x)                                                                   \
	M(ID, form, I64_LOAD8_U, x)                                                                \
	M(ID, form, I64_LOAD32_S, x)                                                               \
	M(ID, form, I64_LOAD32_U, x)                                                               \
	M(ID, form, F32_LOAD, x)                                                                   \
	M(ID, form, F64_LOAD, x)
#define SECOND_STORE_TO(M, ID, form)                                                               \
	M(ID, form, I32_STORE, s)                                                                  \
	M(ID, form, I32_STORE, i)                                                                  \
	M(ID, form, I32_STORE8, s)                                                                 \
	M(ID, form, I32_STORE8, i)                                                                 \
	M(ID, form, I32_STORE16, s)                                                                \
	M(ID, form, I64_STORE, s)                                                                  \
	M(ID, form, F32_STORE, s)                                                                  \
	M(ID, form, F64_STORE, s)
#define SECOND_STORE_I32(M, ID, form)                                                              \
	M(ID, form, I32_STORE, v)                                                                  \
	M(ID, form, I32_STORE8, v) M(ID, form, I32_STORE16, v)
#define SECOND_STORE_I64(M, ID, form) M(ID, form, I64_STORE, v)
#define SECOND_STORE_F32(M, ID, form) M(ID, form, F32_STORE, v)
#define SECOND_STORE_F64(M, ID, form) M(ID, form, F64_STORE, v)

/* A condition as a number. */
#define COMPARE_ALU(M, ID, form)                                                                   \
	M(ID, form, I32_ADD, s) M(ID, form, I32_AND, s) M(ID, form, I32_OR, s)
#define COMPARE_P(M, ID, form) M(ID, form, I32_ADD, p)
#define EACH_CONDITION(F, R, M)                                                                    \
	F(R, M, I32_EQ)                                                                            \
	F(R, M, I32_NE) F(R, M, I32_LT_S) F(R, M, I32_LT_U) F(R, M, I32_GT_S) F(R, M, I32_GT_U)
#define FIRST_COMPARE(R, M) EACH_CONDITION(ALU_FORMS, R, M)

#define AT_FORMS(R, M, LOAD) R(M, AT_##LOAD, si) R(M, AT_##LOAD, ss)
#define FIRST_AT(R, M)                                                                             \
	AT_FORMS(R, M, I32_LOAD)                                                                   \
	AT_FORMS(R, M, I32_LOAD8_U)                                                                \
	AT_FORMS(R, M, I64_LOAD)                                                                   \
	AT_FORMS(R, M, F32_LOAD)                                                                   \
	AT_FORMS(R, M, F64_LOAD)

/* The groups; each has its own kind of handler. */
#define GROUP_ALU_INT(M)                                                                           \
	FIRST_I32(SECOND_I32, M)                                                                   \
	FIRST_I64(SECOND_I64, M)                                                                   \
	FREE_I32(SECOND_P_I32, M)                                                                  \
	FREE_I64(SECOND_P_I64, M)
#define GROUP_ALU_F32(M) FIRST_FLOAT(SECOND_F32, M, F32) FREE_FLOAT(SECOND_P_F32, M, F32)
#define GROUP_ALU_F64(M) FIRST_FLOAT(SECOND_F64, M, F64) FREE_FLOAT(SECOND_P_F64, M, F64)
#define GROUP_LOAD_ALU_INT(M)                                                                      \
	FIRST_LOAD_I32(SECOND_I32, M)                                                              \
	LOAD_FORMS(SECOND_I64, M, I64_LOAD)                                                        \
	FREE_LOAD(SECOND_P_I32, M, I32_LOAD)                                                       \
	FREE_LOAD(SECOND_P_I32, M, I32_LOAD8_U)                                                    \
	FREE_LOAD(SECOND_P_I64, M, I64_LOAD)
#define GROUP_LOAD_ALU_F32(M)                                                                      \
	LOAD_FORMS(SECOND_F32, M, F32_LOAD) FREE_LOAD(SECOND_P_F32, M, F32_LOAD)
#define GROUP_LOAD_ALU_F64(M)                                                                      \
	LOAD_FORMS(SECOND_F64, M, F64_LOAD) FREE_LOAD(SECOND_P_F64, M, F64_LOAD)
#define GROUP_COMPARE_ALU(M)                                                                       \
	EACH_CONDITION(ALU_FORMS, COMPARE_ALU, M) EACH_CONDITION(FREE_FORMS, COMPARE_P, M)
#define GROUP_AT_INT(M)                                                                            \
	AT_FORMS(SECOND_I32, M, I32_LOAD)                                                          \
	AT_FORMS(SECOND_P_I32, M, I32_LOAD)                                                        \
	AT_FORMS(SECOND_I32, M, I32_LOAD8_U)                                                       \
	AT_FORMS(SECOND_P_I32, M, I32_LOAD8_U)                                                     \
	AT_FORMS(SECOND_I64, M, I64_LOAD)                                                          \
	AT_FORMS(SECOND_P_I64, M, I64_LOAD)
#define GROUP_AT_F32(M) AT_FORMS(SECOND_F32, M, F32_LOAD) AT_FORMS(SECOND_P_F32, M, F32_LOAD)
#define GROUP_AT_F64(M) AT_FORMS(SECOND_F64, M, F64_LOAD) AT_FORMS(SECOND_P_F64, M, F64_LOAD)
#define GROUP_AT_BRANCH(M)                                                                         \
	AT_FORMS(SECOND_COMPARE_I32, M, I32_LOAD) AT_FORMS(SECOND_COMPARE_I32, M, I32_LOAD8_U)
#define GROUP_SCALED(M)	     M(SCALED, s, I32_ADD, s)
#define GROUP_SCALED_LOAD(M) SECOND_LOAD(M, SCALED_ADD, s)
#define GROUP_ROTATED(M)     M(ROTL_XOR, si, I32_ADD, s) M(SHR_U_XOR, si, I32_ADD, s)
#define GROUP_ALU_BRANCH(M)                                                                        \
	ALU_FORMS(SECOND_ZERO_I32, M, I32_AND)                                                     \
	ALU_FORMS(SECOND_RANGE, M, I32_ADD)                                                        \
	ALU_FORMS(SECOND_RANGE, M, I32_SUB)
#define GROUP_LOAD_BRANCH(M)                                                                       \
	LOAD_FORMS(SECOND_COMPARE_I32, M, I32_LOAD)                                                \
	LOAD_FORMS(SECOND_COMPARE_I32, M, I32_LOAD8_U)                                             \
	LOAD_FORMS(SECOND_COMPARE_I32, M, I32_LOAD8_S)                                             \
	LOAD_FORMS(SECOND_COMPARE_I32, M, I32_LOAD16_U)                                            \
	LOAD_FORMS(SECOND_COMPARE_I64, M, I64_LOAD)
#define GROUP_TEE_ADD(M)                                                                           \
	SECOND_COMPARE_I32(M, I32_ADD, ss)                                                         \
	SECOND_COMPARE_I32(M, I32_ADD, si)                                                         \
	SECOND_COMPARE_I64(M, I64_ADD, ss)                                                         \
	SECOND_COMPARE_I64(M, I64_ADD, si)
#define GROUP_TEE_ALU(M)                                                                           \
	GROUP_TEE_ADD(M)                                                                           \
	ALU_FORMS(SECOND_ZERO_I32, M, I32_AND)                                                     \
	ALU_FORMS(SECOND_ZERO_I32, M, I32_SHR_U)                                                   \
	ALU_FORMS(SECOND_ZERO_I32, M, I32_SUB)
#define GROUP_TEE_LOAD(M)                                                                          \
	LOAD_FORMS(SECOND_COMPARE_I32, M, I32_LOAD)                                                \
	LOAD_FORMS(SECOND_COMPARE_I32, M, I32_LOAD8_U)                                             \
	LOAD_FORMS(SECOND_ZERO_I32, M, I32_LOAD8_S)                                                \
	LOAD_FORMS(SECOND_ZERO_I32, M, I32_LOAD16_U)
/* An address that is kept: OPERAND(3) is its slot. */
#define GROUP_TEE_ADDRESS(M) ALU_FORMS(SECOND_LOAD, M, I32_ADD)
#define GROUP_MASKED_BRANCH(M)                                                                     \
	SECOND_ZERO_I32(M, MASKED_I32_LOAD, s)                                                     \
	SECOND_ZERO_I32(M, MASKED_I32_LOAD, a)                                                     \
	SECOND_ZERO_I32(M, MASKED_I32_LOAD8_U, s)                                                  \
	SECOND_ZERO_I32(M, MASKED_I32_LOAD8_U, a)                                                  \
	SECOND_ZERO_I32(M, MASKED_I32_LOAD16_U, s)                                                 \
	SECOND_ZERO_I32(M, MASKED_I32_LOAD16_U, a)
#define GROUP_ALU_LOAD(M)                                                                          \
	ALU_FORMS(SECOND_LOAD, M, I32_ADD)                                                         \
	SECOND_LOAD(M, I32_SHL, si) SECOND_LOAD(M, I32_SHL, ai)
#define GROUP_LOAD_LOAD(M)    LOAD_FORMS(SECOND_LOAD, M, I32_LOAD)
#define GROUP_INDEXED_LOAD(M) SECOND_LOAD(M, INDEXED, s) SECOND_LOAD(M, INDEXED, a)
#define GROUP_ALU_TO(M)	      ALU_FORMS(SECOND_STORE_TO, M, I32_ADD)
#define GROUP_LOAD_TO(M)      LOAD_FORMS(SECOND_STORE_TO, M, I32_LOAD)
#define GROUP_INDEXED_TO(M)   SECOND_STORE_TO(M, INDEXED, s) SECOND_STORE_TO(M, INDEXED, a)
#define GROUP_ALU_OF_INT(M)                                                                        \
	FIRST_I32(SECOND_STORE_I32, M)                                                             \
	FIRST_I64(SECOND_STORE_I64, M)
#define GROUP_ALU_OF_F32(M) FIRST_FLOAT(SECOND_STORE_F32, M, F32)
#define GROUP_ALU_OF_F64(M) FIRST_FLOAT(SECOND_STORE_F64, M, F64)
#define GROUP_LOAD_OF_INT(M)                                                                       \
	FIRST_LOAD_I32(SECOND_STORE_I32, M)                                                        \
	LOAD_FORMS(SECOND_STORE_I64, M, I64_LOAD)
#define GROUP_LOAD_OF_F32(M) LOAD_FORMS(SECOND_STORE_F32, M, F32_LOAD)
#define GROUP_LOAD_OF_F64(M) LOAD_FORMS(SECOND_STORE_F64, M, F64_LOAD)

#define EACH_VALUE_PAIR(M)                                                                         \
	GROUP_ALU_INT(M)                                                                           \
	GROUP_ALU_F32(M)                                                                           \
	GROUP_ALU_F64(M)                                                                           \
	GROUP_LOAD_ALU_INT(M)                                                                      \
	GROUP_LOAD_ALU_F32(M)                                                                      \
	GROUP_LOAD_ALU_F64(M)                                                                      \
	GROUP_ALU_LOAD(M)                                                                          \
	GROUP_LOAD_LOAD(M)                                                                         \
	GROUP_INDEXED_LOAD(M)                                                                      \
	GROUP_COMPARE_ALU(M)                                                                       \
	GROUP_AT_INT(M)                                                                            \
	GROUP_AT_F32(M)                                                                            \
	GROUP_AT_F64(M)                                                                            \
	GROUP_SCALED(M)                                                                            \
	GROUP_SCALED_LOAD(M)                                                                       \
	GROUP_ROTATED(M)
#define EACH_STORE_PAIR(M)                                                                         \
	GROUP_ALU_TO(M)                                                                            \
	GROUP_LOAD_TO(M)                                                                           \
	GROUP_INDEXED_TO(M)                                                                        \
	GROUP_ALU_OF_INT(M)                                                                        \
	GROUP_ALU_OF_F32(M)                                                                        \
	GROUP_ALU_OF_F64(M)                                                                        \
	GROUP_LOAD_OF_INT(M)                                                                       \
	GROUP_LOAD_OF_F32(M)                                                                       \
	GROUP_LOAD_OF_F64(M)
#define EACH_BRANCH_PAIR(M)                                                                        \
	GROUP_ALU_BRANCH(M) GROUP_LOAD_BRANCH(M) GROUP_MASKED_BRANCH(M) GROUP_AT_BRANCH(M)
#define EACH_TEE_PAIR(M) GROUP_TEE_ALU(M) GROUP_TEE_LOAD(M) GROUP_TEE_ADDRESS(M)

/* Numbers for firsts and seconds. */
#define FIRST_NUMBER(M, ID, form)	  FIRST_##ID##_##form,
#define SECOND_NUMBER(ID, form, S, sform) SECOND_##S##_##sform,
enum fused_first {
	FIRST_NONE,
	FIRST_I32(FIRST_NUMBER, 0) FIRST_I64(FIRST_NUMBER, 0) FIRST_LOADS(FIRST_NUMBER, 0)
		FIRST_FLOAT(FIRST_NUMBER, 0, F32) FIRST_FLOAT(FIRST_NUMBER, 0, F64)
			FIRST_COMPARE(FIRST_NUMBER, 0)
	/* From here on they are pairs already. */
	FIRST_INDEXED_s,
	FIRST_INDEXED_a,
	FIRST_MASKED_I32_LOAD_s,
	FIRST_MASKED_I32_LOAD_a,
	FIRST_MASKED_I32_LOAD8_U_s,
	FIRST_MASKED_I32_LOAD8_U_a,
	FIRST_MASKED_I32_LOAD16_U_s,
	FIRST_MASKED_I32_LOAD16_U_a,
	FIRST_AT(FIRST_NUMBER, 0) FIRST_SCALED_s,
	FIRST_SCALED_ADD_s,
	FIRST_ROTL_XOR_si,
	FIRST_SHR_U_XOR_si,
	FIRST_ADD_ADD, /* tables.h: is not found by fused_handlers() */
	FIRSTS
};
enum fused_second {
	SECOND_NONE,
	SECOND_P_I32(SECOND_NUMBER, 0, 0) SECOND_P_I64(SECOND_NUMBER, 0, 0) SECOND_P_F32(
		SECOND_NUMBER, 0, 0) SECOND_P_F64(SECOND_NUMBER, 0, 0)
		SECOND_I32(SECOND_NUMBER, 0, 0) SECOND_I64(SECOND_NUMBER, 0, 0) SECOND_F32(
			SECOND_NUMBER, 0, 0) SECOND_F64(SECOND_NUMBER, 0,
							0) SECOND_COMPARE_I32(SECOND_NUMBER, 0, 0)
			SECOND_COMPARE_I64(SECOND_NUMBER, 0, 0) SECOND_LOAD(SECOND_NUMBER, 0, 0)
				SECOND_STORE_TO(SECOND_NUMBER, 0, 0) SECOND_STORE_I32(
					SECOND_NUMBER, 0, 0) SECOND_STORE_I64(SECOND_NUMBER, 0, 0)
					SECOND_STORE_F32(SECOND_NUMBER, 0, 0)
						SECOND_STORE_F64(SECOND_NUMBER, 0, 0) SECONDS
};

/* The handlers of a pair, NULL when there is none. [0]: the result goes into
 * its slot, or the branch is forwards; [1]: into the accumulator only, or
 * backwards. Stores are at [0]. */
const handler *fused_handlers(enum fused_first first, enum fused_second second);
/* A branch where the first one's result is kept. */
const handler *fused_tee_handlers(enum fused_first first, enum fused_second second);
/*
 * A load, an operation and a store: the pair with the store's offset in OPERAND(2), its address in OPERAND(0) or, as that
 * of the load, in the accumulator. NULL when there is none; `op` is the store's enum opcode.
 */
struct update {
	uint8_t first, second;
	bool in_a;
	uint32_t op;
	handler handler;
};
const struct update *find_update(enum fused_first first, enum fused_second second);

/*
 * Two instructions without accumulators and a third that takes both values, in three words: OPERAND(1) and LOW are the
 * first one's operands, OPERAND(2) and HIGH the second's. NULL when there is none; `op` is the third's enum opcode.
 */
const handler *dual_handlers(enum fused_first first, enum fused_first second, uint32_t op);

#endif
