/* References, in the table: functions and nulls. */
#include "generate.h"

static void reference(void)
{
	switch (rnd(3)) {
	case 0:
		emit(OP_REF_NULL);
		put(&code, TYPE_FUNCREF);
		break;
	case 1: emit_index(OP_REF_FUNC, rnd(NFUNCS)); break;
	case 2:
		emit_i32(rnd(NTABLE));
		emit_index(OP_TABLE_GET, 0);
		break;
	}
}

void table_value(unsigned depth)
{
	if (chance(3)) {
		reference();
		emit_i32(rnd(2));
		emit_index(OP_TABLE_GROW, 0);
		return;
	}
	if (chance(3)) {
		value('i', depth - 1);
		if (!chance(8))
			emit_i32(7), emit(OP_I32_AND);
		emit_index(OP_TABLE_GET, 0);
	} else {
		reference();
	}
	emit(OP_REF_IS_NULL);
}

void table_statement(unsigned depth)
{
	switch (rnd(5)) {
	case 0:
		if (chance(2))
			value('i', depth - 1), emit_i32(7), emit(OP_I32_AND);
		else
			emit_i32(rnd(NTABLE));
		reference();
		emit_index(OP_TABLE_SET, 0);
		break;
	case 1:
		emit_i32(rnd(NTABLE));
		reference();
		emit_i32(rnd(4));
		emit_index(OP_TABLE_FILL, 0);
		break;
	case 2:
		if (chance(4)) {
			emit_index(chance(2) ? OP_ELEM_DROP : OP_DATA_DROP, 0);
			break;
		}
		/* fall through */
	default:
		emit_i32(rnd(NTABLE + 1));
		emit_i32(rnd(NFUNCS));
		emit_i32(rnd(NFUNCS));
		if (chance(2))
			emit_index(OP_TABLE_COPY, 0);
		else
			emit_index(OP_TABLE_INIT, 0);
		put(&code, 0);
		break;
	}
}
