/* What CPUs have. Bits are those of CPUID, of the kernel's hwcap.h, and of its hwprobe.h. */
#include "cpu.h"

#include <elf.h>

/* x86-64: leaf and register of CPUID. */
enum { CPU_1C, CPU_7B, CPU_7C, CPU_81C, CPU_71A };

/* x86-64-v2 is the least. */
static const struct cpu_feature x86_64[] = {
	{"cx16", "__GCC_HAVE_SYNC_COMPARE_AND_SWAP_16", CPU_1C, 13, true},
	{"sahf", "__LAHF_SAHF__", CPU_81C, 0, true},
	{"popcnt", "__POPCNT__", CPU_1C, 23, true},
	{"sse3", "__SSE3__", CPU_1C, 0, true},
	{"ssse3", "__SSSE3__", CPU_1C, 9, true},
	{"sse4.1", "__SSE4_1__", CPU_1C, 19, true},
	{"sse4.2", "__SSE4_2__", CPU_1C, 20, true},
	{"avx", "__AVX__", CPU_1C, 28, false},
	{"avx2", "__AVX2__", CPU_7B, 5, false},
	{"bmi", "__BMI__", CPU_7B, 3, false},
	{"bmi2", "__BMI2__", CPU_7B, 8, false},
	{"f16c", "__F16C__", CPU_1C, 29, false},
	{"fma", "__FMA__", CPU_1C, 12, false},
	{"lzcnt", "__LZCNT__", CPU_81C, 5, false},
	{"movbe", "__MOVBE__", CPU_1C, 22, false},
	{"avx512f", "__AVX512F__", CPU_7B, 16, false},
	{"avx512bw", "__AVX512BW__", CPU_7B, 30, false},
	{"avx512cd", "__AVX512CD__", CPU_7B, 28, false},
	{"avx512dq", "__AVX512DQ__", CPU_7B, 17, false},
	{"avx512vl", "__AVX512VL__", CPU_7B, 31, false},
	{"avx512ifma", "__AVX512IFMA__", CPU_7B, 21, false},
	{"avx512vbmi", "__AVX512VBMI__", CPU_7C, 1, false},
	{"avx512vbmi2", "__AVX512VBMI2__", CPU_7C, 6, false},
	{"avx512vnni", "__AVX512VNNI__", CPU_7C, 11, false},
	{"avx512bitalg", "__AVX512BITALG__", CPU_7C, 12, false},
	{"avx512vpopcntdq", "__AVX512VPOPCNTDQ__", CPU_7C, 14, false},
	{"avxvnni", "__AVXVNNI__", CPU_71A, 4, false},
	{"gfni", "__GFNI__", CPU_7C, 8, false},
	{"vaes", "__VAES__", CPU_7C, 9, false},
	{"vpclmulqdq", "__VPCLMULQDQ__", CPU_7C, 10, false},
	{"aes", "__AES__", CPU_1C, 25, false},
	{"pclmul", "__PCLMUL__", CPU_1C, 1, false},
	{"adx", "__ADX__", CPU_7B, 19, false},
};

enum { CPU_HWCAP, CPU_HWCAP2 };

/* Armv8.0 with floating point and Advanced SIMD is the least. */
static const struct cpu_feature aarch64[] = {
	{"fp-armv8", "__ARM_FP", CPU_HWCAP, 0, true},
	{"neon", "__ARM_NEON", CPU_HWCAP, 1, true},
	{"crc", "__ARM_FEATURE_CRC32", CPU_HWCAP, 7, false},
	{"lse", "__ARM_FEATURE_ATOMICS", CPU_HWCAP, 8, false},
	{"fullfp16", "__ARM_FEATURE_FP16_VECTOR_ARITHMETIC", CPU_HWCAP, 10, false},
	{"rdm", "__ARM_FEATURE_QRDMX", CPU_HWCAP, 12, false},
	{"jsconv", "__ARM_FEATURE_JCVT", CPU_HWCAP, 13, false},
	{"rcpc", "__ARM_FEATURE_RCPC", CPU_HWCAP, 15, false},
	{"sha3", "__ARM_FEATURE_SHA3", CPU_HWCAP, 17, false},
	{"dotprod", "__ARM_FEATURE_DOTPROD", CPU_HWCAP, 20, false},
	{"fptoint", "__ARM_FEATURE_FRINT", CPU_HWCAP2, 8, false},
	{"i8mm", "__ARM_FEATURE_MATMUL_INT8", CPU_HWCAP2, 13, false},
	{"bf16", "__ARM_FEATURE_BF16", CPU_HWCAP2, 14, false},
};

