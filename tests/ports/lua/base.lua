-- Basic functions, metatables, goto, integer and float semantics
print(_VERSION, type(nil), type(print), select('#', 1, nil, 3), select(-1, 'a', 'b'))
for _, s in ipairs { "10", "0x1p4", "  7  ", "1e2", "0x", "nan", "1 2", "0xffffffffffffffff", "9223372036854775808" } do
  print(s, tonumber(s), math.type(tonumber(s) or 0))
end
for base = 2, 36, 7 do print(base, tonumber("101", base), tonumber("zz", base)) end
print(7 // 2, -7 // 2, 7 % -3, -7 % 3, 7.5 // 2, -7.5 % 2, 2 ^ 0.5, 1 / 0, -1 / 0, 0 / 0 ~= 0 / 0)
print(1 << 62, 1 << 63, 1 << 64, -1 >> 1, ~0, 5 & 3, 5 | 3, 5 ~ 3, "10" + 5, 10 .. 20)
print(math.maxinteger + 1 == math.mininteger, math.maxinteger * 2.0, 3 | 0, pcall(function() return 3.5 | 0 end))
local V = {}
V.__index = V
V.__add = function(a, b) return setmetatable({ x = a.x + b.x }, V) end
V.__eq = function(a, b) return a.x == b.x end
V.__lt = function(a, b) return a.x < b.x end
V.__le = function(a, b) return a.x <= b.x end
V.__call = function(self, n) return self.x * n end
V.__tostring = function(self) return "V(" .. self.x .. ")" end
V.__len = function(self) return self.x end
V.__concat = function(a, b) return tostring(a) .. "&" .. tostring(b) end
V.__close = function(self) print("closing", self) end
V.__name = "Vector"
local a, b = setmetatable({ x = 1 }, V), setmetatable({ x = 2 }, V)
print(tostring(a + b), a == b, a < b, a <= b, a(21), #b, a .. b, rawequal(a, a), rawlen { 1, 2 }, rawget(a, "y"))
do
  local c <close> = a
  local d <close> = b
  local k <const> = 5
  print("in scope", k)
end
local t = setmetatable({}, { __index = function(_, k) return k .. "?" end, __newindex = function(t, k, v) rawset(t, k, v * 2) end })
t.z = 4
print(t.z, t.q, next({}), getmetatable("").__index == string)
for i = 10, 1, -3 do
  if i == 4 then goto continue end
  io.write(i, " ")
  ::continue::
end
print()
for i = 1.0, 2, 0.25 do io.write(i, " ") end
print()
print(pcall(load, "x ="), select("#", load("return ...", "chunk", "t", {})(1, 2)))
print(type(load(function() return nil end)))
local parts, n = { "return ", "1", "+", "41" }, 0
print(load(function() n = n + 1; return parts[n] end)())
local keys = {}
for k in pairs { a = 1, b = 2, c = 3, [1] = 4, [2.0] = 5 } do keys[#keys + 1] = tostring(k) end
table.sort(keys)
print(table.concat(keys, ","))
warn("@on")
print(collectgarbage("count") > 0, collectgarbage("step"), collectgarbage("isrunning"))
