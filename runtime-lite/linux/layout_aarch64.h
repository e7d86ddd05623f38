/* aarch64: as asm-generic, but for four open flags of 32-bit Arm. Kernel: arch/arm64/include/uapi/asm/fcntl.h. */
#define HOST_NR(x86_64, aarch64, riscv64) aarch64

#define HOST_O_DIRECTORY 0040000
#define HOST_O_NOFOLLOW	 0100000
#define HOST_O_DIRECT	 0200000
#define HOST_O_LARGEFILE 0400000
