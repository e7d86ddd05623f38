#!/bin/sh
# Building C++: drivers, sizes, modules, CMake with ctest, Meson.
# shellcheck disable=SC1091,SC2154,SC2016 # tap.sh defines them; sh -c expands them
. "$(dirname -- "$0")/../wrappers/tap.sh"
[ -f "$sdk/sysroot/lib/libc++.a" ] || skip_all 'the SDK has no libc++'
cxx=$sdk/bin/wali-clang++
run=${WALI_RUN:-$sdk/bin/wali-run}

cat >hello.cpp <<'C'
#include <cstdio>
#include <string>
#include <vector>
int main()
{
	std::vector<std::string> v = {"hello", "world"};
	std::printf("%s %s\n", v[0].c_str(), v.at(1).c_str());
}
C
cat >throws.cpp <<'C'
#include <iostream>
#include <stdexcept>
int main()
{
	try {
		throw std::runtime_error("caught");
	} catch (const std::exception &e) {
		std::cout << e.what() << std::endl;
	}
}
C
says() { # TEXT FILE
	[ "$($run "$2")" = "$1" ]
}

ok 'a C driver links C++ with -lstdc++' "$sdk/bin/wali-clang" throws.cpp -lstdc++ -o c-driver
ok '... and it runs' says caught c-driver
ok '... and with -lc++' "$sdk/bin/wali-clang" throws.cpp -lc++ -o c-driver
ok 'objects link with g++ as the name and the options of GCC' "$sdk/bin/$triple-g++" -static-libstdc++ -static-libgcc \
	-pthread throws.cpp -lstdc++ -lgcc_s -lpthread -o g++
ok '... and it runs' says caught g++
ok 'C++98 and C++26' sh -c '"$1" -std=c++98 -x c++ - -o 98 <<C && "$1" -std=c++26 throws.cpp -o 26
#include <map>
#include <string>
int main() { std::map<std::string, int> m; m["a"] = 1; return m.size() - 1; }
C' sh "$cxx"
ok '... run' sh -c '$1 98 && [ "$($1 26)" = caught ]' sh "$run"
ok 'no exceptions, no RTTI' "$cxx" -O2 -fno-exceptions -fno-rtti hello.cpp -o small
"$cxx" -O2 hello.cpp -o large
ok '... runs' says 'hello world' small
ok '... and is smaller' test "$(wc -c <small)" -lt "$(wc -c <large)"
echo "# with vector and string: $(wc -c <large) bytes, without exceptions $(wc -c <small)"
ok 'C needs nothing of C++' sh -c 'echo "int main(void) { return 0; }" >c.c && "$1" c.c -o c && ! "$2" c | grep -q __cxa_throw' \
	sh "$sdk/bin/wali-clang" "$sdk/bin/wali-nm"

printf 'import std;\nint main() { std::println("{}", std::vector{3, 1, 2}); }\n' >import.cpp
module=$sdk/sysroot/share/libc++/v1/std.cppm
is 'clang knows where the modules are' "$("$cxx" -print-library-module-manifest-path)" "$(realpath "$sdk")/sysroot/lib/libc++.modules.json"
ok 'the module std compiles' "$cxx" -std=c++23 -Wno-reserved-module-identifier --precompile -o std.pcm "$module"
ok 'import std;' "$cxx" -std=c++23 -fmodule-file=std=std.pcm import.cpp std.pcm -o import
ok '... runs' says '[3, 1, 2]' import

mkdir project
cat >project/CMakeLists.txt <<'C'
cmake_minimum_required(VERSION 3.16)
project(sample CXX)
set(CMAKE_CXX_STANDARD 20)
include(CheckCXXCompilerFlag)
include(CheckCXXSourceCompiles)
include(CheckCXXSourceRuns)
include(CheckIncludeFileCXX)
find_package(Threads REQUIRED)
find_package(Boost)
find_package(fmt)
check_include_file_cxx(format HAVE_FORMAT)
check_cxx_compiler_flag(-Wextra HAVE_WEXTRA)
check_cxx_source_compiles("#include <atomic>\n#include <cstdint>\nint main() { std::atomic<int64_t> x; return x; }" HAVE_ATOMICS)
check_cxx_source_runs("#include <new>\nint main() { try { throw 1; } catch (int n) { return n - 1; } }" EXCEPTIONS_WORK)
foreach(v HAVE_FORMAT HAVE_WEXTRA HAVE_ATOMICS EXCEPTIONS_WORK CMAKE_CXX_COMPILER_ID Boost_FOUND fmt_FOUND)
  message(STATUS "fact ${v}=${${v}};")
endforeach()
add_library(part part.cpp)
add_executable(sample main.cpp)
target_link_libraries(sample part Threads::Threads)
enable_testing()
add_test(NAME throws COMMAND sample throw)
add_test(NAME says COMMAND sample text)
set_tests_properties(says PROPERTIES PASS_REGULAR_EXPRESSION "^text")
C
echo '#include <stdexcept>
void part(const char *s) { throw std::runtime_error(s); }' >project/part.cpp
echo '#include <iostream>
#include <string_view>
#include <thread>
void part(const char *s);
int main(int, char **argv) {
	if (argv[1] == std::string_view("leave")) part(argv[1]);
	std::jthread([&] { try { part(argv[1]); } catch (const std::exception &e) { std::cout << e.what() << std::endl; } });
}' >project/main.cpp
if command -v cmake >/dev/null; then
	ok 'cmake configures' timeout 300 cmake -S project -B cmake-build -DCMAKE_BUILD_TYPE=Release \
		-DCMAKE_TOOLCHAIN_FILE="$sdk/share/wali/wali.cmake"
	facts=$(cmake cmake-build 2>/dev/null | sed -n 's/^-- fact //p')
	for fact in HAVE_FORMAT=1 HAVE_WEXTRA=1 HAVE_ATOMICS=1 EXCEPTIONS_WORK=1 CMAKE_CXX_COMPILER_ID=Clang 'Boost_FOUND=(0|FALSE)?' fmt_FOUND=0; do
		matches "$fact" "$facts" "^$fact;"
	done
	ok 'cmake builds' timeout 300 cmake --build cmake-build
	ok 'ctest' sh -c 'cd cmake-build && timeout 60 ctest --output-on-failure'
else
	skip 'cmake, ctest' 'no cmake'
fi

cat >project/meson.build <<'M'
project('sample', 'cpp', default_options: ['cpp_std=c++20', 'warning_level=3'])
cpp = meson.get_compiler('cpp')
assert(cpp.has_header('filesystem'))
assert(cpp.sizeof('std::size_t', prefix: '#include <cstddef>') == 4)
assert(cpp.run('#include <stdexcept>\nint main() { try { throw 7; } catch (int n) { return n; } }').returncode() == 7)
assert(not dependency('boost', required: false).found())
sample = executable('sample', 'main.cpp', link_with: static_library('part', 'part.cpp'), dependencies: dependency('threads'))
test('throws', sample, args: 'throw')
test('lets out', sample, args: 'leave', should_fail: true)
M
if command -v meson >/dev/null && command -v ninja >/dev/null; then
	PATH=$sdk/bin:$PATH
	ok 'meson configures' timeout 300 meson setup --cross-file "$sdk/share/wali/wali.meson" meson-build project
	ok 'meson test' timeout 300 meson test -C meson-build
else
	skip 'meson' 'no meson'
fi
done_testing
