/*
 * The linker: wasm-ld with our defaults (share/wali/wasm32-wali-linux-musl.ld) in front, and without
 * what GNU ld knows and wasm-ld does not. Being wasm-ld to clang as well, this sees -Wl, and -Xlinker
 * options one by one. Whatever is in no list goes to wasm-ld, which refuses what it does not know.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wrapper.h"

/*
 * Options without meaning here, less their dashes: long ones are taken with one dash or two. ELF's
 * tables and pages, dynamic linking, symbol versions, and tuning of GNU ld itself.
 */
static const char *const dropped[] = {
	"as-needed",
	"no-as-needed",
	"add-needed",
	"no-add-needed",
	"copy-dt-needed-entries",
	"no-copy-dt-needed-entries",
	"enable-new-dtags",
	"disable-new-dtags",
	"export-dynamic", /* would keep every function alive, for nobody: there is no dlopen */
	"E",
	"no-export-dynamic",
	"Bsymbolic",
	"Bsymbolic-functions",
	"Bgroup",
	"eh-frame-hdr",
	"no-eh-frame-hdr",
	"no-ld-generated-unwind-info",
	"start-group", /* wasm-ld searches all archives until nothing is undefined */
	"end-group",
	"(",
	")",
	"no-undefined", /* so it is anyway */
	"allow-shlib-undefined",
	"no-allow-shlib-undefined",
	"undefined-version",
	"no-undefined-version",
	"default-symver",
	"default-imported-symver",
	"warn-common",
	"no-warn-common",
	"warn-once",
	"warn-constructors",
	"warn-multiple-gp",
	"warn-section-align",
	"warn-shared-textrel",
	"warn-textrel",
	"warn-alternate-em",
	"warn-execstack",
	"no-warn-execstack",
	"warn-rwx-segments",
	"no-warn-rwx-segments",
	"warn-mismatch",
	"no-warn-mismatch",
	"no-warn-search-mismatch",
	"sort-common",
	"relax",
	"no-relax",
	"combreloc",
	"nocombreloc",
	"cref",
	"stats",
	"print-memory-usage",
	"no-keep-memory",
	"reduce-memory-overheads",
	"discard-all",
	"discard-locals",
	"discard-none",
	"x",
	"X",
	"gdb-index",
	"no-gdb-index",
	"push-state",
	"pop-state",
	"pie",
	"pic-executable",
	"no-pie",
	"no-dynamic-linker",
	"nmagic",
	"omagic",
	"no-omagic",
	"n",
	"N",
	"d",
	"dc",
	"dp",
	"g",
	"EL",
	"threads",
	"no-threads",
	"long-plt",
	"gc-keep-exported",
	"no-mmap-output-file",
	"nostdlib",
	"Qy",
	"p",
	"flto",
	"build-id=md5",
	"build-id=tree",
	"no-fix-cortex-a53-843419",
	"fix-cortex-a53-843419",
	"fix-cortex-a53-835769",
};

/* The same with a value, joined by '=' or in the next argument */
static const char *const dropped_with_value[] = {
	"rpath",
	"rpath-link",
	"soname",
	"version-script",
	"dynamic-list",
	"hash-style",
	"dynamic-linker",
	"exclude-libs",
	"sort-section",
	"icf",
	"compress-debug-sections",
	"spare-dynamic-tags",
	"orphan-handling",
	"package-metadata",
	"init",
	"fini",
	"plugin",
	"plugin-opt",
	"audit",
	"depaudit",
	"auxiliary",
	"filter",
	"format",
	"image-base",
	"retain-symbols-file",
	"sysroot",
	"pack-dyn-relocs",
	"version-exports-section",
};

/* One-letter options whose value is the next argument, and those that may have it joined */
static const char dropped_letters[] = "hRIYAbfFaG";
static const char dropped_joined[] = "RIYAFG";

/* What takes a value for wasm-ld, so that the value is not looked at */
static const char *const kept_with_value[] = {"o",     "L",	"l",	     "u",   "e",   "y",
					      "mllvm", "entry", "undefined", "Map", "wrap"};

/* Libraries of GCC that others of ours stand for */
static const char *const gcc_libraries[] = {"-lgcc",	"-lgcc_s", "-lgcc_eh",
					    "-latomic", "-lssp",   "-lssp_nonshared"};

/* The C++ libraries that clang++ asks for; C++ without its library needs none of them. */
static const char *const cxx_libraries[] = {"c++", "c++abi", "unwind"};

