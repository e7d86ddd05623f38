/*
 * RTTI: dynamic_cast through all kinds of inheritance, typeid, type_index, demangled names.
 * levels: -O0, -O2
 */
#include <any>
#include <cstdio>
#include <cstdlib>
#include <cxxabi.h>
#include <functional>
#include <memory>
#include <string>
#include <typeindex>
#include <typeinfo>
#include <unordered_map>
#include <variant>
#include <vector>

struct top {
	virtual ~top() = default;
	int t = 1;
};
struct left : virtual top {
	int l = 2;
};
struct right : virtual top {
	int r = 3;
};
struct bottom : left, private right {
	int b = 4;
	right *as_right()
	{
		return this;
	}
};
struct twice_a : top {
};
struct twice_b : top {
};
struct twice : twice_a, twice_b {
};
namespace {
struct hidden : top {
};
} // namespace

template <class T> static std::string name()
{
	int status;
	std::unique_ptr<char, void (*)(void *)> p(abi::__cxa_demangle(typeid(T).name(), nullptr, nullptr, &status), free);

	return status ? "?" : p.get();
}

struct visitor {
	std::string operator()(int n) const
	{
		return "int " + std::to_string(n);
	}
	std::string operator()(const std::string &s) const
	{
		return "string " + s;
	}
	std::string operator()(const std::vector<int> &v) const
	{
		return "vector of " + std::to_string(v.size());
	}
};

int main()
{
	bottom b;
	top *t = &b;
	printf("%d %d %d\n", dynamic_cast<left *>(t) == &b, dynamic_cast<right *>(t) == nullptr,
	       dynamic_cast<bottom *>(t) == &b);
	printf("%d %d\n", dynamic_cast<left *>(b.as_right()) == nullptr, dynamic_cast<void *>(t) == &b);
	twice w;
	twice_a *a = &w;
	printf("%d %d\n", dynamic_cast<twice_b *>(a) == &w, dynamic_cast<top *>(static_cast<twice_b *>(&w)) != nullptr);
	printf("%d %d %d\n", typeid(*t) == typeid(bottom), typeid(t) == typeid(top *), typeid(*t) == typeid(left));
	top *none = nullptr;
	try {
		printf("%s\n", typeid(*none).name());
	} catch (const std::bad_typeid &e) {
		printf("%s\n", e.what());
	}
	try {
		(void)dynamic_cast<twice &>(*t);
	} catch (const std::bad_cast &e) {
		printf("%s\n", e.what());
	}
	printf("%s %s %s\n", name<bottom>().c_str(), name<hidden>().c_str(),
	       name<std::unordered_map<int, void (*)(const char *, ...)>>().c_str());

	std::unordered_map<std::type_index, const char *> names = {{typeid(int), "int"}, {typeid(hidden), "hidden"}};
	hidden h;
	printf("%s\n", names.at(typeid(static_cast<top &>(h))));
	std::any any = std::string("any");
	printf("%s %d\n", std::any_cast<std::string &>(any).c_str(), std::any_cast<int>(&any) == nullptr);
	try {
		std::any_cast<int>(any);
	} catch (const std::bad_any_cast &e) {
		printf("%s\n", e.what());
	}
	for (const std::variant<int, std::string, std::vector<int>> &v :
	     {std::variant<int, std::string, std::vector<int>>(1), {"two"}, {std::vector{1, 2, 3}}})
		printf("%s\n", std::visit(visitor(), v).c_str());
	std::function<int(int)> f = [k = std::make_shared<int>(5)](int n) { return n * *k; };
	auto g = f;
	printf("%d %d\n", g(3), f.target_type() == g.target_type());
	int (bottom::*member)() = nullptr;
	std::shared_ptr<top> owner = std::make_shared<bottom>();
	std::weak_ptr<top> weak = owner;
	printf("%d %d %ld\n", member == nullptr, std::dynamic_pointer_cast<bottom>(owner)->b, weak.use_count());
}
