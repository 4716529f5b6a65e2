const measure = require("../measure.js");
const ackermann = (m, n) => {
  if (m === 0) return n + 1;
  if (n === 0) return ackermann(m - 1, 1);
  return ackermann(m - 1, ackermann(m, n - 1));
};
measure(() => ackermann(3, 9));
