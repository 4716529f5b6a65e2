local measure = dofile("../measure.lua")
local function steps(cx, cy)
  local x, y, n = 0.0, 0.0, 0
  while true do
    local xx, yy = x * x, y * y
    if n == 50 or xx + yy > 4.0 then return n end
    x, y, n = xx - yy + cx, 2.0 * x * y + cy, n + 1
  end
end
local function run(size)
  local sum = 0
  for row = 0, size - 1 do
    for column = 0, size - 1 do
      sum = sum + steps(3.0 * column / size - 2.0, 2.0 * row / size - 1.0)
    end
  end
  return sum
end
measure(function() return run(300) end)