/* How many arguments from v on are to be left out because of one of GNU ld's options */
static int gnu_option(char **v)
{
	const char *name = *v + 1;

	if (**v != '-')
		return 0;
	if (!strcmp(*v, "-z"))
		return v[1] && !starts_with(v[1], "stack-size=") ? 2 : 0;
	if (starts_with(*v, "-z"))
		return !starts_with(*v, "-zstack-size=");
	if (!strcmp(*v, "-m"))
		return v[1] && !starts_with(v[1], "wasm") ? 2 : 0;
	if (starts_with(*v, "-melf"))
		return 1;
	if (*name == '-')
		name++;
	if (LISTED(dropped, name))
		return 1;
	for (size_t i = 0; i < sizeof(dropped_with_value) / sizeof(dropped_with_value[0]); i++) {
		size_t n = strlen(dropped_with_value[i]);

		if (strncmp(name, dropped_with_value[i], n))
			continue;
		if (name[n] == '=')
			return 1;
		if (!name[n])
			return v[1] ? 2 : 1;
	}
	return 0;
}

static int gnu_letter(char **v)
{
	char letter = v[0][0] == '-' ? v[0][1] : 0;

	if (!letter || !strchr(dropped_letters, letter))
		return 0;
	if (!v[0][2])
		return v[1] ? 2 : 1;
	return strchr(dropped_joined, letter) ? 1 : 0;
}

static bool is_missing_cxx_library(const char *arg)
{
	return starts_with(arg, "-l") && LISTED(cxx_libraries, arg + 2) &&
	       access(sdk_file("sysroot/lib/lib%s.a", arg + 2), F_OK);
}

/* Links in a child, then becomes the tool that works over the output. */
static _Noreturn void link_and_emulate_casts(struct args *a, const char *output)
{
	struct args tool = {0};
	const char *path = sdk_file("libexec/wali/wali-fpcast");
	pid_t pid = fork();
	int status;

	if (pid == 0)
		exec_llvm("wasm-ld", a);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		fail(126, "%s", strerror(errno));
	if (WIFSIGNALED(status))
		fail(128 + WTERMSIG(status), "wasm-ld: %s", strsignal(WTERMSIG(status)));
	if (WEXITSTATUS(status))
		_exit(WEXITSTATUS(status));
	args_add(&tool, output);
	args_exec(path, "wali-fpcast", &tool);
	fail(126, "%s: %s", path, strerror(errno));
}

void run_linker(char **argv)
{
	struct args user = {0}, a = {0};
	bool relocatable = false, emulate_casts = false;
	const char *output = "a.out";

	args_expand(&user, argv);
	for (char **v = user.v; *v; v++)
		if (!strcmp(*v, "-r") || !strcmp(*v, "--relocatable") ||
		    !strcmp(*v, "-relocatable"))
			relocatable = true;
	if (!relocatable)
		args_add_file(&a, sdk_file("share/wali/" TRIPLE ".ld"));

	for (char **v = user.v; *v;) {
		int skip = gnu_option(v);

		if (!strcmp(*v, "-shared") || !strcmp(*v, "--shared") || !strcmp(*v, "-Bshareable"))
			fail(1,
			     "-shared: shared libraries are not supported yet; build a static library");
		if (starts_with(*v, "-T") || !strcmp(*v, "--script") ||
		    starts_with(*v, "--script="))
			fail(1, "%s: linker scripts do not apply to WebAssembly", *v);
		if (!strcmp(*v, "--emulate-function-pointer-casts")) {
			emulate_casts = true;
			v++;
			continue;
		}
		if (!strcmp(*v, "-o") && v[1])
			output = v[1];
		if (!skip && **v == '-' && v[1] &&
		    LISTED(kept_with_value, *v + 1 + (v[0][1] == '-'))) {
			args_add(&a, *v++);
			args_add(&a, *v++);
			continue;
		}
		if (!skip)
			skip = gnu_letter(v);
		/* clang says so whenever there are threads, but it is a property of the finished program. */
		if (relocatable && !strcmp(*v, "--shared-memory"))
			skip = 1;
		if (!skip && (LISTED(gcc_libraries, *v) || is_missing_cxx_library(*v)))
			skip = 1;
		if (skip) {
			v += skip;
			continue;
		}
		/* GCC's C++ library by name */
		args_add(&a, !strcmp(*v, "-lstdc++") ? "-lc++" : *v);
		v++;
	}
	args_addf(&a, "-L%s/sysroot/lib", sdk_path());
	if (emulate_casts && !relocatable)
		link_and_emulate_casts(&a, output);
	exec_llvm("wasm-ld", &a);
}
