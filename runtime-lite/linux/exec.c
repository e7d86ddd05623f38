/*
 * execve. A native executable is the kernel's business. A module, or a script whose chain of interpreters ends in
 * one, is run by this runtime again: /proc/self/exe with the options that are to be kept, then the program.
 *
 * Argument strings stay in guest memory, where the kernel reads them; only the vectors are rebuilt.
 */
#include "../aot/image.h"
#include "host.h"
#include "isa.h"
#include "path.h"
#include "process.h"
#include "profile.h"
#include "signals.h"
#include "syscalls.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCRIPT_LINE  256 /* BINPRM_BUF_SIZE */
#define SCRIPT_DEPTH 5	 /* the kernel's limit of nested interpreters */
#define VECTOR_MAX   (1u << 21)

char *process_options[PROCESS_OPTIONS];
size_t process_noptions;

/* A "#!" line on the way from the file to the program that is to be run. */
struct script {
	char line[SCRIPT_LINE];
	char *interpreter, *argument; /* into line; argument may be NULL */
};

struct chain {
	struct script scripts[SCRIPT_DEPTH]; /* outermost file first */
	size_t count;
	bool module; /* the last interpreter, or the file itself, is a module */
};

int64_t strings_from_guest(struct thread *t, struct strings *s, uint32_t vector, size_t before)
{
	size_t capacity = before + 64;

	*s = (struct strings){.v = malloc(capacity * sizeof(*s->v)), .before = before};
	if (!s->v)
		return -ENOMEM;
	for (;; vector += 4) {
		uint32_t p = 0;
		if (vector && copy_in(t, &p, vector, sizeof(p)) < 0) {
			free(s->v);
			return -EFAULT;
		}
		if (before + s->count + 1 >= capacity) {
			capacity *= 2;
			char **v = s->count < VECTOR_MAX ? realloc(s->v, capacity * sizeof(*v))
							 : NULL;
			if (!v) {
				free(s->v);
				return s->count < VECTOR_MAX ? -ENOMEM : -E2BIG;
			}
			s->v = v;
		}
		s->v[before + s->count] = p ? guest(t, p) : NULL;
		if (!p)
			return 0;
		s->count++;
	}
}

/* As the kernel's load_script. False when the line is not one that it takes. */
static bool parse_script(struct script *s, size_t length)
{
	char *end, *p = s->line + 2;

	s->line[length] = '\0';
	end = strchr(p, '\n');
	if (!end && length == SCRIPT_LINE - 1 && !strpbrk(p + strspn(p, " \t"), " \t"))
		return false; /* the interpreter's name may go on */
	if (end)
		*end = '\0';
	else
		end = p + strlen(p);
	while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
		*--end = '\0';
	p += strspn(p, " \t");
	if (!*p)
		return false;
	s->interpreter = p;
	p += strcspn(p, " \t");
	s->argument = NULL;
	if (*p) {
		*p++ = '\0';
		p += strspn(p, " \t");
		if (*p)
			s->argument = p;
	}
	return true;
}

/* Opens the file for reading, where even an O_PATH descriptor and an empty path name it. */
static int64_t open_named(struct thread *t, int dirfd, const char *path, int flags, int open_flags)
{
	char self[32];

	open_flags |= O_RDONLY | O_NONBLOCK;
	if (*path || !(flags & AT_EMPTY_PATH)) {
		if (flags & AT_SYMLINK_NOFOLLOW)
			open_flags |= O_NOFOLLOW;
	} else {
		snprintf(self, sizeof(self), "/proc/self/fd/%d", dirfd);
		dirfd = AT_FDCWD;
		path = self;
	}
	const uint64_t args[4] = {(uint64_t)(int64_t)dirfd, (uintptr_t)path, (uint64_t)open_flags};
	return open_guarded(t, __NR_openat, args, open_flags & O_CLOEXEC);
}

/* Follows "#!" lines. 0, or the error that exec is to fail with. What cannot be read is left to the kernel. */
static int64_t follow(struct thread *t, struct chain *chain, int dirfd, const char *path, int flags)
{
	for (;;) {
		struct script *s = &chain->scripts[chain->count];
		char few[SCRIPT_LINE];
		char *head = chain->count < SCRIPT_DEPTH ? s->line : few;
		int64_t fd = open_named(t, dirfd, path, flags, O_CLOEXEC);
		if (fd < 0)
			return chain->count ? fd : 0;
		int64_t n = HOST(pread64, fd, head, SCRIPT_LINE - 1, 0);
		int64_t allowed = HOST(faccessat2, fd, "", X_OK, AT_EACCESS | AT_EMPTY_PATH);
		HOST(close, fd);
		if (n < 4)
			return 0;
		if (allowed < 0 && allowed != -ENOSYS)
			return allowed;
		if (!memcmp(head, "\0asm", 4) || image_is_marked((uint8_t *)head, (size_t)n)) {
			chain->module = true;
			return 0;
		}
		if (head[0] != '#' || head[1] != '!')
			return 0;
		if (chain->count == SCRIPT_DEPTH)
			return -ELOOP;
		if (!parse_script(s, (size_t)n))
			return -ENOEXEC;
		chain->count++;
		path = s->interpreter;
		dirfd = AT_FDCWD;
		flags = 0;
	}
}

