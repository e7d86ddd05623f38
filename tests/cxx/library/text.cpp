/*
 * std::format, charconv, regex, string functions.
 */
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <format>
#include <iostream>
#include <limits>
#include <map>
#include <random>
#include <regex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

struct colour {
	uint8_t r, g, b;
};

template <> struct std::formatter<colour> : std::formatter<std::string> {
	auto format(const colour &c, auto &context) const
	{
		return std::formatter<std::string>::format(std::format("#{:02x}{:02x}{:02x}", c.r, c.g, c.b), context);
	}
};

static void formats()
{
	std::cout << std::format("{} {:d} {:#x} {:#010b} {:+} {:c}\n", 1, -2, 255, 5, 7, 65);
	std::cout << std::format("{:*^20}|{:>10.3}|{:<6}|\n", "centre", "truncated", true);
	std::cout << std::format("{} {:.3f} {:e} {:g} {:a} {:10.2f}|{:<10}|\n", 0.1, 3.14159, 1e10, 1e-7, 1.5, -2.345,
				 1e300);
	std::cout << std::format("{} {} {}\n", std::numeric_limits<double>::infinity(), -NAN, -0.0);
	std::cout << std::format("{0} {1} {0} {2:{3}.{4}f}\n", "a", 'b', 2.0, 9, 3);
	std::cout << std::format("{:>12} {}\n", colour{255, 128, 0}, static_cast<const void *>(nullptr));
	std::cout << std::format("{} {} {::02x}\n", std::vector{1, 2, 3}, std::map<std::string, int>{{"k", 1}},
				 std::vector{10, 11});
	std::cout << std::format("{} {:?}\n", std::tuple(1, "two", '3'), "line\n\"quoted\" \u00e4");
	std::cout << std::format("{:*^10}|{:.2}|\n", "\u4e2d\u6587", "\U0001f600x");
	std::cout << std::format("{:Lx} {}\n", 65535, INT64_MIN);
	try {
		int n = 1;
		std::cout << std::vformat("{:s}", std::make_format_args(n));
	} catch (const std::format_error &e) {
		std::cout << e.what() << '\n';
	}
}

static void conversions()
{
	char text[400];
	std::mt19937_64 random(1);
	unsigned long sum = 0, wrong = 0;

	for (int i = 0; i < 20000; i++) {
		uint64_t bits = random();
		double d, back = 0;

		memcpy(&d, &bits, sizeof(d));
		if (!std::isfinite(d))
			continue;
		auto [end, error] = std::to_chars(text, text + sizeof(text), d);
		for (char *p = text; p < end; p++)
			sum = sum * 31 + *p;
		std::from_chars(text, end, back);
		wrong += back != d || error != std::errc();
	}
	std::cout << sum << ' ' << wrong << '\n';
	for (auto f : {std::chars_format::fixed, std::chars_format::scientific, std::chars_format::hex})
		for (double d : {0.1, 123456789.0, 5e-324, 1.7976931348623157e308})
			std::cout << std::string_view(text, std::to_chars(text, text + sizeof(text), d, f).ptr) << '\n';
	int n = 0;
	std::string_view large = "99999999999", hex = "-7fz";
	std::cout << static_cast<int>(std::from_chars(large.begin(), large.end(), n).ec) << ' ';
	std::cout << *std::from_chars(hex.begin(), hex.end(), n, 16).ptr << ' ' << n << '\n';
	std::cout << std::to_string(1.5) << ' ' << std::stoi("0x2a", nullptr, 0) << ' ' << std::stod("1e-3") << '\n';
	try {
		(void)std::stoi("none");
	} catch (const std::invalid_argument &e) {
		std::cout << e.what() << '\n';
	}
}

static void expressions()
{
	std::string text = "John Smith <john@example.org>, Ann-Marie <am.x@mail.example.com>; nobody";
	std::regex mail(R"(([\w.]+)@(\w+(\.\w+)+))");

	for (std::sregex_iterator i(text.begin(), text.end(), mail), end; i != end; ++i)
		std::cout << i->position() << ' ' << i->str(1) << " at " << i->str(2) << '\n';
	std::cout << std::regex_replace(text, mail, "[$2: $1]") << '\n';
	std::smatch match;
	std::cout << std::regex_match(text, match, std::regex("(.*?), (.*?);.*")) << ' ' << match[1] << '|' << match[2]
		  << '\n';
	std::cout << std::regex_search("aaa bbb", std::regex("\\b(b+)\\b", std::regex::icase)) << '\n';
	std::cout << std::regex_search("x=1", std::regex("[[:digit:]]\\{1,\\}", std::regex::basic)) << '\n';
	std::regex space("[^a-z]+", std::regex::icase);
	std::sregex_token_iterator words(text.begin(), text.end(), space, -1), none;
	std::cout << std::distance(words, none) << '\n';
	try {
		std::regex bad("(unbalanced");
	} catch (const std::regex_error &e) {
		std::cout << e.what() << '\n';
	}
}

int main()
{
	formats();
	conversions();
	expressions();
}
