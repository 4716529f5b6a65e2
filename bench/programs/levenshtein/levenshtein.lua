local measure = dofile("../measure.lua")
-- In two parts, for where numbers have 53 bits.
local function next_seed(seed)
  local high, low = math.floor(seed / 65536), seed % 65536
  return ((high * 1103515245 % 32768) * 65536 + low * 1103515245 + 12345) % 2147483648
end
-- The last letter is made first, as where a list is built.
local function letters(n, seed)
  local codes = {}
  for i = n, 1, -1 do
    codes[i] = string.char(97 + math.floor(seed / 65536) % 26)
    seed = next_seed(seed)
  end
  return table.concat(codes)
end
local a, b = letters(1000, 1), letters(1000, 2)
local min = math.min
measure(function()
  local n, row = #b, {}
  for j = 0, n do row[j] = j end
  for i = 1, #a do
    local diagonal, code = i - 1, a:byte(i)
    row[0] = i
    for j = 1, n do
      local above = row[j]
      row[j] = min(1 + above, 1 + row[j - 1], diagonal + (code == b:byte(j) and 0 or 1))
      diagonal = above
    end
  end
  return row[n]
end)
