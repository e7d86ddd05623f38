/*
 * Vector instructions in one: an extension, of a slot, of the accumulator, or of what is loaded from a sum and kept in a
 * local; and what takes its result. tables.h says where operands are.
 */
#include "../wasm/opcodes.h"
#include "simd.h"
#include "tables.h"

#if VECTOR_ACCUMULATOR
#define UNUSED __attribute__((unused))
#define VUNARY(ID, V, expr)                                                                        \
	UNUSED static inline u64x2 ID##_of(u64x2 x_)                                               \
	{                                                                                          \
		V x = (V)x_;                                                                       \
		return (u64x2)(expr);                                                              \
	}
#define VBINARY(ID, V, expr)                                                                       \
	UNUSED static inline u64x2 ID##_of(u64x2 x_, u64x2 y_)                                     \
	{                                                                                          \
		V x = (V)x_, y = (V)y_;                                                            \
		return (u64x2)(expr);                                                              \
	}
#define VSHIFT(ID, V, C, expr)                                                                     \
	UNUSED static inline u64x2 ID##_of(u64x2 x_, uint32_t count)                               \
	{                                                                                          \
		V x = (V)x_;                                                                       \
		C n = count % (8 * sizeof(C));                                                     \
		return (u64x2)(expr);                                                              \
	}
#include "simd.def"

#if defined(__x86_64__)
#define LOADED(v) __asm__ volatile("" : "+r"(pc), "+r"(fp), "+r"(a) : "x"(v))
#else
#define LOADED(v) __asm__ volatile("" : "+r"(pc), "+r"(fp), "+r"(a) : "w"(v))
#endif
#define LOAD_AT                                                                                    \
	u64x2 loaded;                                                                              \
	ACCESS();                                                                                  \
	memcpy(&loaded,                                                                            \
	       mem + (uint64_t)(SLOT(1).u32 + (uint32_t)((const code_i32 *)pc)[4]) +               \
		       ((const uint32_t *)pc)[5],                                                  \
	       sizeof(loaded));                                                                    \
	LOADED(loaded)

#define PUT_0(v)                                                                                   \
	do {                                                                                       \
		u64x2 put = (v);                                                                   \
		f = (facc)put;                                                                     \
		VSLOT(0) = put;                                                                    \
	} while (0)
#define PUT_1(v) (f = (facc)(v))

#define LENGTH_s   2
#define LENGTH_a   2
#define LENGTH_at  3
#define FIRST_s(X) u64x2 v = X##_of(VSLOT(1))
#define FIRST_a(X) u64x2 v = X##_of((u64x2)f)
#define FIRST_at(X)                                                                                \
	LOAD_AT;                                                                                   \
	VSLOT(3) = loaded;                                                                         \
	u64x2 v = X##_of(loaded)
