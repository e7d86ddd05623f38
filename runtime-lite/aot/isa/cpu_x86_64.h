/* x86-64: cpu_word() by CPUID, where the system lets the feature be used. */
#include <cpuid.h>

#define CPU_ISA 0

/* The extended control register: which registers the kernel saves. */
static inline uint32_t xcr0(void)
{
	uint32_t low, high;

	__asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return low;
}

static inline uint32_t cpu_word(unsigned word)
{
	const uint32_t ymm = 0x6, zmm = 0xe6;
	uint32_t a, b = 0, c = 0, d = 0, saved = 0;
	unsigned leaf, count;

	if (__get_cpuid(1, &a, &b, &c, &d) && c & bit_OSXSAVE)
		saved = xcr0();
	const bool avx = (saved & ymm) == ymm, avx512 = (saved & zmm) == zmm;

	leaf = word == CPU_1C ? 1 : word == CPU_81C ? 0x80000001 : 7;
	count = word == CPU_71A;
	b = c = d = 0;
	if (!__get_cpuid_count(leaf, count, &a, &b, &c, &d))
		return 0;
	switch (word) {
	case CPU_1C: return avx ? c : c & ~(bit_AVX | bit_FMA | bit_F16C);
	case CPU_81C: return c;
	case CPU_71A: return avx ? a : 0;
	/* Leaf 7: what is not about vectors needs nothing saved. */
	case CPU_7B: return avx512 ? b : avx ? b & ~CPU_7B_AVX512 : b & ~(CPU_7B_AVX512 | bit_AVX2);
	case CPU_7C:
		return avx512 ? c : avx ? c & ~CPU_7C_AVX512 : c & ~(CPU_7C_AVX512 | CPU_7C_AVX);
	}
	return 0;
}
