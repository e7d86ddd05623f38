/* Guest threads are native threads, with the same ids. */
#include "path.h"
#include "process.h"
#include "profile.h"
#include "host.h"
#include "signals.h"
#include "syscalls.h"

#include <limits.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The native stack holds the runtime's own frames; guest frames are the engine's. */
#define NATIVE_STACK (256u << 10)

enum { NOT_ANNOUNCED, AWAITED, ANNOUNCED }; /* t->announced: does the creator still need it? */

static _Atomic unsigned threads = 1;
static pthread_mutex_t spawn_lock = PTHREAD_MUTEX_INITIALIZER;

static enum outcome poll(struct exec *x)
{
	struct thread *t = host_enter(x);
	enum outcome outcome;

	host_leave(t);
	outcome = x->unwind;
	x->unwind = EXEC_OK;
	return outcome;
}

const struct hooks process_hooks = {.poll = poll, .trap = fault_trap, .resume = signals_resume};

unsigned process_threads(void)
{
	return atomic_load(&threads);
}

void threads_lock(void)
{
	pthread_mutex_lock(&spawn_lock);
}

void threads_unlock(void)
{
	pthread_mutex_unlock(&spawn_lock);
}

void threads_forked(void)
{
	atomic_store(&threads, 1);
}

void thread_ended(struct thread *t)
{
	static const uint32_t zero;

	profile_thread_ended(t);
	signals_put_back(t);
	robust_list_ended(t);
	if (t->clear_child_tid && copy_out(t, t->clear_child_tid, &zero, sizeof(zero)) == 0)
		HOST(futex, guest(t, t->clear_child_tid), FUTEX_WAKE, 1);
	t->clear_child_tid = 0;
	atomic_fetch_sub(&threads, 1);
}

enum outcome thread_run(struct thread *t, struct func *f, union slot *slots)
{
	enum outcome outcome = exec_call(&t->exec, f, slots);

	if (outcome == EXEC_EXCEPTION)
		fault_trap(&t->exec, TRAP_EXCEPTION, 0, 0);
	else if (outcome == EXEC_TRAP)
		fault_trap(&t->exec, t->exec.trap, 0, 0);
	return outcome;
}

struct func *process_function(uint32_t index)
{
	const struct instance *instance = process.instance;
	const struct table *table = instance->module->ntables ? instance->tables[0] : NULL;

	if (!table || table->type.elem != TYPE_FUNCREF || index >= table->size)
		return NULL;
	return table->elems[index].func;
}

static struct func *start_function(uint32_t index)
{
	struct func *f = process_function(index);

	if (!f || f->type->nparams != 2 || f->type->nresults || f->type->params[0] != TYPE_I32 ||
	    f->type->params[1] != TYPE_I32)
		return NULL;
	return f;
}

/* With its signal stack. On the native stack that would lie between pages which are in use, and be taken away and
 * given again, a page at least, for each thread. */
struct created {
	struct thread thread;
	_Alignas(16) uint8_t altstack[NATIVE_ALTSTACK];
};

/* Some that have ended, for the next: allocating them every time would show. */
static _Atomic(struct created *) spare[8];
#define SPARES (sizeof(spare) / sizeof(spare[0]))

static struct thread *thread_new(void)
{
	struct created *c = NULL;

	for (size_t i = 0; i < SPARES && !c; i++)
		if (atomic_load_explicit(&spare[i], memory_order_relaxed))
			c = atomic_exchange(&spare[i], NULL);
	if (!c)
		return calloc(1, sizeof(*c));
	memset(&c->thread, 0, sizeof(c->thread));
	return &c->thread;
}

static void thread_free(struct thread *t)
{
	struct created *c = (struct created *)t;

	for (size_t i = 0; i < SPARES && c; i++)
		c = atomic_exchange(&spare[i], c);
	free(c);
}

static void *run(void *arg)
{
	struct thread *t = arg;

	signals_init_thread(t, t->mask, ((struct created *)t)->altstack);
	union slot slots[2] = {{.i32 = t->tid}, {.u32 = t->arg}};
	/* Another thread may have put something else into the table meanwhile. */
	struct func *start = start_function(t->start);
	if (start)
		thread_run(t, start, slots);
	thread_ended(t);

	/* It is about to be another thread's. */
	const stack_t none = {.ss_flags = SS_DISABLE};
	HOST(sigaltstack, &none, NULL);

	/* The creator still wants to read our id. */
	uint32_t state = NOT_ANNOUNCED;
	atomic_compare_exchange_strong(&t->announced, &state, AWAITED);
	while (atomic_load(&t->announced) != ANNOUNCED)
		HOST(futex, &t->announced, FUTEX_WAIT_PRIVATE, AWAITED);
	exec_free(&t->exec);
	thread_free(t);
	return NULL;
}

/*
 * The id of a thread that has not ended, without waiting for it to tell: the kernel's encoding of
 * the clock that counts a thread's CPU time has it (include/linux/posix-timers.h, make_thread_cpuclock).
 */
static pid_t id_of(pthread_t thread)
{
	clockid_t clock;

	return pthread_getcpuclockid(thread, &clock) == 0 ? (pid_t) ~(clock >> 3) : -1;
}

static int32_t create(struct thread *t)
{
	pthread_attr_t attr;
	pthread_t native;
	pid_t tid = -EAGAIN;

	if (pthread_attr_init(&attr))
		return -EAGAIN;
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, NATIVE_STACK);
	/* The new thread takes no signal before it can; the native mask is inherited. */
	sigmask_t mask;
	const sigmask_t all = ~UINT64_C(0);
	HOST(rt_sigprocmask, SIG_SETMASK, &all, &mask, 8);
	threads_lock();
	atomic_fetch_add(&threads, 1);
	if (pthread_create(&native, &attr, run, t) == 0) {
		tid = id_of(native);
		/* From here on t may be gone; a wake-up for whoever else is there does no harm. */
		if (atomic_exchange(&t->announced, ANNOUNCED) == AWAITED)
			HOST(futex, &t->announced, FUTEX_WAKE_PRIVATE, 1);
	} else {
		atomic_fetch_sub(&threads, 1);
	}
	threads_unlock();
	native_set_mask(mask);
	pthread_attr_destroy(&attr);
	return tid;
}

int32_t aux_thread_spawn(struct thread *parent, uint32_t wasm_start_fn, uint32_t args)
{
	struct thread *t;
	int32_t tid;

	if (!start_function(wasm_start_fn))
		return -EINVAL;
	if (process_threads() == 1)
		open_before_threads();
	t = thread_new();
	if (!t)
		return -EAGAIN;
	if (!exec_init_thread(&t->exec, process.instance, process.stack_size)) {
		thread_free(t);
		return -EAGAIN;
	}
	t->exec.hooks = &process_hooks;
	t->base = parent->base;
	t->mask = parent->mask;
	t->start = wasm_start_fn;
	t->arg = args;
	tid = create(t);
	if (tid < 0) {
		exec_free(&t->exec);
		thread_free(t);
	}
	return tid;
}

int64_t sys_exit(struct thread *t, int32_t status)
{
	/* Only the first thread's status can be seen: the process's when it ends by its last thread. */
	t->exit_status = status;
	t->exec.unwind = EXEC_EXIT;
	return 0;
}

int64_t sys_set_tid_address(struct thread *t, uint32_t tidptr)
{
	t->clear_child_tid = tidptr;
	return t->tid;
}
