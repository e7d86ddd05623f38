/* Argument vectors and response files. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "wrapper.h"

/*
 * The kernel takes a quarter of the stack limit, environment included: 2 MiB with the usual limits.
 * From this many bytes on we use a response file instead of finding out.
 */
#define MAX_COMMAND_LINE (256 * 1024)

/* Response files in response files that include themselves end here. */
#define MAX_DEPTH 20

static void *need(void *p)
{
	if (!p)
		fail(126, "out of memory");
	return p;
}

void args_add(struct args *a, const char *s)
{
	if (a->n + 1 >= a->cap) {
		a->cap = a->cap ? 2 * a->cap : 64;
		a->v = need(realloc(a->v, a->cap * sizeof(*a->v)));
	}
	a->v[a->n++] = (char *)s;
	a->v[a->n] = NULL;
}

void args_addf(struct args *a, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		fail(126, "out of memory");
	va_end(ap);
	args_add(a, s);
}

void args_add_all(struct args *a, const struct args *b)
{
	for (size_t i = 0; i < b->n; i++)
		args_add(a, b->v[i]);
}

/* The whole file as a string, or NULL. */
static char *read_file(const char *path)
{
	FILE *f = fopen(path, "re");
	size_t n = 0, cap = 4096;
	char *text;

	if (!f)
		return NULL;
	text = need(malloc(cap));
	while ((n += fread(text + n, 1, cap - 1 - n, f)) == cap - 1)
		text = need(realloc(text, cap *= 2));
	text[n] = 0;
	if (ferror(f)) {
		fclose(f);
		return NULL;
	}
	fclose(f);
	return text;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/*
 * Cuts the next word out of *text, in place, as libiberty's buildargv does: white space separates,
 * quotes of both kinds group, a backslash takes the next character literally wherever it is.
 */
static char *next_word(char **text)
{
	char *in = *text, *out, *word, quote = 0;

	while (is_space(*in))
		in++;
	if (!*in)
		return NULL;
	for (word = out = in; *in && (quote || !is_space(*in)); in++) {
		if (*in == '\\' && in[1])
			*out++ = *++in;
		else if (quote ? *in == quote : *in == '"' || *in == '\'')
			quote = quote ? 0 : *in;
		else
			*out++ = *in;
	}
	*text = *in ? in + 1 : in;
	*out = 0;
	return word;
}

static void expand(struct args *a, char *arg, int depth)
{
	char *text, *word;

	if (arg[0] != '@' || !(text = read_file(arg + 1))) {
		args_add(a, arg);
		return;
	}
	if (depth == MAX_DEPTH)
		fail(1, "%s: response files nested too deeply", arg);
	while ((word = next_word(&text)))
		expand(a, word, depth + 1);
}

void args_expand(struct args *a, char **v)
{
	while (*v)
		expand(a, *v++, 0);
	/* a vector, even if there is nothing in it */
	args_add(a, NULL);
	a->n--;
}

bool listed(const char *const *list, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i], s))
			return true;
	return false;
}

void args_add_file(struct args *a, const char *path)
{
	char *text = read_file(path), *line, *word;

	if (!text)
		fail(126, "%s: %s; the SDK is incomplete", path, strerror(errno));
	while ((line = strsep(&text, "\n")))
		if (line[0] != '#')
			while ((word = next_word(&line)))
				args_add(a, word);
}

/* Writes the arguments to memory that goes away with the last process that has it open. */
static char *response_file(const struct args *a)
{
	int fd = memfd_create("wali-args", 0);
	FILE *f = fd < 0 ? NULL : fdopen(dup(fd), "w");

	if (!f)
		fail(126, "response file: %s", strerror(errno));
	for (size_t i = 0; i < a->n; i++) {
		fputc('"', f);
		for (const char *s = a->v[i]; *s; s++) {
			if (*s == '"' || *s == '\\')
				fputc('\\', f);
			fputc(*s, f);
		}
		fputs("\"\n", f);
	}
	if (fclose(f))
		fail(126, "response file: %s", strerror(errno));
	return format("@/proc/self/fd/%d", fd);
}

void args_exec(const char *path, const char *name, struct args *a)
{
	struct args all = {0};
	size_t size = 0;

	for (size_t i = 0; i < a->n; i++)
		size += strlen(a->v[i]) + 1 + sizeof(char *);
	args_add(&all, name);
	if (size <= MAX_COMMAND_LINE) {
		args_add_all(&all, a);
	} else if (!access(path, X_OK)) {
		args_add(&all, response_file(a));
	}
	execv(path, all.v);
}
