#include "../measure.h"
__attribute__((noinline)) static long tak(long x, long y, long z) {
  return y < x ? tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y)) : z;
}
static long run(void) {
  volatile long twenty_four = 24;  // or one call would do for all
  long sum = 0;
  for (int n = 20; n > 0; n--) sum += tak(twenty_four, 16, 8);
  return sum;
}
MEASURE("%ld", run())
