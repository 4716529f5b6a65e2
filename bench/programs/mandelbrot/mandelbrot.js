const measure = require("../measure.js");
const steps = (cx, cy) => {
  let x = 0.0, y = 0.0;
  for (let n = 0; ; n++) {
    const xx = x * x, yy = y * y;
    if (n === 50 || xx + yy > 4.0) return n;
    y = 2.0 * x * y + cy;
    x = xx - yy + cx;
  }
};
const run = (size) => {
  let sum = 0;
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      sum += steps((3.0 * column) / size - 2.0, (2.0 * row) / size - 1.0);
  return sum;
};
measure(() => run(300));
