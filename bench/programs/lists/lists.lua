local measure = dofile("../measure.lua")
local function cons(head, tail) return {head, tail} end
local function reverse(xs) local done = nil while xs do done = cons(xs[1], done) xs = xs[2] end return done end
local function map(f, xs) local done = nil while xs do done = cons(f(xs[1]), done) xs = xs[2] end return reverse(done) end
local function filter(f, xs)
  local done = nil
  while xs do if f(xs[1]) then done = cons(xs[1], done) end xs = xs[2] end
  return reverse(done)
end
measure(function()
  local xs = nil
  for n = 1000000, 1, -1 do xs = cons(n, xs) end
  xs = filter(function(x) return x % 3 == 0 end, map(function(x) return x * 2 end, reverse(xs)))
  local sum = 0
  while xs do sum = sum + xs[1] xs = xs[2] end
  return string.format("%.0f", sum)
end)
