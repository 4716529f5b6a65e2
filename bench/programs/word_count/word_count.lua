local measure = dofile("../measure.lua")
local words = {}
for i = 0, 99999 do words[i + 1] = string.format("word-%d", i * i % 20011) end
local text = table.concat(words, " ")
measure(function()
  local counts = {}
  for word in text:gmatch("[^ ]+") do counts[word] = (counts[word] or 0) + 1 end
  local sum = 0
  for _, n in pairs(counts) do sum = sum + n * n end
  return sum
end)
