-- Lua: closures, strings, tables, coroutines, floating point; each a few tenths of a second natively.
local sum = 0

local function queens(n)
	local function safe(board, row, column)
		for r = 1, row - 1 do
			local c = board[r]
			if c == column or c - r == column - row or c + r == column + row then
				return false
			end
		end
		return true
	end
	local function place(board, row)
		if row > n then
			return 1
		end
		local found = 0
		for column = 1, n do
			if safe(board, row, column) then
				board[row] = column
				found = found + place(board, row + 1)
			end
		end
		return found
	end
	return place({}, 1)
end
sum = sum + queens(8)

local words = {}
for i = 1, 60000 do
	local word = string.format("%x", i * 7919 % 65536)
	words[word] = (words[word] or 0) + #word
end
local keys = {}
for word in pairs(words) do
	keys[#keys + 1] = word
end
table.sort(keys)
for i = 1, #keys, 100 do
	sum = sum + words[keys[i]]
end

local text = table.concat(keys, " ")
for word in text:gmatch("%a+%d") do
	sum = sum + #word
end
sum = sum + #text:gsub("[aeiou]", string.upper):reverse()

local function generate(n)
	return coroutine.wrap(function()
		for i = 1, n do
			coroutine.yield(i)
		end
	end)
end
for i in generate(100000) do
	sum = sum + i % 3
end

local x = 0
for i = 1, 3000000 do
	x = x + 1 / (i * i)
end

print(sum, string.format("%.9f", x))
