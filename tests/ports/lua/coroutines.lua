-- coroutines and errors: longjmp through C calls in both directions
local function gen(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end
local sum = 0
for i in gen(100000) do sum = sum + i end
print(sum)
local co = coroutine.create(function(a, b)
  print("start", a, b, coroutine.isyieldable())
  local c = coroutine.yield(a + b)
  print("middle", c)
  local d, e = coroutine.yield(c * 2)
  error({ code = d + e })
end)
print(coroutine.status(co), coroutine.resume(co, 1, 2))
print(coroutine.resume(co, 10))
local ok, err = coroutine.resume(co, 3, 4)
print(ok, type(err), err.code, coroutine.status(co), coroutine.resume(co))
-- yield across pcall, metamethods, sort and gsub (which cannot)
print(coroutine.wrap(function() return pcall(function() coroutine.yield("in pcall"); error("after yield", 0) end) end)())
local w = coroutine.wrap(function() return pcall(function() coroutine.yield("in pcall"); error("after yield", 0) end) end)
print(w()); print(w())
local mt = setmetatable({}, { __add = function(a, b) return coroutine.yield(b) end, __index = function(_, k) return coroutine.yield(k) end })
local m = coroutine.wrap(function() return mt + 5, mt.field end)
print(m(), m("sum"), m("index"))
print(pcall(coroutine.wrap(function() table.sort({ 3, 2, 1 }, function(a, b) coroutine.yield() end) end)))
print(pcall(coroutine.wrap(function() ("x"):gsub("x", function() coroutine.yield() end) end)))
-- deep nesting
local function nest(n) if n == 0 then coroutine.yield("bottom") return 0 end return coroutine.wrap(function() return nest(n - 1) end)() .. n end
print(coroutine.wrap(nest)(50))
local function depth(n) return n == 0 and 0 or 1 + depth(n - 1) end
print(depth(15000), select(2, pcall(function() local function f() return 1 + f() end return f() end)):match("stack overflow"))
print(pcall(string.rep), pcall(error), pcall(error, nil), pcall(error, "msg", 0), pcall(error, setmetatable({}, { __tostring = function() return "obj" end })))
print(xpcall(function() local x = nil; return x.field end, function(e) return "handled: " .. e end))
print(xpcall(function() error("first") end, function(e) error("in handler") end))
print(select('#', xpcall(function(...) return ... end, print, 1, nil, 3)))
local count = 0
for i = 1, 100000 do
  if not pcall(function() if i % 2 == 0 then error(i) end end) then count = count + 1 end
end
print(count)
for i = 1, 5 do
  local ok, e = pcall(function() local t <close> = setmetatable({}, { __close = function(_, err) print("closed", err) end }); if i > 3 then error("e" .. i, 0) end end)
  print(ok, e)
end
print(coroutine.close(coroutine.create(print)), select(2, coroutine.running()))
local c = coroutine.create(function() local x <close> = setmetatable({}, { __close = function() print("coroutine closed") end }) coroutine.yield() end)
coroutine.resume(c)
print(coroutine.close(c), coroutine.status(c))
local threads = {}
for i = 1, 2000 do threads[i] = coroutine.create(function(x) while true do x = x + coroutine.yield(x) end end) coroutine.resume(threads[i], i) end
local total = 0
for round = 1, 5 do for i = 1, #threads do local _, v = coroutine.resume(threads[i], round) total = total + v end end
print(total)
