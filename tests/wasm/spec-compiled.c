/* Modules to images and back: by the compiler, the linker and the loader that programs go through. */
#include "spec-compiled.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *compiler;

bool spec_compiled(void)
{
	compiler = getenv("SPEC_AOTC");
	if (compiler)
		engine_default = &aot_ops;
	return compiler;
}

static bool run_compiler(const char *image, const char *path)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", "eval \"exec $SPEC_AOTC\" '-o \"$1\" \"$2\"'", "sh",
		      image, path, NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return !status;
}

struct module *spec_compile(const char *path)
{
	const char *directory = getenv("TMPDIR");
	char file[4096], why[IMAGE_WHY];
	struct image_source source;
	struct module *m = malloc(sizeof(*m));
	struct image *image = malloc(sizeof(*image));
	struct wasm_error err;

	snprintf(file, sizeof(file), "%s/spec-runner.XXXXXX", directory ? directory : "/tmp");
	source = (struct image_source){.fd = mkstemp(file)};
	if (!m || !image || source.fd < 0) {
		perror(file);
		exit(2);
	}
	close(source.fd);
	if (!run_compiler(file, path)) {
		fprintf(stderr, "spec-runner: %s: cannot be compiled\n", path);
		unlink(file);
		exit(2);
	}
	source.fd = open(file, O_RDONLY | O_CLOEXEC);
	unlink(file);
	if (image_open(image, &source, why) != IMAGE_OK) {
		fprintf(stderr, "spec-runner: %s: %s\n", path, why);
		exit(2);
	}
	if (!image_decode(image, m, &err)) {
		fprintf(stderr, "spec-runner: %s: %s\n", path, err.message);
		exit(2);
	}
	return m;
}
