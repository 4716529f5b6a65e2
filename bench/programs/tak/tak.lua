local measure = dofile("../measure.lua")
local function tak(x, y, z)
  if y < x then return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y)) end
  return z
end
measure(function()
  local sum = 0
  for _ = 1, 20 do sum = sum + tak(24, 16, 8) end
  return sum
end)
