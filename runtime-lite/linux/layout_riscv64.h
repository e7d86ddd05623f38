/* riscv64: the kernel's asm-generic numbers throughout. Kernel: include/uapi/asm-generic. */
#define HOST_NR(x86_64, aarch64, riscv64) riscv64

#define HOST_O_DIRECT	 0040000
#define HOST_O_LARGEFILE 0100000
#define HOST_O_DIRECTORY 0200000
#define HOST_O_NOFOLLOW	 0400000