/*
 * The arguments with which this runtime is to run the chain's end:
 *	wali-run OPTIONS [--fd N] --argv0 NAME -- PROGRAM ARG...
 * `before` of argv has room for what comes in front of argv[1].
 */
#define BEFORE (1 + PROCESS_OPTIONS + 1 + 4 + 2 * SCRIPT_DEPTH + 1)

static char **rebuild(const struct chain *chain, struct strings *argv, char *path, char *fd_option)
{
	char **out = argv->v + argv->before + (argv->count ? 1 : 0); /* after argv[0] */
	char *argv0 = argv->count ? argv->v[argv->before] : (char *)"";
	char *program = path;

	/* Each interpreter gets its argument and the path of its script in place of argv[0]. */
	for (size_t i = 0; i < chain->count; i++) {
		const struct script *s = &chain->scripts[i];
		*--out = program;
		if (s->argument)
			*--out = s->argument;
		program = argv0 = s->interpreter;
	}
	*--out = program;
	*--out = (char *)"--";
	*--out = argv0;
	*--out = (char *)"--argv0";
	if (fd_option)
		*--out = fd_option;
	for (size_t i = process_noptions; i-- > 0;)
		*--out = process_options[i];
	*--out = (char *)"wali-run";
	return out;
}

/* Comes back only with an error. Signals that come before it is entered are taken before it. */
static int64_t enter(struct thread *t, int dirfd, const char *path, char **argv, char **envp,
		     int flags)
{
	/* The older call where it will do: emulators and sandboxes know it better. */
	const bool plain = dirfd == AT_FDCWD && !flags;
	const uint64_t execve[6] = {(uint64_t)path, (uint64_t)argv, (uint64_t)envp};
	const uint64_t execveat[6] = {(uint64_t)dirfd, (uint64_t)path, (uint64_t)argv,
				      (uint64_t)envp, (uint64_t)flags};
	int64_t r;

	do {
		if (signals_takeable(t, IN_CALL))
			signals_take(t, IN_CALL);
		if (t->exec.unwind)
			return -EINTR;
		profile_thread_ended(t);
		profile_write();
		signals_before_exec(t);
		r = host_window_call(&t->interrupt, plain ? __NR_execve : __NR_execveat,
				     plain ? execve : execveat);
		signals_after_exec(t);
		profile_thread(t);
	} while (r == NOT_ENTERED);
	return r;
}

static int64_t execute(struct thread *t, int dirfd, char *path, uint32_t argv, uint32_t envp,
		       int flags)
{
	struct strings args, env;
	struct chain *chain = calloc(1, sizeof(*chain));
	char script[PATH_MAX + 32], fd_option[32];
	int passed = -1;
	int64_t r;

	if (!chain)
		return -ENOMEM;
	r = strings_from_guest(t, &args, argv, BEFORE);
	if (r < 0)
		goto out_chain;
	r = strings_from_guest(t, &env, envp, 0);
	if (r < 0)
		goto out_args;
	r = follow(t, chain, dirfd, path, flags);
	if (r < 0)
		goto out;
	if (!chain->module) {
		r = enter(t, dirfd, path, args.v + args.before, env.v, flags);
		goto out;
	}
	/* A name that the new image can open: by a descriptor that is still there then. */
	if (dirfd != AT_FDCWD && path[0] != '/') {
		if (HOST(fcntl, dirfd, F_GETFD) & FD_CLOEXEC) {
			passed = (int)(chain->count ? -ENOENT
						    : open_named(t, dirfd, path, flags, 0));
			if (passed < 0) {
				r = passed;
				goto out;
			}
			snprintf(fd_option, sizeof(fd_option), "--fd=%d", passed);
		}
		snprintf(script, sizeof(script), "/dev/fd/%d%s%s", dirfd, *path ? "/" : "", path);
		path = script;
	}
	char **out = rebuild(chain, &args, path, passed >= 0 ? fd_option : NULL);
	r = enter(t, AT_FDCWD, "/proc/thread-self/exe", out, env.v, 0);
	if (passed >= 0)
		HOST(close, passed);
out:
	free(env.v);
out_args:
	free(args.v);
out_chain:
	free(chain);
	return r;
}

int64_t sys_execveat(struct thread *t, int32_t dirfd, uint32_t pathname, uint32_t argv,
		     uint32_t envp, int32_t flags)
{
	char path[PATH_MAX];
	int64_t length = copy_in_string(t, path, pathname, sizeof(path));

	if (length < 0)
		return length;
	if (flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW))
		return -EINVAL;
	if (!length && !(flags & AT_EMPTY_PATH))
		return -ENOENT;
	/* Programs that start themselves again mean the module. */
	if (path_is_self_exe(t, pathname) && strlen(process.path) < sizeof(path))
		strcpy(path, process.path);
	return execute(t, dirfd, path, argv, envp, flags);
}

int64_t sys_execve(struct thread *t, uint32_t pathname, uint32_t argv, uint32_t envp)
{
	return sys_execveat(t, AT_FDCWD, pathname, argv, envp, 0);
}
