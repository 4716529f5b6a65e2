local measure = dofile("../measure.lua")
local function entry(i, j) return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1) end
local function multiply(n, u, v)
  for i = 0, n - 1 do
    local sum = 0.0
    for j = 0, n - 1 do sum = sum + entry(i, j) * u[j + 1] end
    v[i + 1] = sum
  end
end
local function multiply_transposed(n, u, v)
  for i = 0, n - 1 do
    local sum = 0.0
    for j = 0, n - 1 do sum = sum + entry(j, i) * u[j + 1] end
    v[i + 1] = sum
  end
end
local function dot(n, u, v)
  local sum = 0.0
  for i = 1, n do sum = sum + u[i] * v[i] end
  return sum
end
local function run(n)
  local u, v, w = {}, {}, {}
  for i = 1, n do u[i], v[i], w[i] = 1.0, 0.0, 0.0 end
  for _ = 1, 10 do
    multiply(n, u, w)
    multiply_transposed(n, w, v)
    multiply(n, v, w)
    multiply_transposed(n, w, u)
  end
  return string.format("%.0f", math.floor(1e9 * math.sqrt(dot(n, u, v) / dot(n, v, v))))
end
measure(function() return run(200) end)
