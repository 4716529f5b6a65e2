const measure = require("../measure.js");
const nextSeed = (seed) => (Math.imul(seed, 1103515245) + 12345) & 2147483647;
// The last letter is made first, as where a list is built.
const letters = (n, seed) => {
  let text = "";
  for (; n > 0; n--, seed = nextSeed(seed)) text = String.fromCharCode(97 + ((seed >> 16) % 26)) + text;
  return Buffer.from(text).toString();
};
const a = letters(1000, 1), b = letters(1000, 2);
measure(() => {
  const n = b.length, row = new Int32Array(n + 1);
  for (let j = 0; j <= n; j++) row[j] = j;
  for (let i = 1; i <= a.length; i++) {
    const code = a.charCodeAt(i - 1);
    let diagonal = i - 1;
    row[0] = i;
    for (let j = 1; j <= n; j++) {
      const above = row[j];
      const cost = code === b.charCodeAt(j - 1) ? 0 : 1;
      row[j] = Math.min(1 + above, 1 + row[j - 1], diagonal + cost);
      diagonal = above;
    }
  }
  return row[n];
});
