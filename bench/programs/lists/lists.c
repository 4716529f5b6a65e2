#include "../measure.h"
typedef struct Cell { long head; struct Cell* tail; } Cell;
static Cell* cells;
static long used;
static Cell* cons(long head, Cell* tail) {
  Cell* cell = &cells[used++];
  cell->head = head;
  cell->tail = tail;
  return cell;
}
static Cell* reverse(Cell* xs) {
  Cell* done = NULL;
  for (; xs; xs = xs->tail) done = cons(xs->head, done);
  return done;
}
static long twice(long x) { return x * 2; }
static int third(long x) { return x % 3 == 0; }
__attribute__((noinline)) static Cell* map(long (*f)(long), Cell* xs) {
  Cell* done = NULL;
  for (; xs; xs = xs->tail) done = cons(f(xs->head), done);
  return reverse(done);
}
__attribute__((noinline)) static Cell* filter(int (*f)(long), Cell* xs) {
  Cell* done = NULL;
  for (; xs; xs = xs->tail) if (f(xs->head)) done = cons(xs->head, done);
  return reverse(done);
}
static long run(void) {
  if (!cells) cells = malloc(8000000 * sizeof(Cell));
  used = 0;
  Cell* xs = NULL;
  for (long n = 1000000; n > 0; n--) xs = cons(n, xs);
  long sum = 0;
  for (xs = filter(third, map(twice, reverse(xs))); xs; xs = xs->tail) sum += xs->head;
  return sum;
}
MEASURE("%ld", run())
