/*
 * Exceptions through frames of C, jumps over frames of C++.
 * levels: -O0, -O2, -O2 -flto
 */
#include <csetjmp>
#include <cstdio>
#include <stdexcept>
#include <string>

extern "C" {
int through_c(int (*function)(int), int argument);
void through_libc(int (*function)(int));
int jump_over(jmp_buf env, void (*function)(void *), void *argument);
[[noreturn]] void jump(jmp_buf env, int value);
}

static int thrower(int n)
{
	if (n)
		throw std::runtime_error("through " + std::to_string(n));
	return 10;
}

static jmp_buf env;

// Without destructors, or the behaviour is undefined.
static int jumper(int n)
{
	if (n)
		return jumper(n - 1) + 1;
	jump(env, 5);
}

static void jumps_from_handler()
{
	try {
		throw 1;
	} catch (int) {
	}
	jump(env, 6);
}

int main()
{
	printf("%d\n", through_c(thrower, 0));
	try {
		through_c(thrower, 1);
	} catch (const std::exception &e) {
		puts(e.what());
	}
	try {
		through_libc(thrower);
	} catch (const std::exception &e) {
		printf("qsort: %s\n", e.what());
	}

	volatile int turn = 0;
	int value = setjmp(env);
	printf("setjmp: %d, turn %d\n", value, turn);
	turn = turn + 1;
	if (turn == 1)
		jumper(3);
	if (turn == 2)
		jumps_from_handler();
	if (turn == 3)
		through_c(jumper, 3);

	// A setjmp and a try block in one function, one used within the other
	for (volatile int i = 0; i < 4; i = i + 1) {
		try {
			if (!setjmp(env)) {
				if (i % 2)
					throw i * 10;
				jumper(2);
			} else {
				printf("%d: back by longjmp\n", i);
				throw std::string("after a jump");
			}
		} catch (int n) {
			printf("%d: caught %d\n", i, n);
		} catch (const std::string &s) {
			printf("%d: caught %s\n", i, s.c_str());
		}
	}

	jmp_buf inner;
	struct both {
		jmp_buf *env;
	} b = {&inner};
	printf("over C: %d\n", jump_over(inner, [](void *p) { jump(*static_cast<both *>(p)->env, 1); }, &b));
	printf("throwing over setjmp: ");
	try {
		jump_over(inner, [](void *) { throw 7; }, nullptr);
	} catch (int n) {
		printf("%d\n", n);
	}
}
