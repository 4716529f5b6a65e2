const measure = require("../measure.js");
const cons = (head, tail) => ({ head, tail });
const reverse = (xs) => { let done = null; for (; xs; xs = xs.tail) done = cons(xs.head, done); return done; };
const map = (f, xs) => { let done = null; for (; xs; xs = xs.tail) done = cons(f(xs.head), done); return reverse(done); };
const filter = (f, xs) => {
  let done = null;
  for (; xs; xs = xs.tail) if (f(xs.head)) done = cons(xs.head, done);
  return reverse(done);
};
measure(() => {
  let xs = null;
  for (let n = 1000000; n > 0; n--) xs = cons(n, xs);
  let sum = 0;
  for (xs = filter((x) => x % 3 === 0, map((x) => x * 2, reverse(xs))); xs; xs = xs.tail) sum += xs.head;
  return sum;
});
