-- table and math
local t = { 5, 2, 8, 1, 9, 3 }
table.sort(t); print(table.concat(t, " "))
table.sort(t, function(a, b) return a > b end); print(table.concat(t, " ", 2, 4))
print(pcall(table.sort, { 3, 1, 2, 5, 4, 7, 6, 9, 8, 10, 12, 11 }, function() return true end))
table.insert(t, 7); table.insert(t, 1, 0); print(table.remove(t), table.remove(t, 1), table.remove({}), #t, table.unpack(t, 1, 3))
print(table.concat(table.move({ 1, 2, 3 }, 2, 3, 1), ","), table.pack(1, nil, 3).n, pcall(table.insert, t, 100, 1), pcall(table.concat, { {} }))
local big, h = {}, 0
for i = 1, 200000 do big[i] = (i * 7919) % 100003 end
table.sort(big)
for i = 1, #big do h = (h * 31 + big[i]) % 1000000007 end
print(h)
local sparse = {}
for i = 1, 100000 do sparse["k" .. i] = i end
for i = 1, 100000, 2 do sparse["k" .. i] = nil end
local n, sum = 0, 0
for _, v in pairs(sparse) do n, sum = n + 1, sum + v end
print(n, sum)
for _, name in ipairs { "sin", "cos", "tan", "asin", "acos", "atan", "exp", "log", "sqrt", "floor", "ceil", "abs" } do
  for _, v in ipairs { 0, 0.5, 1, -0.75 } do io.write(name, "(", v, ")=", string.format("%.12g", math[name](v)), " ") end
  print()
end
print(math.fmod(-7, 3), math.fmod(7, -3.5), math.modf(-3.7), math.tointeger(3.0), math.tointeger("8"), math.ult(1, -1), math.log(8, 2), math.log(1000, 10), math.max(1, 2.5, -1), math.min(3, 1), math.pi, math.atan(1, -1))
math.randomseed(42)
for _ = 1, 8 do io.write(math.random(1000), " ", math.random(-5, 5), " ", string.format("%.10f", math.random()), " ") end
print(math.random(0), pcall(math.random, 2, 1))
local m = setmetatable({}, { __mode = "k" })
for i = 1, 100 do m[{}] = i end
collectgarbage()
print(next(m))
local finalized = 0
for _ = 1, 1000 do setmetatable({}, { __gc = function() finalized = finalized + 1 end }) end
collectgarbage()
print(finalized)
collectgarbage("generational")
local keep
for i = 1, 300000 do keep = { keep and keep.v, v = i } end
collectgarbage("incremental")
print(keep.v, collectgarbage("count") < 20000)
