/*
 * The compiler driver. clang knows the target; share/wali/wasm32-wali-linux-musl.cfg says how we use
 * it. What is left for here: paths, and options that are part of every build system's vocabulary
 * but mean nothing for WebAssembly, where clang would give up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrapper.h"

enum action {
	KEEP,	/* clang's business */
	DROP,	/* what it asks for is so already, or cannot matter: nothing to tell */
	IGNORE, /* another machine's: the user may have wanted something by it, so a warning */
};

/* The first that fits decides. A name that ends in '*' stands for all that begin like it. */
static const struct rule {
	const char *name;
	enum action action;
} rules[] = {
	/* There is one kind of program: linked statically, at fixed addresses. */
	{"-static", DROP},
	{"-static-pie", DROP},
	{"-static-lib*", DROP},
	{"-shared-libgcc", DROP},
	{"-pie", DROP},
	{"-no-pie", DROP},
	{"-nopie", DROP},
	{"-fpie", DROP},
	{"-fPIE", DROP},
	{"-fpic", DROP},
	{"-fPIC", DROP},
	{"-fno-pie", DROP},
	{"-fno-PIE", DROP},
	{"-fno-pic", DROP},
	{"-fno-PIC", DROP},
	{"-fplt", DROP},
	{"-fno-plt", DROP},
	{"-fsemantic-interposition", DROP},
	{"-fno-semantic-interposition", DROP},
	{"-rdynamic", DROP},
	/* Threads and the linker are the target's. */
	{"-pthread", DROP},
	{"-pthreads", DROP},
	{"-mthreads", DROP},
	{"-fuse-ld=*", DROP},
	{"-fuse-linker-plugin", DROP},
	{"-fno-use-linker-plugin", DROP},
	{"-rtlib=*", DROP},
	{"--rtlib=*", DROP},
	/* Return addresses and code are out of a program's reach to begin with. */
	{"-fcf-protection*", DROP},
	{"-fstack-clash-protection", DROP},
	{"-fno-stack-clash-protection", DROP},
	{"-fzero-call-used-regs=*", DROP},
	{"-fhardened", DROP},
	{"-mbranch-protection=*", DROP},
	{"-mshstk", DROP},
	/* GCC's own machinery */
	{"-specs=*", DROP},
	{"--specs=*", DROP},
	{"-frecord-gcc-switches", DROP},
	/* The target's sizes, asked for by name */
	{"-m32", DROP},
	{"-mlong-double-128", DROP},
	/* The -m options that are the target's or everyone's; its features are in is_feature(). */
	{"-mllvm", KEEP},
	{"-mllvm=*", KEEP},
	{"-mexec-model=*", KEEP},
	{"-mthread-model*", KEEP},
	{"-mcpu=generic", KEEP},
	{"-mcpu=mvp", KEEP},
	{"-mcpu=lime1", KEEP},
	{"-mcpu=bleeding-edge", KEEP},
	{"-mlong-double-*", KEEP}, /* the size is part of the ABI: clang refuses */
	{"-mrelax-all", KEEP},
	{"-momit-leaf-frame-pointer", KEEP},
	{"-mno-omit-leaf-frame-pointer", KEEP},
	{"-m*", IGNORE},
	{"-Wa,-m*", IGNORE},
	{"-Wa,--32", IGNORE},
	{"-Wa,--64", IGNORE},
	{"-Wa,--gdwarf*", IGNORE},
	{"-ffixed-*", IGNORE},
	{"-fpcc-struct-return", IGNORE},
	{"-fpatchable-function-entry=*", IGNORE},
};

/* -mFEATURE and -mno-FEATURE, as of clang 22 */
static const char *const features[] = {
	"atomics",
	"bulk-memory",
	"bulk-memory-opt",
	"call-indirect-overlong",
	"exception-handling",
	"extended-const",
	"fp16",
	"gc",
	"multimemory",
	"multivalue",
	"mutable-globals",
	"nontrapping-fptoint",
	"reference-types",
	"relaxed-simd",
	"sign-ext",
	"simd128",
	"tail-call",
	"wide-arithmetic",
};

