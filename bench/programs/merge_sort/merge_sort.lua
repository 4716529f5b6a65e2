local measure = dofile("../measure.lua")
local function cons(head, tail) return {head, tail} end
-- In two parts, for where numbers have 53 bits.
local function next_seed(seed)
  local high, low = math.floor(seed / 65536), seed % 65536
  return ((high * 1103515245 % 32768) * 65536 + low * 1103515245 + 12345) % 2147483648
end
local function numbers(n, seed)
  local done = nil
  for _ = 1, n do done, seed = cons(seed, done), next_seed(seed) end
  return done
end
local function reverse_onto(xs, done)
  while xs do xs, done = xs[2], cons(xs[1], done) end
  return done
end
local function merge(xs, ys)
  local done = nil
  while xs and ys do
    if xs[1] <= ys[1] then
      done, xs = cons(xs[1], done), xs[2]
    else
      done, ys = cons(ys[1], done), ys[2]
    end
  end
  return reverse_onto(done, xs or ys)
end
local function skip(n, xs)
  for _ = 1, n do xs = xs[2] end
  return xs
end
local function sort(xs, n)
  if n == 1 then return cons(xs[1], nil) end
  local half = math.floor(n / 2)
  return merge(sort(xs, half), sort(skip(half, xs), n - half))
end
local xs = numbers(50000, 42)
measure(function()
  local done, sum = sort(xs, 50000), 0
  while done do done, sum = done[2], (31 * sum + done[1]) % 1000003 end
  return string.format("%.0f", sum)
end)
