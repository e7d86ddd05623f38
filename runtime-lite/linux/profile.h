/*
 * wali-run --profile: where the guest's CPU time goes, as folded stacks ("main;parse;next_token 17"), which
 * flamegraph.pl, inferno and speedscope read.
 *
 * Each thread has a timer that counts its CPU time and sends PROFILE_SIGNAL. Compiled code is looked at where it is; the
 * interpreter, and compiled code that is in the host, at their next poll. The signal is not the guest's while this is on.
 */
#ifndef LINUX_PROFILE_H
#define LINUX_PROFILE_H

#include "thread.h"

#define PROFILE_SIGNAL 64

/* Before the first thread, with an absolute path, which is kept. The file is written when the process ends, by exit or exec; a process that is forked
 * writes to PATH.PID. False, with a line printed, when it cannot be written. */
bool profile_start(const char *path);
static inline bool profile_on(void)
{
	extern bool profile_enabled;

	return profile_enabled;
}

void profile_thread(struct thread *t);	     /* a thread begins */
void profile_thread_ended(struct thread *t); /* in itself */
void profile_forked(struct thread *t);	     /* in the child */
/* In the native handler, where this is not the place to look: at the next poll it is. */
void profile_wanted(struct thread *t);
void profile_sample(struct thread *t);
/* Writes the file, if there is one to be written. */
void profile_write(void);

#endif
