/*
 * The handlers that the translator picks from, by instruction and by where operands are and results go.
 */
#ifndef INTERP_TABLES_H
#define INTERP_TABLES_H

#include "interp.h"

/* First operand, second operand: s slot, a accumulator, i immediate. Unary instructions and loads use the first
 * (FORM_SS, FORM_AS; FORM_IS when it is an immediate). */
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

/* [1]: the result goes into the accumulator only. NULL where there is no such form. */
extern const handler value_handlers[OP_INDICES][FORM_SA + 1][2];
extern const handler load_handlers[OP_INDICES][FORM_IS + 1][2];
extern const handler store_handlers[OP_INDICES][FORMS];

/* Compare and branch: [taken when the comparison says no][form][backwards]. */
#define OP_COMPARE_FIRST 0x45
#define OP_COMPARE_LAST	 0x66
extern const handler branch_handlers[OP_COMPARE_LAST - OP_COMPARE_FIRST + 1][2][FORM_AI + 1][2];

/* Atomic accesses: all operands in slots. By the number after the prefix. */
extern const handler atomic_handlers[0x4f];

/* All others, by name. */
#define NAMED_HANDLERS(H)                                                                                \
	H(op_unreachable)                                                                                \
	H(op_const32) H(op_const64) H(op_copy) H(op_copy128) H(op_set_a) H(op_set_f) H(op_br) H(         \
		op_br_back) H(op_br_table_s) H(op_br_table_a) H(op_return) H(op_return_s) H(op_return_a) \
		H(op_return_f) H(op_return_i) H(op_return_fs) H(op_call) H(op_call_host) H(              \
			op_call_cross) H(op_call_indirect_s) H(op_call_indirect_a) H(op_return_call)     \
			H(op_return_call_indirect) H(op_select_s) H(op_select_a) H(op_select128) H(      \
				op_global_get) H(op_global_get_a) H(op_global_get128) H(op_global_set_s) \
				H(op_global_set_a) H(op_global_set128) H(op_import_get) H(               \
					op_import_get128) H(op_import_set) H(op_import_set128)           \
					H(op_pin) H(op_memory) H(op_memory_size) H(op_memory_grow) H(    \
						op_memory_init) H(op_memory_copy) H(op_memory_fill)      \
						H(op_data_drop) H(op_table_get) H(op_table_set) H(       \
							op_table_size) H(op_table_grow)                  \
							H(op_table_fill) H(op_table_copy) H(             \
								op_table_init) H(op_elem_drop)           \
								H(op_is_null) H(op_throw) H(             \
									op_throw_ref) H(op_fence)        \
									H(op_wait32) H(op_wait64) H(     \
										op_notify) H(op_exit)    \
										H(op_cross_return)

#define DECLARE_HANDLER(name)                                                                      \
	HANDLER_CC enum outcome name(const uint64_t *pc, union slot *fp, uint8_t *mem,             \
				     struct exec *x, union global *g, uint64_t a, facc f);
NAMED_HANDLERS(DECLARE_HANDLER)

#endif
