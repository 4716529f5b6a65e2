local measure = dofile("../measure.lua")
local abs = math.abs
local function safe(column, distance, placed)
  while placed do
    if column == placed[1] or distance == abs(column - placed[1]) then return false end
    placed, distance = placed[2], distance + 1
  end
  return true
end
local function solutions(row, column, size, placed)
  if row == size then return 1 end
  if column == size then return 0 end
  local count = 0
  if safe(column, 1, placed) then count = solutions(row + 1, 0, size, {column, placed}) end
  return count + solutions(row, column + 1, size, placed)
end
measure(function() return solutions(0, 0, 10, nil) end)
