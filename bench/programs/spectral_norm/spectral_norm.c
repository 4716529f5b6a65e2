#include <math.h>
#include "../measure.h"
static double entry(long i, long j) { return 1.0 / (double)((i + j) * (i + j + 1) / 2 + i + 1); }
__attribute__((noinline)) static void multiply(long n, const double* u, double* v) {
  for (long i = 0; i < n; i++) {
    double sum = 0.0;
    for (long j = 0; j < n; j++) sum += entry(i, j) * u[j];
    v[i] = sum;
  }
}
__attribute__((noinline)) static void multiply_transposed(long n, const double* u, double* v) {
  for (long i = 0; i < n; i++) {
    double sum = 0.0;
    for (long j = 0; j < n; j++) sum += entry(j, i) * u[j];
    v[i] = sum;
  }
}
static double dot(long n, const double* u, const double* v) {
  double sum = 0.0;
  for (long i = 0; i < n; i++) sum += u[i] * v[i];
  return sum;
}
__attribute__((noinline)) static long run(long n) {
  double *u = malloc(n * sizeof *u), *v = malloc(n * sizeof *v), *w = malloc(n * sizeof *w);
  for (long i = 0; i < n; i++) u[i] = 1.0;
  for (int k = 0; k < 10; k++) {
    multiply(n, u, w);
    multiply_transposed(n, w, v);
    multiply(n, v, w);
    multiply_transposed(n, w, u);
  }
  long result = (long)floor(1e9 * sqrt(dot(n, u, v) / dot(n, v, v)));
  free(u), free(v), free(w);
  return result;
}
MEASURE("%ld", run(200))
