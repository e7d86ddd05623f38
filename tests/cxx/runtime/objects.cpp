/*
 * Order of construction and destruction: globals, function-local statics, thread locals, atexit.
 * run: return
 * run: exit
 * run: quick
 * run: thread
 * levels: -O0, -O2
 */
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>

struct named {
	std::string name;

	explicit named(const char *n) : name(n)
	{
		printf("+%s\n", n);
	}
	~named()
	{
		printf("-%s\n", name.c_str());
		fflush(stdout);
	}
};

static named first("first");
static named second("second");
[[gnu::init_priority(200)]] static named early("early");
inline named shared("inline variable");
static thread_local named local("thread local");
static named &on_demand()
{
	static named n("on demand");

	return n;
}

[[gnu::constructor]] static void constructor()
{
	puts("constructor function");
}

static int failures;

static int fails_twice()
{
	static int value = [] {
		if (failures++ < 2)
			throw std::string("not yet");
		return 7;
	}();

	return value;
}

int main(int argc, char **argv)
{
	std::string way = argc > 1 ? argv[1] : "";

	printf("main, %s\n", local.name.c_str());
	std::atexit([] { puts("atexit 1"); });
	on_demand();
	std::atexit([] {
		puts("atexit 2");
		std::atexit([] { puts("registered while exiting"); });
	});
	std::at_quick_exit([] { puts("at_quick_exit"); fflush(stdout); });
	for (int i = 0; i < 3; i++)
		try {
			printf("static: %d\n", fails_twice());
		} catch (const std::string &s) {
			puts(s.c_str());
		}
	std::thread([] {
		local.name = "another thread's";
		thread_local std::unique_ptr<named> late = std::make_unique<named>("late");
		printf("in a thread\n");
	}).join();
	named automatic("automatic");
	if (way == "exit")
		std::exit(3); // automatic objects stay
	if (way == "quick")
		std::quick_exit(4);
	if (way == "thread")
		std::thread([] { std::exit(5); }).join();
	return 2;
}
