/*
 * From a module to its compiled code in memory, without files and without a linker: what wali-aotc, lld and wali-run do for
 * programs, quickly enough for many thousands of them. x86-64 only.
 */
#ifndef LOAD_H
#define LOAD_H

#include "../../runtime-lite/wasm/module.h"

/*
 * Compiles a decoded module at that level (0 to 3; `precise`: --precise-traps; `verify`: LLVM's verifier looks at everything) and prepares it, so that
 * instances of it run the code. The code stays as long as the process. False with a message.
 */
bool load_compiled(struct module *m, unsigned level, bool precise, bool verify, char *error,
		   size_t size);

#endif
