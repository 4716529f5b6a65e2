local measure = dofile("../measure.lua")
-- A body is seven elements: x y z, its velocity, its mass.
local function bodies()
  return {
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 39.47,
    4.84, -1.16, -0.10, 0.6, 2.81, -0.02, 0.037,
    8.34, 4.12, -0.4, -1.01, 1.82, 0.008, 0.011,
    12.89, -15.11, -0.22, 1.08, 0.86, -0.01, 0.0017,
    15.37, -25.91, 0.17, 0.97, 0.59, -0.03, 0.002,
  }
end
local sqrt = math.sqrt
local function attract(b, i, j, step)
  local dx, dy, dz = b[i] - b[j], b[i + 1] - b[j + 1], b[i + 2] - b[j + 2]
  local square = dx * dx + dy * dy + dz * dz
  local pull = step / (square * sqrt(square))
  local of_i, of_j = pull * b[i + 6], pull * b[j + 6]
  b[i + 3] = b[i + 3] - dx * of_j
  b[i + 4] = b[i + 4] - dy * of_j
  b[i + 5] = b[i + 5] - dz * of_j
  b[j + 3] = b[j + 3] + dx * of_i
  b[j + 4] = b[j + 4] + dy * of_i
  b[j + 5] = b[j + 5] + dz * of_i
end
local function run(steps)
  local b = bodies()
  for _ = 1, steps do
    for i = 1, 35, 7 do
      for j = i + 7, 35, 7 do attract(b, i, j, 0.01) end
    end
    for i = 1, 35, 7 do
      for k = i, i + 2 do b[k] = b[k] + 0.01 * b[k + 3] end
    end
  end
  return string.format("%.0f", math.floor(1e9 * (b[8] + b[16])))
end
measure(function() return run(20000) end)
