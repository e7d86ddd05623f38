/*
 * From a file to a module, and to the compiled code that there may be of it.
 */
#ifndef LINUX_LOAD_H
#define LINUX_LOAD_H

#include "../wasm/instance.h"

/* Exit statuses, as env(1) and shells have them. */
#define CANNOT_RUN 126
#define NOT_FOUND  127

enum aot_mode {
	AOT_NEVER,  /* interpret, but for images that the user names */
	AOT_AUTO,   /* use an image of the cache if there is one */
	AOT_ALWAYS, /* compile if there is none */
};
extern enum aot_mode aot_mode;

/* False when it is no mode's name. */
bool aot_mode_parse(const char *name);

/*
 * `fd` is -1 or the file's descriptor, which is closed. What is loaded stays for as long as the process lives. Messages are
 * printed; the result is 0 or an exit status.
 */
int load(const char *path, int fd, struct module *module);

/* Prints the line, and returns the status. */
int load_refuse(const char *path, const char *why);

#endif
