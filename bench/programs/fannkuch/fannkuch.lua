local measure = dofile("../measure.lua")
local function flips(b)
  local count, first = 0, b[0]
  while first ~= 0 do
    local i, j = 0, first
    while i < j do
      b[i], b[j] = b[j], b[i]
      i, j = i + 1, j - 1
    end
    count, first = count + 1, b[0]
  end
  return count
end
local function rotate(b, last)
  local x = b[0]
  for i = 0, last - 1 do b[i] = b[i + 1] end
  b[last] = x
end
-- The next permutation: the first r + 1 elements are rotated. => false at the end
local function next_permutation(b, counts, n)
  for r = 1, n - 1 do
    rotate(b, r)
    counts[r] = counts[r] - 1
    if counts[r] > 0 then return true end
    counts[r] = r + 1
  end
  return false
end
local function run(n)
  local b, work, counts, sum, most, even = {}, {}, {}, 0, 0, true
  for i = 0, n - 1 do b[i], counts[i] = i, i + 1 end
  repeat
    for i = 0, n - 1 do work[i] = b[i] end
    local count = flips(work)
    sum = even and sum + count or sum - count
    most = math.max(most, count)
    even = not even
  until not next_permutation(b, counts, n)
  return 1000 * sum + most
end
measure(function() return run(8) end)
