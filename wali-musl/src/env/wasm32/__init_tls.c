#define SYSCALL_NO_TLS 1
#include <elf.h>
#include <sys/mman.h>
#include "pthread_impl.h"
#include "libc.h"
#include "atomic.h"
#include "syscall.h"

/* The linker knows the TLS block of the program: there is one, since there are no shared libraries.
 * A thread's memory is, from the end of its area downwards, that block and right below it its
 * struct pthread. */

volatile int __thread_list_lock;

void __wasm_init_tls(void *);

int __init_tp(void *p)
{
	pthread_t td = p;
	td->self = td;
	if (__set_thread_area(TP_ADJ(p)) < 0) return -1;
	libc.can_do_threads = 1;
	td->detach_state = DT_JOINABLE;
	td->tid = __syscall(SYS_set_tid_address, &__thread_list_lock);
	td->locale = &libc.global_locale;
	td->robust_list.head = &td->robust_list.head;
	td->next = td->prev = td;
	return 0;
}

/* Finds the place for struct pthread in an area of libc.tls_size bytes. The block's initial
 * contents are copied by the thread itself: __wasm_init_tls sets its __tls_base. */
void *__copy_tls(unsigned char *mem)
{
	uintptr_t tls = (uintptr_t)mem + sizeof(struct pthread);
	tls += -tls & libc.tls_align-1;
	return (void *)(tls - sizeof(struct pthread));
}

static _Alignas(16) unsigned char builtin_tls[sizeof(struct pthread) + 256];

static void static_init_tls(size_t *aux)
{
	void *mem = builtin_tls;

	libc.tls_align = __builtin_wasm_tls_align();
	if (libc.tls_align < 16) libc.tls_align = 16;
	libc.tls_size = sizeof(struct pthread) + libc.tls_align-1
		+ __builtin_wasm_tls_size() + 15 & -16;

	if (libc.tls_size > sizeof builtin_tls)
		/* An error cast to void * faults when it is used. */
		mem = (void *)__syscall(SYS_mmap, 0, libc.tls_size,
			PROT_READ|PROT_WRITE, MAP_ANONYMOUS|MAP_PRIVATE, -1, 0);

	mem = __copy_tls(mem);
	if (__init_tp(mem) < 0) a_crash();
	__wasm_init_tls(TP_ADJ(mem));
}

weak_alias(static_init_tls, __init_tls);
