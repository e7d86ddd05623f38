/* wali-aotc: options, one module, one image. */
#include "cache.h"
#include "compile.h"
#include "snapshot.h"
#include "target.h"
#include "writer.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#ifndef WALI_VERSION
#define WALI_VERSION "0.1"
#endif

#define PATIENCE 2.0 /* seconds without a word */

static const char usage[] =
	"Usage: wali-aotc [OPTION]... PROGRAM.wasm\n"
	"Compile a WebAssembly program ahead of time, for wali-run.\n"
	"\n"
	"  -o FILE            write the image to FILE; by default it goes where wali-run looks for it\n"
	"  --target=ISA       x86_64, aarch64 or riscv64; by default this machine's\n"
	"  --cpu=NAME         native, baseline, or a CPU by the name that clang has for it; by default\n"
	"                     baseline with -o or for another ISA, else native\n"
	"  -O0, -O1, -O2, -O3 optimise less, or more; -O2 by default\n"
	"  -g                 source files and lines for debuggers, from the program's own\n"
	"  --safepoints=WHAT  look for signals at back edges (loop), entries (function), or never (none)\n"
	"  --precise-traps    drop and delay no trap of a load; slower\n"
	"  -j N               use N threads; by default one for each CPU\n"
	"  --no-snapshot      have the program fill its memory each time it starts\n"
	"  --verify           check what is given to LLVM\n"
	"  --dump=DIRECTORY   write the LLVM IR there\n"
	"  --help, --version  print this text, or the version, and exit\n";

struct job {
	const char *path, *out; /* out: NULL for the cache */
	char *name;		/* real path */
	struct target target;
	struct image_identity identity;
	uint8_t *bytes; /* of the module, which points into them */
	struct module module;
	struct aot_options options;
	bool snapshot;
	char *described;
	struct timespec started;
	bool shown; /* there is a progress line */
};

static void clear(struct job *job)
{
	if (job->shown)
		fputs("\r\033[K", stderr);
	job->shown = false;
}

__attribute__((format(printf, 3, 4))) static int fail(struct job *job, const char *file,
						      const char *fmt, ...)
{
	va_list ap;

	clear(job);
	fprintf(stderr, "wali-aotc: %s%s", file ? file : "", file ? ": " : "");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return 1;
}

static _Noreturn void bad_usage(const char *what, const char *value)
{
	fprintf(stderr, "wali-aotc: %s '%s' (see wali-aotc --help)\n", what, value);
	exit(2);
}

/* Called by one thread at a time. */
static void progress(void *context, uint64_t done, uint64_t total)
{
	struct job *job = context;
	struct timespec now;

	if (!isatty(STDERR_FILENO) || !total)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if ((double)(now.tv_sec - job->started.tv_sec) +
		    (double)(now.tv_nsec - job->started.tv_nsec) / 1e9 <
	    PATIENCE)
		return;
	fprintf(stderr, "\r\033[Kwali-aotc: %s: %u%%", job->path, (unsigned)(done * 100 / total));
	job->shown = true;
}

/* A copy, as whoever writes to the file must not change what has been validated. */
static int read_module(struct job *job)
{
	int fd = open(job->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct wasm_error err;
	struct stat st, later;
	size_t at = 0;

	if (fd < 0 || fstat(fd, &st))
		return fail(job, job->path, "%s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fail(job, job->path, "no regular file");
	job->bytes = malloc((size_t)st.st_size + 1);
	if (!job->bytes)
		return fail(job, job->path, "%s", strerror(ENOMEM));
	while (at < (size_t)st.st_size) {
		ssize_t n = read(fd, job->bytes + at, (size_t)st.st_size - at);

		if (n < 0)
			return fail(job, job->path, "%s", strerror(errno));
		if (!n)
			break;
		at += (size_t)n;
	}
	job->identity = image_identity(&st);
	if (at < (size_t)st.st_size || fstat(fd, &later) ||
	    memcmp(&job->identity, &(struct image_identity[]){image_identity(&later)},
		   sizeof(job->identity)))
		return fail(job, job->path, "it has been changed while it was read");
	close(fd);
	if (image_is_marked(job->bytes, at))
		return fail(job, job->path, "it is an image already");
	if (!module_decode(&job->module, job->bytes, at, &err))
		return fail(job, job->path, "%s (at offset 0x%zx)", err.message, err.offset);
	return 0;
}

static bool copy(int from, int to)
{
	struct stat st;
	void *p;

	if (fstat(from, &st))
		return false;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, from, 0);
	if (p == MAP_FAILED)
		return false;
	for (off_t at = 0; at < st.st_size;) {
		ssize_t n = write(to, (char *)p + at, (size_t)(st.st_size - at));

		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? n : 0;
	}
	return true;
}

/*
 * Under its name there is a whole image or none, even after a power failure: the loader does not look at all
 * that it maps.
 */
static int write_file(struct job *job, int image, const char *path, mode_t mode)
{
	char temporary[PATH_MAX + 16];
	struct stat st;
	int fd;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return fail(job, path, "no regular file");
	const char *slash = strrchr(path, '/');
	const int directory = slash ? (int)(slash - path + 1) : 0;

	snprintf(temporary, sizeof(temporary), "%.*s.%s.XXXXXX", directory, path, path + directory);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return fail(job, path, "%s", strerror(errno));
	if (!copy(image, fd) || fchmod(fd, mode) || fdatasync(fd) || close(fd) ||
	    rename(temporary, path)) {
		int e = errno;

		unlink(temporary);
		return fail(job, path, "%s", strerror(e));
	}
	return 0;
}

static int write_image(struct job *job, int image)
{
	const mode_t mask = umask(0);
	char path[PATH_MAX];
	int status;

	umask(mask);
	/* A program, which execve takes. */
	if (job->out)
		return write_file(job, image, job->out, 0777 & ~mask);
	if (!cache_path(&job->identity, job->target.isa->machine, path))
		return fail(job, NULL,
			    "no place for the image: neither XDG_CACHE_HOME nor HOME is "
			    "set; use -o");
	if (!cache_make_directory()) {
		int e = errno;

		cache_directory(path);
		return fail(job, path, "%s", strerror(e));
	}
	status = write_file(job, image, path, 0600);
	if (!status)
		cache_trim(path);
	return status;
}

static int compile(struct job *job)
{
	struct aot_output out;
	struct link_error err;
	struct snapshot *snapshot;
	char message[300];
	int image;

	/* Before there are threads. */
	snapshot = job->snapshot ? snapshot_take(&job->module, job->target.isa->page) : NULL;
	if (!aot_compile(&job->module, &job->options, &out, message, sizeof(message)))
		return fail(job, job->path, "%s", message);
	image = image_make(
		&(struct image_contents){
			.isa = job->target.isa,
			.features = job->target.features,
			.debug = job->options.debug,
			.objects = out.objects,
			.nobjects = out.nobjects,
			.module = &job->module,
			.unchecked = out.unchecked,
			.nunchecked = out.nunchecked,
			.snapshot = snapshot,
			.identity = job->out ? NULL : &job->identity,
			.name = job->out ? NULL : job->name,
			.options = job->described,
			.threads = job->options.threads,
		},
		&err);
	aot_output_free(&out);
	snapshot_free(snapshot);
	clear(job);
	return image < 0 ? fail(job, job->path, "%s", err.message) : write_image(job, image);
}

static unsigned number(const char *text, unsigned max, const char *what)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || n > max)
		bad_usage(what, text);
	return (unsigned)n;
}

