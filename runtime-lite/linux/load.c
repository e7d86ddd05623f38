/*
 * Programs are .wasm files, or images of such. What a .wasm file has been compiled to is looked for by what the file system
 * says about it, so that it need not be read.
 */
#include "load.h"

#include "../aot/cache.h"
#include "../aot/cpu.h"
#include "process.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define COMPILER "wali-aotc"

enum aot_mode aot_mode = AOT_AUTO;

bool aot_mode_parse(const char *name)
{
	static const char *const names[] = {"never", "auto", "always"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(name, names[i])) {
			aot_mode = (enum aot_mode)i;
			return true;
		}
	return false;
}

int load_refuse(const char *path, const char *why)
{
	fprintf(stderr, "wali-run: %s: %s\n", path, why);
	return CANNOT_RUN;
}

/* Leaves the file's offset alone, since a descriptor may be shared. False with errno set. */
static bool read_all(int fd, uint8_t *p, size_t size)
{
	for (size_t at = 0; at < size;) {
		ssize_t n = pread(fd, p + at, size - at, (off_t)at);

		if (n < 0 && errno != EINTR)
			return false;
		if (n ==
		    0) /* cut off meanwhile: what is missing stays zero, and is no valid module */
			break;
		at += n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* Replaces *fd by one that is ours alone, and closed when something is executed. */
static int open_file(const char *path, int *fd, struct stat *st)
{
	/* Not blocking: a FIFO is refused like all that is no regular file, rather than waited for. */
	if (*fd < 0)
		*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	else
		fcntl(*fd, F_SETFD, FD_CLOEXEC);
	if (*fd < 0) {
		int status = errno == ENOENT || errno == ENOTDIR ? NOT_FOUND : CANNOT_RUN;

		load_refuse(path, strerror(errno));
		return status;
	}
	if (fstat(*fd, st))
		return load_refuse(path, strerror(errno));
	if (S_ISDIR(st->st_mode))
		return load_refuse(path, strerror(EISDIR));
	if (!S_ISREG(st->st_mode) || st->st_size == 0)
		return load_refuse(path, "unexpected end: the file is empty or no regular file");
	return 0;
}

/*
 * Reads a module. A copy, not a mapping: code is translated when it is first called, long after it has been
 * validated, and must not have become other code, nor be gone, because somebody wrote to the file. It is kept as
 * long as the process lives, since the module points into it.
 */
static int read_module(const char *path, int fd, size_t size, struct module *module)
{
	struct wasm_error err;
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || !read_all(fd, p, size) || mprotect(p, size, PROT_READ))
		return load_refuse(path, strerror(errno));
	if (module_decode(module, p, size, &err))
		return 0;
	fprintf(stderr, "wali-run: %s: %s (at offset 0x%zx)\n", path, err.message, err.offset);
	munmap(p, size);
	return CANNOT_RUN;
}

static void forget_module(struct module *module)
{
	void *bytes = (void *)module->bytes;
	const size_t size = module->size;

	module_free(module);
	munmap(bytes, size);
}

/* From the cache. A bad image is worth a line, since somebody must have made it so. */
static bool find_image(const char *path, const struct stat *st, struct image *image,
		       struct module *module)
{
	const struct image_identity identity = image_identity(st);
	char file[PATH_MAX], why[IMAGE_WHY];
	struct wasm_error err;

	switch (cache_find(image, &identity, file, why)) {
	case IMAGE_OK: break;
	case IMAGE_BAD:
		fprintf(stderr, "wali-run: %s: image %s is ignored: %s\n", path, file, why);
		return false;
	default: return false;
	}
	if (!image_fits(image, why)) {
		fprintf(stderr, "wali-run: %s: it is interpreted: %s\n", path, why);
		image_close(image);
		aot_mode = AOT_NEVER;
		return false;
	}
	if (image_decode(image, module, &err))
		return true;
	fprintf(stderr, "wali-run: %s: image %s is ignored: %s\n", path, file, err.message);
	image_close(image);
	return false;
}

static void become_compiler(const char *path)
{
	static const char *const beside[] = {"", "/../../../bin"}; /* bin, libexec/wali/<isa> */
	char self[PATH_MAX], compiler[PATH_MAX + 64], target[64];
	char *argv[] = {(char *)COMPILER, target, (char *)"--", (char *)path, NULL};
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	snprintf(target, sizeof(target), "--target=%s", cpu_isa->name);
	self[n > 0 ? n : 0] = '\0';
	for (size_t i = 0; n > 0 && i < sizeof(beside) / sizeof(*beside); i++) {
		snprintf(compiler, sizeof(compiler), "%.*s%s/" COMPILER,
			 (int)(strrchr(self, '/') - self), self, beside[i]);
		execv(compiler, argv);
	}
	execvp(COMPILER, argv);
}

/* Has the module compiled, into the cache. False when that has failed: the compiler, or this, has said why. */
static bool compile(const char *path, int fd, bool by_descriptor)
{
	char name[32];
	int status = 0;
	pid_t pid;

	snprintf(name, sizeof(name), "/dev/fd/%d", fd);
	pid = fork();
	if (pid == 0) {
		if (by_descriptor)
			fcntl(fd, F_SETFD, 0);
		become_compiler(by_descriptor ? name : path);
		_exit(errno == ENOENT ? NOT_FOUND : CANNOT_RUN);
	}
	/* No child to wait for: whoever started this ignores SIGCHLD, and it has ended. */
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0)
		fprintf(stderr, "wali-run: %s: cannot be compiled: %s; it is interpreted\n", path,
			strerror(errno));
	else if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND)
		fprintf(stderr,
			"wali-run: %s: cannot be compiled: " COMPILER
			" is neither beside wali-run nor in PATH; it is interpreted\n",
			path);
	else if (status)
		fprintf(stderr, "wali-run: %s: " COMPILER " has failed; it is interpreted\n", path);
	return pid > 0 && !status;
}

