/* Shared by the test programs.
 *
 * A program prints what it finds; the same program run natively says what that should be. Only
 * what must succeed for the program to go on at all is checked here: a failure says so on stderr
 * and ends the process with status 99, which the runner counts as a failure on any side.
 */
#ifndef TESTS_LIBC_MUST_H
#define TESTS_LIBC_MUST_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline _Noreturn void must_fail(const char *what, int line, int error)
{
	fprintf(stderr, "line %d: %s failed, errno %d\n", line, what, error);
	_exit(99);
}

/* Yields the value of a call that answers -1 (as integer or pointer) on error. */
#define MUST(call)                                                                                 \
	({                                                                                         \
		__typeof__(call) must_result_ = (call);                                            \
		if (must_result_ == (__typeof__(call))-1)                                          \
			must_fail(#call, __LINE__, errno);                                         \
		must_result_;                                                                      \
	})

/* For calls that answer an error number, 0 if there is none. */
#define MUST0(call)                                                                                \
	do {                                                                                       \
		int must_error_ = (call);                                                          \
		if (must_error_)                                                                   \
			must_fail(#call, __LINE__, must_error_);                                   \
	} while (0)

/* For what must be true, such as a pointer that must not be null. */
#define TRUE(condition)                                                                            \
	do {                                                                                       \
		if (!(condition))                                                                  \
			must_fail(#condition, __LINE__, errno);                                    \
	} while (0)

/* Prints a call with its result, and errno if that is -1. */
#define TRY(call)                                                                                  \
	do {                                                                                       \
		errno = 0;                                                                         \
		long try_result_ = (long)(call);                                                   \
		if (try_result_ == -1)                                                             \
			printf("%s: errno %d\n", #call, errno);                                    \
		else                                                                               \
			printf("%s: %ld\n", #call, try_result_);                                   \
	} while (0)

#define SHOW(integer) printf("%s: %lld\n", #integer, (long long)(integer))

/* FNV-1a, to condense long results; start with hash = HASH_START. */
#define HASH_START 0xcbf29ce484222325u

static inline uint64_t hash_bytes(uint64_t hash, const void *data, size_t size)
{
	for (const unsigned char *p = data; size; p++, size--)
		hash = (hash ^ *p) * 0x100000001b3u;
	return hash;
}

/* xorshift64*: the same numbers on every libc. */
static inline uint64_t random_next(uint64_t *state)
{
	uint64_t x = *state;
	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*state = x;
	return x * 0x2545f4914f6cdd1du;
}

#endif
