/* Decides what to be from the name it was started with. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wrapper.h"

enum kind { COMPILER, LINKER, STRIP, PKG_CONFIG, PLAIN };

static const struct tool {
	const char *name;
	enum kind kind;
	const char *
		run; /* COMPILER: the driver mode; PLAIN: the LLVM tool that takes the same options */
} tools[] = {
	{"clang", COMPILER, "gcc"},
	{"gcc", COMPILER, "gcc"},
	{"cc", COMPILER, "gcc"},
	{"clang++", COMPILER, "g++"},
	{"g++", COMPILER, "g++"},
	{"c++", COMPILER, "g++"},
	{"cpp", COMPILER, "cpp"},
	{"ld", LINKER, NULL},
	{"wasm-ld", LINKER, NULL},
	{"strip", STRIP, NULL},
	{"pkg-config", PKG_CONFIG, NULL},
	{"pkgconf", PKG_CONFIG, NULL},
	{"ar", PLAIN, "llvm-ar"},
	{"ranlib", PLAIN, "llvm-ranlib"},
	{"nm", PLAIN, "llvm-nm"},
	{"objdump", PLAIN, "llvm-objdump"},
	{"objcopy", PLAIN, "llvm-objcopy"},
	{"size", PLAIN, "llvm-size"},
	{"strings", PLAIN, "llvm-strings"},
	{"readobj", PLAIN, "llvm-readobj"},
	/* llvm-readelf knows no Wasm; llvm-readobj has the same options */
	{"readelf", PLAIN, "llvm-readobj"},
	{"addr2line", PLAIN, "llvm-addr2line"},
	{"c++filt", PLAIN, "llvm-cxxfilt"},
};

static const char *program = "wali-clang";

static void complain(const char *what, const char *fmt, va_list ap)
{
	fprintf(stderr, "%s: %s: ", program, what);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

void fail(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain("error", fmt, ap);
	va_end(ap);
	exit(status);
}

void warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain("warning", fmt, ap);
	va_end(ap);
}

char *format(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		fail(126, "%s", strerror(errno));
	va_end(ap);
	return s;
}

bool starts_with(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

static const struct tool *find_tool(const char *name)
{
	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++)
		if (!strcmp(tools[i].name, name))
			return &tools[i];
	return NULL;
}

bool is_tool(const char *name)
{
	return find_tool(name) != NULL;
}

int main(int argc, char **argv)
{
	struct args a = {0};
	const struct tool *tool;
	const char *name;

	if (argc < 1)
		return 126;
	name = strrchr(argv[0], '/');
	program = name = name ? name + 1 : argv[0];
	if (starts_with(name, TRIPLE "-"))
		name += strlen(TRIPLE "-");
	else if (starts_with(name, "wali-"))
		name += strlen("wali-");

	tool = find_tool(name);
	/* Under a name of the user's own (a link called "mycc", say) it is what it is first of all. */
	if (!tool)
		tool = &tools[0];
	switch (tool->kind) {
	case COMPILER: run_compiler(tool->run, argv + 1);
	case LINKER: run_linker(argv + 1);
	case STRIP: run_strip(argv + 1);
	case PKG_CONFIG: run_pkg_config(argv + 1);
	case PLAIN:
		for (argv++; *argv; argv++)
			args_add(&a, *argv);
		exec_llvm(tool->run, &a);
	}
	abort();
}