#define FORM(name, first, p, value, d)                                                             \
	HANDLER(name##_##d)                                                                        \
	{                                                                                          \
		first;                                                                             \
		PUT_##d(value);                                                                    \
		NEXT(LENGTH_##p);                                                                  \
	}
#define FORMS(name, first, p, value) FORM(name, first, p, value, 0) FORM(name, first, p, value, 1)

/* The load alone, and with an extension. */
FORM(V128_LOAD_AT, LOAD_AT, at, loaded, 0)
FORM(V128_LOAD_AT, LOAD_AT, at, loaded, 1)
#define EXTENDED(X) FORMS(X##_at, FIRST_at(X), at, v)

/* With another instruction, whose second operand is the accumulator, a slot or an immediate. */
#define COMPUTED(X, S)                                                                             \
	FORMS(X##_s__##S##_s, FIRST_s(X), s, S##_of(v, VSLOT(2)))                                  \
	FORMS(X##_s__##S##_p, FIRST_s(X), s, S##_of(v, (u64x2)f))                                  \
	FORMS(X##_a__##S##_s, FIRST_a(X), a, S##_of(v, VSLOT(2)))                                  \
	FORMS(X##_at__##S##_s, FIRST_at(X), at, S##_of(v, VSLOT(2)))                               \
	FORMS(X##_at__##S##_p, FIRST_at(X), at, S##_of(v, (u64x2)f))
#define SHIFTED(X, S)                                                                              \
	FORMS(X##_s__##S##_i, FIRST_s(X), s, S##_of(v, OPERAND(2)))                                \
	FORMS(X##_a__##S##_i, FIRST_a(X), a, S##_of(v, OPERAND(2)))                                \
	FORMS(X##_at__##S##_i, FIRST_at(X), at, S##_of(v, OPERAND(2)))

#define EACH_I16X8(M, ...)                                                                         \
	M(I16X8_EXTEND_LOW_I8X16_S __VA_OPT__(, ) __VA_ARGS__)                                     \
	M(I16X8_EXTEND_LOW_I8X16_U __VA_OPT__(, ) __VA_ARGS__)                                     \
	M(I16X8_EXTEND_HIGH_I8X16_S __VA_OPT__(, ) __VA_ARGS__)                                    \
	M(I16X8_EXTEND_HIGH_I8X16_U __VA_OPT__(, ) __VA_ARGS__)
#define EACH_I32X4(M, ...)                                                                         \
	M(I32X4_EXTEND_LOW_I16X8_S __VA_OPT__(, ) __VA_ARGS__)                                     \
	M(I32X4_EXTEND_LOW_I16X8_U __VA_OPT__(, ) __VA_ARGS__)                                     \
	M(I32X4_EXTEND_HIGH_I16X8_S __VA_OPT__(, ) __VA_ARGS__)                                    \
	M(I32X4_EXTEND_HIGH_I16X8_U __VA_OPT__(, ) __VA_ARGS__)
#define EACH_COMPUTED(M)                                                                           \
	EACH_I16X8(M, I16X8_ADD)                                                                   \
	EACH_I16X8(M, I16X8_MUL) EACH_I32X4(M, I32X4_ADD) EACH_I32X4(M, I32X4_MUL)
#define EACH_SHIFTED(M) EACH_I16X8(M, I16X8_SHL) EACH_I32X4(M, I32X4_SHL)
EACH_I16X8(EXTENDED)
EACH_I32X4(EXTENDED)
EACH_COMPUTED(COMPUTED)
EACH_SHIFTED(SHIFTED)

#define PAIR(name)	  {name##_0, name##_1}
#define EXTENDED_ENTRY(X) {OP_##X, 0, {[EXTEND_AT] = PAIR(X##_at)}},
#define COMPUTED_ENTRY(X, S)                                                                       \
	{OP_##X,                                                                                   \
	 OP_##S,                                                                                   \
	 {[EXTEND_S] = PAIR(X##_s__##S##_s),                                                       \
	  [EXTEND_A] = PAIR(X##_a__##S##_s),                                                       \
	  [EXTEND_AT] = PAIR(X##_at__##S##_s),                                                     \
	  [EXTEND_S_P] = PAIR(X##_s__##S##_p),                                                     \
	  [EXTEND_AT_P] = PAIR(X##_at__##S##_p)}},
#define SHIFTED_ENTRY(X, S)                                                                        \
	{OP_##X,                                                                                   \
	 OP_##S,                                                                                   \
	 {[EXTEND_S] = PAIR(X##_s__##S##_i),                                                       \
	  [EXTEND_A] = PAIR(X##_a__##S##_i),                                                       \
	  [EXTEND_AT] = PAIR(X##_at__##S##_i)}},
#endif

static const struct {
	uint32_t extension, op;
	handler handlers[EXTEND_FORMS][2];
} fused[] = {
#if VECTOR_ACCUMULATOR
	EACH_I16X8(EXTENDED_ENTRY) EACH_I32X4(EXTENDED_ENTRY) EACH_COMPUTED(COMPUTED_ENTRY)
		EACH_SHIFTED(SHIFTED_ENTRY)
#endif
};

const handler v128_load_at_handlers[2] = {
#if VECTOR_ACCUMULATOR
	V128_LOAD_AT_0, V128_LOAD_AT_1
#endif
};

const handler *extension_handlers(uint32_t extension, uint32_t op, enum extend_form form)
{
	for (unsigned i = 0; i < sizeof(fused) / sizeof(*fused); i++)
		if (fused[i].extension == extension && fused[i].op == op)
			return fused[i].handlers[form][0] ? fused[i].handlers[form] : NULL;
	return NULL;
}
