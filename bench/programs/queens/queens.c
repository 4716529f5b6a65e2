#include <stdbool.h>
#include "../measure.h"
typedef struct Cell { long head; const struct Cell* tail; } Cell;
static bool safe(long column, long distance, const Cell* placed) {
  for (; placed; placed = placed->tail, distance++)
    if (column == placed->head || distance == labs(column - placed->head)) return false;
  return true;
}
__attribute__((noinline)) static long solutions(long row, long column, long size, const Cell* placed) {
  if (row == size) return 1;
  if (column == size) return 0;
  Cell cell = {column, placed};
  return (safe(column, 1, placed) ? solutions(row + 1, 0, size, &cell) : 0) +
         solutions(row, column + 1, size, placed);
}
MEASURE("%ld", solutions(0, 0, 10, NULL))