/* riscv64: letters in AT_HWCAP, and a key of hwprobe, RISCV_HWPROBE_KEY_IMA_EXT_0. */
enum { CPU_LETTERS = 0, CPU_IMA_EXT_0 = 4 };

/* RV64GC is the least, and without it Linux distributions do not start. */
static const struct cpu_feature riscv64[] = {
	{"m", "__riscv_m", CPU_LETTERS, 'm' - 'a', true},
	{"a", "__riscv_a", CPU_LETTERS, 'a' - 'a', true},
	{"f", "__riscv_f", CPU_LETTERS, 'f' - 'a', true},
	{"d", "__riscv_d", CPU_LETTERS, 'd' - 'a', true},
	{"c", "__riscv_c", CPU_LETTERS, 'c' - 'a', true},
	{"zba", "__riscv_zba", CPU_IMA_EXT_0, 3, false},
	{"zbb", "__riscv_zbb", CPU_IMA_EXT_0, 4, false},
	{"zbs", "__riscv_zbs", CPU_IMA_EXT_0, 5, false},
	{"zbc", "__riscv_zbc", CPU_IMA_EXT_0, 7, false},
	{"zfa", "__riscv_zfa", CPU_IMA_EXT_0, 32, false},
	{"zicond", "__riscv_zicond", CPU_IMA_EXT_0, 35, false},
};

#define FEATURES(array) array, sizeof(array) / sizeof(*array)
_Static_assert(sizeof(x86_64) / sizeof(*x86_64) <= CPU_FEATURES, "a mask has a bit for each");

const struct cpu_isa cpu_isas[3] = {
	{"x86_64", (const char *const[]){"x86-64", "amd64", NULL}, "x86_64-unknown-linux-gnu",
	 "x86-64", "-march=", EM_X86_64, 4096, FEATURES(x86_64)},
	{"aarch64", (const char *const[]){"arm64", NULL}, "aarch64-unknown-linux-gnu", "generic",
	 "-mcpu=", EM_AARCH64, 65536, FEATURES(aarch64)},
	{"riscv64", (const char *const[]){NULL}, "riscv64-unknown-linux-gnu", "generic-rv64",
	 "-mcpu=", EM_RISCV, 4096, FEATURES(riscv64)},
};

#if defined(__x86_64__)
#include "isa/cpu_x86_64.h"
#elif defined(__aarch64__)
#include "isa/cpu_aarch64.h"
#elif defined(__riscv) && __riscv_xlen == 64
#include "isa/cpu_riscv64.h"
#else
#error "no aot/isa/cpu_<isa>.h for this machine"
#endif

const struct cpu_isa *const cpu_isa = &cpu_isas[CPU_ISA];

uint64_t cpu_baseline(const struct cpu_isa *isa)
{
	uint64_t set = 0;

	for (size_t i = 0; i < isa->nfeatures; i++)
		set |= (uint64_t)isa->features[i].baseline << i;
	return set;
}

uint64_t cpu_present(void)
{
	uint64_t set = 0;

	for (size_t i = 0; i < cpu_isa->nfeatures; i++) {
		const struct cpu_feature *f = &cpu_isa->features[i];

		set |= ((uint64_t)cpu_word(f->word) >> f->bit & 1) << i;
	}
	return set;
}

const char *cpu_name_one(const struct cpu_isa *isa, uint64_t features)
{
	for (size_t i = 0; i < isa->nfeatures; i++)
		if (features >> i & 1)
			return isa->features[i].name;
	return "an unknown feature";
}
