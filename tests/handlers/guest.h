/*
 * A guest without an engine: one thread with a linear memory, in which tests put things and call handlers
 * as a module would. Signals are not delivered.
 */
#ifndef TESTS_HANDLERS_GUEST_H
#define TESTS_HANDLERS_GUEST_H

#include "linux/layout.h"
#include "linux/syscalls.h"

#include <stdio.h>

extern struct thread *t;

#define MAPPED	 (1u << 20) /* bytes of memory; the first page and all above are not accessible */
#define UNMAPPED 0x7fff0000u

/* Allocate in guest memory, for good. The address is a multiple of 16. */
uint32_t put(const void *bytes, size_t n);
uint32_t put_string(const char *s);
uint32_t room(size_t n); /* zeroed */

/* What is there. */
#define AT(type, p) ((type *)(t->base + (p)))

/* TAP. */
void ok(bool good, const char *what);
void is(int64_t value, int64_t expected, const char *what);
void skip(const char *what, const char *why);

/* A directory of the test's own, which is its working directory; all is removed in the end. */
void begin(void);
int finish(void);

#endif
