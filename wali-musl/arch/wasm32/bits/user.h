#undef __WORDSIZE
#define __WORDSIZE 64

/* A WebAssembly thread has no registers that a debugger could name: these are the program
 * counter and the stack pointer of mcontext_t, so that <sys/procfs.h> has its types. */
struct user_regs_struct {
	unsigned long pc, sp;
};
#define ELF_NGREG 2
typedef unsigned long elf_greg_t, elf_gregset_t[ELF_NGREG];
typedef struct user_fpregs_struct {
	unsigned long __unused;
} elf_fpregset_t;

struct user {
	struct user_regs_struct regs;
};
