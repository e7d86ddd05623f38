#!/bin/sh
# Lua scripts that use every library, and the compiler; results are the native program's.
# shellcheck disable=SC1091,SC2034,SC2154 # compare.sh defines and uses them
port=lua
. "$(dirname -- "$0")/compare.sh"

script() {
	LUA_TEST='a value' TZ=UTC LC_ALL=C program lua "$here/lua/$1.lua"
}
compile() {
	program luac -o out.luac "$here/lua/$1.lua" && cksum <out.luac && program luac -l -l -p "$here/lua/$1.lua" |
		sed 's/0x[0-9a-f]*/ADDRESS/g'
}
run_compiled() {
	program luac -s -o out.luac "$here/lua/coroutines.lua" && program lua out.luac
}
interactive() {
	program lua -i -e 'x = 6' - argument
}

printf '17 rest of the line\nnext line\nthe rest\nof it' >"$tmp/stdin"
for file in "$here"/lua/*.lua; do
	name=$(basename -- "$file" .lua)
	same "$name.lua" script "$name"
	same "luac $name.lua" compile "$name"
done
same 'compiled and stripped' run_compiled
printf 'x * 7\n= x\nfor i = 1, 3 do\nprint(i)\nend\nsyntax error here\nerror("message")\n' >"$tmp/stdin"
same 'line by line' interactive
same 'options and arguments' program lua -W -l string -e 'print(...)' -e 'print(#arg, arg[0])'
finish
