/* C between C++ and C++ */
#include <setjmp.h>
#include <stdlib.h>

int through_c(int (*function)(int), int argument)
{
	return function(argument) + 1;
}

static int compare(const void *a, const void *b)
{
	int (*function)(int) = *(int (*const *)(int))a;

	(void)b;
	return function(1);
}

void through_libc(int (*function)(int))
{
	int (*pair[2])(int) = {function, function};

	qsort(pair, 2, sizeof(pair[0]), compare);
}

int jump_over(jmp_buf env, void (*function)(void *), void *argument)
{
	if (!setjmp(env))
		function(argument);
	else
		return 1;
	return 0;
}

void jump(jmp_buf env, int value)
{
	longjmp(env, value);
}
