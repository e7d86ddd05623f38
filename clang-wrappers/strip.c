/*
 * strip: llvm-strip takes few of GNU's options for Wasm files, and --strip-all makes an object file
 * useless (its symbols are a section like any other). So programs are stripped of everything, object
 * files and archives of debug information, which is what those who call strip are after.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wrapper.h"

/* GNU strip's options whose value is joined or the next argument, and that make no difference here */
static const char dropped_letters[] = "KNRFIO";
static const char *const dropped_with_value[] = {
	"--keep-symbol",  "--strip-symbol",  "--remove-section", "--target",
	"--input-target", "--output-target", "--keep-section",
};
static const char *const dropped[] = {
	"-x",
	"-X",
	"--discard-all",
	"--discard-locals",
	"-w",
	"--wildcard",
	"-v",
	"--verbose",
	"-D",
	"-U",
	"--enable-deterministic-archives",
	"--disable-deterministic-archives",
	"-M",
	"--merge-notes",
	"--no-merge-notes",
	"--keep-file-symbols",
	"--strip-dwo",
};
static const char *const debug_only[] = {"-g", "-S", "-d", "--strip-debug", "--strip-unneeded"};

/* A program can be stripped of all; an archive or object file (section "linking") cannot. */
static bool is_program(const char *path)
{
	FILE *f = fopen(path, "re");
	unsigned char head[8];
	bool program = true;
	int id;

	if (!f)
		return true; /* llvm-strip will say why */
	if (fread(head, 1, sizeof(head), f) != sizeof(head) || memcmp(head, "\0asm", 4))
		program = !!memcmp(head, "!<arch>\n", 8) && !!memcmp(head, "!<thin>\n", 8);
	else
		while (program && (id = getc(f)) != EOF) {
			unsigned char name[8];
			unsigned long size = 0;
			int c, shift = 0;
			long start;

			while ((c = getc(f)) != EOF && shift < 32) {
				size |= (unsigned long)(c & 127) << shift;
				shift += 7;
				if (!(c & 128))
					break;
			}
			start = ftell(f);
			if (id == 0 && size > 8 && fread(name, 1, 8, f) == 8 &&
			    !memcmp(name, "\7linking", 8))
				program = false;
			if (c == EOF || fseek(f, start + (long)size, SEEK_SET))
				break;
		}
	fclose(f);
	return program;
}

static _Noreturn void strip(const struct args *options, bool all, const struct args *files)
{
	struct args a = {0};

	args_add(&a, all ? "--strip-all" : "--strip-debug");
	args_add_all(&a, options);
	args_add_all(&a, files);
	exec_llvm("llvm-strip", &a);
}

void run_strip(char **argv)
{
	struct args user = {0}, options = {0}, programs = {0}, objects = {0};
	bool all = true, only_files = false;
	int status = 0;

	args_expand(&user, argv);
	for (char **v = user.v; v && *v; v++) {
		char *arg = *v, *value = strchr(arg, '=');

		if (only_files || arg[0] != '-' || !arg[1]) {
			args_add(is_program(arg) ? &programs : &objects, arg);
		} else if (!strcmp(arg, "--")) {
			only_files = true;
		} else if (!strcmp(arg, "-s") || !strcmp(arg, "--strip-all")) {
			all = true;
		} else if (LISTED(debug_only, arg)) {
			all = false;
		} else if (LISTED(dropped, arg)) {
			;
		} else if (arg[1] != '-' && strchr(dropped_letters, arg[1])) {
			v += !arg[2] && v[1];
		} else if (value &&
			   LISTED(dropped_with_value, format("%.*s", (int)(value - arg), arg))) {
			;
		} else if (LISTED(dropped_with_value, arg)) {
			v += !!v[1];
		} else if (!strcmp(arg, "-o") && v[1]) {
			args_add(&options, arg);
			args_add(&options, *++v);
		} else {
			args_add(&options, arg);
		}
	}

	if (!all || !objects.n || !programs.n) {
		args_add_all(&programs, &objects);
		strip(&options, all && !objects.n, &programs);
	}
	fflush(NULL);
	switch (fork()) {
	case -1: fail(126, "fork: %s", strerror(errno));
	case 0: strip(&options, false, &objects);
	}
	if (wait(&status) < 0 || status)
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 126);
	strip(&options, true, &programs);
}
