/*
 * Structures and numbers of the guest, which are those of x86-64 with pointers of 32 bits, and their
 * conversion to and from the host's. What depends on the host's ISA is in layout_<isa>.h.
 */
#ifndef LINUX_LAYOUT_H
#define LINUX_LAYOUT_H

#include "host.h"

#include <sys/stat.h>
#include <sys/uio.h>

/*
 * layout_<isa>.h defines HOST_NR(x86_64, aarch64, riscv64), which picks this ISA's column of wali.def, and
 * those open flags that are not the same everywhere.
 */
#if defined(__x86_64__)
#include "layout_x86_64.h"
#elif defined(__aarch64__)
#include "layout_aarch64.h"
#elif defined(__riscv) && __riscv_xlen == 64
#include "layout_riscv64.h"
#else
#error "no layouts for this ISA: see layout.h"
#endif

#define GUEST_O_DIRECT	  0040000
#define GUEST_O_LARGEFILE 0100000
#define GUEST_O_DIRECTORY 0200000
#define GUEST_O_NOFOLLOW  0400000

/* Flags of open and of F_GETFL, F_SETFL. O_TMPFILE has the bit of O_DIRECTORY in it. */
uint64_t open_flags_to_host(uint64_t flags);
uint64_t open_flags_to_guest(uint64_t flags);

struct guest_stat {
	uint64_t dev, ino, nlink;
	uint32_t mode, uid, gid, pad0;
	uint64_t rdev;
	int64_t size, blksize, blocks;
	struct timespec atim, mtim, ctim;
	uint64_t unused[3];
};
_Static_assert(sizeof(struct guest_stat) == 144, "struct stat of x86-64");

/* 0 or -EFAULT. */
int64_t stat_to_guest(struct thread *t, uint32_t dst, const struct stat *st);

struct guest_iovec {
	uint32_t base, len;
};

/*
 * An iovec array of the guest, translated. The array lives in `few` or on the heap: iovecs_free in any case.
 * A count that the kernel refuses is left to the kernel to refuse.
 */
struct iovecs {
	struct iovec *v;
	size_t count; /* what to tell the kernel */
	struct iovec few[16];
};
/* 0, -EFAULT or -ENOMEM; nothing to free unless 0. */
int64_t iovecs_from_guest(struct thread *t, struct iovecs *iov, uint32_t src, uint64_t count);
void iovecs_free(struct iovecs *iov);

#endif
