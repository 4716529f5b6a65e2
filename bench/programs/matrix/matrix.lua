local measure = dofile("../measure.lua")
local function make(n)
  local m = {}
  for i = 0, n * n - 1 do m[i + 1] = (1.0 + i % 7) / (1.0 + i % 5) end
  return m
end
local function multiply(a, b, n)
  local c = {}
  for i = 0, n - 1 do
    for j = 1, n do
      local sum = 0.0
      for k = 0, n - 1 do sum = sum + a[i * n + k + 1] * b[k * n + j] end
      c[i * n + j] = sum
    end
  end
  return c
end
local function run(n)
  local c, trace = multiply(make(n), make(n), n), 0.0
  for i = 0, n - 1 do trace = trace + c[i * n + i + 1] end
  return string.format("%.0f", math.floor(1000 * trace))
end
measure(function() return run(160) end)
