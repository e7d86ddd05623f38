#!/bin/sh
# The repository's own rules, as far as tools can check them.
. tests/infra/tap.sh

# Everything but what is built; in a checkout, what git would commit.
files() {
	if git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files -co --exclude-standard
	else
		find . -path ./build -prune -o ! -type d -print | sed 's,^\./,,'
	fi | while IFS= read -r file; do [ -f "$file" ] && [ ! -L "$file" ] && echo "$file"; done
}
files >"$tmp/files"
with_interpreter() {
	while IFS= read -r file; do
		head -n 1 "$file" | grep -Eaq "^#!.*$1\$" && echo "$file"
	done <"$tmp/files"
	:
}

with_interpreter '/sh' >"$tmp/shell"
if command -v shellcheck >/dev/null; then
	ok "shellcheck has nothing to say" xargs -d '\n' -a "$tmp/shell" shellcheck -x
else
	skip "shellcheck has nothing to say" "no shellcheck"
fi

# musl's overlay is written in musl's style, and patches and programs under test in whatever theirs is.
grep -E '\.[ch]$' "$tmp/files" | grep -Ev '^(wali-musl/|ports/)' >"$tmp/c"
if command -v clang-format-22 >/dev/null; then
	ok "C is formatted as .clang-format says" xargs -r -d '\n' -a "$tmp/c" clang-format-22 --dry-run -Werror
else
	skip "C is formatted as .clang-format says" "no clang-format-22"
fi

{
	with_interpreter 'python3'
	grep '\.py$' "$tmp/files"
} | sort -u >"$tmp/python"
compile='
import sys
for name in open(sys.argv[1]).read().splitlines():
    compile(open(name, encoding="utf-8").read(), name, "exec")
'
ok "Python compiles without warnings" python3 -W error -c "$compile" "$tmp/python"

not_executable() {
	while IFS= read -r file; do [ -x "$file" ] || echo "$file"; done
}
is "tests can be executed" "$(grep '^tests/[^/]*/[^/]*\.t$' "$tmp/files" | not_executable)" ""

is "the licence is there, with the exception" \
	"$(grep -c -e 'Apache License' -e 'LLVM Exceptions to the Apache 2.0 License' LICENSE | sed 's/^[2-9]$/yes/')" yes
is "every component has a README" "$(sed -n 's,^\([a-z-]*\)/.*,\1,p' "$tmp/files" | sort -u |
	while read -r directory; do [ "$directory" = tests ] || [ -f "$directory/README.md" ] || echo "$directory"; done)" ""
is "and so has the whole" "$([ -f README.md ] && echo yes)" yes

done_testing
