/* Paths that mean something else to the guest than to the host's kernel, and files it must not have. */
#ifndef LINUX_PATH_H
#define LINUX_PATH_H

#include "thread.h"

/* Whether the guest path names the running program (/proc/self/exe and the like), which to the kernel is
 * wali-run and to the guest is process.path. */
bool path_is_self_exe(struct thread *t, uint32_t path);

/*
 * What a call that opens a file by any name returns goes through here: the descriptor, or -EACCES with it closed
 * again when it would give access to the memory of a process (/proc/PID/mem) or of the machine.
 */
int64_t guard_opened(int64_t fd);

/*
 * openat, openat2 or open_by_handle_at, guarded, and so that no other thread of the guest has the descriptor before it is
 * known to be harmless. A blocking call.
 */
int64_t open_guarded(struct thread *t, long nr, const uint64_t args[4], bool close_on_exec);
/* Whenever a process that has one thread is about to get a second. */
void open_before_threads(void);

#endif
