/* riscv64: cpu_word() by AT_HWCAP, and by riscv_hwprobe (linux/Documentation/arch/riscv/hwprobe.rst), which Linux 6.4 has. */
#include <sys/auxv.h>
#include <unistd.h>

#define CPU_ISA 2

static inline uint64_t cpu_word(unsigned word)
{
	const long riscv_hwprobe = 258;
	struct {
		int64_t key;
		uint64_t value;
	} pair = {.key = word};

	if (word == CPU_LETTERS)
		return getauxval(AT_HWCAP);
	return syscall(riscv_hwprobe, &pair, 1, 0, NULL, 0) || pair.key < 0 ? 0 : pair.value;
}
