const measure = require("../measure.js");
const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));
measure(() => fib(35));
