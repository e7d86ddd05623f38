/*
 * std::filesystem in a directory of its own.
 */
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

namespace fs = std::filesystem;

static void report(const char *what, const std::error_code &e)
{
	std::cout << what << ": " << (e ? e.message() : "no error") << '\n';
}

static void list(const fs::path &top)
{
	std::vector<std::string> lines;

	for (const auto &entry : fs::recursive_directory_iterator(top)) {
		std::string line = entry.path().generic_string();

		if (entry.is_symlink())
			line += " -> " + fs::read_symlink(entry.path()).string();
		else if (entry.is_regular_file())
			line += " " + std::to_string(entry.file_size());
		else if (entry.is_directory())
			line += "/";
		lines.push_back(line);
	}
	std::ranges::sort(lines);
	for (const auto &line : lines)
		std::cout << line << '\n';
}

int main()
{
	fs::create_directories("a/b/c");
	std::ofstream("a/file") << "some text\n";
	fs::copy_file("a/file", "a/b/copy");
	std::ofstream("a/b/copy", std::ios::app) << "more\n";
	fs::create_symlink("b/copy", "a/link");
	fs::create_directory_symlink("b", "a/dir");
	fs::create_hard_link("a/file", "a/hard");
	fs::copy("a", "z", fs::copy_options::recursive | fs::copy_options::copy_symlinks);
	list("a");
	list("z");
	std::cout << fs::hard_link_count("a/file") << ' ' << fs::equivalent("a/file", "a/hard") << ' '
		  << fs::equivalent("a/link", "a/b/copy") << '\n';
	std::cout << fs::weakly_canonical("a/dir/../b/./copy").lexically_relative(fs::current_path()) << '\n';

	fs::permissions("a/file", fs::perms::owner_write | fs::perms::group_write, fs::perm_options::remove);
	std::cout << std::oct << static_cast<int>(fs::status("a/file").permissions()) << std::dec << '\n';
	auto time = fs::file_time_type(std::chrono::seconds(1'000'000));
	fs::last_write_time("a/file", time);
	std::cout << (fs::last_write_time("a/file") == time) << '\n';
	fs::resize_file("a/b/copy", 5);
	std::cout << fs::file_size("a/b/copy") << '\n';
	fs::rename("a/b/copy", "a/b/renamed");

	std::error_code e;
	fs::copy_file("a/file", "z/file", e);
	report("copy_file", e);
	fs::remove("a/b", e);
	report("remove", e);
	fs::file_size("nowhere", e);
	report("file_size", e);
	fs::create_directory("a/file/x", e);
	report("create_directory", e);
	fs::read_symlink("a/file", e);
	report("read_symlink", e);
	try {
		fs::directory_iterator i("missing");
	} catch (const fs::filesystem_error &error) {
		std::cout << error.what() << '\n' << error.path1() << '\n';
	}
	std::cout << fs::exists("a/link") << fs::is_symlink("a/link") << '\n';

	std::cout << fs::remove_all("a") << ' ' << fs::remove_all("z") << ' ' << fs::exists("a") << '\n';
	auto space = fs::space(".");
	std::cout << (space.capacity >= space.free && space.free >= space.available) << '\n';

	for (const char *text : {"/usr/lib/../bin/", "a//b.tar.gz", "..", ".hidden", "/", ""}) {
		fs::path p = text;

		std::cout << p << ": " << p.lexically_normal() << ' ' << p.filename() << ' ' << p.stem() << ' '
			  << p.extension() << ' ' << p.parent_path() << ' ' << p.is_absolute() << '\n';
	}
	std::cout << (fs::path("a") / "b" / "/c" / "d") << ' ' << fs::path(L"wide\u00e4") << ' '
		  << fs::path(u8"\u00e4").string().size() << '\n';
}
