/*
 * Throwing, catching, rethrowing, cleaning up.
 * levels: -O0, -O1, -O2, -O3, -Os, -O2 -flto
 */
#include <cstdio>
#include <exception>
#include <future>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <typeinfo>
#include <vector>

struct trace {
	const char *name;

	~trace()
	{
		printf("~%s, %d on their way\n", name, std::uncaught_exceptions());
	}
};

static int descend(int n)
{
	trace t{"descend"};

	if (!n)
		throw std::runtime_error("at the bottom");
	return descend(n - 1) + 1;
}

struct base {
	virtual ~base() = default;
	virtual const char *what() const
	{
		return "base";
	}
};
struct left : virtual base {
};
struct right : virtual base {
};
struct both : left, right {
	const char *what() const override
	{
		return "both";
	}
};

struct member {
	explicit member(int n)
	{
		printf("member %d\n", n);
		if (n == 3)
			throw n;
	}
	~member()
	{
		puts("~member");
	}
};

struct holder {
	member a{1}, b{2}, c{3};
};

static void function_try() try {
	holder h;
} catch (int n) {
	printf("constructor threw %d\n", n);
}

static void nested(int n)
{
	try {
		if (n)
			nested(n - 1);
		else
			throw std::logic_error("innermost");
	} catch (...) {
		std::throw_with_nested(std::runtime_error("level " + std::to_string(n)));
	}
}

static void print(const std::exception &e, int indent)
{
	printf("%*s%s (%s)\n", indent, "", e.what(), typeid(e).name());
	try {
		std::rethrow_if_nested(e);
	} catch (const std::exception &inner) {
		print(inner, indent + 1);
	}
}

int main()
{
	try {
		descend(3);
	} catch (const std::exception &e) {
		printf("caught %s\n", e.what());
	}

	try {
		try {
			throw 42;
		} catch (...) {
			trace t{"handler"};
			throw;
		}
	} catch (long) {
		puts("not this one");
	} catch (const int &n) {
		printf("int %d\n", n);
	}

	try {
		throw both();
	} catch (base &b) {
		printf("by its virtual base: %s\n", b.what());
	}
	try {
		static both b;
		throw &b;
	} catch (base *b) {
		printf("by a pointer to it: %s\n", b->what());
	}
	try {
		throw nullptr;
	} catch (const char *p) {
		printf("null pointer: %d\n", p == nullptr);
	}

	function_try();
	try {
		nested(3);
	} catch (const std::exception &e) {
		print(e, 0);
	}

	std::exception_ptr kept;
	std::thread([&] {
		try {
			throw std::string("from a thread");
		} catch (...) {
			kept = std::current_exception();
		}
	}).join();
	for (int i = 0; i < 2; i++)
		try {
			std::rethrow_exception(kept);
		} catch (const std::string &s) {
			puts(s.c_str());
		}

	try {
		std::async(std::launch::async, [] { throw std::out_of_range("in a task"); }).get();
	} catch (const std::out_of_range &e) {
		puts(e.what());
	}

	// What the library and the language throw themselves
	try {
		(void)std::vector<int>().at(3);
	} catch (const std::out_of_range &e) {
		puts(e.what());
	}
	try {
		volatile size_t much = -1;
		operator delete(operator new(much));
	} catch (const std::bad_alloc &e) {
		puts(e.what());
	}
	try {
		base b;
		(void)dynamic_cast<both &>(b);
	} catch (const std::bad_cast &e) {
		puts(e.what());
	}

	int caught = 0;
	for (int i = 0; i < 20000; i++)
		try {
			trace *none = nullptr;
			std::unique_ptr<trace> p(none);
			if (i % 2)
				throw i;
			throw std::make_unique<int>(i);
		} catch (int n) {
			caught += n == i;
		} catch (const std::unique_ptr<int> &p) {
			caught += *p == i;
		}
	printf("%d caught\n", caught);
}
