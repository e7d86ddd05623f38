/* Processes and threads, for the rest of the Linux layer. */
#ifndef LINUX_PROCESS_H
#define LINUX_PROCESS_H

#include "thread.h"

/* The hooks of a guest thread: poll is here, trap in fault.c. */
extern const struct hooks process_hooks;
enum outcome fault_trap(struct exec *x, enum trap trap, uint64_t address, int fault);

/* Runs a thread's outermost function: EXEC_OK when it returned, EXEC_EXIT when the thread is to end. */
enum outcome thread_run(struct thread *t, struct func *f, union slot *slots);

/* What the guest's "function pointer" names: element `index` of table 0. NULL if there is none, or the table is not one of
 * functions. Its type is the caller's to check. */
struct func *process_function(uint32_t index);

/* The end of a thread, in it: tells the guest. The native thread is to end right afterwards. */
void thread_ended(struct thread *t);

/* Marks and releases the robust mutexes that the thread still holds. */
void robust_list_ended(struct thread *t);

/* Creating a thread and forking exclude each other. */
void threads_lock(void);
void threads_unlock(void);
/* In the child of fork. */
void threads_forked(void);

/* The kernel sees no pointers of the guest: argv or envp as a host array, its strings left where they are. */
struct strings {
	char **v; /* malloc'd; `before` entries are free, then count strings, then NULL */
	size_t before, count;
};
/* 0, -EFAULT, -E2BIG or -ENOMEM. A null vector is an empty one. */
int64_t strings_from_guest(struct thread *t, struct strings *s, uint32_t vector, size_t before);

/* Loads the module at `path`, or from fd if that is not -1, which is closed, and runs it. Messages are printed;
 * the result is an exit status of wali-run. */
int process_start(const char *path, int fd);

/* Options of wali-run that exec of a module passes on, before the program's name. */
#define PROCESS_OPTIONS 8
extern char *process_options[PROCESS_OPTIONS];
extern size_t process_noptions;

/* Makes /proc/PID/cmdline the guest's, if the kernel lets us. May move the string that argv[0] points at. */
void cmdline_publish(void);

#endif
