/*
 * What is mapped in the guest's address space: memory 0, seen with 4 KiB pages.
 *
 * Everything the guest has, in ascending order, without overlaps; what is not in the list is free, and PROT_NONE
 * natively. Addresses are guest addresses in 64 bits, because an end can be 4 GiB. All functions are
 * called with memory->lock held.
 */
#ifndef LINUX_ADDRESS_SPACE_H
#define LINUX_ADDRESS_SPACE_H

#include "thread.h"

enum range_kind {
	RANGE_ANONYMOUS, /* private */
	RANGE_FILE,	 /* private */
	RANGE_SHARED,	 /* file or anonymous */
	RANGE_SYSV,	 /* shmat */
};

/* Neighbours that have come apart and are alike again become one; anonymous ones in any case. */
struct range {
	uint64_t start, end;
	uint32_t id; /* of the mapping, which no other has; of anonymous ones 0 */
	uint8_t prot;
	uint8_t kind;
};

struct address_space {
	struct range *ranges;
	size_t count, capacity;
	uint32_t last_id;
	uint64_t limit;		 /* nothing is mapped at or above it */
	uint64_t brk_start, brk; /* brk in bytes, not rounded */
	uint64_t mmap_base;	 /* mmap looks for room from here on, then below */
};

struct address_space *space_new(uint64_t initial, uint64_t limit, uint64_t null_page);

/* Room for the bookkeeping of the next operation, so that it cannot fail half-way. */
bool space_prepare(struct address_space *s);

/* The first range that ends above `addr`, or count. */
size_t space_at(const struct address_space *s, uint64_t addr);
bool space_is_free(const struct address_space *s, uint64_t start, uint64_t end);
/* Is every byte mapped? */
bool space_is_mapped(const struct address_space *s, uint64_t start, uint64_t end);
/* A free place of that size for mmap, or 0. */
uint64_t space_find(const struct address_space *s, uint64_t size);

/* Each after space_prepare. */
void space_remove(struct address_space *s, uint64_t start, uint64_t end);
void space_add(struct address_space *s, uint64_t start, uint64_t end, int prot,
	       enum range_kind kind);
void space_protect(struct address_space *s, uint64_t start, uint64_t end, int prot);

#endif
