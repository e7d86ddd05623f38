/*
 * std::thread and what threads wait for each other with.
 * repeat: 3
 */
#include <atomic>
#include <barrier>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <latch>
#include <memory>
#include <mutex>
#include <queue>
#include <semaphore>
#include <shared_mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

static void queue()
{
	std::mutex m;
	std::condition_variable cv;
	std::queue<int> q;
	bool done = false;
	long sum = 0;
	std::vector<std::thread> consumers;

	for (int i = 0; i < 3; i++)
		consumers.emplace_back([&] {
			std::unique_lock lock(m);

			for (;;) {
				cv.wait(lock, [&] { return done || !q.empty(); });
				if (q.empty())
					return;
				sum += q.front();
				q.pop();
			}
		});
	for (int i = 1; i <= 3000; i++) {
		std::lock_guard lock(m);

		q.push(i);
		cv.notify_one();
	}
	{
		std::lock_guard lock(m);

		done = true;
	}
	cv.notify_all();
	for (auto &t : consumers)
		t.join();
	printf("queue: %ld\n", sum);
}

static void locks()
{
	std::mutex a, b;
	std::recursive_mutex r;
	std::timed_mutex timed;
	std::shared_mutex shared;
	int both = 0, read = 0;
	std::vector<std::jthread> threads;

	for (int i = 0; i < 4; i++)
		threads.emplace_back([&, i] {
			for (int n = 0; n < 500; n++) {
				if (i % 2) {
					std::scoped_lock lock(a, b);
					both++;
				} else {
					std::scoped_lock lock(b, a);
					both++;
				}
				std::lock_guard outer(r), inner(r);
				if (n % 50) {
					std::shared_lock lock(shared);
					read += shared.try_lock() ? 1000000 : 1;
				} else {
					std::unique_lock lock(shared);
				}
			}
		});
	threads.clear();
	printf("locks: %d, %d\n", both, read);

	timed.lock();
	std::jthread([&] {
		printf("timed: %d %d\n", timed.try_lock(), timed.try_lock_for(10ms));
	});
	timed.unlock();

	std::once_flag once;
	std::atomic<int> calls = 0, threw = 0;
	for (int i = 0; i < 4; i++)
		threads.emplace_back([&] {
			try {
				std::call_once(once, [&] {
					if (!calls++)
						throw 1;
				});
			} catch (int) {
				threw++;
			}
		});
	threads.clear();
	printf("call_once: %d calls, %d threw\n", calls.load(), threw.load());
}

static void phases()
{
	std::latch start(4);
	int completed = 0;
	std::barrier barrier(3, [&]() noexcept { completed++; });
	std::counting_semaphore<2> slots(2);
	std::atomic<int> inside = 0, most = 0;
	std::vector<std::jthread> threads;

	for (int i = 0; i < 3; i++)
		threads.emplace_back([&] {
			start.arrive_and_wait();
			for (int n = 0; n < 100; n++) {
				barrier.arrive_and_wait();
				slots.acquire();
				int now = ++inside;
				for (int m = most; now > m && !most.compare_exchange_weak(m, now);)
					;
				inside--;
				slots.release();
			}
		});
	start.count_down();
	threads.clear();
	printf("barrier: %d phases; semaphore: %s\n", completed, most <= 2 ? "at most 2" : "too many");
	printf("semaphore: %d\n", slots.try_acquire() && slots.try_acquire() && !slots.try_acquire_for(5ms));
}

static void stops()
{
	std::mutex m;
	std::condition_variable_any cv;
	int turns = 0;
	bool called = false;
	std::jthread t([&](std::stop_token token) {
		std::unique_lock lock(m);

		while (!cv.wait(lock, token, [] { return false; }) && !token.stop_requested())
			turns++;
		printf("stopped after %d turns\n", turns);
	});

	// Here and not in the thread, which the request may wake, so that it ends, before all callbacks have been called.
	std::stop_callback callback(t.get_stop_token(), [&] { called = true; });

	std::this_thread::sleep_for(5ms);
	bool first = t.request_stop();
	t.join();
	printf("request_stop: %d, callback: %d\n", first, called);
	printf("again: %d, %d\n", t.request_stop(), t.joinable());
}

struct counted {
	static inline std::atomic<int> made = 0, gone = 0;
	std::string text = "thread local";

	counted()
	{
		made++;
	}
	~counted()
	{
		gone++;
	}
};

static thread_local counted local;
static thread_local std::unique_ptr<std::vector<int>> lazily;

static void locals()
{
	std::vector<std::jthread> threads;

	for (int i = 0; i < 8; i++)
		threads.emplace_back([i] {
			if (i % 2)
				local.text += std::to_string(i);
			lazily = std::make_unique<std::vector<int>>(100, i);
		});
	threads.clear();
	printf("thread_local: %d made, %d destroyed\n", counted::made.load(), counted::gone.load());
}

int main()
{
	queue();
	locks();
	phases();
	stops();
	locals();
	std::thread::id none;
	std::thread t([] {});
	printf("ids: %d %d, concurrency %d\n", t.get_id() != none, t.get_id() != std::this_thread::get_id(),
	       std::thread::hardware_concurrency() > 0);
	t.detach();
}
