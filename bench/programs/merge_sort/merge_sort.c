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
static Cell* reverse_onto(Cell* xs, Cell* end) {
  for (; xs; xs = xs->tail) end = cons(xs->head, end);
  return end;
}
static Cell* merge(Cell* xs, Cell* ys) {
  Cell* done = NULL;
  while (xs && ys) {
    Cell** least = xs->head <= ys->head ? &xs : &ys;
    done = cons((*least)->head, done);
    *least = (*least)->tail;
  }
  return reverse_onto(done, xs ? xs : ys);
}
static Cell* skip(long n, Cell* xs) {
  for (; n > 0; n--) xs = xs->tail;
  return xs;
}
static Cell* sort(Cell* xs, long n) {
  if (n == 1) return cons(xs->head, NULL);
  long half = n / 2;
  Cell* first = sort(xs, half);
  return merge(first, sort(skip(half, xs), n - half));
}
static long run(long n) {
  if (!cells) cells = malloc(40 * n * sizeof(Cell));
  static Cell* xs;
  if (!xs)
    for (long i = 0, seed = 42; i < n; i++) {
      xs = cons(seed, xs);
      seed = (seed * 1103515245 + 12345) % 2147483648;
    }
  used = n;
  long sum = 0;
  for (Cell* done = sort(xs, n); done; done = done->tail) sum = (31 * sum + done->head) % 1000003;
  return sum;
}
MEASURE("%ld", run(50000))
