#include <math.h>
#include "../measure.h"
static long run(long n) {
  double x = 0.5, sum = 0.0;
  for (long i = 1; i <= n; i++) {
    x = 3.9 * x * (1.0 - x);
    sum += x / (double)i;
  }
  return (long)floor(1000 * sum);
}
MEASURE("%ld", run(5000000))
