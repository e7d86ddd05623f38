/*
 * Coroutines: generators, symmetric transfer, exceptions in them, resumption in another thread.
 * levels: -O0, -O2
 */
#include <coroutine>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <thread>
#include <utility>

template <class T> class generator
{
      public:
	struct promise_type {
		T value;
		std::exception_ptr error;

		generator get_return_object()
		{
			return generator(std::coroutine_handle<promise_type>::from_promise(*this));
		}
		std::suspend_always initial_suspend() noexcept
		{
			return {};
		}
		std::suspend_always final_suspend() noexcept
		{
			return {};
		}
		std::suspend_always yield_value(T v)
		{
			value = v;
			return {};
		}
		void return_void()
		{
		}
		void unhandled_exception()
		{
			error = std::current_exception();
		}
	};

	explicit generator(std::coroutine_handle<promise_type> h) : handle(h)
	{
	}
	generator(generator &&other) : handle(std::exchange(other.handle, nullptr))
	{
	}
	~generator()
	{
		if (handle)
			handle.destroy();
	}
	bool next()
	{
		handle.resume();
		if (handle.promise().error)
			std::rethrow_exception(handle.promise().error);
		return !handle.done();
	}
	T value() const
	{
		return handle.promise().value;
	}

      private:
	std::coroutine_handle<promise_type> handle;
};

struct noisy {
	~noisy()
	{
		puts("frame destroyed");
	}
};

static generator<int> squares(int n)
{
	noisy here;

	for (int i = 0; i < n; i++)
		co_yield i * i;
	if (n > 3)
		throw std::out_of_range("too many");
}

struct task {
	struct promise_type {
		std::coroutine_handle<> waiting = std::noop_coroutine();
		int value = 0;

		task get_return_object()
		{
			return {std::coroutine_handle<promise_type>::from_promise(*this)};
		}
		std::suspend_always initial_suspend() noexcept
		{
			return {};
		}
		auto final_suspend() noexcept
		{
			struct transfer {
				bool await_ready() noexcept
				{
					return false;
				}
				std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> h) noexcept
				{
					return h.promise().waiting;
				}
				void await_resume() noexcept
				{
				}
			};
			return transfer();
		}
		void return_value(int v)
		{
			value = v;
		}
		void unhandled_exception()
		{
			std::terminate();
		}
	};

	std::coroutine_handle<promise_type> handle;

	bool await_ready()
	{
		return false;
	}
	std::coroutine_handle<> await_suspend(std::coroutine_handle<> h)
	{
		handle.promise().waiting = h;
		return handle;
	}
	int await_resume()
	{
		int v = handle.promise().value;

		handle.destroy();
		return v;
	}
};

static task sum(int n)
{
	co_return n ? n + co_await sum(n - 1) : 0;
}

struct other_thread {
	std::thread &t;

	bool await_ready()
	{
		return false;
	}
	void await_suspend(std::coroutine_handle<> h)
	{
		t = std::thread(h);
	}
	void await_resume()
	{
	}
};

static task hops(std::thread &t)
{
	auto before = std::this_thread::get_id();

	co_await other_thread{t};
	co_return before != std::this_thread::get_id();
}

int main()
{
	auto g = squares(3);
	while (g.next())
		printf("%d\n", g.value());
	try {
		auto more = squares(4);
		for (;;)
			more.next();
	} catch (const std::out_of_range &e) {
		puts(e.what());
	}
	{
		auto abandoned = squares(10);
		abandoned.next();
	}
	auto s = sum(300);
	s.handle.resume();
	printf("%d\n", s.await_resume());
	std::thread t;
	auto h = hops(t);
	h.handle.resume();
	t.join();
	printf("%d\n", h.await_resume());
}
