/*
 * Streams, formatting by manipulators, locales, wide characters.
 * flags: -fexperimental-library
 */
#include <clocale>
#include <cwchar>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <locale>
#include <print>
#include <sstream>
#include <string>
#include <syncstream>
#include <thread>
#include <vector>

struct grouped : std::numpunct<char> {
	char do_thousands_sep() const override
	{
		return '\'';
	}
	std::string do_grouping() const override
	{
		return "\3";
	}
	char do_decimal_point() const override
	{
		return ',';
	}
	std::string do_truename() const override
	{
		return "ja";
	}
};

struct point {
	int x, y;

	friend std::ostream &operator<<(std::ostream &o, const point &p)
	{
		return o << '(' << p.x << ", " << p.y << ')';
	}
	friend std::istream &operator>>(std::istream &i, point &p)
	{
		char c;

		return i >> c >> p.x >> c >> p.y >> c;
	}
};

static void numbers(std::ostream &o)
{
	o << std::setw(10) << 42 << '|' << std::left << std::setw(10) << -42 << '|' << std::internal << std::setw(10)
	  << -42 << std::right << '\n';
	o << std::hex << std::showbase << 255 << ' ' << std::oct << 255 << ' ' << std::uppercase << std::hex << 48879
	  << std::nouppercase << std::dec << std::noshowbase << '\n';
	for (double d : {0.0, 1.0, 1234567.891, 1e-10, 1e100, -2.5, 1.0 / 3})
		o << d << ' ' << std::fixed << std::setprecision(3) << d << ' ' << std::scientific << d << ' '
		  << std::hexfloat << d << std::defaultfloat << std::setprecision(6) << '\n';
	o << 1.5L << ' ' << 0.1f << ' ' << true << std::boolalpha << true << std::noboolalpha << '\n';
	o << 1234567890123L << ' ' << 0xffffffffffffffffULL << '\n';
}

int main()
{
	numbers(std::cout);
	std::ostringstream s;
	s.imbue(std::locale(std::locale::classic(), new grouped));
	numbers(s);
	std::cout << s.str();

	std::istringstream in("12 0x1f 077 3.25e2 word \"quoted \\\"string\\\"\" (3, 4) nan? 99999999999999999999");
	int a, b, c;
	double d;
	std::string word, quoted, rest;
	point p;
	in >> a >> std::hex >> b >> std::oct >> c >> std::dec >> d >> word >> std::quoted(quoted) >> p >> rest;
	std::cout << a << ' ' << b << ' ' << c << ' ' << d << ' ' << word << ' ' << quoted << ' ' << p << '\n';
	long large;
	in >> large;
	std::cout << large << ' ' << in.fail() << in.eof() << '\n';
	in.exceptions(std::ios::badbit);
	try {
		in.setstate(std::ios::badbit);
	} catch (const std::ios_base::failure &e) {
		std::cout << e.what() << '\n';
	}

	std::fstream file("file", std::ios::in | std::ios::out | std::ios::trunc | std::ios::binary);
	for (int i = 0; i < 1000; i++)
		file << i << '\n';
	file.seekg(100);
	std::getline(file, word);
	std::getline(file, word);
	std::cout << word << ' ' << file.tellg() << '\n';
	file.seekp(0);
	file << "overwritten";
	file.seekg(0);
	std::getline(file, word);
	std::cout << word << '\n';

	std::wostringstream wide;
	wide << L"wide " << std::setw(6) << std::setfill(L'\u00b7') << 42 << L" \u20ac";
	for (wchar_t w : wide.str())
		std::cout << std::hex << static_cast<long>(w) << ' ';
	std::cout << std::dec << wide.str().size() << '\n';
	std::locale utf8("C.UTF-8");
	auto &convert = std::use_facet<std::codecvt<wchar_t, char, mbstate_t>>(utf8);
	char bytes[32];
	const wchar_t *from = L"\u00e4\u20ac\U0001f600", *from_next;
	char *to_next;
	mbstate_t state = {};
	convert.out(state, from, from + 3, from_next, bytes, bytes + 32, to_next);
	std::cout << std::string(bytes, to_next) << ' ' << from_next - from << '\n';
	std::cout << std::use_facet<std::ctype<char>>(std::locale::classic()).toupper('x')
		  << std::isalpha(L'\u00e4', utf8) << '\n';
	std::tm tm = {};
	std::istringstream("2024-02-29 23:59:58") >> std::get_time(&tm, "%Y-%m-%d %H:%M:%S");
	std::cout << std::put_time(&tm, "%d.%m.%y %T %j") << ' ' << tm.tm_yday << '\n';
	std::cout << std::put_money("12345") << '\n';

	{
		std::vector<std::jthread> threads;

		for (int i = 0; i < 4; i++)
			threads.emplace_back([] {
				for (int n = 0; n < 100; n++)
					std::osyncstream(std::cout) << "one whole line from " << "a thread" << '\n';
			});
	}
	std::println("{:>8}|{:<8}|{:^8}", "right", "left", "middle");
	std::cerr << "to stderr" << std::endl;
	std::clog << "and to clog\n";
}
