const measure = require("../measure.js");
const make = (n) => {
  const m = new Float64Array(n * n);
  for (let i = 0; i < n * n; i++) m[i] = (1.0 + (i % 7)) / (1.0 + (i % 5));
  return m;
};
const multiply = (a, b, n) => {
  const c = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0.0;
      for (let k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j];
      c[i * n + j] = sum;
    }
  return c;
};
const run = (n) => {
  const c = multiply(make(n), make(n), n);
  let trace = 0.0;
  for (let i = 0; i < n; i++) trace += c[i * n + i];
  return Math.floor(1000 * trace);
};
measure(() => run(160));
