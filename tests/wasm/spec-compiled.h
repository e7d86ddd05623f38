/*
 * The engine for compiled code in spec-runner: when SPEC_AOTC is set, it is a command (words separated by blanks) that
 * compiles: `$SPEC_AOTC -o IMAGE MODULE`.
 */
#ifndef SPEC_COMPILED_H
#define SPEC_COMPILED_H

#include "../../runtime-lite/aot/image.h"

/* Makes compiled code the engine of all that follows, if SPEC_AOTC says so. */
bool spec_compiled(void);

/* A valid module as it is in an image that is made of it. Ends the program when there is none. */
struct module *spec_compile(const char *path);

#endif
