/* pkg-config that sees the sysroot and nothing else: not the machine's libraries, nor the user's. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrapper.h"

/* Every variable that adds a directory or takes the sysroot away */
static const char *const cleared[] = {"PKG_CONFIG_PATH", "PKG_CONFIG_TOP_BUILD_DIR",
				      "PKG_CONFIG_ALLOW_SYSTEM_CFLAGS",
				      "PKG_CONFIG_ALLOW_SYSTEM_LIBS"};

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
	set("PKG_CONFIG_SYSROOT_DIR", root);
	/* What the compiler searches anyway is not worth an -I or -L. */
	set("PKG_CONFIG_SYSTEM_INCLUDE_PATH", format("%s/include:/include:/usr/include", root));
	set("PKG_CONFIG_SYSTEM_LIBRARY_PATH", format("%s/lib:/lib:/usr/lib", root));

	while (*argv)
		args_add(&a, *argv++);
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		exec_on_path(programs[i], programs[i], &a);
	fail(127, "neither pkgconf nor pkg-config is on PATH; install pkgconf");
}
