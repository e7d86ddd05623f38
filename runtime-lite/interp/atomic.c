/*
 * Atomic accesses, all sequentially consistent. Operands are in slots: what
 * these cost is the access. An address that is not aligned is a trap, and is
 * found before one that is out of bounds.
 */
#include "../wasm/opcodes.h"
#include "handler.h"
#include "tables.h"

#define EFFECTIVE(n) ((uint64_t)SLOT(n).u32 + (uint32_t)WORD(2))

#define ALIGNED(C)                                                                                 \
	uint64_t address = EFFECTIVE(1);                                                           \
	if (UNLIKELY(address % sizeof(C)))                                                         \
		GOTO(trap_unaligned);                                                              \
	C *p = (C *)(mem + address);                                                               \
	ACCESS()

#define RESULT(v)                                                                                  \
	do {                                                                                       \
		uint64_t result = (v);                                                             \
		ACCESSED();                                                                        \
		a = result;                                                                        \
		SLOT(0).u64 = a;                                                                   \
		NEXT(3);                                                                           \
	} while (0)

#define ATOMIC_LOAD(ID, C)                                                                         \
	HANDLER(ID##_slots)                                                                        \
	{                                                                                          \
		ALIGNED(C);                                                                        \
		RESULT(__atomic_load_n(p, __ATOMIC_SEQ_CST));                                      \
	}

#define ATOMIC_STORE(ID, C)                                                                        \
	HANDLER(ID##_slots)                                                                        \
	{                                                                                          \
		ALIGNED(C);                                                                        \
		__atomic_store_n(p, (C)SLOT(2).u64, __ATOMIC_SEQ_CST);                             \
		ACCESSED();                                                                        \
		NEXT(3);                                                                           \
	}

#define ATOMIC_RMW(ID, C, operation)                                                               \
	HANDLER(ID##_slots)                                                                        \
	{                                                                                          \
		ALIGNED(C);                                                                        \
		RESULT(operation(p, (C)SLOT(2).u64, __ATOMIC_SEQ_CST));                            \
	}

/* A narrow one wraps the value that it expects, as all engines do. */
#define ATOMIC_CMPXCHG(ID, C)                                                                      \
	HANDLER(ID##_slots)                                                                        \
	{                                                                                          \
		ALIGNED(C);                                                                        \
		C old = SLOT(2).u64;                                                               \
		__atomic_compare_exchange_n(p, &old, (C)SLOT(3).u64, 0, __ATOMIC_SEQ_CST,          \
					    __ATOMIC_SEQ_CST);                                     \
		RESULT(old);                                                                       \
	}

/* Every width of an operation. */
#define RMW_WIDTHS(OP, operation)                                                                  \
	ATOMIC_RMW(I32_ATOMIC_RMW_##OP, uint32_t, operation)                                       \
	ATOMIC_RMW(I64_ATOMIC_RMW_##OP, uint64_t, operation)                                       \
	ATOMIC_RMW(I32_ATOMIC_RMW8_##OP##_U, uint8_t, operation)                                   \
	ATOMIC_RMW(I32_ATOMIC_RMW16_##OP##_U, uint16_t, operation)                                 \
	ATOMIC_RMW(I64_ATOMIC_RMW8_##OP##_U, uint8_t, operation)                                   \
	ATOMIC_RMW(I64_ATOMIC_RMW16_##OP##_U, uint16_t, operation)                                 \
	ATOMIC_RMW(I64_ATOMIC_RMW32_##OP##_U, uint32_t, operation)

ATOMIC_LOAD(I32_ATOMIC_LOAD, uint32_t)
ATOMIC_LOAD(I64_ATOMIC_LOAD, uint64_t)
ATOMIC_LOAD(I32_ATOMIC_LOAD8_U, uint8_t)
ATOMIC_LOAD(I32_ATOMIC_LOAD16_U, uint16_t)
ATOMIC_LOAD(I64_ATOMIC_LOAD8_U, uint8_t)
ATOMIC_LOAD(I64_ATOMIC_LOAD16_U, uint16_t)
ATOMIC_LOAD(I64_ATOMIC_LOAD32_U, uint32_t)
ATOMIC_STORE(I32_ATOMIC_STORE, uint32_t)
ATOMIC_STORE(I64_ATOMIC_STORE, uint64_t)
ATOMIC_STORE(I32_ATOMIC_STORE8, uint8_t)
ATOMIC_STORE(I32_ATOMIC_STORE16, uint16_t)
ATOMIC_STORE(I64_ATOMIC_STORE8, uint8_t)
ATOMIC_STORE(I64_ATOMIC_STORE16, uint16_t)
ATOMIC_STORE(I64_ATOMIC_STORE32, uint32_t)
RMW_WIDTHS(ADD, __atomic_fetch_add)
RMW_WIDTHS(SUB, __atomic_fetch_sub)
RMW_WIDTHS(AND, __atomic_fetch_and)
RMW_WIDTHS(OR, __atomic_fetch_or)
RMW_WIDTHS(XOR, __atomic_fetch_xor)
RMW_WIDTHS(XCHG, __atomic_exchange_n)
ATOMIC_CMPXCHG(I32_ATOMIC_RMW_CMPXCHG, uint32_t)
ATOMIC_CMPXCHG(I64_ATOMIC_RMW_CMPXCHG, uint64_t)
ATOMIC_CMPXCHG(I32_ATOMIC_RMW8_CMPXCHG_U, uint8_t)
ATOMIC_CMPXCHG(I32_ATOMIC_RMW16_CMPXCHG_U, uint16_t)
ATOMIC_CMPXCHG(I64_ATOMIC_RMW8_CMPXCHG_U, uint8_t)
ATOMIC_CMPXCHG(I64_ATOMIC_RMW16_CMPXCHG_U, uint16_t)
ATOMIC_CMPXCHG(I64_ATOMIC_RMW32_CMPXCHG_U, uint32_t)

/* WORD(3) says whether the memory is shared. */
#define WAIT(C)                                                                                    \
	do {                                                                                       \
		enum outcome outcome;                                                              \
		int result;                                                                        \
		ALIGNED(C);                                                                        \
		if (!WORD(3))                                                                      \
			GOTO(trap_shared_wait);                                                    \
		/* It would be a trap that holds a lock. */                                        \
		(void)__atomic_load_n((volatile C *)p, __ATOMIC_RELAXED);                          \
		ACCESSED();                                                                        \
		SAVE();                                                                            \
		SAVE_TOP();                                                                        \
		result = atomic_wait(x, p, (C)SLOT(2).u64, sizeof(C), SLOT(3).i64, &outcome);      \
		if (UNLIKELY(result < 0)) {                                                        \
			x->unwind = outcome;                                                       \
			GOTO(unwind_host);                                                         \
		}                                                                                  \
		SLOT(0).u64 = result;                                                              \
		g = engine_of(x)->globals;                                                         \
		NEXT(4);                                                                           \
	} while (0)

HANDLER(op_wait32)
{
	WAIT(uint32_t);
}

HANDLER(op_wait64)
{
	WAIT(uint64_t);
}

HANDLER(op_notify)
{
	ALIGNED(uint32_t);
	/* Out of bounds is a trap here as well. */
	(void)__atomic_load_n((volatile uint32_t *)p, __ATOMIC_RELAXED);
	ACCESSED();
	SLOT(0).u64 = WORD(3) ? atomic_notify(p, SLOT(2).u32) : 0;
	g = engine_of(x)->globals;
	NEXT(4);
}

#define ENTRY(ID) [OP_##ID & 0xff] = ID##_slots,
#define RMW_ENTRIES(OP)                                                                            \
	ENTRY(I32_ATOMIC_RMW_##OP)                                                                 \
	ENTRY(I64_ATOMIC_RMW_##OP)                                                                 \
	ENTRY(I32_ATOMIC_RMW8_##OP##_U)                                                            \
	ENTRY(I32_ATOMIC_RMW16_##OP##_U)                                                           \
	ENTRY(I64_ATOMIC_RMW8_##OP##_U)                                                            \
	ENTRY(I64_ATOMIC_RMW16_##OP##_U)                                                           \
	ENTRY(I64_ATOMIC_RMW32_##OP##_U)

const handler atomic_handlers[0x4f] = {
	[OP_MEMORY_ATOMIC_NOTIFY & 0xff] = op_notify,
	[OP_MEMORY_ATOMIC_WAIT32 & 0xff] = op_wait32,
	[OP_MEMORY_ATOMIC_WAIT64 & 0xff] = op_wait64,
	ENTRY(I32_ATOMIC_LOAD) ENTRY(I64_ATOMIC_LOAD) ENTRY(I32_ATOMIC_LOAD8_U) ENTRY(
		I32_ATOMIC_LOAD16_U) ENTRY(I64_ATOMIC_LOAD8_U) ENTRY(I64_ATOMIC_LOAD16_U)
		ENTRY(I64_ATOMIC_LOAD32_U) ENTRY(I32_ATOMIC_STORE) ENTRY(I64_ATOMIC_STORE)
			ENTRY(I32_ATOMIC_STORE8) ENTRY(I32_ATOMIC_STORE16) ENTRY(I64_ATOMIC_STORE8)
				ENTRY(I64_ATOMIC_STORE16) ENTRY(I64_ATOMIC_STORE32) RMW_ENTRIES(ADD)
					RMW_ENTRIES(SUB) RMW_ENTRIES(AND) RMW_ENTRIES(OR)
						RMW_ENTRIES(XOR) RMW_ENTRIES(XCHG)
							RMW_ENTRIES(CMPXCHG)};