/* Options whose value is the next argument, so that it is not taken for an input file */
static const char *const with_value[] = {
	"-o",		"-I",
	"-L",		"-D",
	"-U",		"-l",
	"-B",		"-u",
	"-e",		"-z",
	"-MF",		"-MT",
	"-MQ",		"-MJ",
	"-include",	"-imacros",
	"-isystem",	"-idirafter",
	"-iquote",	"-iprefix",
	"-isysroot",	"-iwithprefix",
	"-Xclang",	"-Xlinker",
	"-Xassembler",	"-Xpreprocessor",
	"-mllvm",	"--param",
	"-dumpbase",	"--sysroot",
	"-G",		"-Xarch_host",
	"-include-pch", "-main-file-name",
	"-wrapper",	"-aux-info",
};

/* What a first look at the command line shows */
struct job {
	bool links;	 /* it goes as far as linking */
	bool has_source; /* something is compiled */
	bool silent;	 /* no warnings about options */
	bool lto;	 /* at link time */
	bool strict;	 /* such warnings are errors: how build systems ask for the truth */
};

static bool is_feature(const char *arg)
{
	if (!starts_with(arg, "-m"))
		return false;
	arg += starts_with(arg, "-mno-") ? 5 : 2;
	return LISTED(features, arg);
}

static enum action action_for(const char *arg)
{
	if (arg[0] != '-' || is_feature(arg))
		return KEEP;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		size_t n = strlen(rules[i].name);

		if (rules[i].name[n - 1] == '*' ? !strncmp(arg, rules[i].name, n - 1)
						: !strcmp(arg, rules[i].name))
			return rules[i].action;
	}
	return KEEP;
}

static bool is_object(const char *file)
{
	static const char *const suffixes[] = {".o", ".a", ".lo", ".obj", ".so", ".wasm"};
	const char *dot = strrchr(file, '.');

	return dot && LISTED(suffixes, dot);
}

static struct job look_at(char **argv)
{
	static const char *const stops[] = {"-c",	    "-S",	 "-E",
					    "-M",	    "-MM",	 "-fsyntax-only",
					    "--precompile", "-emit-ast", "-###"};
	struct job job = {.links = true};

	for (; *argv; argv++) {
		char *arg = *argv;

		if (LISTED(stops, arg))
			job.links = false;
		else if (LISTED(with_value, arg) && argv[1])
			argv++;
		else if (!strcmp(arg, "-") || starts_with(arg, "-x") ||
			 (arg[0] != '-' && !is_object(arg)))
			job.has_source = true;
		else if (!strcmp(arg, "-w") || !strcmp(arg, "-Qunused-arguments") ||
			 !strcmp(arg, "-Wno-unused-command-line-argument"))
			job.silent = true;
		else if (starts_with(arg, "-flto"))
			job.lto = true;
		else if (!strcmp(arg, "-fno-lto"))
			job.lto = false;
		else if (!strcmp(arg, "-Werror=unused-command-line-argument"))
			job.strict = true;
	}
	return job;
}

/* Answers about the SDK that clang would answer about itself */
static void answer(const char *arg)
{
	const char *name = NULL;

	if (!strcmp(arg, "-dumpmachine"))
		puts(TRIPLE); /* clang's own name for it is unknown to config.sub */
	else if (!strcmp(arg, "-print-sysroot") || !strcmp(arg, "--print-sysroot"))
		puts(sdk_file("sysroot"));
	else if (!strcmp(arg, "-print-search-dirs") || !strcmp(arg, "--print-search-dirs"))
		printf("programs: =%s/bin\nlibraries: =%s/sysroot/lib\n", sdk_path(), sdk_path());
	else if (starts_with(arg, "-print-prog-name="))
		name = arg + strlen("-print-prog-name=");
	else if (starts_with(arg, "--print-prog-name="))
		name = arg + strlen("--print-prog-name=");
	else
		return;
	if (name && !is_tool(name))
		return;
	if (name)
		puts(sdk_file("bin/" TRIPLE "-%s", name));
	exit(fflush(stdout) ? 1 : 0);
}

