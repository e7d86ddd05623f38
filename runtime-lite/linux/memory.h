/* Guest memory, for the rest of the Linux layer. */
#ifndef LINUX_MEMORY_H
#define LINUX_MEMORY_H

#include "thread.h"

/* Once, when process.memory and process.null_page are set. False when memory is short. */
bool memory_init(void);
bool memory_is_mapped(uint64_t addr);

/* Gives a range back: nothing is mapped there any more. Under the lock. 0 or -ENOMEM. */
int64_t memory_cover(uint64_t start, uint64_t end);
/* After mapping over start..end has failed, which may have removed what was there: covers the hole, if there is
 * one. Under the lock. */
void memory_mend(uint64_t start, uint64_t end);
/* memory.size becomes at least this; under the lock. */
void memory_raise_top(uint64_t end);

/* memory->lock, for fork and mremap. */
void memory_lock(void);
void memory_unlock(void);

#endif
