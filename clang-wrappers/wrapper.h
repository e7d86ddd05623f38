/*
 * One program under many names: wali-clang, wali-ar, wasm32-wali-linux-musl-gcc, ... It finds the
 * SDK it belongs to, rewrites its arguments and becomes the LLVM tool that does the work.
 *
 *   main.c         names -> what to run
 *   sdk.c          where the SDK and LLVM are
 *   args.c         argument vectors and response files
 *   compile.c      compiler driver: options that unmodified build systems pass and the target lacks
 *   link.c         GNU ld's options -> wasm-ld's
 *   strip.c        GNU strip's options -> llvm-strip's
 *   pkg-config.c   pkg-config that sees only the sysroot
 *
 * Nothing here is freed: the process image is replaced within a millisecond. Functions that fail
 * print one line and exit (1: bad arguments, 126: cannot run, 127: not found).
 */
#ifndef WRAPPER_H
#define WRAPPER_H

#include <stdbool.h>
#include <stddef.h>

#define TRIPLE "wasm32-wali-linux-musl"

struct args {
	char **v; /* v[n] is always NULL */
	size_t n, cap;
};

/* args.c */
void args_add(struct args *a, const char *s);
void args_addf(struct args *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void args_add_all(struct args *a, const struct args *b);
/* Appends v, with every @file replaced by the words in the file, quoted as GNU tools do. An @file
 * that cannot be read stays as it is, as with GCC. */
void args_expand(struct args *a, char **v);
bool listed(const char *const *list, size_t n, const char *s);
#define LISTED(list, s) listed(list, sizeof(list) / sizeof(list[0]), s)
/* Appends the words of a file of ours; '#' starts a comment line. Fails if there is no such file. */
void args_add_file(struct args *a, const char *path);
/* Runs path as name; a vector that the kernel would refuse for its size goes as a response file
 * that needs no cleaning up. Returns (with errno) only if path cannot be executed. */
void args_exec(const char *path, const char *name, struct args *a);

/* sdk.c */
/* The SDK's directory: absolute, symlinks resolved, no slash at the end. */
const char *sdk_path(void);
/* "<sdk>/<format>" */
char *sdk_file(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Tries every directory of PATH; returns if there is no such program. */
void exec_on_path(const char *program, const char *name, struct args *a);
/* Becomes the LLVM tool: in $WALI_LLVM, the configured directory, or as NAME-22 or NAME on PATH. */
_Noreturn void exec_llvm(const char *tool, struct args *a);

/* main.c */
_Noreturn void fail(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
bool starts_with(const char *s, const char *prefix);

/* The tools. They take the arguments after argv[0]. */
_Noreturn void run_compiler(const char *mode, char **argv);
_Noreturn void run_linker(char **argv);
_Noreturn void run_strip(char **argv);
_Noreturn void run_pkg_config(char **argv);

/* main.c: is there a tool of that name? */
bool is_tool(const char *name);

#endif
