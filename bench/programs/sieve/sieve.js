const measure = require("../measure.js");
const run = (size) => {
  const b = new Uint8Array(size);
  let count = 0;
  for (let i = 2; i < size; i++) {
    if (b[i] === 1) continue;
    for (let k = i * i; k < size; k += i) b[k] = 1;
    count++;
  }
  return count;
};
measure(() => run(2000000));
