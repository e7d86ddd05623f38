/*
 * Without exceptions and RTTI: what would throw aborts with a message.
 * flags: -fno-exceptions -fno-rtti
 * run: fine
 * run: at
 * run: bad
 */
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

int main(int, char **argv)
{
	std::string way = argv[1];
	std::vector<int> v = {1, 2, 3};
	std::map<std::string, std::unique_ptr<int>> m;

	m["one"] = std::make_unique<int>(1);
	printf("%d %d\n", *m.at("one"), v[2]);
	fflush(stdout);
	if (way == "at")
		return v.at(3);
	if (way == "bad")
		return std::optional<int>().value();
	return 0;
}
