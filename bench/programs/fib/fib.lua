local measure = dofile("../measure.lua")
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
measure(function() return fib(35) end)
