const measure = require("../measure.js");
const run = (n) => {
  let x = 0.5, sum = 0.0;
  for (let i = 1; i <= n; i++) {
    x = 3.9 * x * (1.0 - x);
    sum += x / i;
  }
  return Math.floor(1000 * sum);
};
measure(() => run(5000000));
