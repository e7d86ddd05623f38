/*
 * Clocks, calendars, time zones.
 * flags: -fexperimental-library
 */
#include <chrono>
#include <format>
#include <iostream>
#include <thread>

using namespace std::chrono;
using namespace std::chrono_literals;

int main()
{
	sys_seconds t{1709251199s};
	std::cout << std::format("{:%F %T} {:%A %d %B %Y, %j, week %V}\n", t, t);
	std::cout << std::format("{} {} {}\n", 1500ms, 3h + 25min, duration<double>(0.25));
	year_month_day date = 2024y / February / last;
	std::cout << date << ' ' << weekday(date) << ' ' << (date + months(12)).ok() << ' '
		  << sys_days(2025y / 1 / 1) - sys_days(2024y / 1 / 1) << '\n';
	std::cout << year_month_weekday(2024y / March / Sunday[last]) << ' ' << hh_mm_ss(3723s) << '\n';
	std::cout << floor<days>(t) << ' ' << round<hours>(t) << '\n';

	for (const char *name : {"Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"}) {
		const time_zone *zone = locate_zone(name);

		for (auto time : {t, sys_seconds(1719792000s), sys_seconds(0s), sys_seconds(-1'500'000'000s)}) {
			sys_info info = zone->get_info(time);

			std::cout << name << ' ' << std::format("{:%F %T %Z %z}", zoned_time(zone, time)) << ' '
				  << info.offset << ' ' << info.save << ' ' << info.abbrev << '\n';
		}
	}
	auto berlin = locate_zone("Europe/Berlin");
	try {
		(void)berlin->to_sys(local_days(2024y / March / 31) + 2h + 30min);
	} catch (const nonexistent_local_time &e) {
		std::cout << e.what() << '\n';
	}
	std::cout << berlin->to_sys(local_days(2024y / October / 27) + 2h + 30min, choose::earliest) << '\n';
	try {
		(void)locate_zone("Atlantis/Capital");
	} catch (const std::runtime_error &) {
		std::cout << "no such zone\n";
	}
	std::cout << (get_tzdb().zones.size() > 300) << ' ' << (current_zone() != nullptr) << '\n';

	auto begin = steady_clock::now();
	std::this_thread::sleep_for(20ms);
	auto took = steady_clock::now() - begin;
	std::cout << (took >= 20ms && took < 10s) << steady_clock::is_steady << '\n';
	std::cout << (system_clock::now() > sys_days(2024y / 1 / 1)) << '\n';
	std::cout << utc_clock::from_sys(sys_seconds(1483228800s)).time_since_epoch() << '\n';
}