static void refuse_target(const char *target)
{
	if (!starts_with(target, "wasm32"))
		fail(1, "--target=%s: this compiler is for " TRIPLE " only", target);
}

/* What would give another program than was asked for, and clang says less clearly or not at all */
static void refuse(const char *arg, const struct job *job, char **argv)
{
	if (!strcmp(arg, "-stdlib=libstdc++"))
		fail(1, "-stdlib=libstdc++: the SDK's C++ library is libc++");
	if (!job->links)
		return;
	if (!strcmp(arg, "-shared") || !strcmp(arg, "--shared"))
		fail(1, "-shared: shared libraries are not supported yet; build a static library");
	if (!strcmp(arg, "-T") || starts_with(arg, "-Wl,-T,"))
		fail(1, "-T: linker scripts do not apply to WebAssembly");
	if (!strcmp(arg, "--wasm-opt") && access(sdk_file("libexec/wali/wasm-opt"), X_OK))
		fail(1,
		     "--wasm-opt: the SDK has no libexec/wali/wasm-opt; clang-wrappers/add-wasm-opt adds it");
	if (starts_with(arg, "-fsanitize=undefined")) {
		for (; *argv; argv++)
			if (starts_with(*argv, "-fsanitize-trap") ||
			    !strcmp(*argv, "-fsanitize-undefined-trap-on-error"))
				return;
		fail(1, "%s: its runtime is not supported; add -fsanitize-trap=undefined", arg);
	}
}

void run_compiler(const char *mode, char **argv)
{
	struct args user = {0}, a = {0};
	struct job job;

	args_expand(&user, argv);
	job = look_at(user.v);

	/*
	 * The paths are here and not in the configuration file, where they could only be written as
	 * <CFGDIR>/../.., to the annoyance of everyone who reads dependency files.
	 */
	args_add(&a, "--no-default-config");
	args_addf(&a, "--config=%s/share/wali/" TRIPLE ".cfg", sdk_path());
	args_addf(&a, "--sysroot=%s/sysroot", sdk_path());
	args_addf(&a, "-resource-dir=%s/lib/clang/22", sdk_path());
	args_addf(&a, "-B%s/sysroot/lib", sdk_path());
	args_addf(&a, "-B%s/libexec/wali", sdk_path());
	args_addf(&a, "--driver-mode=%s", mode);

	for (char **v = user.v; *v; v++) {
		char *arg = *v;

		answer(arg);
		refuse(arg, &job, user.v);
		if (starts_with(arg, "--target=")) {
			refuse_target(arg + strlen("--target="));
			continue;
		}
		if ((!strcmp(arg, "-target") || !strcmp(arg, "--target")) && v[1]) {
			refuse_target(*++v);
			continue;
		}
		if (LISTED(with_value, arg) && v[1]) {
			args_add(&a, arg);
			args_add(&a, *++v);
			continue;
		}
		switch (action_for(arg)) {
		case IGNORE:
			if (!job.has_source || job.silent)
				continue;
			/* The words are such that cmake's checks see the option as not supported. */
			if (job.strict)
				fail(1, "option '%s' is not supported for WebAssembly", arg);
			warn("ignoring option '%s': not supported for WebAssembly "
			     "[-Wunused-command-line-argument]",
			     arg);
			continue;
		case DROP: continue;
		case KEEP: args_add(&a, arg);
		}
		/* GCC takes -r to mean that nothing is added; clang leaves start files and libraries in. */
		if (!strcmp(arg, "-r"))
			args_add(&a, "-nostdlib");
	}
	/* Calls of these arise after the linker has decided which members of libc.a it needs. */
	if (job.links && job.lto)
		args_add(&a, "-Wl,-u,__wasm_setjmp,-u,__wasm_setjmp_test,-u,__wasm_longjmp");
	exec_llvm("clang", &a);
}
