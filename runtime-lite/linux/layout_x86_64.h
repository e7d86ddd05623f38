/* x86-64: the guest's numbers are this ISA's. Kernel: arch/x86/include/uapi/asm. */
#define HOST_NR(x86_64, aarch64, riscv64) x86_64

#define HOST_O_DIRECT	 0040000
#define HOST_O_LARGEFILE 0100000
#define HOST_O_DIRECTORY 0200000
#define HOST_O_NOFOLLOW	 0400000
