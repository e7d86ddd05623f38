#!/bin/sh
# JsonCpp's own unit tests by `meson test`, on both engines, and a program that links with the installed library, compared with
# the same natively.
# shellcheck disable=SC1091,SC2034,SC2086,SC2154 # common.sh defines and uses them; words of flags and WALI_RUN
port=jsoncpp
. "$(dirname -- "$0")/common.sh"
skip_unless_asked_for
command -v meson >/dev/null || skip 'no meson'
build_port --both
source=$("$top/ports/wali-port" source "$port") || bail 'no source'
PATH=$tmp/sdk/bin:$PATH
export PATH

# Two of its three tests are of Python and start the programs themselves, which takes a kernel that knows .wasm files.
cp -r "$source" "$tmp/source"
{
	meson setup --cross-file "$tmp/sdk/share/wali/wali.meson" --buildtype=release "$tmp/build" "$tmp/source" &&
		meson compile -C "$tmp/build"
} >"$tmp/log" 2>&1
result $? 'meson builds it with its tests'
for engine in never always; do
	WALI_AOT=$engine XDG_CACHE_HOME=$tmp/cache meson test -C "$tmp/build" --print-errorlogs -t 20 unittest_jsoncpp_test \
		>"$tmp/tested" 2>&1 && grep -q '^Ok: *1' "$tmp/tested"
	result $? "meson test, WALI_AOT=$engine"
	cat "$tmp/tested" >>"$tmp/log"
done

cat >"$tmp/use.cpp" <<'EOF'
#include <iostream>
#include <json/json.h>

int main()
{
	Json::Value value;

	std::cin >> value;
	value["seen"].append(1.5);
	std::cout << Json::writeString(Json::StreamWriterBuilder(), value) << std::endl;
	try {
		value["seen"].asString();
	} catch (const Json::LogicError &e) {
		std::cout << e.what() << std::endl;
	}
}
EOF
# link SIDE COMPILER
link() {
	ln -s "$build/ports/$port/$1" "$tmp/$1"
	flags=$(PKG_CONFIG_LIBDIR=$tmp/$1/lib/pkgconfig pkg-config --define-variable=prefix="$tmp/$1" --cflags --libs jsoncpp) &&
		$2 -o "$tmp/use-$1" "$tmp/use.cpp" $flags >>"$tmp/log" 2>&1
}
link native 'g++ -static' && link root wali-clang++
result $? 'a program links with what is installed'
echo '{"a": [true, null, "\u00e9", 1e300], "b": {}}' >"$tmp/input"
"$tmp/use-native" <"$tmp/input" >"$tmp/want" && $run "$tmp/use-root" <"$tmp/input" >"$tmp/got" && cmp "$tmp/want" "$tmp/got" >>"$tmp/log" 2>&1
result $? 'and prints what it prints natively'
[ "$failed" -eq 0 ] || tail -40 "$tmp/log" | sed 's/^/# /'
finish
