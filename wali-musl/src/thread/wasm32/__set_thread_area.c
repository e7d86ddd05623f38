#include "pthread_impl.h"

int __set_thread_area(void *p)
{
	__asm__ __volatile__(
		".globaltype __tls_base, i32\n"
		"local.get %0\n"
		"global.set __tls_base" : : "r"(p) : "memory");
	return 0;
}
