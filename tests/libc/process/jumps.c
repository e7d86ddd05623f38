/* setjmp and longjmp: in loops, from deep, nested, with volatile locals, through qsort, with the mask.
 * oracle: musl glibc
 */
#include "must.h"
#include <setjmp.h>
#include <signal.h>

static jmp_buf outer, inner, again;

static void __attribute__((noinline)) deep(int depth, int value)
{
	volatile char frame[100];

	frame[0] = (char)depth;
	if (depth)
		deep(depth - 1, value);
	else
		longjmp(outer, value);
	frame[1] = frame[0];
}

static int compare(const void *a, const void *b)
{
	if (*(const int *)a == 13 || *(const int *)b == 13)
		longjmp(outer, 13);
	return *(const int *)a - *(const int *)b;
}

static void loops(void)
{
	volatile long sum = 0;
	volatile int caught = 0;

	for (volatile int i = 0; i < 10000; i++) {
		int value = setjmp(outer);
		if (value) {
			caught++;
			sum += value;
			continue;
		}
		if (i % 3 == 0)
			deep(i % 7, i % 10 + 1);
		sum += 1;
	}
	printf("%ld %d\n", sum, caught);
}

static int nested(void)
{
	volatile int trace = 0;

	if (!setjmp(outer)) {
		trace = trace * 10 + 1;
		if (!setjmp(inner)) {
			trace = trace * 10 + 2;
			longjmp(inner, 5);
		} else {
			trace = trace * 10 + 3;
			longjmp(outer, 6);
		}
	}
	return trace * 10 + 4;
}

static int backwards(void)
{
	volatile int count = 0;
	int value = setjmp(again);

	count++;
	if (value < 100)
		longjmp(again, value + 1);
	return count;
}

static void recursive(int depth)
{
	jmp_buf here;
	volatile int local = depth * 3;

	if (setjmp(here)) {
		printf("%d:%d ", depth, local);
		return;
	}
	if (depth)
		recursive(depth - 1);
	longjmp(here, 1);
}

int main(void)
{
	int numbers[20];
	sigset_t set, now;
	sigjmp_buf with_mask;

	loops();
	SHOW(nested());
	SHOW(backwards());
	recursive(9);
	putchar('\n');
	for (int i = 0; i < 20; i++)
		numbers[i] = (i * 7) % 20;
	int value = setjmp(outer);
	if (!value)
		qsort(numbers, 20, sizeof *numbers, compare);
	SHOW(value);
	value = setjmp(outer);
	if (!value)
		longjmp(outer, 0);
	SHOW(value);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	for (int save = 0; save < 2; save++) {
		sigprocmask(SIG_UNBLOCK, &set, NULL);
		if (!sigsetjmp(with_mask, save)) {
			sigprocmask(SIG_BLOCK, &set, NULL);
			siglongjmp(with_mask, 1);
		}
		sigprocmask(SIG_BLOCK, NULL, &now);
		printf("saved %d blocked %d\n", save, sigismember(&now, SIGUSR1));
	}
	double x = 1.5;
	volatile double y = 2.5;
	if (!setjmp(outer)) {
		y = x * 2;
		deep(50, 1);
	}
	printf("%g %g\n", x, y);
	return 0;
}
