/*
 * x86-64: cpu_word() of what CPUID says and the system lets be used. libc has asked at the start; CPUID itself costs
 * tens of microseconds where a hypervisor answers it.
 */
#include <sys/platform/x86.h>

#define CPU_ISA 0

static inline uint32_t cpu_word(unsigned word)
{
	static const struct {
		uint8_t leaf, reg;
	} places[] = {
		[CPU_1C] = {CPUID_INDEX_1, cpuid_register_index_ecx},
		[CPU_7B] = {CPUID_INDEX_7, cpuid_register_index_ebx},
		[CPU_7C] = {CPUID_INDEX_7, cpuid_register_index_ecx},
		[CPU_81C] = {CPUID_INDEX_80000001, cpuid_register_index_ecx},
		[CPU_71A] = {CPUID_INDEX_7_ECX_1, cpuid_register_index_eax},
	};

	return __x86_get_cpuid_feature_leaf(places[word].leaf)->active_array[places[word].reg];
}
