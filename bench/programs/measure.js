// What the JavaScript benchmarks share. Each run prints its result and its time in nanoseconds.
module.exports = (f) => {
  for (let n = Number(process.argv[2]); n > 0; n--) {
    const start = process.hrtime.bigint();
    const result = f();
    const end = process.hrtime.bigint();
    console.log("result", result);
    console.log("time", String(end - start));
  }
};
