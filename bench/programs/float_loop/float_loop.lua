local measure = dofile("../measure.lua")
local function run(n)
  local x, sum = 0.5, 0.0
  for i = 1, n do
    x = 3.9 * x * (1.0 - x)
    sum = sum + x / i
  end
  return math.floor(1000 * sum)
end
measure(function() return run(5000000) end)
