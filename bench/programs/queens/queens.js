const measure = require("../measure.js");
const safe = (column, distance, placed) => {
  for (; placed; placed = placed.tail, distance++)
    if (column === placed.head || distance === Math.abs(column - placed.head)) return false;
  return true;
};
const solutions = (row, column, size, placed) => {
  if (row === size) return 1;
  if (column === size) return 0;
  return (safe(column, 1, placed) ? solutions(row + 1, 0, size, { head: column, tail: placed }) : 0) +
    solutions(row, column + 1, size, placed);
};
measure(() => solutions(0, 0, 10, null));