/* The file is an image. There is nothing else to run than what is in it, so whatever is wrong is an error. */
static int open_image(const char *path, int fd, struct image *image, struct module *module)
{
	struct image_source source = {.fd = fd};
	char why[IMAGE_WHY];
	struct wasm_error err;

	if (image_open(image, &source, why) != IMAGE_OK)
		return load_refuse(path, why);
	if (!image_fits(image, why)) {
		fprintf(stderr, "wali-run: %s: it is interpreted: %s\n", path, why);
		close(image->fd);
		return module_decode(module, image->module, image->header.module.size, &err)
			       ? 0
			       : load_refuse(path, err.message);
	}
	if (!image_decode(image, module, &err))
		return load_refuse(path, err.message);
	return 0;
}

int load(const char *path, int fd, struct module *module)
{
	static struct image space;
	const bool by_descriptor = fd >= 0; /* `path` is but a name then */
	uint8_t head[EI_NIDENT];
	struct stat st;
	int status = open_file(path, &fd, &st);

	if (status)
		goto out;
	if (aot_mode != AOT_NEVER && find_image(path, &st, &space, module))
		goto out;
	if (pread(fd, head, sizeof(head), 0) == sizeof(head) && image_is_marked(head, sizeof(head)))
		return open_image(path, fd, &space, module);
	/* Before it is compiled, since what is no module is for us to say, once. */
	status = read_module(path, fd, (size_t)st.st_size, module);
	if (!status && aot_mode == AOT_ALWAYS && compile(path, fd, by_descriptor)) {
		forget_module(module);
		if (find_image(path, &st, &space, module))
			goto out;
		if (aot_mode == AOT_ALWAYS)
			fprintf(stderr,
				"wali-run: %s: " COMPILER
				" has left no image that can be used here; it is interpreted\n",
				path);
		status = read_module(path, fd, (size_t)st.st_size, module);
	}
out:
	if (fd >= 0)
		close(fd);
	return status;
}
