const measure = require("../measure.js");
const cons = (head, tail) => ({ head, tail });
const nextSeed = (seed) => (Math.imul(seed, 1103515245) + 12345) & 2147483647;
const numbers = (n, seed) => {
  let done = null;
  for (; n > 0; n--, seed = nextSeed(seed)) done = cons(seed, done);
  return done;
};
const reverseOnto = (xs, end) => {
  for (; xs; xs = xs.tail) end = cons(xs.head, end);
  return end;
};
const merge = (xs, ys) => {
  let done = null;
  while (xs && ys) {
    if (xs.head <= ys.head) {
      done = cons(xs.head, done);
      xs = xs.tail;
    } else {
      done = cons(ys.head, done);
      ys = ys.tail;
    }
  }
  return reverseOnto(done, xs || ys);
};
const skip = (n, xs) => {
  for (; n > 0; n--) xs = xs.tail;
  return xs;
};
const sort = (xs, n) => {
  if (n === 1) return cons(xs.head, null);
  const half = n >> 1;
  return merge(sort(xs, half), sort(skip(half, xs), n - half));
};
const xs = numbers(50000, 42);
measure(() => {
  let sum = 0;
  for (let done = sort(xs, 50000); done; done = done.tail) sum = (31 * sum + done.head) % 1000003;
  return sum;
});
