# shellcheck shell=sh disable=SC2034,SC2154
# Ports in Rust against Debian's own builds of the same version; read with `.`, with $port, $program and $native set: the
# program's name here and in Debian. Debian's, since a second build would take minutes and could have the same mistakes.

# shellcheck source=tests/ports/common.sh
. "$(dirname -- "$0")/common.sh"
skip_unless_asked_for
[ -x "$sdk/bin/wali-cargo" ] || skip 'no Rust on this machine'
version=$(sed -n 's/^version *= *//p' "$top/ports/$port/recipe")
[ "$("$native" --version 2>/dev/null | sed -n '1s/.* //p')" = "$version" ] || skip "no $native $version to compare with"
build_port
mkdir "$tmp/bin" "$tmp/tree"
ln -s "$(command -v "$native")" "$tmp/bin/$program"
wasm=$build/ports/$port/root/bin/$program

# A real tree: musl's sources, with what they lack.
tar -xf "$("$top/ci/fetch" musl)" --strip-components=1 --no-same-owner -C "$tmp/tree"
cd "$tmp/tree" || exit 1
printf 'generated\n*.tmp\n' >.gitignore
mkdir .git generated deep
echo 'int hidden;' >generated/file.c
echo 'int temporary;' >src/one.tmp
printf 'int a;\0int b;\n' >binary.c
printf 'gr\374n int\n\377\n' >latin.txt
printf 'Gr\303\274n STRASSE int\303\237\n' >utf8.txt
printf '\377\376i\0n\0t\0 \0x\0\n\0' >utf16.txt
ln -s ../src/string deep/link
ln -s nowhere deep/broken
: >empty.c

# results: the lines that were written (names that end with a null byte too) in one order, since threads write them, and the status.
results() {
	tr '\0' '\n' <"$tmp/out" | sort
	tr -dc '\0' <"$tmp/out" | wc -c
	sort "$tmp/err"
	echo "status $status"
}

# same ARGUMENT...: the program's output, complaints and status are the native program's, on the interpreter and as compiled code.
same() {
	status=0
	"$tmp/bin/$program" "$@" <"$tmp/tree/utf8.txt" >"$tmp/out" 2>"$tmp/err" || status=$?
	results >"$tmp/native"
	for engine in never always; do
		status=0
		# shellcheck disable=SC2086 # it may have options
		WALI_AOT=$engine timeout 900 $run "$wasm" "$@" <"$tmp/tree/utf8.txt" >"$tmp/out" 2>"$tmp/err" || status=$?
		results >"$tmp/ours"
		diff "$tmp/native" "$tmp/ours" >"$tmp/diff"
		result $? "$program $(echo "$*" | tr '\n' ' '), $(wc -l <"$tmp/native") lines, aot=$engine"
		head -20 "$tmp/diff" | sed 's/^/# /'
	done
}
