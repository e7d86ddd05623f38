/*
 * The handlers that the translator picks from, by instruction and by where
 * operands are and results go.
 */
#ifndef INTERP_TABLES_H
#define INTERP_TABLES_H

#include "interp.h"

/* First operand, second operand: s slot, a accumulator, i immediate. Unary
 * instructions and loads use the first (FORM_SS, FORM_AS; FORM_IS when it is an
 * immediate). */
enum form {
	FORM_SS,
	FORM_SI,
	FORM_AS,
	FORM_AI,
	FORM_SA,
	FORM_IS,
	FORM_II,
	FORM_IA,
	FORM_AA,
	FORMS
};

/* Instructions without prefix by opcode, then the saturating truncations. */
#define OP_INDEX(op) ((op) < 0x100 ? (op) : 0x100 + ((op) & 0xfff))
#define OP_INDICES   0x108

/* [1]: the result goes into the accumulator only. NULL where there is no such
 * form. */
extern const handler value_handlers[OP_INDICES][FORM_IA + 1][2];
/* The accumulator, which is a local as well, multiplied by itself: reading the local back would take long. */
extern const handler square_handlers[OP_INDICES][2];
extern const handler load_handlers[OP_INDICES][FORM_IS + 1][2];
extern const handler store_handlers[OP_INDICES][FORMS];

/* Compare and branch: [taken when the comparison says no][form][backwards]. */
#define OP_COMPARE_FIRST 0x45
#define OP_COMPARE_LAST	 0x66
extern const handler branch_handlers[OP_COMPARE_LAST - OP_COMPARE_FIRST + 1][2][FORM_AI + 1][2];

/* Compare and select: OPERAND(1) or OPERAND(2) to OPERAND(0) by comparing OPERAND(3), or the accumulator, with
 * WORD(2), a slot or an immediate. */
extern const handler select_handlers[OP_COMPARE_LAST - OP_COMPARE_FIRST + 1][FORM_SA + 1];

/* The smaller or larger of OPERAND(1), or the accumulator, and OPERAND(2): [i64][unsigned][larger][FORM_SS or FORM_AS]. */
extern const handler extreme_handlers[2][2][2][FORM_AS + 1];

/* Two loads of locals: OPERAND(0) from OPERAND(1), OPERAND(2) from OPERAND(3), offsets in the halves of WORD(2). */
extern const handler load_load_handlers[OP_INDICES];

/* loop.c: OPERAND(0) = OPERAND(1) + an i32, OPERAND(2) = OPERAND(3) + the second one; what is added is in the halves of
 * WORD(2). By whether the first is an immediate or a slot, and for the second in addition i32 or i64. Then the same with a
 * branch backwards by comparing the second sum with a slot, or (1) an immediate. */
/* The second added to the first sum, which is kept too: OPERAND(3) is not used. */
extern const handler add_then_handlers[2][2];
#define ADD_ADD_COMPARES 0x16
extern const handler add_add_handlers[2][4];
extern const handler add_add_branch_handlers[2][4][ADD_ADD_COMPARES][2];

/* Atomic accesses: all operands in slots. By the number after the prefix. */
extern const handler atomic_handlers[0x4f];

/* Vector instructions, by the number after the prefix, then by which operands
 * are in accumulators: a sum of these, where that form exists. [1]: the result
 * goes into the accumulator only; NULL for a vector where that cannot hold one. */
#define ACC_FIRST	1
#define ACC_SECOND	2
#define ACC_THIRD	4
#define COUNT_IMMEDIATE 2 /* of shifts, whose second operand is in no accumulator */
#define SIMD_FORMS	5
#define SIMD_NUMBERS	0x114
extern const handler simd_handlers[SIMD_NUMBERS][SIMD_FORMS][2];

/* fused-simd.c: a vector load from OPERAND(1) + an immediate, the low half of WORD(2), with the offset in its high half. */
extern const handler v128_load_at_handlers[2];
/*
 * An extension of the vector in OPERAND(1), in the accumulator, or of what is loaded as above and goes to OPERAND(3) as
 * well; then `op` (0: nothing) with OPERAND(2), a slot or a shift's count, or (_P) with what was in the accumulator.
 * NULL where there is none.
 */
enum extend_form { EXTEND_S, EXTEND_A, EXTEND_AT, EXTEND_S_P, EXTEND_AT_P, EXTEND_FORMS };
const handler *extension_handlers(uint32_t extension, uint32_t op, enum extend_form form);

/* All others, by name. */
typedef HANDLER_CC enum outcome handler_function(const uint64_t *pc, union slot *fp, uint8_t *mem,
						 struct exec *x, union global *g, uint64_t a,
						 facc f);
handler_function op_unreachable, op_br, op_br_back, op_br_table_s, op_br_table_a, op_br_table_load8;
handler_function op_copy_br, op_copy_br_back, op_add_br, op_add_br_back;
handler_function op_const32, op_const64, op_copy, op_copy128, op_set_a, op_set_f, op_set_v;
handler_function op_copy_copy, op_copy_const, op_const_copy, op_const_const;
handler_function op_return, op_return_s, op_return_a, op_return_f, op_return_i, op_return_fs;
handler_function op_call, op_call_host, op_call_cross, op_call_indirect_s, op_call_indirect_a;
handler_function op_call_copy, op_call_const, op_call_copy_copy, op_call_copy_const,
	op_call_const_copy, op_call_const_const, op_call_add, op_call_load;
handler_function op_return_call, op_return_call_indirect, op_exit, op_cross_return;
handler_function op_select_s, op_select_a, op_select128;
handler_function op_global_get, op_global_get_a, op_global_get128, op_global_lower, op_global_raise;
handler_function op_global_set_s, op_global_set_a, op_global_set128;
handler_function op_import_get, op_import_get128, op_import_set, op_import_set128;
handler_function op_memory, op_memory_size, op_memory_grow, op_memory_init, op_memory_copy,
	op_memory_fill, op_data_drop;
handler_function op_table_get, op_table_set, op_table_size, op_table_grow, op_table_fill,
	op_table_copy, op_table_init;
handler_function op_elem_drop, op_is_null, op_pin, op_throw, op_throw_ref;
handler_function op_fence, op_wait32, op_wait64, op_notify;

#endif
