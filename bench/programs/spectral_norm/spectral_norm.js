const measure = require("../measure.js");
const entry = (i, j) => 1.0 / (((i + j) * (i + j + 1)) / 2 + i + 1);
const multiply = (n, u, v) => {
  for (let i = 0; i < n; i++) {
    let sum = 0.0;
    for (let j = 0; j < n; j++) sum += entry(i, j) * u[j];
    v[i] = sum;
  }
};
const multiplyTransposed = (n, u, v) => {
  for (let i = 0; i < n; i++) {
    let sum = 0.0;
    for (let j = 0; j < n; j++) sum += entry(j, i) * u[j];
    v[i] = sum;
  }
};
const dot = (n, u, v) => {
  let sum = 0.0;
  for (let i = 0; i < n; i++) sum += u[i] * v[i];
  return sum;
};
const run = (n) => {
  const u = new Float64Array(n).fill(1.0), v = new Float64Array(n), w = new Float64Array(n);
  for (let k = 0; k < 10; k++) {
    multiply(n, u, w);
    multiplyTransposed(n, w, v);
    multiply(n, v, w);
    multiplyTransposed(n, w, u);
  }
  return Math.floor(1e9 * Math.sqrt(dot(n, u, v) / dot(n, v, v)));
};
measure(() => run(200));
