/*
 * What the relaxed SIMD instructions compute here. The specification leaves each a few choices; ours are the same on
 * every ISA and in every engine, so that a program's results do not depend on where it runs. Each is an instruction
 * of fixed-width SIMD, or made of such:
 *
 *	i8x16.relaxed_swizzle(x, y)		i8x16.swizzle: 0 for every index above 15
 *	i32x4.relaxed_trunc_*(x)		i32x4.trunc_sat_*: 0 for NaN, else the nearest that there is
 *	f*.relaxed_madd(x, y, z)		x * y, rounded, then + z, rounded: never fused
 *	f*.relaxed_nmadd(x, y, z)		the same with -x (which is z - x * y but for the sign of a NaN)
 *	*.relaxed_laneselect(x, y, mask)	v128.bitselect: bit by bit, whatever the lane
 *	f*.relaxed_min, f*.relaxed_max		f*.min, f*.max: NaN if one is, and -0 is less than 0
 *	i16x8.relaxed_q15mulr_s(x, y)		i16x8.q15mulr_sat_s: -0x8000 * -0x8000 gives 0x7fff
 *	i16x8.relaxed_dot_i8x16_i7x16_s(x, y)	both signed; the sum of the two products wraps (which it can for
 *						-128 only: 2 * -128 * -128 gives -0x8000)
 *	i32x4.relaxed_dot_i8x16_i7x16_add_s(x, y, z)
 *						z + i32x4.extadd_pairwise_i16x8_s of that, wrapping
 *
 * RELAXED(IDENT, THE_SAME) lists those that are another instruction by another name. The others have to be written
 * out by each engine, from the above.
 */
#ifndef RELAXED
#error "define RELAXED before including relaxed-simd.h"
#endif

RELAXED(I8X16_RELAXED_SWIZZLE, I8X16_SWIZZLE)
RELAXED(I32X4_RELAXED_TRUNC_F32X4_S, I32X4_TRUNC_SAT_F32X4_S)
RELAXED(I32X4_RELAXED_TRUNC_F32X4_U, I32X4_TRUNC_SAT_F32X4_U)
RELAXED(I32X4_RELAXED_TRUNC_F64X2_S_ZERO, I32X4_TRUNC_SAT_F64X2_S_ZERO)
RELAXED(I32X4_RELAXED_TRUNC_F64X2_U_ZERO, I32X4_TRUNC_SAT_F64X2_U_ZERO)
RELAXED(I8X16_RELAXED_LANESELECT, V128_BITSELECT)
RELAXED(I16X8_RELAXED_LANESELECT, V128_BITSELECT)
RELAXED(I32X4_RELAXED_LANESELECT, V128_BITSELECT)
RELAXED(I64X2_RELAXED_LANESELECT, V128_BITSELECT)
RELAXED(F32X4_RELAXED_MIN, F32X4_MIN)
RELAXED(F32X4_RELAXED_MAX, F32X4_MAX)
RELAXED(F64X2_RELAXED_MIN, F64X2_MIN)
RELAXED(F64X2_RELAXED_MAX, F64X2_MAX)
RELAXED(I16X8_RELAXED_Q15MULR_S, I16X8_Q15MULR_SAT_S)

#undef RELAXED
