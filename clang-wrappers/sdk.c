/* Where things are: the SDK around this program, and LLVM. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "wrapper.h"

/* Set by the build script: LLVM's bin directory at build time. */
#ifndef LLVM_BINDIR
#define LLVM_BINDIR "/usr/lib/llvm-22/bin"
#endif
#define LLVM_VERSION "22"

/*
 * The tools are in bin/, and once more in libexec/wali/ for clang to find; the configuration file
 * tells where the top is. Without /proc the name that the kernel was given has to do.
 */
const char *sdk_path(void)
{
	static char path[PATH_MAX];
	char self[PATH_MAX], *slash;
	ssize_t n;

	if (path[0])
		return path;
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n > 0)
		self[n] = 0;
	else if (!realpath((const char *)getauxval(AT_EXECFN), self))
		fail(126, "cannot find the SDK: /proc is not mounted");
	while ((slash = strrchr(self, '/')) && slash > self) {
		*slash = 0;
		snprintf(path, sizeof(path), "%s/share/wali/" TRIPLE ".cfg", self);
		if (!access(path, R_OK)) {
			strcpy(path, self);
			return path;
		}
	}
	fail(126, "no share/wali/" TRIPLE ".cfg above this program; the SDK is incomplete");
}

char *sdk_file(const char *fmt, ...)
{
	va_list ap;
	char *file;

	va_start(ap, fmt);
	if (vasprintf(&file, fmt, ap) < 0)
		fail(126, "out of memory");
	va_end(ap);
	return format("%s/%s", sdk_path(), file);
}

void exec_on_path(const char *program, const char *name, struct args *a)
{
	const char *dirs = getenv("PATH"), *dir, *end;

	for (dir = dirs; dir && *dir; dir = *end ? end + 1 : end) {
		end = strchrnul(dir, ':');
		if (end != dir)
			args_exec(format("%.*s/%s", (int)(end - dir), dir, program), name, a);
	}
}

void exec_llvm(const char *tool, struct args *a)
{
	const char *dir = getenv("WALI_LLVM");

	/* Who names a directory means it: no quiet use of another version. */
	if (dir && *dir) {
		args_exec(format("%s/%s", dir, tool), tool, a);
		fail(errno == ENOENT ? 127 : 126,
		     "%s/%s: %s; WALI_LLVM must name LLVM's bin directory", dir, tool,
		     strerror(errno));
	}
	args_exec(format("%s/%s", LLVM_BINDIR, tool), tool, a);
	exec_on_path(format("%s-" LLVM_VERSION, tool), tool, a);
	fail(127,
	     "%s " LLVM_VERSION " not found in " LLVM_BINDIR
	     " or on PATH; install clang-" LLVM_VERSION ", lld-" LLVM_VERSION
	     " and llvm-" LLVM_VERSION ", or set WALI_LLVM to LLVM's bin directory",
	     tool);
}
