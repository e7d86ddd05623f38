#!/bin/sh
# A CMake project with all that projects have: libraries, checks, try_run, threads, a generator that runs
# at build time, ctest.
# shellcheck disable=SC1091,SC2154,SC2016 # tap.sh defines them; sh -c expands them
. "$(dirname -- "$0")/tap.sh"
command -v cmake >/dev/null || skip_all 'no cmake'
have_libc || skip_all 'the sysroot has no libc yet'

mkdir 'a project'
cat >'a project/CMakeLists.txt' <<'C'
cmake_minimum_required(VERSION 3.16)
project(sample C CXX)
include(CheckCCompilerFlag)
include(CheckFunctionExists)
include(CheckIncludeFile)
include(CheckTypeSize)
include(TestBigEndian)
check_c_compiler_flag(-Wall HAVE_WALL)
check_c_compiler_flag(-mavx2 HAVE_AVX2)
check_function_exists(epoll_create1 HAVE_EPOLL)
check_function_exists(no_such_function HAVE_NONE)
check_include_file(sys/mman.h HAVE_MMAN)
check_include_file(windows.h HAVE_WINDOWS)
check_type_size(long SIZEOF_LONG)
check_type_size("void *" SIZEOF_POINTER)
test_big_endian(BIG)
find_package(Threads REQUIRED)
find_library(LIBM m)
find_library(LIBSSL ssl)
find_package(ZLIB)
foreach(v HAVE_WALL HAVE_AVX2 HAVE_EPOLL HAVE_NONE HAVE_MMAN HAVE_WINDOWS SIZEOF_LONG SIZEOF_POINTER BIG
    LIBM LIBSSL ZLIB_FOUND CMAKE_CROSSCOMPILING UNIX CMAKE_SYSTEM_NAME CMAKE_SIZEOF_VOID_P
    CMAKE_C_COMPILER_ID CMAKE_AR CMAKE_THREAD_LIBS_INIT)
  message(STATUS "fact ${v}=${${v}};")
endforeach()
if(RUN)
  file(WRITE "${CMAKE_BINARY_DIR}/t.c" "#include <stdio.h>\nint main(void) { puts(\"ran\"); return 3; }\n")
  try_run(STATUS BUILT "${CMAKE_BINARY_DIR}/try" "${CMAKE_BINARY_DIR}/t.c" RUN_OUTPUT_VARIABLE OUT)
  message(STATUS "fact try_run=${STATUS} ${OUT};")
  add_executable(generator generator.c)
  add_custom_command(OUTPUT table.h COMMAND generator > table.h DEPENDS generator)
else()
  file(WRITE "${CMAKE_BINARY_DIR}/table.h" "#define ANSWER 42\n")
endif()
add_library(part SHARED part.c "${CMAKE_BINARY_DIR}/table.h")
add_library(plugin MODULE plugin.c)
target_include_directories(part PRIVATE "${CMAKE_BINARY_DIR}")
set_target_properties(part PROPERTIES VERSION 1.2.3 SOVERSION 1)
add_executable(sample main.c)
set_target_properties(sample PROPERTIES ENABLE_EXPORTS ON INSTALL_RPATH /opt/lib)
target_link_options(sample PRIVATE -Wl,--as-needed -Wl,-z,relro,-z,now)
target_link_libraries(sample part Threads::Threads m)
install(TARGETS sample part DESTINATION out)
enable_testing()
add_test(NAME runs COMMAND sample 42)
add_test(NAME fails COMMAND sample 41)
set_tests_properties(fails PROPERTIES WILL_FAIL TRUE)
C
cat >'a project/main.c' <<'C'
#include <pthread.h>
#include <stdlib.h>
int answer(void);
static void *work(void *arg) { *(int *)arg = answer(); return arg; }
int main(int argc, char **argv)
{
	int value = 0;
	pthread_t t;
	if (argc < 2 || pthread_create(&t, 0, work, &value) || pthread_join(t, 0))
		return 2;
	return atoi(argv[1]) != value;
}
C
printf '#include "table.h"\nint answer(void) { return ANSWER; }\n' >'a project/part.c'
echo 'int plugin(void) { return 1; }' >'a project/plugin.c'
printf '#include <stdio.h>\nint main(void) { puts("#define ANSWER 42"); return 0; }\n' >'a project/generator.c'

run=OFF
have_run && run=ON
toolchain=-DCMAKE_TOOLCHAIN_FILE=$sdk/share/wali/wali.cmake
ok 'configures' timeout 300 cmake -S 'a project' -B 'a build' "$toolchain" -DRUN=$run \
	-DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$tmp/inst"
facts=$(cmake "$toolchain" -S 'a project' -B 'a build' 2>/dev/null | sed -n 's/^-- fact //p')
expect() {
	matches "$1" "$facts" "^$1;"
}
expect HAVE_WALL=1
expect HAVE_AVX2=
expect HAVE_EPOLL=1
expect HAVE_NONE=
expect HAVE_MMAN=1
expect HAVE_WINDOWS=
expect SIZEOF_LONG=8
expect SIZEOF_POINTER=4
expect BIG=0
expect CMAKE_SIZEOF_VOID_P=4
expect CMAKE_CROSSCOMPILING=TRUE
expect UNIX=1
expect CMAKE_SYSTEM_NAME=Linux
expect CMAKE_C_COMPILER_ID=Clang
expect "LIBM=$sdk/sysroot/lib/libm.a"
expect LIBSSL=LIBSSL-NOTFOUND
expect ZLIB_FOUND=FALSE
expect "CMAKE_AR=$sdk/bin/$triple-ar"
ok 'builds' timeout 300 cmake --build 'a build' -j2
ok 'a shared library has become a static one' test -f 'a build/libpart.a'
ok 'the program is executable' test -x 'a build/sample'
ok 'installs and strips' timeout 60 cmake --install 'a build' --strip
lacks 'stripped' "$(python3 "$tests/module.py" inst/out/sample)" '^custom name$'
ok 'stripped library links' "$sdk/bin/wali-clang" -x c 'a project/main.c' -x none inst/out/libpart.a -o again
if have_run; then
	matches 'try_run' "$facts" '^try_run=3 ran$'
	ok 'ctest runs through wali-run' sh -c 'cd "a build" && timeout 60 ctest --output-on-failure'
else
	skip 'try_run, build-time programs, ctest' 'wali-run is not built yet'
fi
done_testing
