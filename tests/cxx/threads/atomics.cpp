/*
 * Atomics of every size, with and without locks.
 * levels: -O0, -O2
 * link: -latomic
 */
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

template <int N> struct bytes {
	unsigned char b[N] = {};

	bytes next() const
	{
		bytes r = *this;

		for (int i = 0; i < N && !++r.b[i]; i++)
			;
		return r;
	}
	bool operator==(const bytes &) const = default;
};

template <class F> static void together(F f)
{
	std::vector<std::jthread> threads;

	for (int i = 0; i < 4; i++)
		threads.emplace_back(f, i);
}

template <class T> static void integer(const char *name)
{
	std::atomic<T> sum = 0, bits = 0;
	T plain = 0;

	together([&](int i) {
		for (int n = 0; n < 1000; n++) {
			sum += 3;
			sum.fetch_sub(1, std::memory_order_relaxed);
			bits ^= static_cast<T>(n + i);
			std::atomic_ref<T>(plain).fetch_add(1);
		}
	});
	printf("%s: %lld %lld %lld, lock free %d\n", name, static_cast<long long>(sum.load()),
	       static_cast<long long>(bits.load()), static_cast<long long>(plain),
	       sizeof(T) <= 8 && std::atomic<T>::is_always_lock_free);
}

template <int N> static void structure()
{
	std::atomic<bytes<N>> a{};
	bytes<N> want;

	together([&](int) {
		for (int n = 0; n < 300; n++) {
			auto old = a.load();

			while (!a.compare_exchange_weak(old, old.next()))
				;
		}
	});
	for (int n = 0; n < 1200; n++)
		want = want.next();
	printf("%d bytes: %d\n", N, a.load() == want);
}

int main()
{
	integer<signed char>("signed char");
	integer<unsigned short>("unsigned short");
	integer<int>("int");
	integer<long>("long");
	integer<int64_t>("int64_t");
	structure<1>();
	structure<2>();
	structure<3>();
	structure<4>();
	structure<5>();
	structure<8>();
	structure<12>();
	structure<16>();
	structure<24>();
	structure<64>();

	std::atomic<double> d = 0;
	std::atomic<float> f = 0;
	std::atomic<bool> flag = false;
	int array[10] = {}, *at = array;
	std::atomic<int *> p = at;
	together([&](int) {
		for (int n = 0; n < 500; n++) {
			d += 0.5;
			f.fetch_add(1);
			flag.exchange(!flag);
			p++;
			p--;
		}
	});
	printf("%g %g %d\n", d.load(), f.load(), p == at);

	// Waiting: sizes with and without a futex of their own
	std::atomic<int> turn = 0;
	std::atomic<int64_t> wide = 0;
	std::atomic<uint8_t> narrow = 0;
	std::atomic_flag done;
	std::jthread other([&] {
		for (int i = 1; i < 500; i += 2) {
			for (int seen; (seen = turn) != i;)
				turn.wait(seen);
			turn = i + 1;
			turn.notify_all();
		}
		wide.wait(0);
		narrow.store(1);
		narrow.notify_one();
		done.test_and_set();
		done.notify_all();
	});
	for (int i = 0; i < 500; i += 2) {
		for (int seen; (seen = turn) != i;)
			turn.wait(seen);
		turn = i + 1;
		turn.notify_all();
	}
	wide = int64_t(1) << 40;
	wide.notify_all();
	narrow.wait(0);
	done.wait(false);
	printf("waited: %d %d\n", narrow.load(), done.test());

	auto shared = std::make_shared<int>(1);
	std::atomic_store(&shared, std::make_shared<int>(2));
	printf("shared_ptr: %d\n", *std::atomic_load(&shared));
	std::atomic_thread_fence(std::memory_order_seq_cst);
}
