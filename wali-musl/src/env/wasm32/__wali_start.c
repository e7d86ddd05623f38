#define _GNU_SOURCE
#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <stdint.h>
#include <sys/mman.h>
#include "syscall.h"
#include "libc.h"
#include "atomic.h"

/* The program's first C code. Collects what a kernel would have put on the stack (arguments, environment,
 * auxiliary vector, in one array) and hands over to __libc_start_main. There is no thread
 * pointer yet, so nothing here may use errno, and no malloc. */

#define WALI_IMPORT(name) __attribute__((__import_module__("wali"), __import_name__(#name)))

WALI_IMPORT(__init) int __wali_init(void);
WALI_IMPORT(__cl_get_argc) unsigned __wali_argc(void);
WALI_IMPORT(__cl_get_argv_len) unsigned __wali_argv_len(unsigned);
WALI_IMPORT(__cl_copy_argv) int __wali_copy_argv(char *, unsigned);
WALI_IMPORT(__get_init_envfile) int __wali_envfile(char *, unsigned);

void __wasm_call_ctors(void);
void __wali_outermost(void (*)(void *), void *);
int __libc_start_main(int (*)(int, char **, char **), int, char **,
	void (*)(void), void (*)(void), void (*)(void));
hidden _Noreturn void __wali_start(int (*)(int, char **, char **));

/* Calls function(argument). In a program with exceptions it is libc++abi's, which takes to
 * std::terminate what nothing else catches. */
static void outermost(void (*function)(void *), void *argument)
{
	function(argument);
}
weak_alias(outermost, __wali_outermost);

/* The first line of an environment file whose entries end in zero bytes rather than newlines, so
 * that values may contain newlines. Our own runtime writes it. */
static const char nul_mark[] = "WALI_ENV_NUL=1\n";
#define NUL_MARK_LEN (sizeof nul_mark - 1)

hidden int __wali_main_argc;
hidden char **__wali_main_argv;

static void *map(size_t n)
{
	long r = __syscall(SYS_mmap, 0, n, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);
	if (r < 0 && r > -4096) a_crash();
	return (void *)r;
}

/* Reads the whole file into memory of its own and terminates it with the separator. */
static char *read_all(const char *path, size_t *len)
{
	size_t size = 65536, n = 0;
	long r;
	int fd = __sys_open(path, O_RDONLY|O_CLOEXEC);
	if (fd < 0) return 0;
	char *buf = map(size);
	while ((r = __syscall(SYS_read, fd, buf+n, size-1-n)) > 0) {
		n += r;
		if (n < size-1) continue;
		r = __syscall(SYS_mremap, buf, size, 2*size, MREMAP_MAYMOVE, 0);
		if (r < 0 && r > -4096) a_crash();
		buf = (void *)r;
		size *= 2;
	}
	__syscall(SYS_close, fd);
	*len = n;
	return buf;
}

/* Points envp, if given, at the entries in text and returns their number. */
static size_t split_env(char *text, size_t len, int sep, char **envp)
{
	size_t n = 0;
	for (char *p = text, *end = text+len; p < end; ) {
		char *e = memchr(p, sep, end-p);
		if (!e) e = end;
		/* Among lines there may be the rest of a value that contained a newline. */
		if (!sep || memchr(p, '=', e-p)) {
			if (envp) {
				envp[n] = p;
				*e = 0;
			}
			n++;
		}
		p = e+1;
	}
	return n;
}

void __libc_start_init(void)
{
	__wasm_call_ctors();
}

static void start_main(void *main)
{
	__libc_start_main((int (*)(int, char **, char **))main,
		__wali_main_argc, __wali_main_argv, 0, 0, 0);
}

_Noreturn void __wali_start(int (*main)(int, char **, char **))
{
	char path[1024], *env = 0;
	size_t envlen = 0;
	int sep = '\n';

	__wali_init();

	if (__wali_envfile(path, sizeof path) > 0) {
		path[sizeof path - 1] = 0;
		env = read_all(path, &envlen);
		if (envlen >= NUL_MARK_LEN && !memcmp(env, nul_mark, NUL_MARK_LEN)) {
			env += NUL_MARK_LEN;
			envlen -= NUL_MARK_LEN;
			sep = 0;
		}
	}
	size_t envc = split_env(env, envlen, sep, 0);

	unsigned argc = __wali_argc();
	size_t strings = 0;
	for (unsigned i=0; i<argc; i++) strings += __wali_argv_len(i) + 1;

	size_t aux[] = {
		AT_PAGESZ, PAGESIZE,
		AT_HWCAP, 0,
		AT_CLKTCK, 100,
		AT_SECURE, 0,
		AT_RANDOM, 0,
		AT_EXECFN, 0,
		AT_NULL, 0
	};

	/* argv, NULL, envp, NULL, auxv, 16 random bytes, strings */
	char **argv = map((argc+1 + envc+1) * sizeof *argv + sizeof aux + 16 + strings);
	char **envp = argv+argc+1;
	size_t *auxv = (void *)(envp+envc+1);
	char *random = (char *)auxv + sizeof aux;
	char *s = random+16;

	for (unsigned i=0; i<argc; i++) {
		argv[i] = s;
		__wali_copy_argv(s, i);
		s += __wali_argv_len(i) + 1;
	}
	split_env(env, envlen, sep, envp);

	__syscall(SYS_getrandom, random, 16, 0);
	memcpy(auxv, aux, sizeof aux);
	auxv[9] = (size_t)random;
	auxv[11] = (size_t)(argc ? argv[0] : "");

	__wali_main_argc = argc;
	__wali_main_argv = argv;
	__wali_outermost(start_main, main);
	for (;;);
}
