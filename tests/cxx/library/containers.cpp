/*
 * Containers, algorithms, ranges, numerics: a checksum of each, over random data.
 * flags: -fexperimental-library
 */
#include <algorithm>
#include <array>
#include <bitset>
#include <complex>
#include <cstdio>
#include <deque>
#include <execution>
#include <forward_list>
#include <list>
#include <map>
#include <memory_resource>
#include <numeric>
#include <queue>
#include <random>
#include <ranges>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <valarray>
#include <vector>

template <class C> static void show(const char *name, C &&c)
{
	unsigned long sum = 5381, n = 0;

	for (const auto &e : c) {
		if constexpr (requires { e.second; })
			sum = sum * 33 + static_cast<unsigned long>(e.first) * 7 + static_cast<unsigned long>(e.second);
		else
			sum = sum * 33 + static_cast<unsigned long>(e);
		n++;
	}
	printf("%s: %lu, %lx\n", name, n, sum);
}

int main()
{
	std::mt19937 random(42);
	std::vector<int> data(5000);

	for (auto &d : data)
		d = random() % 2000;
	auto sorted = data;
	std::sort(sorted.begin(), sorted.end());
	show("sort", sorted);
	auto stable = data;
	std::stable_sort(stable.begin(), stable.end(), [](int a, int b) { return a % 10 < b % 10; });
	show("stable_sort", stable);
	auto parallel = data;
	std::sort(std::execution::par, parallel.begin(), parallel.end());
	printf("parallel: %d, %d\n", parallel == sorted,
	       std::reduce(std::execution::par, data.begin(), data.end()) == std::accumulate(data.begin(), data.end(), 0));
	auto heap = data;
	std::make_heap(heap.begin(), heap.end());
	std::sort_heap(heap.begin(), heap.end());
	auto nth = data;
	std::nth_element(nth.begin(), nth.begin() + 2500, nth.end());
	printf("%d %d\n", heap == sorted, nth[2500] == sorted[2500]);

	show("list", std::list<int>(data.begin(), data.end()));
	std::forward_list<int> forward(data.begin(), data.end());
	forward.sort();
	forward.unique();
	show("forward_list", forward);
	std::deque<int> deque;
	for (int d : data)
		d % 2 ? deque.push_back(d) : deque.push_front(d);
	show("deque", deque);
	std::map<int, int> map;
	std::unordered_map<int, int> hashed;
	std::multiset<int> multi;
	for (int d : data) {
		map[d]++;
		hashed[d]++;
		multi.insert(d);
		if (d % 3 == 0) {
			map.erase(d / 2);
			hashed.erase(d / 2);
		}
	}
	show("map", map);
	show("unordered_map", std::map<int, int>(hashed.begin(), hashed.end()));
	show("multiset", multi);
	std::priority_queue<int> queue(data.begin(), data.end());
	printf("priority_queue: %d\n", queue.top());
	std::bitset<5000> bits;
	for (int d : data)
		bits.flip(d);
	printf("bitset: %zu\n", bits.count());

	char buffer[4096];
	std::pmr::monotonic_buffer_resource pool(buffer, sizeof(buffer));
	std::pmr::vector<std::pmr::string> strings(&pool);
	for (int i = 0; i < 200; i++)
		strings.emplace_back(std::to_string(i) + " is too long for the small string's buffer");
	printf("pmr: %s\n", strings.back().c_str());

	auto view = data | std::views::filter([](int d) { return d % 2; }) |
		    std::views::transform([](int d) { return d * d; }) | std::views::take(100);
	show("views", view);
	show("zip", std::views::zip_transform(std::plus(), data, sorted));
	show("chunks", std::views::iota(0, 100) | std::views::reverse | std::views::drop_while([](int n) { return n > 50; }));
	printf("%d %td\n", std::ranges::is_sorted(sorted), std::ranges::distance(std::ranges::equal_range(sorted, 77)));

	std::normal_distribution<double> normal(10, 2);
	double sum = 0;
	for (int i = 0; i < 1000; i++)
		sum += normal(random);
	printf("normal: %.9f\n", sum);
	std::valarray<double> values = {1, 4, 9};
	printf("%g %g\n", std::sqrt(values).sum(), std::abs(std::complex(3.0, 4.0) * std::complex(0.0, 1.0)));
	printf("%d %d %.10g\n", std::gcd(84, 36), std::lcm(4, 6), std::lerp(1.0, 2.0, 0.25));
	std::array<int, 3> permutation = {1, 2, 3};
	int count = 0;
	do
		count++;
	while (std::ranges::next_permutation(permutation).found);
	printf("%d permutations\n", count);
}
