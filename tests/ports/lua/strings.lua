-- string and utf8: formats, patterns, pack and unpack, dump
for _, f in ipairs { "%d", "%5d|", "%-5d|", "%05d", "%+d", "%x", "%#X", "%o", "%c", "%i" } do print(f, string.format(f, 77)) end
for _, f in ipairs { "%g", "%.3f", "%10.2e|", "%a", "%.14g", "%.17g", "%-12.4f|", "%G" } do
  for _, v in ipairs { 0.1, -1 / 3, 1e100, 2 ^ -1000, 2 ^ 53, 1 / 0 } do print(f, string.format(f, v)) end
end
print(string.format("%q %q %q %q", "a\n\0b\"\\", 1 / 3, math.mininteger, 2 ^ 63))
print(string.format("%-10s|%10s|%.2s", "left", "right", "cut"), pcall(string.format, "%d", 1.5), pcall(string.format, "%y", 1))
print(("hello world from Lua"):find("(o)(r)"), ("hello"):find("l", 1, true), ("a.b"):find(".", 1, true), ("x"):find("", 10))
print(("key = value"):match("^(%w+)%s*=%s*(%w+)$"), ("[[nested [brackets]]]"):match("%b[]"), ("THE (quick) fox"):find("%((%a+)%)"))
print(("hello world"):gsub("o", "0"), ("abc"):gsub("%w", "%0%0"), ("abc"):gsub("", "-"), ("$name is $age"):gsub("%$(%w+)", { name = "Bob", age = 5 }))
print(("one two"):gsub("(%w+) (%w+)", "%2 %1"), ("abc"):gsub("b", function(c) return nil end), ("f(a,b)"):gsub("%f[%w]%w+", string.upper))
for k, v in ("a=1, b=2, c=3"):gmatch("(%w+)=(%w+)") do io.write(k, v, ";") end
print()
print(("x"):rep(5, ","), ("abc"):reverse(), ("AbC"):lower(), ("AbC"):upper(), ("abc"):byte(1, -1), string.char(72, 105), #("\u{10FFFF}"), ("abc"):sub(-2), ("abc"):sub(2, 10))
local packed = string.pack("<i4 >I2 z s1 d f j n !8 Xi8 i8 B", -2, 65535, "zero", "one", 1.5, 0.25, -9, 2.5, 99, 200)
print(#packed, (packed:gsub(".", function(c) return ("%02x"):format(c:byte()) end)))
print(string.unpack("<i4 >I2 z s1 d f j n !8 Xi8 i8 B", packed))
print(string.packsize("i4i8!8d"), pcall(string.pack, "i17", 1), pcall(string.unpack, "i4", "abc"))
local function f(a, b) local t = { a, b, x = "const" } return #t .. t.x .. (a + b) end
local code = string.dump(f)
print(#code, load(code, "dumped", "b")(3, 4), #string.dump(f, true), pcall(load, code:sub(1, 20), "cut", "b"))
print((code:gsub(".", function(c) return ("%02x"):format(c:byte()) end)))
for p, c in utf8.codes("añ→😀") do io.write(p, ":", c, " ") end
print(utf8.len("añ→😀"), utf8.len("\xff"), utf8.char(97, 241, 8594, 128512), utf8.offset("añ→😀", 3), utf8.codepoint("añ→😀", 1, -1))
print(pcall(utf8.codepoint, "\xff"), utf8.len("\u{7FFFFFFF}", 1, -1, true), ("añ"):match(utf8.charpattern, 2))
print(pcall(string.rep, "x", 1 << 40), pcall(string.find, "a", "[a"), pcall(string.find, "a", "%"), pcall(string.gsub, "x", "x", "%2"))
print("10" < "9", "a" < "B", "a\0b" < "a\0c", ("é"):byte(1, -1), "\x41\u{48}\z
       joined", tostring(1e15), tostring(-0.0), 2 ^ 63, 100 // 1e-300, 123456789012345678)
