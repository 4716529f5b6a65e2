local measure = dofile("../measure.lua")
local function make(depth)
  if depth == 0 then return nil end
  return {left = make(depth - 1), right = make(depth - 1)}
end
local function check(tree)
  if not tree then return 1 end
  return 1 + check(tree.left) + check(tree.right)
end
local function run(depth)
  local long_lived = make(depth)
  local sum = 0
  for d = 4, depth, 2 do
    for _ = 1, 2 ^ (depth + 4 - d) do sum = sum + check(make(d)) end
  end
  return sum + check(long_lived)
end
measure(function() return run(12) end)
