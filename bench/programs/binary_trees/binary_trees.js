const measure = require("../measure.js");
const make = (depth) => (depth === 0 ? null : { left: make(depth - 1), right: make(depth - 1) });
const check = (tree) => (tree ? 1 + check(tree.left) + check(tree.right) : 1);
const run = (depth) => {
  const longLived = make(depth);
  let sum = 0;
  for (let d = 4; d <= depth; d += 2)
    for (let count = 1 << (depth + 4 - d); count > 0; count--) sum += check(make(d));
  return sum + check(longLived);
};
measure(() => run(12));
