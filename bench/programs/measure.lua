-- What the Lua benchmarks share. Each run prints its result and its time in nanoseconds.
return function(f)
  for _ = 1, tonumber(arg[1]) do
    local start = os.clock()
    local result = f()
    local seconds = os.clock() - start
    print("result", result)
    print("time", string.format("%.0f", seconds * 1e9))
  end
end
