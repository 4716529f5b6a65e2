-- What the Lua benchmarks share. Each run prints its result and its time in nanoseconds.
local gettime = require("socket").gettime -- os.clock counts processor time
return function(f)
  for _ = 1, tonumber(arg[1]) do
    local start = gettime()
    local result = f()
    local seconds = gettime() - start
    print("result", result)
    print("time", string.format("%.0f", seconds * 1e9))
  end
end
