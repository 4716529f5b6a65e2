const measure = require("../measure.js");
const text = Array.from({ length: 100000 }, (_, i) => "word-" + ((i * i) % 20011)).join(" ");
measure(() => {
  const counts = new Map();
  for (const word of text.split(" ")) counts.set(word, (counts.get(word) || 0) + 1);
  let sum = 0;
  for (const n of counts.values()) sum += n * n;
  return sum;
});
