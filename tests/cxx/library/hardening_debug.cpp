/*
 * Out of bounds in hardening mode debug.
 * flags: -D_LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_DEBUG
 * run: vector
 * run: span
 * run: optional
 * run: string
 * run: order
 */
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <vector>

// The library's message has the path of a header, and in mode fast none is printed: only the status counts.
int main(int, char **argv)
{
	std::string way = argv[1], text = "abc";
	std::vector<int> v = {3, 1, 2};
	volatile size_t outside = 3;

	fclose(stderr);
	if (way == "vector")
		return v[outside];
	if (way == "span")
		return std::span<int>(v)[outside];
	if (way == "optional")
		return *std::optional<int>();
	if (way == "string")
		return text[outside + 1];
	std::sort(v.begin(), v.end(), [](int, int) { return true; });
	return 0;
}
