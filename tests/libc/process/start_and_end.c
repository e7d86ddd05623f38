/* Constructors, destructors, atexit handlers: their order, and the exit status.
 * oracle: musl glibc
 */
#include "must.h"

static int early = 5;

static void __attribute__((constructor(200))) second(void)
{
	early *= 2;
	puts("constructor 200");
}

static void __attribute__((constructor(150))) first(void)
{
	early += 1;
	puts("constructor 150");
}

static void __attribute__((constructor)) last_constructor(void)
{
	puts("constructor");
}

static void __attribute__((destructor(150))) last_destructor(void)
{
	puts("destructor 150");
}

static void __attribute__((destructor)) plain_destructor(void)
{
	puts("destructor");
}

static void handler_a(void)
{
	puts("handler a");
}

static void handler_b(void)
{
	puts("handler b");
	atexit(handler_a);
}

static void many(void)
{
	static int count;
	if (++count == 100)
		puts("hundredth handler");
}

int main(void)
{
	SHOW(early);
	for (int i = 0; i < 100; i++)
		atexit(many);
	atexit(handler_a);
	atexit(handler_b);
	return 0x1234; /* the low byte is the status */
}
