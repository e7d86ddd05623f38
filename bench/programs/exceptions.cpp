// exceptions WHAT COUNT: nanoseconds that one of them takes, on average of COUNT; printed as one number.
#include <chrono>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace {

volatile long sink;

// Something to clean up on the way; its destructor is what a landing pad is for.
struct Guard {
	~Guard() { sink = sink + 1; }
};

[[gnu::noinline]] void thrower(int depth)
{
	if (depth == 0)
		throw std::runtime_error("x");
	Guard guard;
	thrower(depth - 1);
	sink = sink + 2;
}

[[gnu::noinline]] void catcher(int depth)
{
	try {
		thrower(depth);
	} catch (const std::exception &) {
		sink = sink + 1;
	}
}

std::jmp_buf env;

[[gnu::noinline]] void jumper(int depth)
{
	if (depth == 0)
		std::longjmp(env, 1);
	jumper(depth - 1);
	sink = sink + 2;
}

[[gnu::noinline]] void landing(int depth)
{
	if (!setjmp(env))
		jumper(depth);
}

[[gnu::noinline]] void work(long i)
{
	if (i < 0)
		throw i;
	sink = i;
}

// The same calls, each in a try block or in none.
[[gnu::noinline]] void plain(long count)
{
	for (long i = 0; i < count; i++)
		work(i);
}

[[gnu::noinline]] void guarded(long count)
{
	for (long i = 0; i < count; i++) {
		try {
			work(i);
		} catch (long n) {
			sink = n;
		}
	}
}

} // namespace

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	const char *what = argv[1];
	long count = std::atol(argv[2]);
	auto begin = std::chrono::steady_clock::now();
	if (!std::strcmp(what, "plain"))
		plain(count);
	else if (!std::strcmp(what, "try"))
		guarded(count);
	else
		for (long i = 0; i < count; i++)
			if (!std::strcmp(what, "throw"))
				catcher(0);
			else if (!std::strcmp(what, "throw10"))
				catcher(10);
			else if (!std::strcmp(what, "longjmp"))
				landing(0);
			else if (!std::strcmp(what, "longjmp10"))
				landing(10);
			else
				return 2;
	std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
	std::printf("%.3f\n", took.count() / static_cast<double>(count));
}
