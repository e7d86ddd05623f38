#!/bin/sh
# Every name is there and is the tool it says; the SDK is found from wherever it is.
# shellcheck disable=SC1091,SC2154,SC2016 # tap.sh defines them; sh -c expands them
. "$(dirname -- "$0")/tap.sh"

for name in clang clang++ ar ranlib nm strip objdump; do
	ok "wali-$name" "$sdk/bin/wali-$name" --version
	ok "$triple-$name" "$sdk/bin/$triple-$name" --version
done
for name in gcc g++ cc c++ cpp ld size strings readelf objcopy addr2line c++filt; do
	ok "$triple-$name" "$sdk/bin/$triple-$name" --version
done
ok "$triple-pkg-config" "$sdk/bin/$triple-pkg-config" --version

echo 'int square(int x) { return x * x; }' >square.c
printf 'extern "C" int cube(int);\nint cube(int x) { auto y = x; return y * x * x; }\n' >cube.cc
ok 'wali-clang compiles C' "$sdk/bin/wali-clang" -O2 -c square.c -o square.o
ok 'wali-clang++ compiles C++' "$sdk/bin/wali-clang++" -O2 -c cube.cc
ok 'ar makes an archive' "$sdk/bin/wali-ar" rcs libpowers.a square.o cube.o
ok 'ranlib' "$sdk/bin/$triple-ranlib" libpowers.a
matches 'nm reads it' "$("$sdk/bin/wali-nm" libpowers.a)" '^[0-9a-f]+ T cube$'
matches 'objdump disassembles' "$("$sdk/bin/wali-objdump" -d square.o)" 'i32\.mul'
matches 'readelf says what it is' "$("$sdk/bin/$triple-readelf" -h square.o)" 'Format: WASM'
is 'cpp preprocesses' "$(echo '__wali__ __linux__' | "$sdk/bin/$triple-cpp" -P -)" '1 1'

is '-dumpmachine' "$("$sdk/bin/wali-clang" -dumpmachine)" "$triple"
real=$(readlink -f "$sdk")
is '-print-sysroot' "$("$sdk/bin/wali-clang" -print-sysroot)" "$real/sysroot"
matches '-print-search-dirs' "$("$sdk/bin/wali-clang" -print-search-dirs)" "^libraries: =$real/sysroot/lib"
is '-print-prog-name' "$("$sdk/bin/wali-clang" -print-prog-name=ld)" "$real/bin/$triple-ld"
is '-print-resource-dir' "$("$sdk/bin/wali-clang" -print-resource-dir)" "$real/lib/clang/22"

# A copy elsewhere, its name hostile; found directly, through links, and on PATH.
new="$tmp/an sdk, 'moved'"
mkdir "$new" "$tmp/links"
cp -R "$sdk/bin" "$sdk/libexec" "$sdk/share" "$new/"
mkdir -p "$new/lib/clang" "$new/sysroot"
ln -s "$sdk/lib/clang/22" "$new/lib/clang/22"
is 'moved: the sysroot is the new one' "$("$new/bin/wali-clang" -print-sysroot)" "$new/sysroot"
ok 'moved: compiles' "$new/bin/wali-clang" -O2 -c square.c -o moved.o
ok "moved: the same object file" cmp square.o moved.o
ln -s "$new/bin/wali-clang" links/mycc
ln -s "../an sdk, 'moved'/bin/wali-ar" links/ar
is 'by a link of another name it is the compiler' "$(links/mycc -print-sysroot)" "$new/sysroot"
matches 'by a link called ar it is ar' "$(links/ar t libpowers.a)" 'square\.o'
is 'on PATH' "$(PATH=$new/bin:$PATH && wali-clang -print-sysroot)" "$new/sysroot"
echo 'void _start(void) {}' >start.c
ok 'moved: links' "$new/bin/wali-clang" -nostdlib start.c -o moved
ok 'a program is executable' test -x moved
rm "$new/share/wali/$triple.cfg"
message=$("$new/bin/wali-clang" -c square.c 2>&1)
is 'a damaged SDK: status 126' $? 126
is 'a damaged SDK: one line' "$(echo "$message" | wc -l)" 1

message=$(WALI_LLVM=/nowhere "$sdk/bin/wali-clang" -c square.c 2>&1)
is 'no LLVM: status 127' $? 127
matches 'no LLVM: one line with a remedy' "$message" '^wali-clang: error: .*WALI_LLVM'

done_testing
