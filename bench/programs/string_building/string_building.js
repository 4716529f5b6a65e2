const measure = require("../measure.js");
const run = (n) => {
  const pieces = [];
  for (let i = 0; i < n; i++) pieces.push(String(i));
  const text = pieces.join(",");
  return 1000 * text.length + text.charCodeAt(text.length >> 1);
};
measure(() => run(200000));
