#include <features.h>

/* The kernel's layout for x86-64 with 4-byte pointers, packed: what rt_sigaction reads and
 * writes on every host. The restorer is ignored. */
struct __attribute__((__packed__)) k_sigaction {
	void (*handler)(int);
	unsigned long flags;
	void (*restorer)(void);
	unsigned mask[2];
};
