/* A sampling profiler of guest code. */
#include "profile.h"
#include "host.h"
#include "isa.h"
#include "process.h"
#include "signals.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define DEPTH	 256
#define INTERVAL 1000000 /* nanoseconds of CPU time; the kernel's tick is the limit */

/* A call stack and how often it was seen. */
struct sample {
	struct sample *next; /* in its bucket */
	uint64_t count;
	uint32_t hash, n;
	uint32_t funcs[]; /* innermost first */
};

#define BUCKETS 4096
static struct sample *buckets[BUCKETS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *file;
static pid_t writer; /* the process that `file` is for */
bool profile_enabled;

bool profile_start(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd < 0) {
		fprintf(stderr, "wali-run: %s: %s\n", path, strerror(errno));
		return false;
	}
	close(fd);
	file = path;
	writer = getpid();
	profile_enabled = true;
	return true;
}

void profile_thread(struct thread *t)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = PROFILE_SIGNAL};
	const struct itimerspec every = {{0, INTERVAL}, {0, INTERVAL}};

	t->profile_timer = -1;
	if (!profile_enabled)
		return;
	event._sigev_un._tid = t->tid;
	if (HOST(timer_create, CLOCK_THREAD_CPUTIME_ID, &event, &t->profile_timer) == 0)
		HOST(timer_settime, t->profile_timer, 0, &every, NULL);
	else
		t->profile_timer = -1;
}

void profile_thread_ended(struct thread *t)
{
	const sigmask_t signal = SIGBIT(PROFILE_SIGNAL);
	const struct timespec now = {0, 0};

	if (!profile_enabled || t->profile_timer < 0)
		return;
	/* None may come any more: whoever is executed next would die of it. */
	HOST(rt_sigprocmask, SIG_BLOCK, &signal, NULL, 8);
	HOST(timer_delete, t->profile_timer);
	t->profile_timer = -1;
	while (HOST(rt_sigtimedwait, &signal, NULL, &now, 8) == PROFILE_SIGNAL)
		;
}

void profile_forked(struct thread *t)
{
	if (!profile_enabled)
		return;
	/* What the parent has seen is the parent's. */
	memset(buckets, 0, sizeof(buckets));
	pthread_mutex_init(&lock, NULL);
	t->profile_wanted = false;
	profile_thread(t);
}

void profile_wanted(struct thread *t)
{
	t->profile_wanted = true;
	atomic_store_explicit(&t->exec.poll, 1, memory_order_relaxed);
}

static struct sample *find(const uint32_t *funcs, uint32_t n, uint32_t hash)
{
	struct sample **bucket = &buckets[hash % BUCKETS], *s;

	for (s = *bucket; s; s = s->next)
		if (s->hash == hash && s->n == n && !memcmp(s->funcs, funcs, n * sizeof(*funcs)))
			return s;
	s = malloc(sizeof(*s) + n * sizeof(*funcs));
	if (!s)
		return NULL;
	*s = (struct sample){.next = *bucket, .hash = hash, .n = n};
	memcpy(s->funcs, funcs, n * sizeof(*funcs));
	*bucket = s;
	return s;
}

void profile_sample(struct thread *t)
{
	struct backtrace_entry entries[DEPTH];
	uint32_t funcs[DEPTH], hash = 2166136261, n;

	t->profile_wanted = false;
	n = (uint32_t)exec_backtrace(&t->exec, entries, DEPTH, false);
	for (uint32_t i = 0; i < n; i++) {
		funcs[i] = entries[i].func;
		hash = (hash ^ funcs[i]) * 16777619;
	}
	if (!n)
		return;
	pthread_mutex_lock(&lock);
	struct sample *s = find(funcs, n, hash);
	if (s)
		s->count++;
	pthread_mutex_unlock(&lock);
}

/* Semicolons and spaces mean something in the file. */
static void put_name(FILE *f, char **names, uint32_t func)
{
	char name[512];

	if (!names[func]) {
		module_funcname(process.instance->module, func, name, sizeof(name));
		for (char *p = name; *p; p++)
			if (*p == ';' || *p == ' ' || *p == '\n')
				*p = *p == ';' ? ':' : '_';
		names[func] = strdup(name);
	}
	fputs(names[func] ? names[func] : "?", f);
}

static void put_all(FILE *f)
{
	const struct module *m = process.instance->module;
	char **names = calloc(m->nfuncimports + m->nfunctions + 1, sizeof(*names));

	if (!names)
		return;
	for (size_t i = 0; i < BUCKETS; i++) {
		for (const struct sample *s = buckets[i]; s; s = s->next) {
			for (uint32_t k = s->n; k-- > 0;) {
				put_name(f, names, s->funcs[k]);
				fputc(k ? ';' : ' ', f);
			}
			fprintf(f, "%llu\n", (unsigned long long)s->count);
		}
	}
	for (uint32_t i = 0; i < m->nfuncimports + m->nfunctions; i++)
		free(names[i]);
	free(names);
}

void profile_write(void)
{
	char path[4096];
	int fd, n;

	if (!profile_enabled)
		return;
	if (getpid() == writer)
		n = snprintf(path, sizeof(path), "%s", file);
	else
		n = snprintf(path, sizeof(path), "%s.%d", file, getpid());
	fd = n < (int)sizeof(path) ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)
				   : -1;
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	pthread_mutex_lock(&lock);
	if (f)
		put_all(f);
	pthread_mutex_unlock(&lock);
	if (!f || ferror(f) | fclose(f))
		fprintf(stderr, "wali-run: %s: %s\n", path, strerror(errno));
}
