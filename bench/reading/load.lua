-- How fast texts become bytecode: what bench/read_compile.cpp measures of Lithe.
local runs, texts = tonumber(arg[1]), {}
local gettime = require("socket").gettime
for i = 2, #arg do
  local file = assert(io.open(arg[i]))
  local text = file:read("a"):gsub('local measure = dofile%("../measure.lua"%)\n', "local measure\n")
  file:close()
  texts[#texts + 1] = text
end
local best = math.huge
for _ = 1, runs do
  local start = gettime()
  for _, text in ipairs(texts) do assert(load(text)) end
  best = math.min(best, gettime() - start)
end
print("time", string.format("%.0f", best * 1e9))
