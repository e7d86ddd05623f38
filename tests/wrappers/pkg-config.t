#!/bin/sh
# pkg-config sees what is in the sysroot, and nothing else whatever the environment says.
# shellcheck disable=SC1091,SC2154,SC2016 # tap.sh defines them; sh -c expands them
. "$(dirname -- "$0")/tap.sh"

new="$tmp/the sdk"
mkdir -p "$new/sysroot/lib/pkgconfig" "$new/sysroot/share/pkgconfig" native
cp -R "$sdk/bin" "$sdk/share" "$new/"
package() {
	cat >"$1/$2.pc" <<PC
prefix=$3
includedir=\${prefix}/include
libdir=\${prefix}/lib
Name: $2
Description: a test
Version: $4
Libs: -L\${libdir} -l$2
Libs.private: -lm
Cflags: -I\${includedir}/$2-1
PC
}
package "$new/sysroot/lib/pkgconfig" ours '' 1.5
package "$new/sysroot/share/pkgconfig" shared /usr 2
package native theirs /usr 3
pc=$new/bin/$triple-pkg-config

is 'the version' "$("$pc" --modversion ours)" 1.5
ok '--exists' "$pc" --exists 'ours >= 1.2'
not_ok '--exists, too old' "$pc" --exists 'ours >= 2'
is 'flags are below the sysroot; a space is quoted' "$("$pc" --cflags ours | sed 's/ $//')" \
	"-I$tmp/the\\ sdk/sysroot/include/ours-1"
lacks 'no -L for where the linker looks anyway' "$("$pc" --libs ours)" '-L'
matches 'libraries' "$("$pc" --libs --static ours)" '^-lours -lm'
matches 'configured with /usr' "$("$pc" --cflags shared)" "sysroot/include/shared-1"
is 'configured with /usr: once' "$("$pc" --cflags shared | grep -o sysroot | wc -l)" 1
is 'variables' "$("$pc" --variable=libdir ours | sed 's|[\\]||g')" "$new/sysroot/lib"
is 'share/pkgconfig' "$("$pc" --modversion shared)" 2
not_ok 'PKG_CONFIG_PATH adds nothing' env PKG_CONFIG_PATH="$tmp/native" "$pc" --exists theirs
not_ok 'nor does PKG_CONFIG_LIBDIR' env PKG_CONFIG_LIBDIR="$tmp/native" "$pc" --exists theirs
lacks "the machine's packages are not seen" "$("$pc" --list-all)" 'theirs|libcrypt|zlib|bash'
ok 'the real SDK: lists its packages' "$sdk/bin/$triple-pkg-config" --list-all
not_ok 'PKG_CONFIG_SYSROOT_DIR changes nothing' sh -c \
	'PKG_CONFIG_SYSROOT_DIR=/else "$1" --cflags ours | grep else' - "$pc"
mkdir empty
message=$(PATH=$tmp/empty "$pc" --exists ours 2>&1)
is 'no pkgconf: status' $? 127
matches 'no pkgconf: the remedy' "$message" 'install pkgconf'
done_testing
