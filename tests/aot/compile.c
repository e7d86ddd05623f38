/*
 * Compiles modules to objects: compile [-O LEVEL] [-t TRIPLE] [-g] [-s none|function|loop] [-j THREADS] [-d DUMP-DIRECTORY] [-o PREFIX] FILE...
 * Objects are PREFIX.N.o (of the last file).
 */
#include "../../runtime-lite/aot/compile.h"
#include "../../runtime-lite/aot/cpu.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static char features[2000];

static void set_target(struct aot_options *o, const char *name)
{
	for (unsigned i = 0; i < 3; i++) {
		const struct cpu_isa *isa = &cpu_isas[i];
		char *p = features;

		if (strcmp(isa->name, name))
			continue;
		o->triple = isa->triple;
		o->cpu = isa->cpu;
		*p = 0;
		for (size_t k = 0; k < isa->nfeatures; k++)
			if (isa->features[k].baseline)
				p += sprintf(p, "%s+%s", p == features ? "" : ",",
					     isa->features[k].name);
		o->features = features;
		return;
	}
	fprintf(stderr, "compile: no ISA %s\n", name);
	exit(2);
}

static bool write_objects(const struct aot_output *out, const char *prefix)
{
	for (uint32_t i = 0; i < out->nobjects; i++) {
		char *path;
		FILE *f;

		if (asprintf(&path, "%s.%u.o", prefix, i) < 0)
			return false;
		f = fopen(path, "w");
		free(path);
		if (!f || fwrite(out->objects[i].bytes, 1, out->objects[i].size, f) !=
				  out->objects[i].size)
			return false;
		if (fclose(f))
			return false;
	}
	return true;
}

static bool compile(const char *path, const struct aot_options *o, const char *prefix)
{
	int fd = open(path, O_RDONLY);
	struct wasm_error err;
	struct aot_output out;
	struct module m;
	struct stat st;
	char error[500];
	void *bytes;
	bool ok;

	if (fd < 0 || fstat(fd, &st)) {
		perror(path);
		return false;
	}
	bytes = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (!module_decode(&m, bytes, st.st_size, &err)) {
		printf("%s: invalid: %s\n", path, err.message);
		return true;
	}
	ok = aot_compile(&m, o, &out, error, sizeof(error));
	if (!ok)
		printf("%s: %s\n", path, error);
	else if (prefix && !write_objects(&out, prefix)) {
		perror(prefix);
		ok = false;
	}
	if (ok)
		aot_output_free(&out);
	module_free(&m);
	munmap(bytes, st.st_size);
	return ok;
}

int main(int argc, char **argv)
{
	struct aot_options o = {.level = 2, .verify = true};
	const char *prefix = NULL;
	int c, failed = 0;

	set_target(&o, "x86_64");
	while ((c = getopt(argc, argv, "O:t:gs:j:d:o:n")) >= 0) {
		switch (c) {
		case 'O': o.level = atoi(optarg); break;
		case 't': set_target(&o, optarg); break;
		case 'g': o.debug = true; break;
		case 's':
			o.safepoints = *optarg == 'l'	? AOT_SAFEPOINTS_LOOP
				       : *optarg == 'f' ? AOT_SAFEPOINTS_FUNCTION
							: AOT_SAFEPOINTS_NONE;
			break;
		case 'j': o.threads = atoi(optarg); break;
		case 'd': o.dump = optarg; break;
		case 'o': prefix = optarg; break;
		case 'n': o.verify = false; break;
		default: return 2;
		}
	}
	for (; optind < argc; optind++)
		failed += !compile(argv[optind], &o, prefix);
	return failed != 0;
}
