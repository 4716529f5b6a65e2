local measure = dofile("../measure.lua")
local function run(n)
  local pieces = {}
  for i = 0, n - 1 do pieces[i + 1] = tostring(i) end
  local text = table.concat(pieces, ",")
  return 1000 * #text + text:byte(math.floor(#text / 2) + 1)
end
measure(function() return run(200000) end)
