const measure = require("../measure.js");
const adder = (k) => (x) => x + k;
const run = (n) => {
  let all = (x) => x;
  for (let k = 0; k < 8; k++) {
    const f = all, g = adder(k);
    all = (x) => g(f(x));
  }
  let sum = 0;
  for (let i = 0; i < n; i++) sum = all(sum + i) % 1000003;
  return sum;
};
measure(() => run(500000));
