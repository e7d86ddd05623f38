/*
 * How programs end that let an exception out, or otherwise come to std::terminate: message, output, status.
 * levels: -O0, -O2
 * run: main
 * run: int
 * run: thread
 * run: noexcept
 * run: dtor
 * run: rethrow
 * run: norethrow
 * run: terminate
 * run: incatch
 * run: handler
 * run: ptr
 * run: joinable
 * run: atexit
 * run: nested
 */
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>

namespace ns {
template <class T> struct custom : std::runtime_error {
	using std::runtime_error::runtime_error;
};
}

static void no_exceptions() noexcept
{
	throw ns::custom<std::map<int, char>>("in a noexcept function");
}

struct throws_at_end {
	~throws_at_end()
	{
		throw 3; // destructors are noexcept
	}
};

struct catches_at_end {
	~catches_at_end()
	{
		try {
			throw 1;
		} catch (int) {
		}
	}
};

static const std::map<std::string, std::function<void()>> ways = {
	{"main", [] { throw std::runtime_error("nobody catches this"); }},
	{"int", [] { throw 5; }},
	{"thread", [] { std::thread([] { throw std::out_of_range("thread"); }).join(); }},
	{"noexcept", [] { no_exceptions(); }},
	{"dtor", [] { throws_at_end t; }},
	{"rethrow",
	 [] {
		 try {
			 throw std::runtime_error("again");
		 } catch (...) {
			 throw;
		 }
	 }},
	{"norethrow", [] { throw; }},
	{"terminate", [] { std::terminate(); }},
	{"incatch",
	 [] {
		 try {
			 throw std::runtime_error("caught");
		 } catch (...) {
			 std::terminate();
		 }
	 }},
	{"handler",
	 [] {
		 std::set_terminate([] {
			 try {
				 std::rethrow_exception(std::current_exception());
			 } catch (std::exception &e) {
				 printf("terminate handler: %s\n", e.what());
				 fflush(stdout);
			 }
			 std::_Exit(7);
		 });
		 no_exceptions();
	 }},
	{"ptr",
	 [] {
		 std::exception_ptr p;

		 try {
			 throw std::runtime_error("pointed to");
		 } catch (...) {
			 p = std::current_exception();
		 }
		 std::rethrow_exception(p);
	 }},
	{"joinable", [] { std::thread t([] {}); }},
	{"atexit", [] { std::atexit([] { throw std::runtime_error("while exiting"); }); }},
	{"nested",
	 [] {
		 catches_at_end c;

		 throw std::runtime_error("outer");
	 }},
};

int main(int, char **argv)
{
	ways.at(argv[1])();
}
