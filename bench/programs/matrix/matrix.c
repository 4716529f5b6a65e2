#include <math.h>
#include "../measure.h"
static double* make(long n) {
  double* m = malloc(n * n * sizeof *m);
  for (long i = 0; i < n * n; i++) m[i] = (1.0 + i % 7) / (1.0 + i % 5);
  return m;
}
__attribute__((noinline)) static void multiply(const double* a, const double* b, double* c, long n) {
  for (long i = 0; i < n; i++)
    for (long j = 0; j < n; j++) {
      double sum = 0.0;
      for (long k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j];
      c[i * n + j] = sum;
    }
}
__attribute__((noinline)) static long run(long n) {
  double *a = make(n), *b = make(n), *c = malloc(n * n * sizeof *c), trace = 0.0;
  multiply(a, b, c, n);
  for (long i = 0; i < n; i++) trace += c[i * n + i];
  free(a), free(b), free(c);
  return (long)floor(1000 * trace);
}
MEASURE("%ld", run(160))
