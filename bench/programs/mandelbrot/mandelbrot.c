#include "../measure.h"
static long steps(double cx, double cy) {
  double x = 0.0, y = 0.0;
  for (long n = 0;; n++) {
    double xx = x * x, yy = y * y;
    if (n == 50 || xx + yy > 4.0) return n;
    y = 2.0 * x * y + cy;
    x = xx - yy + cx;
  }
}
__attribute__((noinline)) static long run(long size) {
  long sum = 0;
  for (long row = 0; row < size; row++)
    for (long column = 0; column < size; column++)
      sum += steps(3.0 * column / size - 2.0, 2.0 * row / size - 1.0);
  return sum;
}
MEASURE("%ld", run(300))