static enum aot_safepoints safepoints(const char *name)
{
	if (!strcmp(name, "none"))
		return AOT_SAFEPOINTS_NONE;
	if (!strcmp(name, "function"))
		return AOT_SAFEPOINTS_FUNCTION;
	if (strcmp(name, "loop"))
		bad_usage("--safepoints is not loop, function or none:", name);
	return AOT_SAFEPOINTS_LOOP;
}

static void say(const char *text)
{
	fputs(text, stdout);
	exit(fflush(stdout) ? 1 : 0);
}

static void parse(struct job *job, int argc, char **argv)
{
	enum { TARGET = 256, CPU, SAFEPOINTS, PRECISE, NO_SNAPSHOT, VERIFY, DUMP, HELP, VERSION };
	static const struct option options[] = {
		{"target", required_argument, NULL, TARGET},
		{"cpu", required_argument, NULL, CPU},
		{"safepoints", required_argument, NULL, SAFEPOINTS},
		{"precise-traps", no_argument, NULL, PRECISE},
		{"no-snapshot", no_argument, NULL, NO_SNAPSHOT},
		{"verify", no_argument, NULL, VERIFY},
		{"dump", required_argument, NULL, DUMP},
		{"help", no_argument, NULL, HELP},
		{"version", no_argument, NULL, VERSION},
		{0},
	};
	const char *isa = NULL, *cpu = NULL, *points = "none";
	struct aot_options *o = &job->options;
	char message[300];
	int c;

	while ((c = getopt_long(argc, argv, "gj:o:O:", options, NULL)) >= 0)
		switch (c) {
		case 'g': o->debug = true; break;
		case 'j': o->threads = number(optarg, 1024, "not a number of threads:"); break;
		case 'o': job->out = optarg; break;
		case 'O': o->level = number(optarg, 3, "no level of optimisation:"); break;
		case TARGET: isa = optarg; break;
		case CPU: cpu = optarg; break;
		case SAFEPOINTS: o->safepoints = safepoints(points = optarg); break;
		case PRECISE: o->precise = true; break;
		case NO_SNAPSHOT: job->snapshot = false; break;
		case VERIFY: o->verify = true; break;
		case DUMP: o->dump = optarg; break;
		case HELP: say(usage); break;
		case VERSION: say("wali-aotc " WALI_VERSION "\n"); break;
		default: fputs("(see wali-aotc --help)\n", stderr); exit(2);
		}
	if (optind + 1 != argc) {
		fputs(optind < argc ? "wali-aotc: one program at a time (see wali-aotc --help)\n"
				    : "wali-aotc: no program given (see wali-aotc --help)\n",
		      stderr);
		exit(2);
	}
	job->path = argv[optind];
	if (!cpu && job->out)
		cpu = "baseline";
	if (!target_choose(&job->target, isa, cpu, message, sizeof(message))) {
		fail(job, NULL, "%s", message);
		exit(2);
	}
	if (!cpu)
		cpu = job->target.isa == cpu_isa ? "native" : "baseline";
	if (asprintf(&job->described, "-O%u%s --cpu=%s --safepoints=%s%s", o->level,
		     o->debug ? " -g" : "", cpu, points, o->precise ? " --precise-traps" : "") < 0)
		job->described = NULL;
	o->triple = job->target.isa->triple;
	o->cpu = job->target.isa->cpu;
	o->tune = job->target.tune;
	o->features = job->target.text;
}

int main(int argc, char **argv)
{
	static struct job job = {.snapshot = true};
	int status;

	job.options.level = 2;
	job.options.progress = progress;
	job.options.context = &job;
	clock_gettime(CLOCK_MONOTONIC, &job.started);
	parse(&job, argc, argv);
	status = read_module(&job);
	job.name = realpath(job.path, NULL);
	if (!status)
		status = compile(&job);
	return status;
}
