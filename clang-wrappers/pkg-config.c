/* pkg-config that sees the sysroot and nothing else: not the machine's libraries, nor the user's. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrapper.h"

/* Every variable that adds a directory or changes what is done with one */
static const char *const cleared[] = {
	"PKG_CONFIG_PATH",
	"PKG_CONFIG_SYSROOT_DIR",
	"PKG_CONFIG_TOP_BUILD_DIR",
	"PKG_CONFIG_ALLOW_SYSTEM_CFLAGS",
	"PKG_CONFIG_ALLOW_SYSTEM_LIBS",
	"PKG_CONFIG_DONT_DEFINE_PREFIX",
	"PKG_CONFIG_DONT_RELOCATE_PATHS",
};

static void set(const char *name, const char *value)
{
	if (setenv(name, value, 1))
		fail(126, "%s: %s", name, strerror(errno));
}

_Noreturn void run_pkg_config(char **argv)
{
	static const char *const programs[] = {"pkgconf", "pkg-config"};
	const char *root = sdk_file("sysroot");
	struct args a = {0};

	for (size_t i = 0; i < sizeof(cleared) / sizeof(cleared[0]); i++)
		unsetenv(cleared[i]);
	set("PKG_CONFIG_LIBDIR", format("%s/lib/pkgconfig:%s/share/pkgconfig", root, root));
	/* What the compiler searches anyway is not worth an -I or -L. */
	set("PKG_CONFIG_SYSTEM_INCLUDE_PATH", format("%s/include:/include:/usr/include", root));
	set("PKG_CONFIG_SYSTEM_LIBRARY_PATH", format("%s/lib:/lib:/usr/lib", root));

	/*
	 * A prefix follows from where the .pc file is, whatever the package was configured with. (With
	 * PKG_CONFIG_SYSROOT_DIR, pkgconf 1.8 adds a path with a space in it twice.)
	 */
	args_add(&a, "--define-prefix");
	while (*argv)
		args_add(&a, *argv++);
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		exec_on_path(programs[i], programs[i], &a);
	fail(127, "neither pkgconf nor pkg-config is on PATH; install pkgconf");
}
