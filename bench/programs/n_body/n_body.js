const measure = require("../measure.js");
// A body is seven elements: x y z, its velocity, its mass.
const bodies = () => new Float64Array([
  0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 39.47,
  4.84, -1.16, -0.10, 0.6, 2.81, -0.02, 0.037,
  8.34, 4.12, -0.4, -1.01, 1.82, 0.008, 0.011,
  12.89, -15.11, -0.22, 1.08, 0.86, -0.01, 0.0017,
  15.37, -25.91, 0.17, 0.97, 0.59, -0.03, 0.002,
]);
const attract = (b, i, j, step) => {
  const dx = b[i] - b[j], dy = b[i + 1] - b[j + 1], dz = b[i + 2] - b[j + 2];
  const square = dx * dx + dy * dy + dz * dz;
  const pull = step / (square * Math.sqrt(square));
  const ofI = pull * b[i + 6], ofJ = pull * b[j + 6];
  b[i + 3] -= dx * ofJ;
  b[i + 4] -= dy * ofJ;
  b[i + 5] -= dz * ofJ;
  b[j + 3] += dx * ofI;
  b[j + 4] += dy * ofI;
  b[j + 5] += dz * ofI;
};
const run = (steps) => {
  const b = bodies();
  for (let n = 0; n < steps; n++) {
    for (let i = 0; i < 35; i += 7)
      for (let j = i + 7; j < 35; j += 7) attract(b, i, j, 0.01);
    for (let i = 0; i < 35; i += 7)
      for (let k = i; k < i + 3; k++) b[k] += 0.01 * b[k + 3];
  }
  return Math.floor(1e9 * (b[7] + b[15]));
};
measure(() => run(20000));
