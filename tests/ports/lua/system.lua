-- io, os, package and debug, in an empty directory
local name = "file with spaces.txt"
local f = assert(io.open(name, "w"))
print(f:write("line 1\n", 2, " ", 3.5, "\n", "line 3 without newline") == f, io.type(f), f:seek("cur"), f:setvbuf("full", 1024))
f:close()
print(io.type(f), pcall(f.read, f), io.type(42))
for l in io.lines(name) do io.write("[", l, "]") end
print()
for a, b in io.lines(name, 3, "L") do io.write("<", a, "|", tostring(b), ">") end
print()
f = io.open(name)
print(f:read("l", "n", "n", "l", "a"), f:read("a"), f:read("l"), f:read(0))
print(f:seek("set", 2), f:read(4), f:seek("end"), f:seek("set"))
f:close()
f = io.open(name, "a+"); f:write("\nmore"); f:seek("set"); print(#f:read("a")); f:close()
f = io.open(name, "r+"); f:seek("set", 5); f:write("X"); f:seek("set"); print(f:read()); f:close()
print(io.open("/nonexistent/file"), pcall(io.open, name, "bad mode"), pcall(io.lines, "missing"))
local p = io.popen("echo from a shell; cat; exit 3", "w")
p:write("written to a pipe\n")
io.stdout:flush()
print(p:close())
p = io.popen("printf '%s\\n' one two; kill -TERM $$")
print(p:read("a"), p:close())
print(os.execute("exit 7"), os.execute("true"), os.execute(), os.execute("kill -9 $$"))
print(os.getenv("LUA_TEST"), os.getenv("NOT_SET"), os.rename(name, "renamed"), os.rename(name, "again"), os.remove("renamed"), os.remove("renamed"))
local tmp = os.tmpname(); print(type(tmp), os.remove(tmp))
local tf = io.tmpfile(); tf:write("temporary"); tf:seek("set"); print(tf:read("a")); tf:close()
print(os.time { year = 2024, month = 2, day = 29, hour = 12 }, os.date("!%Y-%m-%d %H:%M:%S %j %A", 86400 * 365), os.date("!*t", 1e9).yday, os.difftime(10, 4))
print(os.date("%c", 0), os.date("%Z", 0), pcall(os.date, "%Ez", 0), pcall(os.time, { year = 1 }), os.setlocale("C"), os.setlocale(nil, "numeric"))
print(type(os.clock()), os.clock() >= 0, os.time() > 1700000000)
f = io.open("mod.lua", "w"); f:write("local name, path = ... return { name = name, path = path, v = 42 }"); f:close()
package.path = "./?.lua;" .. package.path
print(require("mod").name, require("mod").v, require("mod") == package.loaded.mod, package.searchpath("mod", package.path), package.config:sub(1, 1))
print((select(2, pcall(require, "no.such.module")):gsub("\n.*", "")))
package.preload.pre = function(n, x) return { n, x } end
print(require("pre")[1], require("pre")[2])
print((select(2, package.loadlib("./none.so", "f"))) ~= nil, (select(3, package.loadlib("./none.so", "f"))))
local function traced(a, ...) local b = a; local info = debug.getinfo(1, "nSlutf"); return info.name, info.currentline, info.what, info.nparams, info.isvararg, debug.getlocal(1, 1), debug.getlocal(1, 2) end
print(traced(5, 6))
local calls = 0
debug.sethook(function() calls = calls + 1 end, "l"); local x = 1; x = 2; debug.sethook()
print(calls, debug.gethook())
local up = 1; local function closure() return up end
print(debug.getupvalue(closure, 1), debug.setupvalue(closure, 1, 9), closure(), (debug.traceback("trace", 1):gsub("0x%x+", "")))
io.stderr:write("to stderr\n")
print(io.read("n"), io.read("l"), io.read("L"), io.read("a"))
io.output():setvbuf("no")
os.exit(5, true)
