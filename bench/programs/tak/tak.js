const measure = require("../measure.js");
const tak = (x, y, z) => (y < x ? tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y)) : z);
measure(() => {
  let sum = 0;
  for (let n = 20; n > 0; n--) sum += tak(24, 16, 8);
  return sum;
});
