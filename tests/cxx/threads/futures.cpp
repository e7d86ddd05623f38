/*
 * Futures, promises, tasks.
 * repeat: 3
 */
#include <chrono>
#include <cstdio>
#include <functional>
#include <future>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

static long sum(const int *begin, const int *end)
{
	if (end - begin < 2000)
		return std::accumulate(begin, end, 0L);
	const int *middle = begin + (end - begin) / 2;
	auto right = std::async(std::launch::async, sum, middle, end);
	long left = sum(begin, middle);
	return left + right.get();
}

static const char *name(std::future_status status)
{
	switch (status) {
	case std::future_status::ready: return "ready";
	case std::future_status::timeout: return "timeout";
	case std::future_status::deferred: return "deferred";
	}
	return "?";
}

int main()
{
	std::vector<int> v(20000);
	std::iota(v.begin(), v.end(), 1);
	printf("sum %ld\n", sum(v.data(), v.data() + v.size()));

	std::promise<std::string> p;
	std::future<std::string> f = p.get_future();
	printf("%s\n", name(f.wait_for(1ms)));
	std::thread([&] { p.set_value("promised"); }).join();
	printf("%s: %s, %d\n", name(f.wait_for(1ms)), f.get().c_str(), f.valid());
	try {
		p.set_value("twice");
	} catch (const std::future_error &e) {
		printf("%s (%s)\n", e.what(), e.code().category().name());
	}
	try {
		std::promise<int> broken;
		f = {};
		auto g = broken.get_future();
		{
			std::promise<int> gone(std::move(broken));
		}
		g.get();
	} catch (const std::future_error &e) {
		puts(e.what());
	}

	auto deferred = std::async(std::launch::deferred, [] { return std::this_thread::get_id(); });
	printf("%s, here: %d\n", name(deferred.wait_for(0s)), deferred.get() == std::this_thread::get_id());

	std::packaged_task<int(int)> task([](int n) {
		if (n < 0)
			throw std::invalid_argument("negative");
		return n * 2;
	});
	auto result = task.get_future().share();
	std::jthread runner(std::ref(task), -1);
	auto watch = [result] {
		try {
			return std::to_string(result.get());
		} catch (const std::exception &e) {
			return std::string(e.what());
		}
	};
	auto a = std::async(std::launch::async, watch), b = std::async(std::launch::async, watch);
	printf("%s, %s\n", a.get().c_str(), b.get().c_str());
	runner.join();
	task.reset();
	auto again = task.get_future();
	std::thread([&] {
		task.make_ready_at_thread_exit(21);
		printf("before the thread's end: %s\n", name(again.wait_for(1ms)));
	}).join();
	printf("at its end: %s, %d\n", name(again.wait_for(0s)), again.get());
}
