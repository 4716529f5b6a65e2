const measure = require("../measure.js");
const flips = (b) => {
  let count = 0;
  for (let first = b[0]; first !== 0; first = b[0], count++)
    for (let i = 0, j = first; i < j; i++, j--) {
      const x = b[i];
      b[i] = b[j];
      b[j] = x;
    }
  return count;
};
const rotate = (b, last) => {
  const x = b[0];
  for (let i = 0; i < last; i++) b[i] = b[i + 1];
  b[last] = x;
};
// The next permutation: the first r + 1 elements are rotated. => false at the end
const next = (b, counts, n) => {
  for (let r = 1; r < n; r++) {
    rotate(b, r);
    if (--counts[r] > 0) return true;
    counts[r] = r + 1;
  }
  return false;
};
const run = (n) => {
  const b = new Int32Array(n), work = new Int32Array(n), counts = new Int32Array(n);
  for (let i = 0; i < n; i++) b[i] = i, counts[i] = i + 1;
  let sum = 0, most = 0, even = true;
  do {
    work.set(b);
    const count = flips(work);
    sum += even ? count : -count;
    most = Math.max(most, count);
    even = !even;
  } while (next(b, counts, n));
  return 1000 * sum + most;
};
measure(() => run(8));
