local measure = dofile("../measure.lua")
local function adder(k) return function(x) return x + k end end
local function run(n)
  local all = function(x) return x end
  for k = 0, 7 do
    local f, g = all, adder(k)
    all = function(x) return g(f(x)) end
  end
  local sum = 0
  for i = 0, n - 1 do sum = all(sum + i) % 1000003 end
  return sum
end
measure(function() return run(500000) end)
