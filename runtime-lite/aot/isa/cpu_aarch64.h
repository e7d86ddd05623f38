/* aarch64: cpu_word() is what the kernel says. */
#include <sys/auxv.h>

#define CPU_ISA 1

static inline uint64_t cpu_word(unsigned word)
{
	return getauxval(word == CPU_HWCAP ? AT_HWCAP : AT_HWCAP2);
}
