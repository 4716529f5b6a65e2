local measure = dofile("../measure.lua")
local function run(size)
  local b = {}
  for i = 1, size do b[i] = 0 end
  local count = 0
  for i = 2, size - 1 do
    if b[i] == 0 then
      for k = i * i, size - 1, i do b[k] = 1 end
      count = count + 1
    end
  end
  return count
end
measure(function() return run(2000000) end)
